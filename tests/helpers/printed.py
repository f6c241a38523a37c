"""A calculation in print, typed into exact arithmetic by another hand than the engine's."""

import re
from fractions import Fraction

TOKEN = re.compile(r"\s*([0-9][0-9.]*(?:,[0-9]+)?|[×/+−()%])")
CALCULATION = re.compile(
    r"(?P<text>[(0-9][0-9.,\s×/+−()%]*?)(?:, không (?P<bound>quá|dưới) (?P<edge>[0-9.,]+),)? (?P<sign>[=≈]) "
    r"(?P<printed>−?[0-9.]+(?:,[0-9]+)?)(?P<percent>\s?%)?"
)


def figure(text):
    return Fraction(text.replace(".", "").replace(",", "."))


def typed(text):
    """The value of an expression of figures, percents, brackets and × / + −, worked out from left to right by rank."""
    tokens = TOKEN.findall(text)
    assert "".join(tokens) == re.sub(r"\s", "", text), text

    def value():
        part = tokens.pop(0)
        worth = figure(part) if part != "(" else total()
        if part == "(":
            assert tokens.pop(0) == ")"
        while tokens and tokens[0] == "%":
            tokens.pop(0)
            worth /= 100
        return worth

    def term():
        worth = value()
        while tokens and tokens[0] in "×/":
            worth = worth * value() if tokens.pop(0) == "×" else worth / value()
        return worth

    def total():
        worth = term()
        while tokens and tokens[0] in "+−":
            worth = worth + term() if tokens.pop(0) == "+" else worth - term()
        return worth

    worth = total()
    assert not tokens, text
    return worth


def plain(line):
    """The line with plain blanks, without dashes of marks not known and the names of bonus and deductions in sums."""
    line = line.replace("\u00a0", " ").replace("+ thưởng ", "+ ").replace("− trừ ", "− ")
    return re.sub(r"– \+ | \+ –", "", line)


def wrong(line):
    """The calculations in a line that do not give the figure printed beside them."""
    found = []
    for match in CALCULATION.finditer(plain(line)):
        exact = typed(match["text"])
        if match["edge"]:
            exact = (min if match["bound"] == "quá" else max)(exact, figure(match["edge"].rstrip(",")))
        exact *= 100 if match["percent"] else 1
        places = len(match["printed"].partition(",")[2])
        printed = figure(match["printed"].replace("−", "-"))
        rounded = Fraction((2 * exact * 10**places + 1) // 2, 10**places)
        if rounded != printed or (match["sign"] == "=") is not (exact == printed):
            found.append(match[0])
    return found
