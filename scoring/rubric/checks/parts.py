"""The parts of a rubric with their places in the file, and that no id is used twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from scoring.core.errors import Fault
from scoring.rubric.model import Criterion, Group, Plan, Rubric
from scoring.rubric.strict_yaml import Place, YamlFile

Faults = Iterator[Fault]


def check_ids(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """No id stands for two things."""
    ids = [((*place, "id"), part.id) for place, part in placed_parts(rubric)]
    ids += [(("facts", index, "id"), fact.id) for index, fact in enumerate(rubric.facts)]
    yield from ids_twice(file, ids)
    for key in ("periods", "bands", "gates"):
        yield from ids_twice(file, [((key, index, "id"), part.id) for index, part in enumerate(getattr(rubric, key))])


def ids_twice(file: YamlFile, ids: list[tuple[Place, str]]) -> Faults:
    """Ids that are used a second time."""
    seen: dict[str, Place] = {}
    for place, name in ids:
        if name in seen:
            yield Fault(file.where(place), f"mã '{name}' đã dùng ở {file.where(seen[name])}", mend="đặt mã khác")
        seen.setdefault(name, place)


def placed_groups(rubric: Rubric) -> list[tuple[Place, Group]]:
    """Every group with its place in the file."""

    def below(group: Group, place: Place) -> list[tuple[Place, Group]]:
        inner = [below(part, (*place, "groups", index)) for index, part in enumerate(group.groups)]
        return [(place, group), *chain.from_iterable(inner)]

    return list(chain.from_iterable(below(group, ("groups", index)) for index, group in enumerate(rubric.groups)))


def placed_items(rubric: Rubric) -> list[tuple[Place, Criterion]]:
    """Every criterion, bonus and deduction item with its place in the file."""
    found: list[tuple[Place, Criterion]] = []
    for place, group in placed_groups(rubric):
        found += [((*place, "criteria", index), item) for index, item in enumerate(group.criteria)]
    for key in ("bonus", "deductions"):
        extra = getattr(rubric, key)
        found += [((key, "items", index), item) for index, item in enumerate(extra.items if extra else ())]
    return found


def placed_parts(rubric: Rubric) -> list[tuple[Place, Group | Criterion]]:
    """Every group and item with its place in the file."""
    return [*placed_groups(rubric), *placed_items(rubric)]
