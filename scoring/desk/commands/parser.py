"""The words of the command line: its verbs and what each may be told."""

from __future__ import annotations

import argparse
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scoring.core.choices import FORMATS, MAIN, STAGES
from scoring.core.language import LANGUAGES, VIETNAMESE
from scoring.core.places import COMMAND
from scoring.desk.commands.progress import KINDS
from scoring.desk.commands.vietnamese import Parser, speak_vietnamese


def command_parser() -> argparse.ArgumentParser:
    """Every verb with its options; `verb` is the module of this folder and the function in it that does the work."""
    speak_vietnamese()
    parser = Parser(
        prog=COMMAND,
        description="Chấm điểm thi đua: từ báo cáo đến phiếu đánh giá từng đơn vị.",
    )
    parser.set_defaults(verb="assess:run_assess", **_assess_defaults())
    verbs = parser.add_subparsers(metavar="LỆNH")
    _add_assess(verbs)
    _add_reports(verbs)
    _add_to_units(verbs)
    _add_rubric(verbs)
    _add_register(verbs)
    _add_new_year(verbs)
    _add_calibrate(verbs)
    _add_explain(verbs)
    _add_verify(verbs)
    _add_publishing(verbs)
    _add_starters(verbs)
    return parser


def _add_assess(verbs: Any) -> None:
    parser = verbs.add_parser("assess", help="đọc báo cáo, chấm điểm, xếp hạng và làm phiếu đánh giá (việc chính)")
    _year(parser)
    parser.add_argument("--units", nargs="+", metavar="MÃ", help="chỉ làm phiếu của các đơn vị này (mã hoặc tên)")
    parser.add_argument("--block", metavar="KHỐI", help="chỉ làm phiếu của một khối")
    help_text = "số tiến trình chạy cùng lúc (mặc định: số nhân của máy)"
    parser.add_argument("--jobs", type=int, metavar="SỐ", help=help_text)
    parser.add_argument("--formats", metavar="LOẠI", help=f"các loại tệp: {', '.join(FORMATS)}")
    parser.add_argument("--timeout", type=int, metavar="GIÂY", help="một phiếu được chạy lâu nhất (mặc định: 300)")
    help_text = "bộ nhớ một phiếu được dùng thêm nhiều nhất (mặc định: 2048)"
    parser.add_argument("--memory", type=int, metavar="MB", help=help_text)
    parser.add_argument("--brief", action="store_true", help="chỉ làm bản tóm tắt một trang của từng đơn vị")
    _language(parser, "ngôn ngữ của tài liệu: vi (mặc định), hoặc en vào outputs/en/")
    parser.add_argument("--dry-run", action="store_true", help="chỉ nói sẽ làm lại phiếu nào và vì sao")
    parser.add_argument("--force", action="store_true", help="làm lại tất cả")
    help_text = "xếp phiếu theo thư mục từng khối, khi có hàng vạn đơn vị"
    parser.add_argument("--by-block", action="store_true", help=help_text)
    help_text = "đọc báo cáo, làm phiếu trên nhiều máy qua Dask, dạng tcp://máy:8786"
    parser.add_argument("--scheduler", metavar="ĐỊA_CHỈ", help=help_text)
    parser.add_argument("--storage", metavar="NƠI", help="nơi lưu chung của các máy đó (mặc định: thư mục kết quả)")
    _progress(parser)
    parser.set_defaults(verb="assess:run_assess", **_assess_defaults())


def _add_reports(verbs: Any) -> None:
    """The verbs about what units send: forms, checks, reminders, and the report upward of a period."""
    forms = verbs.add_parser("forms", help="làm mẫu báo cáo Excel cho từng đơn vị")
    _year(forms)
    forms.set_defaults(verb="reports:run_forms")
    check = verbs.add_parser("check", help="kiểm tra các báo cáo đã nhận")
    _year(check)
    check.add_argument("--period", metavar="KỲ", help="chỉ xem một kỳ, trên màn hình, ví dụ Q1")
    _day(check, "tính đến ngày này, dạng 2025-04-10: báo cáo chưa quá hạn nộp thì chưa phải là thiếu")
    _progress(check)
    check.set_defaults(verb="reports:run_check")
    remind = verbs.add_parser("remind", help="nhắc nộp báo cáo: thư cho từng đơn vị và danh sách cho nhóm")
    _year(remind)
    remind.add_argument("--period", metavar="KỲ", help="chỉ một kỳ, ví dụ Q1")
    _day(remind, "tính đến ngày này, dạng 2025-04-10")
    remind.set_defaults(verb="reports:run_remind")
    help_text = "báo cáo cấp trên của một kỳ (quý, 6 tháng, 9 tháng) từ những gì đã nhận, so với cùng kỳ năm trước"
    report = verbs.add_parser("report", help=help_text)
    _year(report)
    report.add_argument("--period", required=True, metavar="KỲ", help="mã kỳ trong bộ tiêu chí, ví dụ Q2, 9T")
    _day(report, "tính đến ngày này, dạng 2025-07-10")
    _language(report, "vi hoặc en")
    _progress(report)
    report.set_defaults(verb="period_report:run_report")


def _add_to_units(verbs: Any) -> None:
    help_text = "mỗi đơn vị một thư mục để gửi: mẫu, bản cần sửa, sổ giải trình, phiếu, thư điện tử; ghi sổ gửi"
    parser = verbs.add_parser("to-units", help=help_text)
    _year(parser)
    parser.add_argument("--units", nargs="+", metavar="MÃ", help="chỉ các đơn vị này (mã hoặc tên)")
    parser.add_argument("--block", metavar="KHỐI", help="chỉ một khối")
    parser.add_argument("--zip", action="store_true", help="thêm mỗi đơn vị một tệp ZIP và một tệp cho tất cả")
    help_text = "không làm lại gì, ghi vào sổ gửi: những gì trong thư mục đã gửi ngày này (mặc định: hôm nay)"
    help_text = f"{help_text}, dạng 2025-04-10"
    parser.add_argument("--sent", nargs="?", type=date.fromisoformat, const=_today(), metavar="NGÀY", help=help_text)
    parser.set_defaults(verb="to_units:run_to_units")


def _add_rubric(verbs: Any) -> None:
    parser = verbs.add_parser("rubric", help="kiểm tra, in ra một bộ tiêu chí; ghi ra sổ Excel và đọc lại")
    actions = ["check", "show", "handbook", "impact", "export", "import"]
    help_text = (
        "kiểm tra, in ra, làm sổ tay (html, pdf, docx), thử bản dự thảo trên một năm đã qua (với --on),"
        " ghi ra sổ Excel, đọc sổ Excel đã sửa vào lại"
    )
    parser.add_argument("action", choices=actions, metavar="|".join(actions), help=help_text)
    help_text = "ví dụ data/2024/rubrics/grassroots.yaml; export cũng nhận data/2024/plan.yaml; với import: sổ Excel"
    parser.add_argument("file", type=Path, metavar="TỆP", help=help_text)
    help_text = "tệp ghi ra (mặc định: sổ vào outputs/<năm>/rubrics/, bộ tiêu chí vào thư mục của năm)"
    parser.add_argument("out", type=Path, nargs="?", metavar="RA", help=help_text)
    parser.add_argument("--on", metavar="NĂM", help="với impact: thử trên số liệu của năm này, ví dụ 2024")
    parser.set_defaults(verb="rubric:run_rubric")


def _add_register(verbs: Any) -> None:
    help_text = "danh bạ đơn vị, sự kiện, chỉ tiêu giao thành tệp Excel (export), nhận lại tệp đã sửa (import)"
    actions = verbs.add_parser("register", help=help_text).add_subparsers(
        dest="action", required=True, metavar="export|import"
    )
    export = actions.add_parser("export", help="danh bạ của năm thành tệp Excel")
    taken = actions.add_parser("import", help="nhận tệp Excel đã sửa; có lỗi thì không nhập gì, trả bản tô màu")
    taken.add_argument("file", type=Path, metavar="TỆP", help="tệp Excel đã sửa")
    for parser in (export, taken):
        _year(parser)
        parser.set_defaults(verb="register:run_register")


def _add_new_year(verbs: Any) -> None:
    parser = verbs.add_parser(
        "new-year", help="bắt đầu năm mới từ thư mục năm trước: kế hoạch, bộ tiêu chí, danh bạ, ngày các kỳ"
    )
    parser.add_argument("year", metavar="NĂM", help="năm mới, ví dụ 2026")
    parser.add_argument("--from", dest="source", metavar="NĂM", help="chép từ năm này (mặc định: năm liền trước đã có)")
    parser.add_argument("--plan", metavar="MÃ", help="mã kế hoạch của năm mới, ví dụ KH-12-2026")
    help_text = "hạn nộp từng kỳ, ví dụ Q1=10/04/2026 (mặc định: cùng ngày)"
    parser.add_argument("--due", nargs="+", default=[], metavar="KỲ=NGÀY", help=help_text)
    help_text = "năm ấy đang là năm mẫu kèm chương trình: dời năm mẫu sang data/nam_mau"
    parser.add_argument("--aside", action="store_true", help=help_text)
    parser.add_argument("--yes", action="store_true", help="không hỏi, giữ mọi điều không ghi trong lệnh")
    parser.set_defaults(verb="new_year:run_new_year")


def _add_calibrate(verbs: Any) -> None:
    help_text = (
        "trước mùa chấm: mỗi người thẩm định một sổ ca mẫu của năm trước, đã bỏ tên đơn vị; đọc lại, so với đáp án"
    )
    parser = verbs.add_parser("calibrate", help=help_text)
    _year(parser)
    parser.add_argument("--from", dest="source", metavar="NĂM", help="lấy ca của năm này (mặc định: năm liền trước)")
    help_text = "chức danh hoặc tổ, mỗi bên một sổ (mặc định: những ai đã thẩm định năm lấy ca)"
    parser.add_argument("--for", dest="roles", nargs="+", default=[], metavar="AI", help=help_text)
    cases = range(1, 41)
    parser.add_argument("--cases", type=int, choices=cases, default=10, metavar="SỐ", help="số ca (mặc định: 10)")
    help_text = "đọc các sổ đã điền: một tệp, hoặc cả thư mục; có sổ đáp án dap_an.xlsx thì so với sổ ấy"
    parser.add_argument("--read", type=Path, metavar="NƠI", help=help_text)
    _language(parser, "tiếng của trang kết quả: vi, en")
    parser.set_defaults(verb="calibrate:run_calibrate")


def _add_explain(verbs: Any) -> None:
    parser = verbs.add_parser("explain", help="vì sao một đơn vị được điểm, mức và hạng như vậy")
    parser.add_argument("--unit", required=True, metavar="MÃ", help='mã hoặc tên đơn vị, ví dụ "Kim Đồng"')
    parser.add_argument("--criterion", metavar="MÃ", help="chỉ một tiêu chí")
    parser.add_argument("--json", action="store_true", help="in dạng JSON cho chương trình khác")
    _year(parser)
    parser.set_defaults(verb="explain:run_explain")


def _add_verify(verbs: Any) -> None:
    parser = verbs.add_parser("verify", help="lập sổ thẩm định của một khối, hoặc đọc sổ đã ghi")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--block", metavar="KHỐI", help="lập sổ cho khối này")
    help_text = "ghi nhận các quyết định trong sổ; ghi thư mục thì đọc mọi sổ giải trình các đơn vị gửi về trong đó"
    what.add_argument("--read", type=Path, metavar="TỆP", help=help_text)
    what.add_argument("--unit", metavar="MÃ", help="lập sổ chỉ của đơn vị này (mã hoặc tên), để gửi chính đơn vị")
    help_text = "rút mẫu để người khác thẩm định lần hai; sổ không có số của người thẩm định lần một"
    what.add_argument("--second", action="store_true", help=help_text)
    help_text = "lập sổ những điểm hai lần thẩm định khác nhau, để cùng thống nhất"
    what.add_argument("--reconcile", action="store_true", help=help_text)
    help_text = "hội đồng đồng ý mọi đề xuất trong tỷ lệ khống chế: ghi chọn từng đơn vị được đề xuất, một lần"
    what.add_argument("--accept", action="store_true", help=help_text)
    help_text = 'với --accept: căn cứ, ví dụ "biên bản 12/BB-HĐ ngày 08/01/2025"'
    parser.add_argument("--reason", default="", metavar="LÝ_DO", help=help_text)
    help_text = "với --accept: ai quyết định (mặc định: chức danh đầu tiên của hội đồng trong plan.yaml)"
    parser.add_argument("--role", default="", metavar="AI", help=help_text)
    help_text = "với --accept của năm đã công bố: số quyết định phúc tra, ví dụ 02/QĐ-PT"
    parser.add_argument("--appeal", default="", metavar="SỐ", help=help_text)
    help_text = "với --accept: ngày quyết định, dạng 2025-01-08 (mặc định: hôm nay)"
    parser.add_argument("--date", type=date.fromisoformat, default=_today(), metavar="NGÀY", help=help_text)
    help_text = "với --second: 10%% là một phần mười số điểm (mặc định), 20 là hai mươi điểm"
    parser.add_argument("--sample", default="10%", metavar="CỠ", help=help_text)
    help_text = "với --second: rút cả đơn vị, cỡ mẫu tính theo số đơn vị"
    parser.add_argument("--whole-units", action="store_true", help=help_text)
    parser.add_argument("--stage", choices=list(STAGES), default="verified", metavar="BƯỚC", help=", ".join(STAGES))
    help_text = "với --block: mỗi đơn vị một sổ riêng, chỉ có phần của mình"
    parser.add_argument("--each", action="store_true", help=help_text)
    _year(parser)
    parser.set_defaults(verb="verify:run_verify")


def _add_publishing(verbs: Any) -> None:
    """The verbs about a published year."""
    publish = verbs.add_parser("publish", help="công bố: giữ số liệu, quyết định và tài liệu chính thức thành một lần")
    publish.add_argument("--decision", required=True, metavar="SỐ", help="số quyết định, ví dụ 15/QĐ-LĐLĐ")
    publish.add_argument("--date", type=date.fromisoformat, default=_today(), metavar="NGÀY", help="dạng 2025-01-20")
    publish.add_argument("--yes", action="store_true", help="không hỏi lại trước khi công bố")
    publish.add_argument("--dry-run", action="store_true", help="chỉ nói sẽ công bố gì, có gì ngăn lại không")
    publish.add_argument("--all", action="store_true", help="mọi bộ tiêu chí của năm có số liệu")
    publish.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="SỐ", help="số tiến trình")
    _progress(publish)
    appeal = verbs.add_parser("appeal", help="phúc tra làm thay đổi những đơn vị nào; viết thành văn bản để ký")
    appeal.add_argument("--from", type=int, dest="first", metavar="LẦN", help="so từ lần công bố này")
    appeal.add_argument("--to", type=int, dest="second", metavar="LẦN", help="đến lần này (mặc định: hiện nay)")
    trying = "làm thử: sổ phúc tra này sẽ làm thay đổi gì, chưa ghi"
    appeal.add_argument("--try", type=Path, dest="tried", metavar="TỆP.xlsx", help=trying)
    verifying = verbs.add_parser("verify-seal", help="kiểm tra các lần công bố có còn nguyên không")
    verifying.add_argument("folder", nargs="?", type=Path, metavar="THƯ_MỤC", help="một bản chép: năm, hoặc một lần")
    verifying.add_argument("--code", default="", metavar="MÃ", help="mã công bố in trên giấy, để so")
    archive = verbs.add_parser("archive", help="gói mọi lần công bố thành một tệp ZIP để lưu trữ")
    archive.add_argument("--to", type=Path, dest="file", metavar="TỆP", help="tên tệp ZIP")
    for parser, verb in (
        (publish, "publishing:run_publish"),
        (appeal, "publishing:run_appeal"),
        (archive, "publishing:run_archive"),
        (verifying, "verify_seal:run_verify_seal"),
    ):
        _year(parser)
        parser.set_defaults(verb=verb)
    sign = verbs.add_parser("sign", help="ký số các tệp PDF bằng khóa của cơ quan")
    sign.add_argument("files", nargs="+", type=Path, metavar="PDF")
    sign.add_argument("--key", required=True, type=Path, metavar="TỆP.p12", help="khóa và chứng thư")
    sign.add_argument("--password-file", type=Path, metavar="TỆP", help="tệp chứa mật khẩu (hoặc SCORING_KEY_PASSWORD)")
    sign.add_argument("--into", type=Path, default=Path("da_ky"), metavar="THƯ_MỤC", help="nơi ghi (mặc định: da_ky)")
    sign.set_defaults(verb="publishing:run_sign")


def _add_starters(verbs: Any) -> None:
    """What the starter does by itself, named here for `--help`; whoever reads this in another way is told how."""
    for name, about in STARTERS.items():
        if name in _OF_EVERY_STARTER or "run.py" in COMMAND:
            verbs.add_parser(name, help=about).set_defaults(verb="screen:run_starter", starter=name)


STARTERS = {
    "lab": "mở sổ làm việc trong JupyterLab, trên trình duyệt",
    "desk": "mở các sổ ấy thành trang gọn, chỉ xem; thêm --write để làm việc, --share để máy khác xem được",
    "test": "kiểm tra chính chương trình: định dạng mã, kiểu, kiểm thử (cho người làm phần mềm)",
    "dask": "chạy máy điều phối (scheduler) hoặc máy làm (worker) khi làm phiếu trên nhiều máy",
}
"""The verbs of whatever starts the program that are no verbs of the package."""
_OF_EVERY_STARTER = {"lab", "desk"}  # the others are run.py's: they install something first


def _today() -> date:
    return datetime.now().astimezone().date()


def _assess_defaults() -> dict[str, object]:
    return {
        "year": None,
        "rubric": MAIN,
        "units": None,
        "block": None,
        "jobs": os.cpu_count() or 1,
        "formats": "",
        "timeout": 300,
        "memory": 2048,
        "brief": False,
        "lang": VIETNAMESE,
        "dry_run": False,
        "force": False,
        "by_block": False,
        "scheduler": None,
        "storage": None,
        "progress": KINDS[0],
    }


def _year(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--year",
        metavar="NĂM",
        help="năm đánh giá (mặc định: năm chọn ở sổ Bắt đầu, hoặc năm mới nhất có bộ tiêu chí ấy)",
    )
    help_text = "bộ tiêu chí trong rubrics/ của năm: grassroots (mặc định), officer, upper_level, annual…"
    parser.add_argument("--rubric", default=MAIN, metavar="BỘ", help=help_text)


def _day(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument("--on", type=date.fromisoformat, default=_today(), metavar="NGÀY", help=help_text)


def _language(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument("--lang", choices=list(LANGUAGES), default=VIETNAMESE, metavar="TIẾNG", help=help_text)


def _progress(parser: argparse.ArgumentParser) -> None:
    help_text = f"cách báo tiến độ: {', '.join(KINDS)}"
    parser.add_argument("--progress", choices=KINDS, default=KINDS[0], metavar="DẠNG", help=help_text)
