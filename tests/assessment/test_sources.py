"""Which documents the rules rest on: on the unit's page in small type, and in its chain as data."""

import re
from datetime import date
from pathlib import Path

import pytest
from helpers.builders import criterion

from scoring.assessment.explanation import explain_units
from scoring.assessment.sources import sources_told
from scoring.core.language import in_words, speaking
from scoring.pages import unit_assessment
from scoring.rubric.reading import read_plan, read_rubric

DATA = Path(__file__).parents[2] / "data"
FILES = sorted(DATA.glob("*/rubrics/*.yaml"))
SOURCES = {
    "HD": {
        "title": "Hướng dẫn xếp loại",
        "title_en": "Guidance on grades",
        "issuer": "Tổng Liên đoàn",
        "issuer_en": "the Confederation",
        "number": "12/HD-TLĐ",
        "date": date(2024, 1, 5),
        "link": "https://example.org/12",
    },
    "KH": {"title": "Kế hoạch của huyện", "title_en": "Plan of the district", "issuer": "LĐLĐ huyện"},
}


@pytest.fixture
def rubric(rubric_of_criteria):
    """A band by one document; its quotas, one in each block and one in each body, by two."""
    bands = [
        {"id": "yeu", "name": "Yếu", "from": 0, "below": 50, "source": "KH"},
        {"id": "tot", "name": "Tốt", "from": 50, "source": "HD", "article": "Điều 5"},
    ]
    quota = {"band": "tot", "share": 50, "rounding": "down"}
    quotas = [
        {**quota, "base": ["tot"], "per": per, "source": source} for per, source in (("block", "HD"), ("body", "KH"))
    ]
    return rubric_of_criteria(criterion("A1", 100, "judged"), bands=bands, quotas=quotas, sources=SOURCES)


def test_each_document_is_told_once_with_what_it_says_and_its_address(rubric):
    told = {one.document: one for one in sources_told(rubric)}
    assert [one.said for one in told.values()] == [
        "Mức “Yếu”; tỷ lệ mức “Tốt” theo Kế hoạch của huyện của LĐLĐ huyện.",
        "Mức “Tốt” theo Điều 5, văn bản số 12/HD-TLĐ ngày 05/01/2024 của Tổng Liên đoàn.",
        "Tỷ lệ mức “Tốt” theo văn bản số 12/HD-TLĐ ngày 05/01/2024 của Tổng Liên đoàn.",
    ]
    assert [one.link for one in told.values()] == ["", "https://example.org/12", "https://example.org/12"]


def test_in_english_the_documents_have_their_english_titles(rubric):
    with speaking("en"):
        told = " ".join(one.said for one in sources_told(in_words(rubric)))
    assert "document No. 12/HD-TLĐ of 5 Jan 2024 by the Confederation" in told
    assert "Plan of the district" in told
    assert "Kế hoạch" not in told


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[1].name} {file.stem}")
def test_every_document_of_a_sample_has_its_english_title_and_what_decides_names_one(file):
    rubric = read_rubric(file, read_plan(file.parents[1] / "plan.yaml"))
    assert [name for name, source in rubric.sources.items() if not (source.title_en and source.issuer_en)] == []
    parts = [*rubric.bands, *rubric.gates, *rubric.quotas]
    assert [part for part in parts if part.source is None and not _is_dated(part, rubric)] == []
    said = " ".join(one.said for one in sources_told(rubric))
    told = sum(map(int, re.findall(r"(\d+) điều kiện", said)))
    assert "các điều kiện" in said.casefold() or told == len(rubric.gates)
    assert not {gate.id for gate in rubric.gates} & set(re.findall(r"\w+", said)), "an id says nothing to a unit"


def _is_dated(part, rubric):
    kind = "bands" if part in rubric.bands else "quotas"
    place = list(getattr(rubric, kind)).index(part)
    return any(figure.place.startswith(f"{kind}.{place}.") for figure in rubric.dated)


def test_the_page_says_them_in_small_type_and_leads_to_them(sample_2024):
    assessment = next(one for one in sample_2024.assessments({}) if one.unit.id == "XA-LONGHA")
    block = unit_assessment.annex(assessment)
    for one in assessment.sources:
        assert one.said in block.text
    linked = [one for one in assessment.sources if one.link]
    assert linked
    assert all(f'<a href="{one.link}">{one.document}</a>' in block.html for one in linked)


def test_a_chain_holds_the_document_of_each_quota_of_a_band_and_of_each_of_its_conditions(sample_2024):
    (chain,) = explain_units(sample_2024, {"XA-LONGHA"})
    rubric = sample_2024.year.rubric
    for band in chain.bands:
        assert len(band.conditions) == len(rubric.band[band.band].conditions)
    assert all(gate.source for gate in chain.gates)
    assert all(quota.source and quota.source.number == "1294/HD-TLĐ" for quota in chain.quotas)
