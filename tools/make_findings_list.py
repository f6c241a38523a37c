"""Write docs/findings.md anew from the codes of `scoring/core/findings.py`.

Run it from the project's folder: `python -m tools.make_findings_list`. A test holds the file against what it makes.
"""

from __future__ import annotations

from pathlib import Path

from scoring.core.findings import CODES
from scoring.core.wording import SEVERITIES

LIST = Path(__file__).parents[1] / "docs" / "findings.md"
_HEAD = """# Mã nhận xét

Lệnh `check` và các bảng kết quả ghi mỗi nhận xét một mã (`code`). *Lỗi*: số liệu, tệp hoặc quyết định không được tính;
*Cần xem lại*: vẫn tính, phải xem; *Ghi nhận*: chỉ nói đã làm gì. Mã có hai mức ghi mức thường gặp trước.
"""
_ROOMS = {"reports": "Báo cáo và sổ nhận", "decisions": "Quyết định"}


def findings_list() -> str:
    """The page: a table a room, a line a code."""
    parts = [_HEAD]
    for room, name in _ROOMS.items():
        lines = ["", f"## {name}", "", "| mã | mức | nghĩa |", "| --- | --- | --- |"]
        for code, told in CODES.items():
            if told.room == room:
                weights = [SEVERITIES[one] for one in (told.severity, told.mild) if one]
                lines.append(f"| `{code}` | {', '.join(weights)} | {told.means} |")
        parts.append("\n".join(lines) + "\n")
    return "".join(parts)


def main() -> None:
    """Write it."""
    LIST.write_text(findings_list(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
