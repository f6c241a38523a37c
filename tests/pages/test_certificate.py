"""The certificate says in words what lies between two publications: whom, what and by which document; no id."""

import pytest
from helpers.published import Project, small_project

from scoring.pages.publications import certificate
from scoring.publishing.final_documents import _decided


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    project = Project(small_project(tmp_path_factory.mktemp("certificate"))).settle()
    project.publish()
    return project


def paper_of(project, publication):
    evaluation = project.evaluation()
    parts = certificate(evaluation.year.plan, evaluation.year.rubric, publication, _decided(evaluation, publication))
    return "\n".join(part.text for part in parts)


def test_the_decisions_between_are_told_by_unit_criterion_and_document(project):
    publication = project.appeal_and_publish()
    text, year = paper_of(project, publication), project.year
    (decision,) = publication.decisions
    names = dict(zip(year.units["id"], year.units["name"], strict=True))
    said = f"{names['TH-HOABINH']}, “{year.rubric.item['A7'].name}”: 5 điểm (02/QĐ-PT, 10/02/2025)"
    assert said in text
    assert "Số quyết định ghi từ lần trước: 1" in text
    assert "TH-HOABINH" not in text
    assert decision.rpartition(".")[2][:8] not in text


def test_many_decisions_leave_the_certificate_one_page(project):
    evaluation, last = project.evaluation(), project.publications()[-1]
    decided = [f"Công đoàn cơ sở Trường số {place}, “Tiêu chí”: 5 điểm (02/QĐ-PT, 10/02/2025)" for place in range(9)]
    parts = certificate(evaluation.year.plan, evaluation.year.rubric, last._replace(previous="ab" * 32), decided)
    text = "\n".join(part.text for part in parts)
    assert "Trường số 5," in text
    assert "Trường số 6," not in text
    assert "Và 3 quyết định khác" in text
