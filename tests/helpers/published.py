"""A small year with real report files that is decided on and published, quickly: its results without the pages."""

import hashlib
import re
import shutil
from datetime import date

from helpers.filled_forms import TESTS, filled_form

from scoring.assessment.evaluation import evaluate
from scoring.core import places
from scoring.decisions.proposals import acceptance, awaited_choices
from scoring.decisions.rulings import Ruling
from scoring.decisions.seal import PUBLICATIONS, check_bag, is_left_out, read_publications
from scoring.decisions.store import record_decisions
from scoring.desk.commands import main as command
from scoring.desk.commands.screen import CONSOLE
from scoring.pages.spreadsheets import scores_csv
from scoring.publishing.publication import open_copy, publish
from scoring.publishing.results import write_results
from scoring.register.year import open_year
from scoring.reports.checks.run import read_reports

ON, LATER = date(2025, 1, 20), date(2025, 2, 20)
UNITS = ("TH-HOABINH", "XA-LONG")
"""Those that reported."""
ALL = (*UNITS, "TH-HOABINH.2", "XA-TAN")


def small_folder(root):
    """The data folder of the year without a report; gives the year's folder."""
    folder = root / "data" / "2024"
    shutil.copytree(TESTS / "register" / "sample", folder)
    shutil.copy(TESTS.parent / "data" / "2024" / "plan.yaml", folder)
    for name in ("rubrics", "reports"):
        (folder / name).mkdir()
    rules = (TESTS / "helpers" / "rubrics" / "reported.yaml").read_text(encoding="utf-8")
    rules = re.sub(r"^id: .*", "id: grassroots", rules, flags=re.MULTILINE)
    (folder / "rubrics" / "grassroots.yaml").write_text(rules, encoding="utf-8")
    return folder


def small_project(root):
    """The same as people fill it: two units have reported."""
    folder = small_folder(root)
    for unit in UNITS:
        filled_form(folder / "reports" / f"{unit}.xlsx", unit)
    return folder


def ruling(unit="TH-HOABINH", criterion="A7", kind="points", value="4", **rest):
    plain = {"stage": "council", "role": "Hội đồng thi đua", "reason": "theo hồ sơ", "made_on": date(2025, 1, 6)}
    return Ruling(**{**plain, "unit": unit, "criterion": criterion, "kind": kind, "value": value} | rest)


def appeal(unit="TH-HOABINH", value="5", **rest):
    plain = {"appeal": "02/QĐ-PT", "reason": "chấp nhận phúc tra", "made_on": date(2025, 2, 10)}
    return ruling(unit, value=value, **plain | rest)


def results(evaluation, out, edition):
    """What a publication of the tests holds in place of the pages."""
    out.mkdir()
    (out / "scores.csv").write_bytes(scores_csv(evaluation))
    (out / "edition.txt").write_text(f"{edition.kind} {edition.number} {edition.decision}", "utf-8")


def papers(_, folder, publication):
    folder.mkdir()
    (folder / "giay_chung_nhan.txt").write_text(publication.code, "utf-8")


class Project:
    """The small year on disk."""

    def __init__(self, folder):
        self.folder = folder

    @property
    def year(self):
        return open_year(self.folder)

    def record(self, *rulings):
        year = self.year
        stated = {f"dòng {place}": one for place, one in enumerate(rulings, 1)}
        return record_decisions(self.folder, stated, year.rubric, year.units, read_reports(year).entries)

    def settle(self):
        """Decide what waits for a decision."""
        self.record(*(ruling(unit) for unit in ALL))
        return self

    def publish(self, decision="15/QĐ-LĐLĐ", on=ON):
        return publish(self.year, results, papers, decision=decision, on=on)

    def appeal_and_publish(self, value="5", decision="22/QĐ-LĐLĐ", on=LATER):
        self.record(appeal(value=value))
        return self.publish(decision, on)

    def bag(self, number=1):
        return self.folder / PUBLICATIONS / str(number)

    def differences(self, number=1):
        return [(one.file, one.fate, one.now) for one in check_bag(self.bag(number))]

    def decisions(self):
        return sorted((self.folder / "decisions").glob("*.json"))

    def evaluation(self):
        return evaluate(self.year)

    def published(self, number=1):
        """What follows from the inputs of a publication."""
        return evaluate(open_copy(self.bag(number) / "data" / "inputs", "2024"))

    def publications(self):
        return read_publications(self.folder)


def accept_all(year):
    """Have the council choose whom the quotas allow."""
    evaluation = evaluate(year)
    awaited = awaited_choices(evaluation.standings, evaluation.quotas, year.rubric)
    stated = acceptance(awaited, reason="biên bản 12/BB-HĐ", role="Hội đồng thi đua", made_on=date(2025, 1, 10))
    return record_decisions(year.folder, stated, year.rubric, year.units, evaluation.entries) if stated else []


def settle_all(project, year):
    """Give points where a mark waits for a judge, and accept what is proposed, in a year of any rubric."""
    evaluation = evaluate(year)
    marks = evaluation.marks
    waiting = marks[marks["state"] == "pending"]
    stated = {
        f"dòng {place}": ruling(row.unit, row.criterion, value="1", made_on=date(2025, 1, 9))
        for place, row in enumerate(waiting.itertuples())
    }
    if stated:
        record_decisions(project.folder, stated, year.rubric, year.units, evaluation.entries)
    accept_all(year)


def tables_only(evaluation, out, edition):
    """The results of a publication without its documents: quick for a year of many units."""
    write_results(evaluation, out, edition=edition)


def moving_appeal(evaluation):
    """An appeal that takes the points of a criterion from the last unit, whom no quota chooses."""
    standings, marks = evaluation.standings, evaluation.marks
    unit = str(standings.loc[standings["rank"].astype("Int64").idxmax(), "unit"])
    own = marks[marks["unit"].astype(str).eq(unit) & marks["kind"].eq("criterion") & (marks["points"] > 0)]
    return appeal(unit, criterion=str(own["criterion"].iloc[0]), value="0")


def typing(folder, monkeypatch, capsys):
    """Types words about the year where its project lies; gives the exit code and what was told, in one line."""
    root = folder.parents[1]
    monkeypatch.chdir(root)
    monkeypatch.setattr(places, "PROJECT", root)
    monkeypatch.setattr(CONSOLE, "width", 300)

    def typed(*words):
        code = command.main([*words, "--year", "2024"])
        assert not (root / "loi.txt").exists()
        return code, " ".join(capsys.readouterr().out.split())

    return typed


def tree(folder):
    """Every file below a folder by its bytes, but the lock."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def hashes(folder):
    """SHA-256 of every file under a folder that counts, by its path inside."""
    files = (path for path in folder.rglob("*") if path.is_file())
    inside = {path.relative_to(folder): path for path in files}
    return {
        name.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in sorted(inside.items())
        if not any(map(is_left_out, name.parts))
    }
