"""The process in which a cluster's machine makes documents: `python -m scoring.publishing.cluster.maker`.

A worker of a cluster is full of threads and so must not fork; this process, which it starts and keeps, may. A line on
stdin is a task, the line on stdout that answers it tells what became of its documents; both are JSON. The working
folder holds what the task's notebooks read, and receives, in `MADE`, what was made.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scoring.publishing.batch import Document, make_documents
from scoring.publishing.cluster.messages import MADE, MakeTask
from scoring.publishing.documents import code_digest


def main() -> None:
    """Answer every task, until who asks hangs up."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a package prints must not pass for an answer
    program = code_digest()
    for line in sys.stdin:
        answers.write(json.dumps(make_documents_of(json.loads(line), program)) + "\n")
        answers.flush()


def make_documents_of(task: MakeTask, program: str) -> list[dict[str, Any]] | None:
    """Make a task's documents in the working folder; gives each `Made` as a dict.

    program: the `code_digest` of this process. None where who asks has another: its pages would be other bytes.
    """
    if task["program"] != program:
        return None
    documents = [Document(**wanted, template=Path(task["template"]), folder=Path(MADE)) for wanted in task["documents"]]
    made = make_documents(documents, moment=task["moment"], timeout=task["timeout"], memory_limit=task["memory_limit"])
    return [asdict(one) for one in made]


if __name__ == "__main__":
    main()
