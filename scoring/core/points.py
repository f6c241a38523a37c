"""Exact points: integers in a stated smallest unit, and the only place that rounds.

A figure such as 9,50 with two decimals is the integer 950. Arrays are int64; where a product could pass the range of
int64 the same arithmetic is done on Python integers, so nothing ever wraps.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[Any]
"""A column of exact integers: int64, or object holding Python integers where int64 is too small."""
Mask = NDArray[np.bool_]
"""For which rows something holds."""

_LARGEST = np.iinfo(np.int64).max


def to_scaled(figure: Decimal | int, scale: int) -> int:
    """The integer `figure * scale`, exactly.

    Raises ValueError where the figure has more decimals than the scale can hold.

    >>> to_scaled(Decimal("9.5"), 100)
    950
    """
    numerator, denominator = figure.as_integer_ratio()
    scaled, rest = divmod(numerator * scale, denominator)
    if rest:
        raise ValueError(f"{figure} does not fit a scale of {scale}")
    return scaled


def to_decimal(scaled: int, decimals: int) -> Decimal:
    """The figure behind a scaled integer.

    >>> to_decimal(950, 2)
    Decimal('9.50')
    """
    return Decimal(int(scaled)).scaleb(-decimals)


def exact(figures: Integers | Sequence[int] | int) -> Integers:
    """The figures as a column that is int64, or holds Python integers where one of them does not fit.

    >>> exact([2**63, -1])
    array([9223372036854775808, -1], dtype=object)
    """
    if isinstance(figures, np.ndarray) and figures.dtype.kind in "bi":
        return figures.astype(np.int64, copy=False)
    # numpy on its own would read 2**63 as unsigned, and turn it into a float beside a negative figure
    column = np.asarray(figures, dtype=object)
    return column.astype(np.int64) if _largest(column) <= _LARGEST else column


def product(left: Integers | int, right: Integers | int) -> Integers:
    """`left * right`, exact whatever the size (broadcasts like `*`).

    >>> product(np.array([2**40]), 2**40)
    array([1208925819614629174706176], dtype=object)
    """
    left, right = exact(left), exact(right)
    if _largest(left) * _largest(right) > _LARGEST:
        return np.asarray(left.astype(object) * right.astype(object))
    return np.asarray(left * right)


def half_up(numerator: Integers | int, denominator: Integers | int) -> Integers:
    """`numerator / denominator` to the nearest integer, halves away from zero; denominator > 0.

    >>> half_up(np.array([25, 35, -25]), 10)
    array([ 3,  4, -3])
    """
    numerator, denominator = exact(numerator), exact(denominator)
    # floor((2n + d) / 2d) rounds halves up; the sign is put back so that -2.5 becomes -3, the mirror of 2.5
    rounded = _floor_half(abs(numerator), denominator)
    return exact(np.where(numerator < 0, -rounded, rounded))


def _floor_half(numerator: Integers, denominator: Integers) -> Integers:
    if 2 * _largest(numerator) + _largest(denominator) > _LARGEST or 2 * _largest(denominator) > _LARGEST:
        numerator, denominator = numerator.astype(object), denominator.astype(object)
    return np.asarray((2 * numerator + denominator) // (2 * denominator))


def _largest(figures: Integers) -> int:
    return max(abs(int(figures.max())), abs(int(figures.min()))) if figures.size else 0
