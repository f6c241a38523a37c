"""What language is spoken: Vietnamese as the code has it, or another through its gettext catalogue.

Sentences stand in the code in Vietnamese, under `say`; `languages/<language>.po` has them in another language. Names
that are data (criteria, bands, clauses) stand beside the Vietnamese ones, as in `name` and `name_en`. What is not
translated is said in Vietnamese. Only what readers see is spoken: no value, point, band or rank looks at it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import cache, wraps
from gettext import GNUTranslations, NullTranslations
from itertools import islice
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from pydantic import BaseModel

VIETNAMESE = "vi"
LANGUAGES = {VIETNAMESE: "tiếng Việt", "en": "English"}
CATALOGUES = Path(__file__).with_name("languages")

_spoken: ContextVar[str] = ContextVar("language", default=VIETNAMESE)
_finally: ContextVar[bool] = ContextVar("finally", default=False)
_of_posts: ContextVar[bool] = ContextVar("of_posts", default=False)


class _Told(Protocol):
    """Something to be told, which knows its language."""

    @property
    def language(self) -> str: ...


Model = TypeVar("Model", bound=BaseModel)
Told = TypeVar("Told", bound=_Told)
Each = TypeVar("Each")
Rest = ParamSpec("Rest")
Page = TypeVar("Page")


@contextmanager
def _set_for_a_while(variable: ContextVar[Each], value: Each) -> Iterator[None]:
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)


def speaking(language: str) -> AbstractContextManager[None]:
    """Speak a language (a key of LANGUAGES) for a while."""
    return _set_for_a_while(_spoken, language)


def speaking_finally(is_final: bool = True) -> AbstractContextManager[None]:
    """Say for a while what was proposed as what has been decided (`FINAL_WORDS`), as published pages do."""
    return _set_for_a_while(_finally, is_final)


def speaking_of_posts(is_so: bool = True) -> AbstractContextManager[None]:
    """Call those who are judged posts for a while, not units (`POST_WORDS`)."""
    return _set_for_a_while(_of_posts, is_so)


def each_of_posts(told: Iterator[Each], is_so: bool = True) -> Iterator[Each]:
    """What is told, each part made while speaking of posts; what is done between two parts is not."""
    while True:
        with speaking_of_posts(is_so):
            one = list(islice(told, 1))
        if not one:
            return
        yield one[0]


def _meant(text: str) -> str:
    """The text for what is spoken of: decided or proposed, of posts or of units."""
    text = FINAL_WORDS.get(text, text) if _finally.get() else text
    return POST_WORDS.get(text, text) if _of_posts.get() else text


def spoken_language() -> str:
    """The language that is spoken now."""
    return _spoken.get()


def say(text: str, /, **words: object) -> str:
    """A sentence, with words in place of its `{names}`.

    >>> say("muộn {days} ngày", days=3)
    'muộn 3 ngày'
    """
    text = _meant(text)
    said = of_judged(text, _catalogue(_spoken.get()).gettext(text)) if text else ""
    return said.format(**words) if words else said


def say_count(text: str, /, count: int, **words: object) -> str:
    """A sentence about a `{count}`, which other languages say differently of one and of many.

    >>> say_count("{count} đơn vị", 3)
    '3 đơn vị'
    """
    if _of_posts.get() and _spoken.get() == VIETNAMESE:
        text = POST_COUNTS.get(text, text)
    said = of_judged(text, _catalogue(_spoken.get()).ngettext(text, text, count))
    return said.format(count=count, **words)


def term(text: str) -> str:
    """The text itself: marks one that `say` is given later, so that the catalogues have it."""
    return text


FINAL_WORDS = {
    "Xếp loại đề xuất": term("Xếp loại"),
    "Đề xuất xét": term("Xét theo tỷ lệ khống chế"),
    "đề xuất xét": term("trong tỷ lệ khống chế"),
    "đề xuất {units}": term("trong tỷ lệ {units}"),
    "đề xuất “{band}”": term("công bố “{band}”"),
    "chưa đề xuất, còn chờ cho điểm": term("chưa xếp loại, còn chờ cho điểm"),
    "Bảng 1. Số đơn vị theo mức xếp loại đề xuất": term("Bảng 1. Số đơn vị theo mức xếp loại"),
    "Trên đây là tổng hợp kết quả đánh giá năm {year} của {body}; mức xếp loại và danh sách đề xuất để hội đồng xem"
    " xét, quyết định, điểm của từng đơn vị ở phụ lục điểm và phiếu đánh giá của đơn vị": term(
        "Trên đây là tổng hợp kết quả đánh giá năm {year} của {body} theo quyết định công bố; điểm của từng đơn vị ở"
        " phụ lục điểm và phiếu đánh giá của đơn vị"
    ),
    "Bảng {number}. Tổng điểm, hạng và xếp loại đề xuất": term("Bảng {number}. Tổng điểm, hạng và xếp loại"),
    "Hình 1. Số đơn vị của khối theo mức xếp loại đề xuất": term("Hình 1. Số đơn vị của khối theo mức xếp loại"),
    "Hạng và mức xếp loại trên đây là đề xuất để hội đồng xem xét; chi tiết ở phụ lục": term(
        "Hạng và mức xếp loại trên đây kèm theo quyết định công bố; chi tiết ở phụ lục"
    ),
    "Bảng 1. Số đơn vị theo khối và mức xếp loại đề xuất": term("Bảng 1. Số đơn vị theo khối và mức xếp loại"),
    "Việc cần làm": term("Việc cần làm: nêu khi đề nghị phúc tra, hoặc để năm sau"),
    "Đơn vị hội đồng xem xét": term("Đơn vị cần lưu ý"),
    "Hầu hết điểm tự chấm được giữ nguyên: nên thẩm định kỹ trước khi xếp hạng.": term(
        "Hầu hết điểm tự chấm được giữ nguyên: năm sau nên thẩm định kỹ hơn."
    ),
    "Từ nửa số đơn vị trở lên đạt điểm tối đa: nên thẩm định kỹ trước khi xếp hạng.": term(
        "Từ nửa số đơn vị trở lên đạt điểm tối đa: năm sau nên nâng chỉ tiêu."
    ),
    "Trang này không đổi điểm, mức hay hạng của đơn vị nào. Nó cho hội đồng biết kết quả nào chắc, kết quả nào còn có"
    " thể khác đi, và nên xem lại chỗ nào trước khi quyết định.": term(
        "Kết quả đã công bố theo Quyết định số {decision}; trang này không đổi điểm, mức hay hạng của đơn vị nào. Nó"
        " cho hội đồng biết kết quả nào chắc, kết quả nào có thể khác đi nếu thẩm định lại, và nên xem kỹ chỗ nào khi"
        " có đề nghị phúc tra."
    ),
    "Thẩm định lại trước hết các đơn vị có thể đổi mức xếp loại: {units}.": term(
        "Khi phúc tra, xem kỹ trước hết các đơn vị có thể đổi mức xếp loại: {units}."
    ),
    "Suất theo tỷ lệ khống chế của mức “{band}” chưa chắc chắn với: {units}. Hội đồng nên xem hồ sơ của các đơn vị này"
    " cạnh nhau trước khi chọn.": term(
        "Suất theo tỷ lệ khống chế của mức “{band}” chưa chắc chắn với: {units}. Khi phúc tra, hội đồng nên xem hồ sơ"
        " của các đơn vị này cạnh nhau."
    ),
    "Tiêu chí làm hạng đổi nhiều nhất nếu thẩm định lại riêng nó: {names}. Thẩm định kỹ các tiêu chí này trước.": term(
        "Tiêu chí làm hạng đổi nhiều nhất nếu thẩm định lại riêng nó: {names}. Năm sau thẩm định kỹ các tiêu chí này"
        " trước."
    ),
    "Năm này chưa có điểm nào được thẩm định. Các lần thử vì vậy dựa trên một giả định của chương trình: cứ năm lượt"
    " chấm thì hai lượt lệch {share}% điểm tối đa, lên hoặc xuống. Nên thẩm định, trước hết những đơn vị và tiêu chí"
    " nêu dưới đây, rồi làm lại trang này: khi ấy các lần thử dùng mức sửa có thật.": term(
        "Năm này không có điểm nào được thẩm định. Các lần thử vì vậy dựa trên một giả định của chương trình: cứ năm"
        " lượt chấm thì hai lượt lệch {share}% điểm tối đa, lên hoặc xuống. Năm sau nên thẩm định trước khi hội đồng"
        " quyết định: khi ấy các lần thử dùng mức sửa có thật."
    ),
    "{firm}/{ranked} đơn vị giữ nguyên hạng trong {interval}% lần thử. Có thể lên hoặc xuống: {units} (bảng ở mục 2)."
    " Giữa những đơn vị này, đừng coi hơn kém nhau một hai hạng trong khối là khác biệt thật; nên thẩm định các đơn vị"
    " này trước.": term(
        "{firm}/{ranked} đơn vị giữ nguyên hạng trong {interval}% lần thử. Có thể lên hoặc xuống: {units} (bảng ở mục"
        " 2). Giữa những đơn vị này, đừng coi hơn kém nhau một hai hạng trong khối là khác biệt thật."
    ),
    "Số điểm đã thẩm định còn ít nên kết quả thử còn thô: nên thẩm định thêm rồi làm lại trang này.": term(
        "Số điểm đã thẩm định ít nên kết quả thử còn thô: năm sau nên thẩm định nhiều hơn."
    ),
    "Thẩm định làm đổi hẳn thứ tự: đơn vị nào chưa thẩm định thì nên thẩm định trước khi xếp hạng.": term(
        "Thẩm định làm đổi hẳn thứ tự: năm sau nên thẩm định mọi đơn vị trước khi xếp hạng."
    ),
    "Hội đồng quyết định; trang này chỉ cho biết nên xem lại điểm nào, đơn vị nào trước": term(
        "Kết quả theo Quyết định số {decision}; trang này chỉ cho biết khi phúc tra nên xem điểm nào, đơn vị nào trước"
    ),
    "Chưa có điểm nào được thẩm định hai lần, nên chưa biết hai người thẩm định có cho cùng một điểm không. Nên rút mẫu"
    " một phần mười số điểm để người khác thẩm định lần hai.": term(
        "Không có điểm nào được thẩm định hai lần, nên không biết hai người thẩm định có cho cùng một điểm không. Năm"
        " sau nên rút mẫu một phần mười số điểm để người khác thẩm định lần hai."
    ),
    "Mới có dưới {few} điểm được thẩm định hai lần: các con số ở đây còn dao động mạnh, chưa nên kết luận. Nên rút mẫu"
    " lớn hơn.": term(
        "Chỉ có dưới {few} điểm được thẩm định hai lần: các con số ở đây dao động mạnh, không nên kết luận. Năm sau nên"
        " rút mẫu lớn hơn."
    ),
    "Còn {count} điểm hai lần khác nhau mà chưa thống nhất; đến khi thống nhất, điểm của lần một vẫn được tính. Cần"
    " cùng xem lại trước khi công bố.": term(
        "Còn {count} điểm hai lần khác nhau mà chưa thống nhất; điểm của lần một được tính. Cần cùng xem lại khi có đề"
        " nghị phúc tra."
    ),
}
"""What a proposal says, and what a published page says in its place: the decision has been made."""

POST_WORDS = {
    "đơn vị báo không áp dụng": term("báo cáo ghi không áp dụng"),
    "Không có chỗ mất điểm mà đơn vị tự khắc phục được.": term("Không có chỗ mất điểm tự khắc phục được."),
    "Danh bạ có {units} đơn vị, {eligible} đơn vị thuộc diện đánh giá, {members}.": term(
        "Có {units} chức danh, {eligible} chức danh thuộc diện đánh giá."
    ),
}
"""What is said of units, and what of posts in its place where calling them posts is not enough."""

POST_COUNTS = {
    "Danh bạ có {count} đơn vị, trong đó {eligible} đơn vị thuộc diện xếp loại. Tính theo: {rubric}.": (
        "Có {count} chức danh, trong đó {eligible} chức danh thuộc diện xếp loại. Tính theo: {rubric}."
    ),
}
"""The same for counted sentences, in Vietnamese."""

_BODIES = re.compile(r"[Đđ]ơn vị (?:tiếp nhận|chịu trách nhiệm)|(?:đoàn viên|kết quả) của đơn vị")
"""What names a body, whoever is judged: who takes another over, has members, or has the result a post is given."""
_JUDGED = {
    VIETNAMESE: ((re.compile("đơn vị"), "chức danh"), (re.compile("Đơn vị"), "Chức danh")),
    "en": ((re.compile(r"(?<![{\w])unit(?=s?\b)"), "post"), (re.compile(r"(?<![{\w])Unit(?=s?\b)"), "Post")),
}
"""By language, the words for those who are judged, and those for posts."""


def of_judged(text: str, said: str | None = None) -> str:
    """What is said of units, as it is said of posts while these are spoken of; names put into it come later.

    said: the text in the language spoken.

    >>> with speaking_of_posts():
    ...     of_judged("Đơn vị tự chấm"), of_judged("{units} đơn vị", "{units} units")
    ('Chức danh tự chấm', '{units} units')
    """
    said = text if said is None else said
    if not _of_posts.get() or _BODIES.search(text):
        return said
    for word, post in _JUDGED.get(_spoken.get(), ()):
        said = word.sub(post, said)
    return said


def in_its_language(page: Callable[Concatenate[Told, Rest], Page]) -> Callable[Concatenate[Told, Rest], Page]:
    """Have a function speak the language of the first thing it is given, and of what is decided as decided."""

    @wraps(page)
    def spoken(told: Told, /, *rest: Rest.args, **named: Rest.kwargs) -> Page:
        of_posts = getattr(told, "is_posts", False)
        with speaking(told.language), speaking_finally(getattr(told, "is_final", False)), speaking_of_posts(of_posts):
            return page(told, *rest, **named)

    return spoken


def in_words(model: Model) -> Model:
    """A plan, a rubric or a part of one, with its names as the language spoken has them.

    What has a counterpart (`name` and `name_en`) is replaced by it where it is stated. Ids and figures stay.
    """
    language = _spoken.get()
    return model if language == VIETNAMESE else _reworded(model, f"_{language}")


def _reworded(model: Model, suffix: str) -> Model:
    fields = type(model).model_fields
    words = {name: getattr(model, f"{name}{suffix}", None) or getattr(model, name) for name in fields}
    said = model.model_copy(update={name: _each_reworded(word, suffix) for name, word in words.items()})
    for derived in vars(said).keys() - fields.keys():  # a cached property goes with the copy, made of the old names
        del vars(said)[derived]
    return said


def _each_reworded(word: Any, suffix: str) -> Any:
    match word:
        case BaseModel():
            return _reworded(word, suffix)
        case tuple():
            return tuple(_each_reworded(one, suffix) for one in word)
        case dict():
            return {key: _each_reworded(one, suffix) for key, one in word.items()}
        case _:
            return word


@cache
def _catalogue(language: str) -> NullTranslations:
    if language == VIETNAMESE:
        return NullTranslations()
    # only where another language is spoken: loading Babel takes longer than all that is said
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, language))
    compiled.seek(0)
    return GNUTranslations(compiled)
