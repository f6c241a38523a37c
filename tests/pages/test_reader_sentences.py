"""Each sentence with a figure on the first page of every unit is read by a rule of its own and counted again.

A short program of its own: from the explanation JSON of the units and the rubric file alone. A sentence that no rule
reads fails, so that no new one goes unread.
"""

import re
from fractions import Fraction
from math import floor

import pytest
from helpers.pages import YEARS, assessments_of, evaluation_of

from scoring.assessment.explanation import explain_units
from scoring.pages import unit_assessment as page

POINTS, NUMBER = r"\d[\d.]*,\d\d", r"\d[\d.]*(?:,\d+)?"


@pytest.fixture(scope="module", params=YEARS)
def evaluation(request):
    return evaluation_of(request.param)


@pytest.fixture(scope="module")
def assessments(evaluation):
    return assessments_of(evaluation)


@pytest.fixture(scope="module")
def everyone(evaluation):
    """Every unit's explanation as its JSON has it."""
    return {one.unit: one.model_dump(mode="json") for one in explain_units(evaluation)}


def figure(text):
    """The figure that a text shows."""
    return Fraction(text.replace(".", "").replace(",", "."))


def points(scaled, own, places="decimals"):
    return Fraction(scaled, 10 ** own[places])


def percent(part, whole):
    """Rounded as shares are printed: half up, two places."""
    return Fraction(floor(Fraction(10000 * part, whole) + Fraction(1, 2)), 100)


class Reader:
    """Reads the sentences of one unit. own: its explanation; others: everybody's."""

    def __init__(self, own, others, rubric):
        self.own, self.others, self.rubric = own, others, rubric
        self.ranges = [band for band in rubric.bands if band.from_ is not None]

    def stands(self, found):
        """The figure, the band it belongs to, and where every band begins."""
        value, band = figure(found["value"]), found["band"]
        assert value == points(self.own["figure"], self.own, "figure_decimals")
        inside = [one.name for one in self.ranges if Fraction(str(one.from_)) <= value]
        assert band == max(self.ranges, key=lambda one: (one.name in inside, one.from_)).name
        begins = {one.name: Fraction(str(one.from_)) for one in self.ranges}
        lowest, second = sorted(begins.values())[:2]
        for name, word, edge in re.findall(rf"“([^”]+)” (từ|dưới) ({NUMBER})", found["edges"]):
            assert figure(edge) == (begins[name] if word == "từ" else second), name
            assert (word == "dưới") == (begins[name] == lowest), name
        assert found["edges"].count("“") == len(begins)

    def ranked(self, found):
        same = [one for one in self.others if one["block"] == self.own["block"] and one["rank"] is not None]
        assert (int(found["rank"]), int(found["ranked"])) == (self.own["rank"], len(same))
        if found["with"]:
            assert int(found["with"]) == sum(one["rank"] == self.own["rank"] for one in same) - 1

    def quota(self, found):
        share, units, exact = (figure(found[name]) for name in ("share", "units", "exact"))
        told = [one for one in self.own["quotas"] if one["units"] == units and Fraction(one["share"]) == share]
        assert exact == share * units / 100
        assert any(one["allowed"] == figure(found["allowed"] or found["exact"]) for one in told)
        assert (found["way"] or "") in {"", "xuống" if figure(found["allowed"] or "0") < exact else "lên"}

    def moves(self, found):
        """What is won or lost is the first amount at which the order with the neighbour changes."""
        for name, gained in (("up", 1), ("down", -1)):
            if found[name]:
                moved = int(figure(found[name]) * 10 ** self.own["decimals"])
                same = [one for one in self.others if one["block"] == self.own["block"] and one["rank"] is not None]
                place = self.own["rank"] - 1 if gained > 0 else self.own["rank"] + (self.own["tied"] or 1)
                near = [one for one in same if (one["rank"] <= place if gained > 0 else one["rank"] >= place)]
                if gained < 0 and self.own["tied"] > 1:  # whoever is equal now is above after the least loss
                    near = [one for one in same if one["rank"] == self.own["rank"] and one is not self.own]
                close = (max if gained > 0 else min)(near or same, key=lambda one: one["rank"])
                before, after = (self._figure(self.own["total"] + gained * step) for step in (moved - 1, moved))
                other = self._figure(close["total"], close)
                assert (before <= other <= after) if gained > 0 else (after <= other <= before) or not near

    def _figure(self, total, whose=None):
        whose = whose or self.own
        whole = whose["effective_max"]
        shift = 10 ** whose["figure_decimals"]
        exact = Fraction(100 * total, whole) if whose["figure_of"] == "percent" else points(total, whose)
        return Fraction(floor(exact * shift + Fraction(1, 2)), shift)

    def lacks(self, found):
        """The least points at which the figure reaches the band."""
        edge = next(Fraction(str(band.from_)) for band in self.ranges if band.name == found["band"])
        step = int(figure(found["points"]) * 10 ** self.own["decimals"])
        assert self._figure(self.own["total"] + step) >= edge > self._figure(self.own["total"] + step - 1)

    def enough(self, found):
        edge = next(Fraction(str(band.from_)) for band in self.ranges if band.name == found["band"])
        assert self._figure(self.own["total"]) >= edge

    def group(self, found):
        own = next(one for one in self.own["groups"] if one["id"] == found["group"])
        assert figure(found["points"]) == points(own["points"], self.own)
        assert figure(found["whole"]) == points(own["applicable"], self.own)
        assert abs(figure(found["share"]) - Fraction(100 * own["points"], own["applicable"])) <= Fraction(1, 20)
        assert figure(found["limit"]) in {gate.when.group_below for gate in self.rubric.gates}

    def parts(self, found):
        values = {self._small(fact["name"]): fact["value"] for fact in self.own["facts"]}
        part, whole = (int(found[name]) for name in ("part", "whole"))
        assert (values[found["part_name"]], values[found["whole_name"]]) == (part, whole)
        assert figure(found["share"]) == percent(part, whole)
        assert figure(found["limit"]) in self._limits("below")

    def fact(self, found):
        values = {self._small(fact["name"]): fact["value"] for fact in self.own["facts"]}
        assert values[found["name"]] == int(found["value"])
        assert figure(found["limit"]) in self._limits("at_least" if found["way"] == "dưới" else "below")

    def waits(self, found):
        assert int(found["count"]) == sum(mark["state"] == "pending" for mark in self.own["marks"])

    def due(self, found):
        assert found["day"] in {f"{period.due:%d/%m/%Y}" for period in self.rubric.periods}

    def eligible(self, found):
        assert found[0].rstrip(".") in self.own["eligibility"] or self.own["eligibility"] in found[0]

    def _small(self, name):
        name = re.sub(r"\s*\([^()]*\)$", "", name)
        return name if name[1:2].isupper() else f"{name[:1].lower()}{name[1:]}"

    def _limits(self, kind):
        whens = [gate.when for gate in self.rubric.gates]
        whens += [condition.unless for band in self.rubric.bands for condition in band.conditions]
        return {Fraction(str(limit)) for when in whens if (limit := getattr(when, kind)) is not None}


READ = (
    (
        rf"Đạt (?P<value>{NUMBER})(?:%| điểm), theo điểm thuộc mức “(?P<band>[^”]+)” \(khung điểm: (?P<edges>.+)\)",
        "stands",
    ),
    (r"Xếp hạng (?P<rank>\d+)/(?P<ranked>\d+) trong [^,;.]+(?:, cùng hạng với (?P<with>\d+) [^.]+)?", "ranked"),
    (
        rf"(?P<share>{NUMBER})% của (?P<units>\d+) [^=]+ = (?P<exact>{NUMBER})"
        rf"(?:, làm tròn (?P<way>xuống|lên) (?P<allowed>\d+))?",
        "quota",
    ),
    (
        rf"giữ nguyên: (?:thêm từ (?P<up>{POINTS}) điểm thì lên hạng)?(?: và )?"
        rf"(?:mất từ (?P<down>{POINTS}) điểm thì xuống hạng)?",
        "moves",
    ),
    (rf"khung điểm của mức “(?P<band>[^”]+)”: còn thiếu (?P<points>{POINTS}) điểm", "lacks"),
    (r"khung điểm của mức “(?P<band>[^”]+)”: điểm đã đủ", "enough"),
    (
        rf"nhóm (?P<group>\w+) đạt (?P<points>{POINTS})/(?P<whole>{POINTS}) điểm \((?P<share>{NUMBER})%\),"
        rf" yêu cầu từ (?P<limit>{NUMBER})%",
        "group",
    ),
    (
        rf"(?P<part_name>[^:;(]+): (?P<part>\d+); (?P<whole_name>[^:;]+): (?P<whole>\d+)"
        rf" \((?P<share>{NUMBER})%\), yêu cầu từ (?P<limit>{NUMBER})%",
        "parts",
    ),
    (r"(?P<name>[^:;(]+): (?P<value>\d+), yêu cầu (?P<way>dưới|từ) (?P<limit>\d+)(?!%)", "fact"),
    (r"[Cc]òn (?P<count>\d+) tiêu chí chờ", "waits"),
    (r"chưa nhận được [^,]+, hạn nộp (?P<day>\d\d/\d\d/\d{4})", "due"),
    (r"(?:Mới thành lập|Nhận sáp nhập|Đã |Chia tách).*", "eligible"),
)
"""A sentence's form, and what reads it."""
NAMES = re.compile(r"\d+[-/][A-ZĐ][\w./-]*|tiêu chí [A-Z]+\d*\.|mục [IVX]+[\w.]*|“[^”]*”|\b[A-Z]{1,4}\d+[A-Z]?\b")
"""Figures that are part of a name: of a document, a criterion, a clause, a band."""


def unread(line, reader, names):
    """What is left of a line when its sentences have been read."""
    for form, read in READ:
        for found in re.finditer(form, line):
            getattr(reader, read)(found)
        line = re.sub(form, " ", line)
    for name in names:
        line = line.replace(name, " ").replace(f"{name[:1].upper()}{name[1:]}", " ")
    return NAMES.sub(" ", line)


def test_every_sentence_of_the_reasons_says_what_can_be_counted_again(evaluation, assessments, everyone):
    rubric = evaluation.year.rubric
    read = 0
    for one in assessments:
        if one.unit.ended:
            continue
        reader = Reader(everyone[one.unit.id], everyone.values(), rubric)
        names = [reader._small(gate.name) for gate in rubric.gates]
        names += [
            reader._small(text) for band in rubric.bands for c in band.conditions for text in (c.unmet or "", c.name)
        ]
        for line in page.why(one).text.replace("\u00a0", " ").splitlines()[1:]:
            left = unread(line, reader, names)
            assert not re.search(r"\d", left), (one.unit.id, line, left)
            read += 1
    assert read > 10


def test_each_action_names_the_gain_of_its_own_criterion_and_counts_those_it_does_not_name(assessments):
    for one in assessments:
        gains = {}
        for told in one.recommendations:
            gains.setdefault(told.criterion, set()).add(one.points(abs(told.gain)) if told.gain else None)
        for line in page.actions(one).text.replace("\u00a0", " ").splitlines():
            named = re.findall(r"\b([A-Z]+\d*[A-Z]?) (?:[^();]|\([^()+]*\))*?\((?:tối đa )?[+](\d+,\d\d) điểm", line)
            for criterion, gain in named:
                # what undoes the condition of a group is done at several criteria at once, under no one of them
                assert gain in gains.get(criterion, {gain}) | gains.get("", set()), (one.unit.id, criterion, gain)
            if others := re.search(r"và (\d+) tiêu chí khác ở phụ lục", line):
                kinds = {told.kind for told in one.recommendations if any(told.criterion == name for name, _ in named)}
                counts = [sum(told.kind == kind for told in one.recommendations) for kind in kinds]
                assert len({name for name, _ in named}) + int(others[1]) in counts, (one.unit.id, line)


def test_the_points_that_wait_and_those_already_counted_add_up(assessments, everyone):
    for one in assessments:
        text = page.opening(one).text.replace("\u00a0", " ")
        if told := re.search(rf"mới tính ({POINTS})/({POINTS}) điểm; còn (\d+) tiêu chí \(({POINTS}) điểm\)", text):
            own = everyone[one.unit.id]
            waiting = [mark["max_points"] for mark in own["marks"] if mark["state"] == "pending"]
            assert int(told[3]) == len(waiting)
            assert figure(told[4]) == points(sum(waiting), own)
            assert figure(told[2]) + figure(told[4]) == points(own["effective_max"], own)
            assert figure(told[1]) == points(own["total"], own)
        else:
            assert one.result.withheld_by != "pending", one.unit.id
