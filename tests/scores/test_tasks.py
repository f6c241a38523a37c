"""Work counted piece by piece (Nghị định 335/2025/NĐ-CP, Điều 14): worked cases, and the rule in fractions."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scoring.scores.tasks import DECIMALS, Task, assigned, converted, percent, shares


def pieces(number):
    return int(number * 100)


def share_of(tasks, share, loss=25):
    return Fraction(converted(tasks, share, loss), assigned(tasks))


def test_each_time_a_piece_is_late_takes_a_quarter_of_its_own_progress():
    tasks = [Task(pieces(1), pieces(1), late=1), Task(pieces(1), pieces(1), late=3), Task(pieces(2), pieces(2))]
    assert share_of(tasks, "progress") == Fraction(75 + 25 + 200, 400)
    assert share_of(tasks, "quality") == share_of(tasks, "done") == 1


def test_a_piece_never_loses_more_than_itself():
    assert share_of([Task(pieces(1), pieces(1), faults=7), Task(pieces(1), pieces(1))], "quality") == Fraction(1, 2)


def test_what_was_not_done_has_neither_quality_nor_progress():
    tasks = [Task(pieces(3), pieces(1)), Task(pieces(1), pieces(1), late=1)]
    assert [share_of(tasks, share) for share in ("done", "quality", "progress")] == [
        Fraction(1, 2),
        Fraction(1, 2),
        Fraction(7, 16),
    ]


def test_a_factor_converts_pieces_before_they_are_counted():
    tasks = [Task(pieces(2), pieces(2), factor=150), Task(pieces(1), 0, factor=50)]
    assert assigned(tasks) == 3.5 * 10**DECIMALS
    assert share_of(tasks, "done") == Fraction(6, 7)


def test_several_shares_are_counted_as_their_mean():
    tasks = [Task(pieces(4), pieces(4), late=1), Task(pieces(4), pieces(4), faults=2)]
    met, whole = shares(tasks, ["done", "quality", "progress"], 25)
    assert Fraction(met, whole) == (Fraction(1) + Fraction(3, 4) + Fraction(7, 8)) / 3
    assert Fraction(met, whole) * 70 == Fraction(245, 4)


def test_a_percent_is_rounded_half_up_once():
    assert percent(1, 3, 2) == 3333
    assert percent(1, 200, 0) == 1


TASKS = st.lists(
    st.builds(
        lambda given_, part, factor, faults, late: Task(given_, part * given_ // 100, factor, faults, late),
        st.integers(1, 10**6),
        st.integers(0, 100),
        st.integers(1, 10**4),
        st.integers(0, 6),
        st.integers(0, 6),
    ),
    min_size=1,
    max_size=30,
)


@given(TASKS, st.integers(1, 100))
def test_the_shares_are_those_of_the_rule_in_fractions(tasks, loss):
    whole = sum(Fraction(task.assigned, 100) * Fraction(task.factor, 100) for task in tasks)
    for share, times in (("done", lambda t: 0), ("quality", lambda t: t.faults), ("progress", lambda t: t.late)):
        kept = [max(Fraction(0), 1 - Fraction(loss, 100) * times(task)) for task in tasks]
        met = sum(Fraction(t.done, 100) * Fraction(t.factor, 100) * part for t, part in zip(tasks, kept, strict=True))
        assert share_of(tasks, share, loss) == met / whole


@given(TASKS, st.integers(0, 29))
def test_a_piece_late_once_more_never_raises_progress(tasks, place):
    place %= len(tasks)
    later = [*tasks[:place], tasks[place]._replace(late=tasks[place].late + 1), *tasks[place + 1 :]]
    assert share_of(later, "progress") <= share_of(tasks, "progress")
    assert share_of(later, "quality") == share_of(tasks, "quality")
