"""The chains that `assess` writes, one JSON a unit, recomputed from themselves by another hand than the engine's."""

import json
from fractions import Fraction

import pytest
from ruamel.yaml import YAML

from scoring.assessment.explanation import explain, explain_units
from scoring.publishing.results import write_files, write_results


@pytest.fixture(scope="module", params=[2024, 2025])
def year(request, tmp_path_factory):
    """A sample year's rubric as its file says it, and its chains and assessments as they are written."""
    evaluation = request.getfixturevalue(f"sample_{request.param}")
    out = tmp_path_factory.mktemp(f"year_{request.param}")
    write_results(evaluation, out)
    rules = YAML(typ="base").load(evaluation.year.folder / "rubrics" / "grassroots.yaml")
    return rules, read(out / "explanations"), read(out / "assessments")


def read(folder):
    return {path.stem: json.loads(path.read_bytes()) for path in folder.glob("*.json")}


def half_up(exact):
    return (2 * exact + 1) // 2


# Recomputed from the marks alone


def summed(chain):
    """Total and percent; None for a unit of which nothing is known."""
    points = {kind: [m["points"] for m in chain["marks"] if m["kind"] == kind] for kind in KINDS}
    if not chain["eligible"] or not any(is_reported(mark) for mark in chain["marks"]):
        return None, None
    earned, bonus, lost = (sum(one or 0 for one in points[kind]) for kind in KINDS)
    total = earned + min(bonus, chain["bonus"]["cap"]) - min(lost, chain["deductions"]["cap"])
    total = max(total if chain["cap"] is None else min(total, chain["cap"]), chain["floor"])
    whole = sum(m["max_points"] for m in chain["marks"] if m["kind"] == "criterion" and m["state"] != "not_applicable")
    return total, half_up(Fraction(total * 100 * 10 ** chain["figure_decimals"], whole))


def is_reported(mark):
    """Whether the unit itself reported what a criterion has points for."""
    return mark["kind"] == "criterion" and mark["points"] is not None and any(e["file"] for e in mark["entries"])


KINDS = ("criterion", "bonus", "deduction")


def banded(figure, rules, decimals):
    """The band a figure lies in."""
    scored = [band for band in rules["bands"] if "from" in band]
    return [band["id"] for band in scored if figure >= Fraction(band["from"]) * 10**decimals][-1]


def key(chain):
    """What units are ranked by: the figure, then group B, then fewer deductions."""
    group = {group["id"]: group["points"] for group in chain["groups"]}
    return chain["figure"], group["B"], -chain["deductions"]["counted"]


def test_every_total_of_the_year_can_be_added_up_again_from_its_json(year):
    _, chains, _ = year
    assert {unit: summed(chain) for unit, chain in chains.items()} == {
        unit: (chain["total"], chain["figure"]) for unit, chain in chains.items()
    }
    assert sum(chain["total"] is not None for chain in chains.values()) >= 20


def test_every_group_is_the_sum_of_its_marks(year):
    _, chains, _ = year
    for unit, chain in chains.items():
        for group in chain["groups"]:
            points = [mark["points"] or 0 for mark in chain["marks"] if mark["group"] == group["id"]]
            assert group["points"] in {sum(points), None}, (unit, group["id"])


def test_every_band_follows_from_the_figure_and_the_gates(year):
    rules, chains, _ = year
    for unit, chain in chains.items():
        if chain["figure"] is not None:
            scored = banded(chain["figure"], rules, chain["figure_decimals"])
            assert chain["score_band"] == scored, unit
            assert chain["band"] == scored or any(gate["decided"] for gate in chain["gates"]), unit


def test_every_rank_is_one_more_than_the_units_of_the_block_that_are_better(year):
    rules, chains, _ = year
    assert [tie["by"] for tie in rules["ranking"]["ties"]] == ["group", "deductions"]
    ranked = [chain for chain in chains.values() if chain["rank"] is not None]
    for chain in ranked:
        better = [other for other in ranked if other["block"] == chain["block"] and key(other) > key(chain)]
        assert chain["rank"] == 1 + len(better), chain["unit"]


def test_the_assessment_tells_the_same_points_total_band_and_rank(year):
    _, chains, assessments = year
    assert chains.keys() == assessments.keys()
    for unit, story in assessments.items():
        assert [mark["points"] for mark in story["marks"]] == [mark["points"] for mark in chains[unit]["marks"]]
        for name in ("total", "figure", "band", "rank"):
            assert story["result"][name] == chains[unit][name], (unit, name)


# How they are written


def test_the_chain_of_one_unit_is_the_one_written_for_it(sample_2024):
    for told in list(explain_units(sample_2024))[::9]:
        assert explain(sample_2024, told.unit) == told


def test_the_same_year_gives_the_same_bytes_and_a_unit_that_is_gone_leaves_no_file(sample_2024, tmp_path):
    write_results(sample_2024, tmp_path)
    written = {path.name: path.read_bytes() for path in (tmp_path / "explanations").iterdir()}
    write_files(tmp_path, [("explanations/DN-KHONGCON.json", b"{}")])  # as a run made it when the unit was there
    write_results(sample_2024, tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "explanations").iterdir()} == written
