"""Write docs/rubric.md, docs/rubric.en.md and docs/rubric.schema.json anew.

Run it from the project's folder: `python -m tools.make_rubric_reference`. A test holds the files against what it makes.
"""

from __future__ import annotations

import json
from pathlib import Path

from tools.rubric_reference.pages import ENGLISH, VIETNAMESE, page
from tools.rubric_reference.schema import rubric_schema

DOCS = Path(__file__).parents[1] / "docs"


def reference() -> dict[str, str]:
    """Every file of the reference, by its name in docs/."""
    schema = json.dumps(rubric_schema(), ensure_ascii=False, indent=1, sort_keys=True)
    return {"rubric.md": page(VIETNAMESE), "rubric.en.md": page(ENGLISH), "rubric.schema.json": f"{schema}\n"}


def main() -> None:
    """Write them."""
    for name, text in reference().items():
        (DOCS / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
