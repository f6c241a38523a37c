"""The handbook of a rubric says every rule of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scoring.pages.handbook import handbook
from scoring.rubric.reading import read_plan, read_rubric

ROOT = Path(__file__).parents[2]
RUBRICS = sorted((ROOT / "data").glob("*/rubrics/*.yaml"))


@pytest.fixture(params=RUBRICS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def made(request):
    plan = read_plan(request.param.parents[1] / "plan.yaml")
    rubric = read_rubric(request.param, plan)
    return plan, rubric, "\n".join(block.text for block in handbook(rubric, plan))


def test_it_names_every_criterion_band_gate_period_and_clause(made):
    plan, rubric, text = made
    names = [item.name for item in rubric.items] + [band.name for band in rubric.bands]
    names += [gate.name for gate in rubric.gates] + [period.name for period in rubric.periods]
    names += [condition.name for band in rubric.bands for condition in band.conditions]
    names += [clause.summary for clause in plan.clauses] + [source.title for source in rubric.sources.values()]
    assert [name for name in names if name not in text] == []


def test_it_shows_no_word_of_the_file_to_its_readers(made):
    _, _, text = made
    assert not re.findall(r"\b[a-z]+_[a-z_]+\b", re.sub(r"https?://\S+|Bộ tiêu chí \w+ năm", "", text))
    assert "None" not in text
