"""Read one cell strictly: a number, a day, a word of a list, a text, or words on why not.

Nothing is guessed from regional settings and nothing is clamped. What a cell says is taken, taken with a remark, or
refused with a remark; a refused cell has no value, which is never 0.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Sequence
from decimal import Context, Decimal
from functools import lru_cache, partial
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from scoring.core.findings import Remark
from scoring.core.language import say, say_count, term
from scoring.core.numerals import Mark, Reading, may_be, readings, settled, spelled, two_ways
from scoring.core.text import shown
from scoring.core.wording import day, number
from scoring.reports.fields import NOT_APPLICABLE
from scoring.reports.reading.number_format import seen
from scoring.rubric.told import YES_NO

Value = TypeVar("Value")


class Cell(NamedTuple):
    """One cell as found.

    kind and text: a number as its exact figures, a date in ISO form, an error by its name. formula: its text, "" where
    there is none. shown_as: Excel's number format, "" for the general one. link: the address behind the cell, each of
    several on a line of its own. traits: "struck" (all of it is crossed out), "partly_struck" (what was crossed out is
    not in the text), "no_year" (a day that is shown without its year), "unseen" (the file does not let anybody see
    formulas and number formats).
    """

    kind: Literal["blank", "text", "number", "bool", "date", "time", "error", "picture"]
    text: str = ""
    formula: str = ""
    shown_as: str = ""
    link: str = ""
    traits: tuple[str, ...] = ()


class Parsed(NamedTuple, Generic[Value]):
    """What a cell says, None where it is blank or refused, and the remarks."""

    value: Value | None
    remarks: tuple[Remark, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the cell holds something that was not believed."""
        return any(remark.severity == "error" for remark in self.remarks)


BLANK = Cell("blank")

_TIDY = re.compile(r"(?:0|-?[1-9][0-9]*|-?0(?=[.,]0*[1-9]))(?:[.,][0-9]+)?")
_PERCENT = re.compile(r"[0-9.,\s]+%")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_NO_RAISED = str.maketrans("", "", _RAISED)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
# a workbook in brackets before a sheet's name, a name of a whole file, or another program; not a column of a table
_OTHER_FILE = re.compile(
    r"'(?=[^']*'!)[^']*(?:\[[^\[\]']+\]|\.(?:xl|ods|csv))|(?<![\w\].])\[[^\[\]]+\][\w.]*!|\w\.xl\w+!|\|[^|]*!"
    r"|'file:[^']*'#|\bDDE\(",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_DATES = (
    re.compile(r"(?P<day>[0-9]{1,2})([/.-])(?P<month>[0-9]{1,2})\2(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
)
_NOTHING = {"", "none", "null"}
_PLAIN = term("chỉ ghi chữ số; phần lẻ ghi sau dấu phẩy, ví dụ 9,5")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
# letters that TCVN3 (ABC) and VNI text shows and Vietnamese does not use
_OLD_LETTERS = re.compile(
    r"(?<=[A-Za-z])[µ¶·¸¹¨¾»¼½Æ©ÇË®ÎÏÑªÖ×ØÜÞßä«åæç¬ëîïñøö÷ûüþ§]|[§®][A-Za-z¬µ]"
    r"|(?<=[AaEe])[ùøûõïâáàåãäêéèúüë]"
)

_EXCEL = Context(prec=15)
_TOO_LARGE = Decimal(10) ** 12
_LONGEST_TEXT = 2000
_LONGEST_LABEL = 200


def fold(text: str) -> str:
    r"""What a label, heading or word of a list is compared by.

    NFC and NFD, `hòa` and `hoà`, capitals, blanks, line breaks, raised footnote marks and a trailing colon make no
    difference.

    >>> fold("Không  áp dụng: ") == fold("không áp\ndụng"), fold("Hoà") == fold("hòa")
    (True, True)
    """
    return _folded(text) if len(text) <= _LONGEST_LABEL else _folded.__wrapped__(text)


@lru_cache(4096)
def _folded(text: str) -> str:
    # the labels of a form come again in every report; what is longer is a text of its own
    words = unicodedata.normalize("NFD", text).translate(_NO_RAISED).casefold().rstrip(": \u00a0\n\t").split()
    return unicodedata.normalize("NFC", " ".join(_tone_last(word) for word in words))


def _tone_last(word: str) -> str:
    bare = "".join(character for character in word if character not in _TONES)
    return bare + "".join(character for character in word if character in _TONES)


def clean(text: str) -> str:
    r"""Text as a page may show it: NFC, one line, nothing invisible.

    >>> clean("12/KH\u202e\n\tngày  5/3")
    '12/KH ngày 5/3'
    """
    visible = (" " if character.isspace() else character for character in unicodedata.normalize("NFC", text))
    return " ".join("".join(character for character in visible if character.isprintable()).split())


def as_written(cell: Cell) -> str:
    """What a cell says as one would type it, whatever language is spoken; a formula without a result is its own text.

    >>> as_written(Cell("number", "9.5")), as_written(Cell("date", "2024-03-05"))
    ('9,5', '05/03/2024')
    """
    match cell.kind:
        case "date":
            return f"{datetime.date.fromisoformat(cell.text):%d/%m/%Y}"
        case "number" if (figure := Decimal(cell.text)).is_finite():
            return f"{_without_noise(figure):f}".replace(".", ",")
        case _:
            return cell.text or cell.formula


def is_blank(cell: Cell) -> bool:
    """Whether a cell says nothing: empty, blanks only, or the word null."""
    return cell.kind == "blank" or (
        cell.kind == "text" and not cell.formula and cell.text.strip().casefold() in _NOTHING
    )


def says_not_applicable(cell: Cell) -> bool:
    """Whether a cell says that the criterion does not apply."""
    return cell.kind == "text" and fold(cell.text) in {"n/a", fold(NOT_APPLICABLE)}


class Likely(NamedTuple):
    """What settles a text that reads in two ways: its neighbours' decimal mark, and limits that refuse nothing."""

    mark: Mark | None = None
    least: Decimal | None = None
    most: Decimal | None = None


def read_number(
    cell: Cell, *, places: int, least: Decimal, most: Decimal | None, likely: Likely | None = None
) -> Parsed[int]:
    """The number a cell holds, as an integer of 10**-places; None where the cell is blank.

    Refused where it is no plain number, has more decimals than `places`, or lies outside `least` … `most` (None: no
    end), or reads in two ways that neither these limits nor `likely` settle. Nothing is rounded but the binary noise
    behind the 15th significant digit.

    >>> read_number(Cell("text", " 9,5 "), places=1, least=Decimal(0), most=Decimal(10)).value
    95
    """
    if trouble := _unusable(cell) or _no_number(cell):
        return _refused(trouble)
    if is_blank(cell):
        return Parsed(None)
    read = text_readings(cell, places=places, least=least, most=most, likely=likely)
    if len(read) > 1:
        return _refused(_neither(cell.text, read, places, least, most) or two_readings(cell.text, read))
    stated = read[0].figure if read else Decimal(cell.text.strip())
    figure = _without_noise(stated)
    if trouble := _out_of_bounds(figure, places, least, most):
        return _refused(trouble)
    told = _normalised(cell, stated, figure, read[0] if read else None)
    return Parsed(int(figure.scaleb(places)), (*_of_cell(cell, figure), *told))


def text_readings(
    cell: Cell, *, places: int, least: Decimal, most: Decimal | None, likely: Likely | None = None
) -> tuple[Reading, ...]:
    """The readings left of a text cell's figure; none where the cell holds no text or no number."""
    if cell.kind != "text":
        return ()
    likely = likely or Likely()
    low = least if likely.least is None else max(least, likely.least)
    high = min((one for one in (most, likely.most) if one is not None), default=None)
    can = partial(may_be, places=places, least=low, most=high)
    return settled(cell.text, lambda one: can(one._replace(figure=_without_noise(one.figure))), likely.mark)


def _neither(text: str, read: Sequence[Reading], places: int, least: Decimal, most: Decimal | None) -> Remark | None:
    """Why none of two readings can stand here; None where one can."""
    troubles = [_out_of_bounds(_without_noise(one.figure), places, least, most) for one in read]
    told = [trouble.message for trouble in troubles if trouble is not None]
    if len(told) < len(read):
        return None
    what = say(
        "'{stated}' đọc cách nào cũng không được: {first}; {second}",
        stated=shown(text.strip()),
        first=told[0],
        second=told[1],
    )
    return Remark("grouped", what, say("kiểm tra và ghi lại"))


def two_readings(text: str, read: Sequence[Reading]) -> Remark:
    """Asks which of two readings is meant, both written so that either can be typed as it stands."""
    return Remark("grouped", *two_ways(text, read))


def read_choice(cell: Cell, words: tuple[str, ...]) -> Parsed[int]:
    """The place, from 0, of the word a cell says; the two words of a yes/no may also be written 1 and 0.

    >>> read_choice(Cell("text", "có"), ("Không", "Có")).value
    1
    """
    if trouble := _unusable(cell):
        return _refused(trouble)
    if is_blank(cell):
        return Parsed(None)
    places = {fold(word): place for place, word in enumerate(words)}
    if words == YES_NO:
        places |= {"0": 0, "1": 1}
    place = places.get(fold(cell.text)) if cell.kind in {"text", "number"} else None
    if place is None:
        what = say("'{stated}' không có trong danh sách", stated=shown(cell.text))
        return _refused(Remark("not_in_list", what, say("chọn một trong: {words}", words="; ".join(words))))
    return Parsed(place, _of_cell(cell, words[place]))


def read_date(cell: Cell) -> Parsed[datetime.date]:
    """The day a cell says: a true Excel date, or text such as 05/01/2026, 5.1.2026, 5-1-2026 or 2026-01-05.

    Two-digit years, words and serial numbers are refused: a day is never guessed.

    >>> read_date(Cell("text", "5.1.2026")).value
    datetime.date(2026, 1, 5)
    """
    if trouble := _unusable(cell):
        return _refused(trouble)
    if is_blank(cell):
        return Parsed(None)
    parts = next((match for form in _DATES if (match := form.fullmatch(cell.text.strip()))), None)
    if cell.kind not in {"date", "text"} or parts is None:
        what = say("'{stated}' không phải ngày viết đủ ngày, tháng, năm bốn chữ số", stated=shown(cell.text))
        return _refused(Remark("not_a_date", what, say("ghi dạng ngày/tháng/năm, ví dụ 05/01/2026")))
    try:
        when = datetime.date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except ValueError:
        what = say("không có ngày {stated} trong lịch", stated=shown(cell.text.strip()))
        return _refused(Remark("impossible_date", what, say("ghi lại đúng ngày/tháng/năm")))
    return Parsed(when, _of_cell(cell, day(when)))


def read_label(cell: Cell) -> Parsed[str]:
    """The text of a cell that says whose or of what a figure is, "" where it is blank.

    >>> read_label(Cell("text", "A1", traits=("struck",))).remarks[0].code
    'struck_out'
    """
    if trouble := _unusable(cell):
        return _refused(trouble)
    return Parsed(cell.text, _of_cell(cell, cell.text.strip()))


def says_year(cell: Cell, year: int) -> bool:
    """Whether a cell says this year, as a number or as other programs write one in a text.

    >>> says_year(Cell("text", "2024.0"), 2024), says_year(Cell("text", "2024.5"), 2024)
    (True, False)
    """
    return bool(re.fullmatch(rf"{year}(?:[.,]0+)?", cell.text.strip()))


def read_list(cell: Cell) -> Parsed[str]:
    """The texts a cell lists, with semicolons or on lines of their own: each clean and once, joined by "; ".

    >>> read_list(Cell("text", "12/KH-CĐ;13/KH-CĐ ; 12/KH-CĐ")).value
    '12/KH-CĐ; 13/KH-CĐ'
    """
    if trouble := _unusable(cell):
        return _refused(trouble)
    if is_blank(cell):
        return Parsed(None)
    if len(cell.text) > _LONGEST_TEXT:
        what = say("ô có {characters} ký tự, quá dài", characters=number(len(cell.text)))
        mend = say("ghi gọn trong {characters} ký tự", characters=number(_LONGEST_TEXT))
        return _refused(Remark("text_too_long", what, mend))
    pieces = _pieces(as_written(cell))
    for link in cell.link.splitlines():
        pieces = _with_link(pieces, link)
    listed = dict.fromkeys(pieces)
    text = "; ".join(part for part in listed if part)
    links = [remark for link in cell.link.splitlines() for remark in _of_link(link)]
    remarks = (*_of_cell(cell, text), *_odd_text(cell.text), *links, *_of_date(cell))
    return Parsed(text or None, remarks)


_CUT = re.compile(r"[\r\n]|;(?=(.?[^\s;]*))")
_NEW_PIECE = re.compile(r"https?://|www\.|mc\s*[0-9]|[0-9]+[a-z]?/", re.IGNORECASE)


def _pieces(text: str) -> list[str]:
    """The texts that semicolons and line breaks part; a semicolon inside an address parts nothing."""
    pieces, begin = [], 0
    for cut in _CUT.finditer(text):
        last = text[begin : cut.start()].split()
        inside = bool(cut[1]) and bool(last) and bool(_WEB.match(last[-1])) and cut[1].isascii()
        if not inside or cut[1][0].isspace() or _NEW_PIECE.match(cut[1]):
            pieces.append(text[begin : cut.start()])
            begin = cut.end()
    return [_address_whole(clean(piece)) for piece in (*pieces, text[begin:])]


def _address_whole(piece: str) -> str:
    """A piece with the & of its addresses as they are, not as a web page writes them."""
    return re.sub(r"https?://\S+", lambda found: found[0].replace("&amp;", "&"), piece, flags=re.IGNORECASE)


def _with_link(pieces: list[str], link: str) -> list[str]:
    """The pieces, and the address behind them: in the place of words that name no document, else beside them."""
    address = clean(link).replace(" ", "%20").replace("&amp;", "&")
    named = [piece for piece in pieces if piece]
    if not _WEB.match(address) or any(address.rstrip("/") in piece for piece in named):
        return pieces
    if len(named) == 1 and not _WEB.search(named[0]):
        return [f"{named[0]}, {address}" if any(letter.isdecimal() for letter in named[0]) else address]
    return [*pieces, address]


def _of_link(link: str) -> tuple[Remark, ...]:
    if not link or _WEB.match(clean(link)):
        return ()
    what = say("sau chữ có liên kết không phải địa chỉ web ({link}), không dùng", link=shown(link))
    return (Remark("other_link", what, say("ghi số, ngày văn bản hoặc địa chỉ web")),)


def _of_date(cell: Cell) -> tuple[Remark, ...]:
    if "no_year" not in cell.traits:
        return ()
    what = say("ô hiện ngày không có năm, Excel giữ là {stated}", stated=as_written(cell))
    mend = say("nếu là số văn bản thì đặt kiểu ô là Text rồi ghi lại")
    return (Remark("became_date", what, mend, is_mild=True),)


def _refused(why: Remark) -> Parsed[Any]:
    return Parsed(None, (why,))


def _unusable(cell: Cell) -> Remark | None:
    """Why nothing in the cell can be used, whatever was asked for."""
    if cell.kind == "error":
        what = say("ô báo lỗi {error} của Excel", error=shown(cell.text))
        return Remark("excel_error", what, say("ghi số liệu trực tiếp"))
    if cell.kind == "picture":
        return Remark("picture", say("ô chứa ảnh, không đọc được chữ trong ảnh"), say("ghi bằng chữ và số"))
    if "struck" in cell.traits and cell.text.strip():
        what = say("'{stated}' bị gạch ngang, không rõ còn tính không", stated=shown(as_written(cell)))
        return Remark("struck_out", what, say("nếu còn tính thì bỏ gạch ngang, nếu không thì xóa nội dung ô"))
    if not cell.formula:
        return None
    if _OTHER_FILE.search(_QUOTED.sub('""', cell.formula)):
        return Remark("link", say("công thức lấy số liệu từ tệp khác"), say("ghi số liệu trực tiếp"))
    if cell.kind == "blank" or not cell.text.strip():
        what = say("ô là công thức chưa có kết quả lưu kèm")
        return Remark("formula_without_result", what, say("mở bằng Excel và lưu lại, hoặc ghi số trực tiếp"))
    return None


def _of_cell(cell: Cell, taken: Decimal | str) -> tuple[Remark, ...]:
    """How a cell came by what was taken from it, where that is not what it plainly holds."""
    if not (cell.formula or cell.traits):
        return ()
    words = shown(number(taken) if isinstance(taken, Decimal) else taken)
    remarks = []
    if cell.formula:
        what = say("ô là công thức; đã lấy kết quả lưu trong tệp: {taken}", taken=words)
        remarks.append(Remark("formula", what, say("ghi số liệu trực tiếp thay cho công thức")))
    if "unseen" in cell.traits and cell.kind == "text" and isinstance(taken, Decimal):
        what = say("ô chứa chữ; tệp không cho thấy chữ viết cao hay gạch bỏ; đã đọc là {taken}", taken=words)
        remarks.append(Remark("unseen", what, say("đối chiếu với tệp; lần sau lưu kiểu Excel Workbook (.xlsx)")))
    if "partly_struck" in cell.traits:
        what = say("đã bỏ phần chữ gạch ngang, đọc là {taken}", taken=words)
        remarks.append(Remark("partly_struck", what, say("xóa phần gạch ngang nếu đúng là bỏ")))
    return tuple(remarks)


# Numbers


def _no_number(cell: Cell) -> Remark | None:
    """Why a cell that is not blank holds no plain number."""
    if is_blank(cell):
        return None
    match cell.kind:
        case "bool":
            what = say("ô ghi TRUE hoặc FALSE, không phải số")
            return Remark("yes_no", what, say("ghi số liệu bằng chữ số"))
        case "date" | "time":
            what = say("Excel đã đổi số thành ngày, giờ ({stated})", stated=shown(as_written(cell)))
            return Remark("became_date", what, say("đặt lại kiểu ô là General rồi ghi lại số"))
        case "number":
            return _no_plain_figure(cell)
        case _:
            return _no_plain_text(cell.text.strip())


def _no_plain_figure(cell: Cell) -> Remark | None:
    figure = Decimal(cell.text)
    if not figure.is_finite():
        return Remark("not_a_number", say("'{stated}' không phải số", stated=shown(cell.text)), say(_PLAIN))
    if abs(figure) >= _TOO_LARGE:
        return None
    hundredfold, held = number(_without_noise(figure * 100)), number(_without_noise(figure))
    sight = seen(cell.shown_as, figure) if cell.shown_as else None
    if sight is not None and sight.percent:
        rounded = hundredfold if sight.figure is None else _as_shown(sight.figure)
        what = say("ô định dạng phần trăm: hiện {seen}% nhưng giữ {held}", seen=rounded, held=held)
        return Remark("percent", what, say("đặt kiểu ô là General, ghi số không kèm dấu %"))
    if "unseen" in cell.traits and 0 < abs(figure) < 1:
        what = say("tệp không cho biết ô hiện {held} hay {seen}%", seen=hundredfold, held=held)
        return Remark("percent", what, say("lưu kiểu Excel Workbook (.xlsx), ghi số không kèm dấu %"))
    return None


def _no_plain_text(text: str) -> Remark | None:
    if _PERCENT.fullmatch(text):
        what = say("'{stated}' có dấu %", stated=shown(text))
        return Remark("percent", what, say("ghi số không kèm dấu %"))
    if text and set(text) & set(_RAISED) and readings(text.translate(_NO_RAISED)):
        what, mend = say("'{stated}' không phải số", stated=shown(text)), say("bỏ chú thích viết cao, chỉ ghi chữ số")
        return Remark("not_a_number", what, mend)
    if not readings(text):
        return Remark("not_a_number", say("'{stated}' không phải số", stated=shown(text)), say(_PLAIN))
    return None


def _without_noise(figure: Decimal) -> Decimal:
    """The figure to 15 significant digits, as Excel shows it; a double holds no more."""
    return _EXCEL.plus(figure).normalize() + 0


def _out_of_bounds(figure: Decimal, places: int, least: Decimal, most: Decimal | None) -> Remark | None:
    told = shown(number(figure)) if abs(figure) < _TOO_LARGE else say("số quá lớn")
    if figure < least:
        what = say("{figure} nhỏ hơn mức nhỏ nhất {least}", figure=told, least=number(least))
        return Remark("too_small", what, say("kiểm tra và ghi lại"))
    if abs(figure) >= _TOO_LARGE or (most is not None and figure > most):
        what = told if most is None else say("{figure} lớn hơn mức lớn nhất {most}", figure=told, most=number(most))
        return Remark("too_large", what, say("kiểm tra và ghi lại"))
    if figure.scaleb(places) % 1:
        what = say("ô giữ {figure}, cần số nguyên", figure=told)
        if places:
            what = say_count("ô giữ {figure}, cần số có không quá {count} chữ số lẻ", places, figure=told)
        return Remark("too_fine", what, say("ghi lại; hệ thống không tự làm tròn"))
    return None


def _normalised(cell: Cell, stated: Decimal, figure: Decimal, read: Reading | None) -> tuple[Remark, ...]:
    """What the evaluator should know of how the figure was read."""
    if cell.shown_as and (remark := _shown_otherwise(cell.shown_as, figure)):
        return (remark,)
    if read is not None and (read.is_grouped or len(readings(cell.text)) > 1):
        told = {"stated": shown(cell.text.strip()), "figure": spelled(read)}
        if read.is_grouped:
            return (Remark("normalised", say("'{stated}' đã đọc là {figure} (dấu ngăn cách hàng nghìn)", **told)),)
        return (Remark("normalised", say("'{stated}' đã đọc là {figure} (dấu của phần lẻ)", **told)),)
    if stated != figure or (cell.kind == "text" and not _TIDY.fullmatch(cell.text)):
        what = say("'{stated}' đã đọc là {figure}", stated=shown(cell.text), figure=number(figure))
        return (Remark("normalised", what),)
    return ()


def _shown_otherwise(shown_as: str, figure: Decimal) -> Remark | None:
    """What a person sees in place of the figure that the cell holds."""
    sight = seen(shown_as, figure)
    held, mend = number(figure), say("ghi đúng số cần tính")
    if sight.figure is None:
        what = say("ô hiện '{text}' nhưng giữ {held}; đã tính {held}", text=shown(sight.text.strip()), held=held)
        return Remark("shown_hidden", what, mend)
    if sight.figure != figure:
        what = say("ô hiện {seen} nhưng giữ {held}; đã tính {held}", seen=_as_shown(sight.figure), held=held)
        return Remark("shown_rounded", what, mend)
    if sight.is_odd:
        what = say("kiểu hiện '{code}' làm số trong ô trông khác đi; đã tính {held}", code=shown(shown_as), held=held)
        return Remark("shown_hidden", what, say("đặt kiểu ô là General"))
    if any(letter.isdecimal() for letter in sight.text):
        what = say("kiểu hiện của ô thêm '{text}' cạnh số; đã tính {held}", text=shown(sight.text), held=held)
        return Remark("shown_hidden", what, mend)
    return None


def _as_shown(figure: Decimal) -> str:
    return number(figure, max(0, -int(figure.as_tuple().exponent)))


# Text


def old_letters(text: str) -> int:
    """How many letters of a text are those that fonts before Unicode (TCVN3, VNI) put in place of Vietnamese ones.

    >>> old_letters("KÕt qu¶"), old_letters("Kết quả")
    (1, 0)
    """
    return len(_OLD_LETTERS.findall(text))


def _odd_text(text: str) -> tuple[Remark, ...]:
    """Remarks on a text that was not typed as today's Vietnamese."""
    remarks = []
    if old_letters(text) > 1:
        what = say("có vẻ gõ bằng phông chữ cũ (ABC, VNI), đọc không ra tiếng Việt")
        remarks.append(Remark("old_font", what, say("gõ lại bằng phông Unicode")))
    if any(not character.isprintable() and not character.isspace() for character in text):
        remarks.append(Remark("hidden_characters", say("có ký tự ẩn, đã bỏ đi")))
    return tuple(remarks)
