"""Agreement of two verifiers: against published tables, and in words where there is no figure."""

import numpy as np
import pytest

from scoring.assessment.agreement_words import agreement_lines
from scoring.assessment.rater_agreement import Agreement, Alpha, Differing, alpha_of

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), A: binary data, two observers, no missing data
BINARY = list(zip([0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0], strict=True))
# the same, B: nominal data, two observers, categories a to e as 0 to 4
NOMINAL = list(zip("aabbdcccedda", "babbbccceddd", strict=True))
# the same, C: four observers, some figures missing
_ = float("nan")
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


def test_alpha_of_binary_data_is_as_published():
    assert alpha_of(BINARY, "nominal", [1]).value == 95


def test_alpha_of_nominal_data_is_as_published():
    assert alpha_of([("abcde".index(a), "abcde".index(b)) for a, b in NOMINAL], "nominal", [1]).value == 692


@pytest.mark.parametrize(("scale", "published"), [("nominal", 743), ("interval", 849)])
def test_alpha_of_four_observers_with_missing_figures_is_as_published(scale, published):
    assert alpha_of(list(zip(*FOUR, strict=True)), scale, [1]).value == published


def test_alpha_of_binary_data_is_the_same_as_of_intervals():
    """With two values one apart the metrics are one, as the source's definitions have it."""
    assert alpha_of(BINARY, "interval", [1]).value == alpha_of(BINARY, "nominal", [1]).value


def test_nothing_but_disagreement_is_below_chance():
    assert alpha_of([(0, 1), (1, 0)] * 20, "nominal", [1]).value < 0


@pytest.mark.parametrize(
    ("pairs", "why"),
    [([], "one_value"), ([(1, 1)] * 40, "one_value"), ([(0, 0), (1, 1)] * 20, "all_agree")],
)
def test_where_alpha_says_nothing_there_is_no_figure(pairs, why):
    assert alpha_of(pairs, "nominal", [1]) == Alpha(value=None, low=None, high=None, why=why)


def test_the_interval_is_the_same_again_holds_the_value_and_narrows_with_more_pairs():
    few, many = (alpha_of(BINARY * times, "nominal", [7]) for times in (2, 40))
    assert few == alpha_of(BINARY * 2, "nominal", [7])
    assert few.low <= few.value <= few.high
    assert many.high - many.low < few.high - few.low


def test_too_few_resamples_with_an_alpha_give_no_interval():
    alpha = alpha_of([(0, 0)] * 9 + [(0, 1)], "nominal", [1])
    assert (alpha.low, alpha.high) == (None, None)
    assert alpha.value is not None


@pytest.mark.parametrize("noise", [0, 1, 2, 4])
def test_more_noise_between_two_verifiers_is_less_agreement(noise):
    chance = np.random.default_rng(3)
    true = chance.integers(0, 10, 300)
    less, more = (
        alpha_of([(a, a + chance.integers(-n, n + 1) + 0.5 * n) for a in true], "interval", [1]).value or 1000
        for n in (noise, noise + 3)
    )
    assert more < less


# In words


def told(pairs=40, **changed):
    firm = Alpha(value=850, low=800, high=900, why="")
    plain = {"waiting": 0, "same": 36, "open": 0, "lower": 3, "higher": 1, "verdicts": firm, "points": firm}
    return agreement_lines(Agreement(**{"pairs": pairs, "criteria": (), **plain, **changed}))


def test_no_second_verification_says_what_to_do():
    nothing = Alpha(value=None, low=None, high=None, why="one_value")
    (line,) = told(0, same=0, lower=0, higher=0, verdicts=nothing, points=nothing)
    assert "rút mẫu một phần mười" in line


def test_under_thirty_pairs_are_warned_of_and_not_judged():
    lines = " ".join(told(29))
    assert "dưới 30 điểm" in lines
    assert "dùng được" not in lines
    assert "dưới 30 điểm" not in " ".join(told(30))


@pytest.mark.parametrize(
    ("value", "words"),
    [(800, "kết quả thẩm định dùng được"), (799, "Tạm dùng được"), (666, "thống nhất lại cách tính")],
)
def test_alpha_is_told_with_what_it_means(value, words):
    alpha = Alpha(value=value, low=value, high=value, why="")
    assert words in " ".join(told(points=alpha))


@pytest.mark.parametrize(("why", "words"), [("all_agree", "giống nhau ở mọi điểm"), ("one_value", "không có hệ số")])
def test_degenerate_cases_are_told_in_a_sentence(why, words):
    nothing = Alpha(value=None, low=None, high=None, why=why)
    lines = " ".join(told(points=nothing, verdicts=nothing))
    assert words in lines
    assert "Krippendorff" not in lines


def test_what_is_read_differently_and_what_is_open_is_named():
    lines = " ".join(told(criteria=(Differing(name="Sinh hoạt", pairs=5, differ=3),), open=3))
    assert "Sinh hoạt (3/5 điểm khác)" in lines
    assert "Còn 3 điểm" in lines
