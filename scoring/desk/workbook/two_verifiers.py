"""Write the workbooks of a second verification: one without the first verifier's figures, one where both differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from scoring.assessment.appeals import judged_again
from scoring.assessment.evaluation import Evaluation
from scoring.assessment.rater_agreement import Pair, pairs_of
from scoring.assessment.second_sample import MarkKey
from scoring.core.wording import points
from scoring.decisions.records import Decision, Standing
from scoring.decisions.rulings import SECOND, VERIFIED
from scoring.decisions.words import decision_words
from scoring.desk.workbook.lines import Line, lines_of
from scoring.desk.workbook.writing import RECONCILED, write_lines
from scoring.rubric.model import Rubric


def without_first(evaluation: Evaluation, standing: Standing) -> tuple[Evaluation, Standing]:
    """The year as its reports alone have it: whatever is made of this cannot tell what anybody decided."""
    second = {slot: own for slot, own in standing.last.items() if slot[2] == SECOND}
    nothing, no_choices = standing.decisions.iloc[:0], standing.choices.iloc[:0]
    blind = standing._replace(decisions=nothing, choices=no_choices, last=second)
    return judged_again(evaluation, blind), blind


def write_second(path: Path, evaluation: Evaluation, standing: Standing, block: str, marks: Collection[MarkKey]) -> int:
    """Write the workbook in which a second verifier decides some marks of a block; gives the number of its rows.

    evaluation, standing: as `without_first` gives them. Raises ParameterError where the disk refuses.
    """
    chosen = set(marks)
    lines = [line for line in lines_of(evaluation, standing, block, SECOND) if (line.unit, line.item.id) in chosen]
    write_lines(path, lines, [], SECOND, evaluation.year.rubric.blocks[block], evaluation.year)
    return len(lines)


def write_reconciling(path: Path, evaluation: Evaluation, standing: Standing) -> int:
    """Write the workbook of the marks on which two verifiers differ; gives their number, and writes none for none.

    What is stated in it is recorded as a verifiers' decision in place of both. Raises ParameterError as the disk does.
    """
    pairs = {(p.twice.second.unit, p.twice.second.criterion): p for p in pairs_of(evaluation) if p.is_open}
    lines = list(_differing(evaluation, standing, pairs))
    if lines:
        write_lines(path, lines, [], RECONCILED, "những điểm hai lần khác nhau", evaluation.year)
    return len(lines)


def _differing(evaluation: Evaluation, standing: Standing, pairs: dict[MarkKey, Pair]) -> Iterator[Line]:
    rubric, units = evaluation.year.rubric, evaluation.year.units
    concerned = set(units.loc[units["id"].isin({unit for unit, _ in pairs}), "block"])
    for block in (block for block in rubric.blocks if block in concerned):
        for line in lines_of(evaluation, standing, block, VERIFIED):
            if pair := pairs.get((line.unit, line.item.id)):
                told = line.told | {
                    "first": _told(pair.twice.first, pair.first, line, rubric),
                    "second": _told(pair.twice.second, pair.second, line, rubric),
                }
                yield line._replace(told=told, replaces=f"{line.replaces} {pair.twice.second.id}".strip())


def _told(decision: Decision | None, given: int | None, line: Line, rubric: Rubric) -> str:
    """The points of one verification, what was decided for them, why and by whom."""
    figure = points(given, rubric.points.decimals)
    if decision is None:
        return f"{figure} điểm, giữ như tính theo báo cáo"
    words = "" if decision.kind == "points" else f", {decision_words(decision, line.item, rubric)}"
    return f"{figure} điểm{words} – {decision.reason} ({decision.role})"
