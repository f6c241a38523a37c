"""A year's publications as one ZIP for anybody: pages to click through, the bags, the checker, how to check."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError

from scoring.core import wording
from scoring.core.errors import Fault, PublishingError, ScoringError
from scoring.core.files import BEGUN
from scoring.core.wording import day
from scoring.decisions import seal
from scoring.decisions.records import Decision
from scoring.decisions.seal import (
    DECISIONS,
    INPUTS,
    OUTPUTS,
    PUBLICATIONS,
    Publication,
    bags_of,
    check_bag,
    grouped,
    is_of_the_system,
    shown,
)
from scoring.decisions.store import publications_of
from scoring.decisions.words import decision_line
from scoring.pages.export.page_html import page_html
from scoring.publishing.bag import PAPERS, PAYLOAD, bag_files, is_in_a_bag
from scoring.publishing.inputs import with_those_taken
from scoring.publishing.publication import open_copy
from scoring.publishing.year_documents import COUNCIL
from scoring.register.year import names_of
from scoring.rubric.model import Rubric

OVERVIEW, _UNITS = "overview.json", "units"
INDEX, GUIDE, CHECKER = "index.html", "HUONG_DAN_DOC.txt", "kiem_tra.py"
_GUIDE = """HỒ SƠ LƯU TRỮ KẾT QUẢ ĐÃ CÔNG BỐ: {title}

Mở tệp index.html bằng bất kỳ trình duyệt nào: có các lần công bố, bảng xếp hạng, phiếu của từng đơn vị, các quyết định
và cách kiểm tra. Không cần cài chương trình, không cần mạng.

publications/<số>/            mỗi lần công bố một thư mục, theo chuẩn lưu trữ BagIt (RFC 8493)
  data/inputs/                số liệu: kế hoạch, bộ tiêu chí, danh bạ, báo cáo như đã nhận, quyết định
  data/outputs/               kết quả: phiếu từng đơn vị, bảng xếp hạng, tài liệu của hội đồng
  data/publication.json       số, ngày, quyết định công bố, danh sách số liệu, phiên bản chương trình
  xac_nhan/                   giấy chứng nhận và biên bản có in mã công bố
  manifest-sha256.txt         mã SHA-256 của từng tệp; mã của chính tệp này là mã công bố
kiem_tra.py                   chương trình kiểm tra, chỉ cần Python 3.11 trở lên, không cần cài thêm gì

Cách kiểm tra: giải nén cả tệp ZIP, mở cửa sổ lệnh trong thư mục vừa giải nén, gõ

    python kiem_tra.py .        (trên Windows: py kiem_tra.py .)

So mã công bố hiện ra với mã in trên giấy chứng nhận và biên bản hội đồng, từng nhóm bốn ký tự. Nơi lưu trữ có thể kiểm
tra bằng phần mềm BagIt bất kỳ.
"""


def write_archive(folder: Path, file: Path) -> int:
    """Write the publications of a year's data folder into a ZIP file; gives how many files it holds.

    Raises PublishingError where the year is not published, a bag is not as published or the file is no ZIP or lies in a
    bag, DecisionError where one cannot be believed, OSError where the disk refuses.
    """
    if what := _not_a_place(file):
        raise PublishingError("lưu trữ", [Fault(shown(str(file)), what, mend="chọn tên tệp khác với --to")])
    publications = publications_of(folder)
    if not publications:
        raise PublishingError(str(folder), [Fault("năm này", "chưa công bố nên chưa có gì để lưu trữ")])
    faults = [
        Fault(f"{PUBLICATIONS}/{bag.name}", str(one), mend="chép lại từ bản lưu rồi chạy lại")
        for bag in bags_of(folder)
        for one in check_bag(bag)
    ]
    if faults:
        raise PublishingError(str(folder), faults)
    file.parent.mkdir(parents=True, exist_ok=True)
    begun = file.with_name(f".{file.name}{BEGUN}")
    try:
        with zipfile.ZipFile(begun, "w", zipfile.ZIP_DEFLATED) as archive:
            count = sum(1 for _ in _written(archive, folder, publications))
        begun.replace(file)
    finally:
        begun.unlink(missing_ok=True)
    return count


def _not_a_place(file: Path) -> str:
    if file.suffix.casefold() != ".zip":
        return "không phải tên tệp .zip"
    if file.is_dir():
        return "là thư mục"
    return "nằm trong một bản công bố, không ghi vào đó" if is_in_a_bag(file) else ""


def _written(archive: zipfile.ZipFile, folder: Path, publications: list[Publication]) -> Iterator[str]:
    last = publications[-1]
    moment = date.fromisoformat(last.published_on)
    title = f"năm {last.year} ({last.place})"
    own = {
        INDEX: index_page(folder, publications).encode(),
        GUIDE: _GUIDE.format(title=title).encode(),
        CHECKER: Path(seal.__file__).read_bytes(),
    }
    for name, content in own.items():
        archive.writestr(_info(name, moment), content, zipfile.ZIP_DEFLATED)
        yield name
    for bag in bags_of(folder):
        for path in (bag / name for name in bag_files(bag) if not is_of_the_system(name)):
            name = path.relative_to(folder).as_posix()
            with path.open("rb") as source, archive.open(_info(name, moment), "w") as copy:
                while part := source.read(1 << 20):
                    copy.write(part)
            yield name


def _info(name: str, moment: date) -> zipfile.ZipInfo:
    """A member's head, with the day of the publication in place of a clock's."""
    info = zipfile.ZipInfo(name, (moment.year, moment.month, moment.day, 0, 0, 0))
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    info.create_system = 3  # Unix, on whatever system: the same archive is the same bytes
    return info


# The page to begin with


def index_page(folder: Path, publications: list[Publication]) -> str:
    """`index.html`: the last publication first, each with links to its pages."""
    last = publications[-1]
    stated = _overview(folder / PUBLICATIONS / str(last.number))
    told = f"Năm {last.year}: {stated['rubric_name']}" if stated else f"Năm {last.year} ({last.place})"
    parts = [f'<h1><span class="kind">KẾT QUẢ ĐÃ CÔNG BỐ</span><br>{escape(told)}</h1>']
    for publication in reversed(publications):
        parts += _publication_parts(folder, publication)
    parts.append("<h2>Cách kiểm tra</h2>")
    parts.append(
        "<p>Giải nén cả tệp ZIP, mở cửa sổ lệnh trong thư mục vừa giải nén, gõ <code>python kiem_tra.py .</code> (trên"
        " Windows: <code>py kiem_tra.py .</code>) rồi so mã công bố hiện ra với mã in trên giấy chứng nhận và biên bản"
        " hội đồng. Chi tiết: HUONG_DAN_DOC.txt.</p>"
    )
    return page_html(f"Kết quả đã công bố năm {last.year}", parts)


def _publication_parts(folder: Path, publication: Publication) -> Iterator[str]:
    bag = folder / PUBLICATIONS / str(publication.number)
    on = day(date.fromisoformat(publication.published_on))
    yield f"<h2>Lần công bố {publication.number}: {escape(publication.decision)}, {on}</h2>"
    yield f"<p>Mã công bố: <strong>{grouped(publication.code)}</strong></p>"
    outputs, stated = bag / PAYLOAD / OUTPUTS, _overview(bag)
    quotas = "".join(f"<li>{escape(line)}</li>" for line in stated.get("quotas", []))
    yield f"<h3>Tỷ lệ khống chế</h3><ul>{quotas}</ul>" if quotas else ""
    for block in stated.get("blocks", []):
        yield _ranking(folder, outputs / _UNITS, block, stated)
    groups = (
        ("Giấy chứng nhận và biên bản", _pages(bag / PAPERS)),
        ("Tổng hợp năm và tài liệu của hội đồng", [*_pages(outputs), *_pages(outputs / COUNCIL)]),
        ("Bảng xếp hạng và điểm", [path for path in sorted(outputs.glob("*")) if path.suffix in {".xlsx", ".csv"}]),
        ("Phiếu từng đơn vị", [] if stated else _pages(outputs / _UNITS)),
    )
    for heading, pages in groups:
        if pages:
            yield f"<h3>{heading}</h3><ul>{''.join(_link(folder, page) for page in pages)}</ul>"
    yield "<h3>Quyết định</h3>"
    since = "từ lần công bố trước" if publication.previous else "của năm"
    yield f"<p>{len(publication.decisions)} quyết định {since}:</p>" if publication.decisions else "<p>Không có.</p>"
    yield f"<ul>{''.join(f'<li>{escape(told)}</li>' for told in _decisions(bag, publication))}</ul>"


def _overview(bag: Path) -> dict[str, Any]:
    """What a publication tells of all units, as it was made; nothing where it holds no such file."""
    path = bag / PAYLOAD / OUTPUTS / OVERVIEW
    stated: dict[str, Any] = json.loads(path.read_bytes()) if path.is_file() else {}
    return stated


_RIGHT = 'style="text-align: right"'


def _ranking(folder: Path, pages: Path, block: dict[str, Any], stated: dict[str, Any]) -> str:
    """The standings of a block as a table, each unit with links to its page."""
    rows = "".join(
        f'<tr><td style="text-align: center">{wording.NOT_KNOWN if unit["rank"] is None else unit["rank"]}</td>'
        f'<th scope="row" style="text-align: left">{_unit_link(folder, pages, unit)}</th>'
        f"<td {_RIGHT}>{wording.points(unit['total'], stated['decimals'])}</td>"
        f"<td {_RIGHT}>{wording.points(unit['figure'], stated['figure_decimals'])}</td>"
        f"<td>{escape(_band(unit))}</td></tr>"
        for unit in block["units"]
    )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Hạng", "Đơn vị", "Tổng điểm", "Tỷ lệ %", "Xếp loại"))
    widths = "".join(f'<col style="width: {share}%">' for share in (8, 46, 12, 11, 23))
    return (
        f'<h3>{escape(block["name"])}</h3><div class="table"><table><colgroup>{widths}</colgroup>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _band(unit: dict[str, Any]) -> str:
    """The band of a unit, and what the council decided of it under a quota."""
    if unit["selection"] not in _DECIDED:
        return str(unit["band_name"])
    chosen = f" mức “{unit['selection_band']}”" if unit["selection_band"] else ""
    return f"{unit['band_name']}; {wording.SELECTIONS[unit['selection']]}{chosen}"


_DECIDED = ("chosen", "beyond_quota")


def _unit_link(folder: Path, pages: Path, unit: dict[str, Any]) -> str:
    name, page = escape(unit["name"]), pages / f"{unit['id']}.html"
    if not page.is_file():
        return name
    return f'<a href="{quote(page.relative_to(folder).as_posix())}">{name}</a>{_pdf_beside(folder, page)}'


def _pages(folder: Path) -> list[Path]:
    """The HTML pages of a folder, and PDFs without one."""
    found = sorted(folder.glob("*")) if folder.is_dir() else []
    pages = [path for path in found if path.suffix == ".html"]
    stems = {path.stem for path in pages}
    return sorted([*pages, *(path for path in found if path.suffix == ".pdf" and path.stem not in stems)])


def _link(folder: Path, page: Path) -> str:
    name = page.relative_to(folder).as_posix()
    return f'<li><a href="{quote(name)}">{escape(_titled(page))}</a>{_pdf_beside(folder, page)}</li>'


def _pdf_beside(folder: Path, page: Path) -> str:
    pdf = page.with_suffix(".pdf")
    if pdf == page or not pdf.is_file():
        return ""
    return f' · <a href="{quote(pdf.relative_to(folder).as_posix())}">PDF</a>'


def _titled(page: Path) -> str:
    """What a page is called: its title where it is a page."""
    if page.suffix != ".html":
        return page.name
    _, _, rest = page.read_text("utf-8").partition("<title>")
    title = rest.partition("</title>")[0].strip()
    return unescape(title) or page.stem


def _decisions(bag: Path, publication: Publication) -> Iterator[str]:
    """The decisions since the publication before, a line each, in words."""
    inputs = bag / PAYLOAD / INPUTS
    try:
        years = {one.place: one for one in with_those_taken(open_copy(inputs, publication.place))}
    except ScoringError:  # of a version of the program whose rules this one cannot read: told as they were written
        years = {}
    files = {Path(path).stem: path for path in publication.inputs if f"/{DECISIONS}/" in path}
    for name in publication.decisions:
        own, year = publication.inputs[files[name]], years.get(files[name].partition(f"/{DECISIONS}/")[0])
        try:
            decision = Decision.model_validate_json((inputs.parent / own.stored).read_bytes())
        except ValidationError:
            yield name
            continue
        yield _decision(decision, names_of(year) if year else {}, year.rubric if year else None)


def _decision(decision: Decision, names: Mapping[str, str], rubric: Rubric | None) -> str:
    reason = f"; lý do: {decision.reason}" if decision.reason else ""
    appeal = f"; phúc tra theo {decision.appeal}" if decision.appeal else ""
    said = decision_line(decision, names, rubric)
    return shown(f"{said}{reason}{appeal} ({decision.role}, {day(decision.made_on)})")
