"""Agreement of two verifiers: against published tables, and in words where there is no figure."""

from fractions import Fraction

import krippendorff
import numpy as np
import pytest

from scoring.assessment.agreement_words import agreement_lines
from scoring.assessment.rater_agreement import Agreement, Alpha, Differing, alpha_of, alphas, icc_of, mean_squares

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


# J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76 (1971), as the worked
# example with 14 raters, ten subjects and five categories is reprinted in encyclopedias: kappa 0.210
FLEISS = [
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
]


def test_alpha_gives_the_published_kappa_of_many_raters_without_its_correction_for_small_samples():
    """Alpha corrects expected agreement for the sample's size: 1 - kappa = (1 - alpha) n / (n - 1), n all figures."""
    rows = [[value for value, times in enumerate(counts) for _ in range(times)] for counts in FLEISS]
    figures = sum(map(len, rows))
    assert figures == 140
    alpha = alpha_of(rows, "nominal", [1]).value / 1000
    assert round(1 - (1 - alpha) * figures / (figures - 1), 2) == 0.21


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
    plain = {
        "waiting": 0,
        "same": 36,
        "open": 0,
        "lower": 3,
        "higher": 1,
        "verdicts": firm,
        "points": firm,
        "icc": firm,
    }
    return agreement_lines(Agreement(**{"pairs": pairs, "criteria": (), **plain, **changed}))


def test_no_second_verification_says_what_to_do():
    nothing = Alpha(value=None, low=None, high=None, why="one_value")
    (line,) = told(0, same=0, lower=0, higher=0, verdicts=nothing, points=nothing, icc=nothing)
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


# Intraclass correlation

# P. E. Shrout, J. L. Fleiss, "Intraclass Correlations: Uses in Assessing Rater Reliability" (1979), table 2: six
# targets, four judges; table 4 has the six coefficients that are recomputed here from the mean squares
SHROUT_FLEISS = [(9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7)]


def test_the_mean_squares_give_the_six_published_coefficients():
    (between,), (judges,), (rest,) = mean_squares(np.array([SHROUT_FLEISS], float))
    targets, k = len(SHROUT_FLEISS), 4
    within = (judges * (k - 1) + rest * (targets - 1) * (k - 1)) / (targets * (k - 1))
    published = {
        (between - within) / (between + (k - 1) * within): 0.17,
        (between - rest) / (between + (k - 1) * rest + k * (judges - rest) / targets): 0.29,
        (between - rest) / (between + (k - 1) * rest): 0.71,
        (between - within) / between: 0.44,
        (between - rest) / (between + (judges - rest) / targets): 0.62,
        (between - rest) / between: 0.91,
    }
    assert [round(own, 2) for own in published] == list(published.values())


def test_the_icc_of_absolute_agreement_is_as_published():
    assert round(icc_of(SHROUT_FLEISS, [1]).value / 1000, 2) == 0.29


def test_the_mean_squares_are_those_of_sums_of_squares_worked_out_one_by_one():
    """Independently of arrays: SS of rows, columns and the whole, as a textbook has them."""
    k, n = 4, len(SHROUT_FLEISS)
    whole = Fraction(sum(map(sum, SHROUT_FLEISS)), n * k)
    rows = k * sum((Fraction(sum(row), k) - whole) ** 2 for row in SHROUT_FLEISS)
    columns = n * sum((Fraction(sum(column), n) - whole) ** 2 for column in zip(*SHROUT_FLEISS, strict=True))
    total = sum((figure - whole) ** 2 for row in SHROUT_FLEISS for figure in row)
    expected = rows / (n - 1), columns / (k - 1), (total - rows - columns) / ((n - 1) * (k - 1))
    found = [float(one[0]) for one in mean_squares(np.array([SHROUT_FLEISS], float))]
    assert found == pytest.approx([float(one) for one in expected])


def test_the_icc_has_an_interval_that_holds_it_and_is_the_same_again():
    icc = icc_of(SHROUT_FLEISS, [1])
    assert icc == icc_of(SHROUT_FLEISS, [1])
    assert icc.low <= icc.value <= icc.high


@pytest.mark.parametrize(
    ("rows", "why"),
    [([], "one_value"), ([(1, 1)] * 9, "one_value"), ([(0, 0), (1, 1)], "all_agree"), ([(0, 1)], "few")],
)
def test_where_an_icc_says_nothing_there_is_no_figure(rows, why):
    assert icc_of(rows, [1]) == Alpha(value=None, low=None, high=None, why=why)


def coincidence_alpha(rows, distance):
    """Alpha by its definition: observed over expected disagreement of all pairable figures, worked out in fractions."""
    units = [[figure for figure in row if figure == figure] for row in rows]
    units = [unit for unit in units if len(unit) > 1]
    figures = [figure for unit in units for figure in unit]
    observed = sum(Fraction(sum(distance(a, b) for a in unit for b in unit), len(unit) - 1) for unit in units) / len(
        figures
    )
    expected = Fraction(sum(distance(a, b) for a in figures for b in figures), len(figures) * (len(figures) - 1))
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("rows", "scale"),
    [
        (BINARY, "nominal"),
        (list(zip(*FOUR, strict=True)), "nominal"),
        (BINARY, "interval"),
        (list(zip(*FOUR, strict=True)), "interval"),
    ],
)
def test_the_published_figures_follow_from_the_definition_of_alpha(rows, scale):
    distance = (lambda a, b: int(a != b)) if scale == "nominal" else (lambda a, b: Fraction(a - b) ** 2)
    assert alpha_of(rows, scale, [1]).value == round(1000 * coincidence_alpha(rows, distance))


def test_an_icc_is_told_with_its_interval_and_below_thirty_pairs_with_the_warning():
    lines = " ".join(told(20))
    assert "(ICC, cũng 1 là giống hẳn): 0,850" in lines
    assert "dưới 30 điểm" in lines


@pytest.mark.parametrize("scale", ["nominal", "interval"])
@pytest.mark.parametrize("seed", range(5))
def test_alpha_by_sums_is_the_librarys_with_figures_missing_and_resampled(scale, seed):
    chance = np.random.default_rng(seed)
    figures = chance.integers(0, 6, (20, 4)) / 4
    figures[chance.random(figures.shape) < 0.3] = np.nan
    figures = figures[np.isfinite(figures).sum(axis=1) > 1]
    drawn = chance.integers(0, len(figures), (3, len(figures)))
    weights = np.stack([np.bincount(draw, minlength=len(figures)) for draw in drawn])
    by_library = [krippendorff.alpha(figures[draw].T, level_of_measurement=scale) for draw in drawn]
    assert alphas(figures, scale, weights) == pytest.approx(by_library)


def test_a_resample_of_one_value_has_no_alpha():
    figures, weights = np.array([(0.1, 0.1), (0.3, 0.4)]), np.array([(2, 0), (1, 1)])
    for scale in ("nominal", "interval"):
        assert np.isfinite(alphas(figures, scale, weights)).tolist() == [False, True]


def test_thousands_of_pairs_are_told_as_the_definition_has_them_without_laying_out_every_pair_of_values():
    chance = np.random.default_rng(5)
    first = chance.integers(0, 1000, 3000) / 1000
    pairs = np.column_stack([first, np.clip(first + chance.normal(0, 0.1, 3000), 0, 1)])
    alpha = alpha_of(pairs, "interval", [1])
    expected = pairs.ravel().var(ddof=1) * 2
    assert alpha.value == round(1000 * (1 - ((pairs[:, 0] - pairs[:, 1]) ** 2).mean() / expected))
    assert alpha.low < alpha.value < alpha.high
