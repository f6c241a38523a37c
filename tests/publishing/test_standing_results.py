"""Results are computed again exactly where something they follow from has changed."""

import os
import shutil
from pathlib import Path

import pytest

from scoring.assessment.evaluation import evaluate
from scoring.core.language import speaking
from scoring.publishing.results import write_results
from scoring.publishing.standing_results import results_digest, standing_results
from scoring.register.year import open_year

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A copy of the sample year with few reports, and its results."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "data" / "2024" / "reports").mkdir(parents=True)
    for name in ("plan.yaml", "units.csv", "events.csv"):
        shutil.copy(DATA / "2024" / name, folder / "data" / "2024")
    shutil.copytree(DATA / "2024" / "rubrics", folder / "data" / "2024" / "rubrics")
    for name in ("MN-HOAMAI_9T.xlsx", "MN-HOAMAI_NAM.xlsx"):
        shutil.copy(DATA / "2024" / "reports" / name, folder / "data" / "2024" / "reports")
    year = open_year(folder / "data" / "2024")
    results = write_results(evaluate(year), folder / "out", follows=results_digest(year))
    return folder, results


@pytest.fixture
def project(written, tmp_path):
    shutil.copytree(written[0], tmp_path / "project", copy_function=shutil.copy2)
    return tmp_path / "project"


def stands(project):
    return standing_results(project / "out", results_digest(open_year(project / "data" / "2024"))) is not None


def test_what_stands_is_what_was_computed(written):
    folder, (assessments, dossier) = written
    standing = standing_results(folder / "out", results_digest(open_year(folder / "data" / "2024")))
    assert standing == (assessments, dossier)
    assert [one.digest for one in standing[0]] == [one.digest for one in assessments]


def test_a_copy_elsewhere_stands_too(project):
    assert stands(project)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: (data / "2024" / "reports" / "MN-HOAMAI_9T.xlsx").unlink(),
        lambda data: (data / "2024" / "reports" / "MN-HOAMAI_9T.xlsx").rename(data / "2024" / "reports" / "x.xlsx"),
        lambda data: (data / "2024" / "reports" / "received.csv").write_text("file,received_on\n", "utf-8"),
        lambda data: (data / "2024" / "reports" / "xã").mkdir(),
        lambda data: (data / "2024" / "decisions").mkdir(),
        lambda data: (data / "2024" / "targets.csv").write_text("unit\n", "utf-8"),
        lambda data: (data / "2023").mkdir() or (data / "2023" / "plan.yaml").write_text("x", "utf-8"),
    ],
    ids=["report gone", "renamed", "arrivals", "folder", "decisions", "targets", "the year before"],
)
def test_any_change_of_what_lies_there_is_seen(project, change):
    before = results_digest(open_year(project / "data" / "2024"))
    year = open_year(project / "data" / "2024")
    change(project / "data")
    assert results_digest(year) != before


def test_another_language_follows_from_the_same_but_says_something_else(project):
    with speaking("en"):
        assert not stands(project)


@pytest.mark.parametrize("name", ["scores.csv", "ranking.xlsx", "dossier.json", "assessments/MN-HOAMAI.json"])
@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes() + b" ")])
def test_a_result_that_was_touched_does_not_stand(project, name, spoil):
    spoil(project / "out" / name)
    assert not stands(project)


@pytest.mark.parametrize(
    "record", [b"", b"{}", b"[]", b'{"follows": null, "files": {}}', b'{"follows": 1, "files": []}']
)
def test_a_record_of_another_shape_is_not_believed(project, record):
    (project / "out" / ".made" / "results.json").write_bytes(record)
    assert not stands(project)


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root reads everything")
def test_where_a_file_cannot_be_read_nothing_stands(project):
    (project / "data" / "2024" / "reports" / "MN-HOAMAI_9T.xlsx").chmod(0)
    assert results_digest(open_year(project / "data" / "2024")) is None
    assert not stands(project)
