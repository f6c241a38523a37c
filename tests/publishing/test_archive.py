"""The archive of a year: every publication, what proves it, and a page that shows it without any program."""

import zipfile

import pytest
from helpers.published import Project, small_project, tables_only

from scoring.core.errors import PublishingError
from scoring.publishing.archive import _band, write_archive


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = Project(small_project(tmp_path_factory.mktemp("luu_tru"))).settle()
    project.publish()
    return project


def test_the_same_publications_are_the_same_bytes(project, tmp_path):
    count = write_archive(project.folder, tmp_path / "a.zip")
    write_archive(project.folder, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert len(archive.namelist()) == len(set(archive.namelist())) == count
        assert archive.testzip() is None
        guide = archive.read("HUONG_DAN_DOC.txt").decode()
    assert "python kiem_tra.py ." in guide


def test_what_the_machine_left_in_a_bag_is_not_archived(project, tmp_path):
    stray = project.bag() / "Thumbs.db"
    stray.write_bytes(b"x")
    write_archive(project.folder, tmp_path / "a.zip")
    stray.unlink()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert not [name for name in archive.namelist() if "Thumbs" in name]


def test_a_bag_that_is_not_as_published_is_not_archived(project, tmp_path):
    scores = project.bag() / "data" / "outputs" / "scores.csv"
    held = scores.read_bytes()
    scores.write_bytes(held + b" ")
    with pytest.raises(PublishingError, match=r"scores\.csv: đã bị sửa"):
        write_archive(project.folder, tmp_path / "a.zip")
    scores.write_bytes(held)
    assert not list(tmp_path.iterdir())


def test_a_year_not_published_has_no_archive(tmp_path):
    with pytest.raises(PublishingError, match="chưa công bố"):
        write_archive(small_project(tmp_path), tmp_path / "a.zip")


def test_the_first_page_ranks_the_units_by_block_in_the_words_of_the_publication(tmp_path):
    project = Project(small_project(tmp_path)).settle()
    from helpers.published import ON, papers

    from scoring.publishing.publication import publish

    publish(project.year, tables_only, papers, decision="15/QĐ <LĐLĐ>", on=ON)
    write_archive(project.folder, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        page = archive.read("index.html").decode()
    assert "Khối trường học" in page
    assert "15/QĐ &lt;LĐLĐ&gt;" in page
    assert "<script" not in page
    names = project.year.units.loc[project.year.units["eligible"], "name"]
    assert all(name in page for name in names)


@pytest.mark.parametrize(
    ("selection", "band", "told"),
    [("chosen", "Xuất sắc", "Tốt; hội đồng đã chọn mức “Xuất sắc”"), ("proposed", "", "Tốt"), ("", "", "Tốt")],
)
def test_the_first_page_says_whom_the_council_chose_for_a_band(selection, band, told):
    assert _band({"band_name": "Tốt", "selection": selection, "selection_band": band}) == told


@pytest.mark.parametrize("name", ["2024/plan.yaml", "2024/publications/1/a.zip", "2024/publications/1/data/a.zip", "x"])
def test_an_archive_takes_the_place_of_no_other_file_and_lies_in_no_publication(project, name):
    before = {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()}
    with pytest.raises(PublishingError, match="Chọn tên tệp khác"):
        write_archive(project.folder, project.folder.parent / name)
    assert {path: path.read_bytes() for path in project.folder.rglob("*") if path.is_file()} == before
