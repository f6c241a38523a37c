"""Are the clauses, sources, names and sentences of a rubric whole?"""

from __future__ import annotations

from typing import Any

from scoring.core.errors import Fault
from scoring.rubric.checks.parts import Faults, placed_items, placed_parts
from scoring.rubric.coverage import clauses_without_answer, ids_citing
from scoring.rubric.file_names import unfit_names
from scoring.rubric.model import Plan, Rubric
from scoring.rubric.strict_yaml import Place, YamlFile


def check_clauses(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """The files are of one year; every clause cited exists and is one that is scored; none is said not to be."""
    if rubric.year != plan.year:
        yield Fault(file.where(("year",)), f"bộ tiêu chí năm {rubric.year}, kế hoạch năm {plan.year}")
    cited = [((*place, "clause"), item.id, item.clause) for place, item in placed_items(rubric)]
    cited += [(("gates", i, "clause"), gate.id, gate.clause) for i, gate in enumerate(rubric.gates) if gate.clause]
    cited += [(("not_scored", i, "clause"), "not_scored", one.clause) for i, one in enumerate(rubric.not_scored)]
    if rubric.annual_share is not None and rubric.annual_share.clause is not None:
        cited.append((("annual_share", "clause"), "annual_share", rubric.annual_share.clause))
    for place, part, clause in cited:
        if clause not in plan.by_id:
            known = f"các mục: {', '.join(plan.by_id)}"
            yield Fault(file.where(place), f"{part}: kế hoạch {plan.id} không có mục '{clause}'", known)
        elif not plan.by_id[clause].scored and part not in {"annual_share", "not_scored"}:
            yield Fault(file.where(place), f"{part}: mục '{clause}' ghi là không chấm điểm", mend="chọn mục khác")
    yield from _needless_reasons(rubric, file)


def clause_faults(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Each clause the plan scores and that binds those judged has a criterion or a reason.

    Told by `rubric check` before the rules are issued; a year in which it is not so can be scored.
    """
    for clause in clauses_without_answer(rubric, plan):
        what = f"kế hoạch ghi mục '{clause.id}' được chấm, nhưng không tiêu chí nào ở đây chấm mục ấy"
        mend = f"thêm tiêu chí có clause: {clause.id}, hoặc ghi vì sao không chấm ở not_scored"
        yield Fault(file.where(("groups",)), what, mend=mend)


def _needless_reasons(rubric: Rubric, file: YamlFile) -> Faults:
    for place, one in enumerate(rubric.not_scored):
        if ids := ids_citing(one.clause, rubric):
            what = f"ghi không chấm mục '{one.clause}', nhưng {', '.join(ids)} đang chấm mục ấy"
            yield Fault(file.where(("not_scored", place)), what, mend="bỏ lý do này, hoặc bỏ các tiêu chí ấy")


def check_subject(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Posts at units that another rubric scores can take their unit's result; others have a register of their own."""
    is_position, where = rubric.subject == "position", file.where(("subject",))
    if not is_position and rubric.posts_of is not None:
        yield Fault(where, "chỉ bộ chấm chức danh mới có posts_of", mend="bỏ posts_of")
    if is_position and rubric.units_of is not None:
        yield Fault(where, "units_of chỉ dùng cho bộ chấm đơn vị", mend="chức danh của đơn vị thì ghi posts_of")
    for place, item in placed_items(rubric):
        taken = item.indicator is not None and item.indicator.source == "unit_result"
        if taken and rubric.posts_of is None and rubric.units_of is None:
            what = f"{item.id}: lấy kết quả của đơn vị nhưng chưa ghi theo bộ tiêu chí nào"
            mend = "ghi posts_of (chức danh) hoặc units_of (đơn vị): mã bộ tiêu chí chấm kết quả ấy"
            yield Fault(file.where((*place, "indicator")), what, mend=mend)


def check_sources(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Every source named exists."""
    known = set(rubric.sources)
    for place in file.positions:
        # an indicator's `source` says who counts the value, not which document it comes from
        if place[-1] != "source" or place[0] == "sources" or "indicator" in place:
            continue
        if (named := _at(file.content, place)) not in known:
            expected = f"các nguồn: {', '.join(sorted(known))}"
            yield Fault(file.where(place), f"không có nguồn '{named}' trong sources", expected)


def _at(node: Any, place: Place) -> Any:
    for step in place:
        node = node[step]
    return node


def check_file_names(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Ids are fit for names of files on every system, and no two of a kind differ in capitals alone."""
    items: list[tuple[Place, str]] = [((*place, "id"), part.id) for place, part in placed_parts(rubric)]
    items += [(("facts", index, "id"), fact.id) for index, fact in enumerate(rubric.facts)]
    yield from _unfit(file, items, "mã")
    yield from _unfit(file, [(("id",), rubric.id)], "mã bộ tiêu chí")
    for key, kind in (("periods", "mã kỳ"), ("bands", "mã mức"), ("gates", "mã điều kiện khống chế")):
        yield from _unfit(
            file, [((key, index, "id"), part.id) for index, part in enumerate(getattr(rubric, key))], kind
        )
    for key, kind in (("blocks", "mã khối"), ("types", "mã loại hình")):
        yield from _unfit(file, [((key, one), one) for one in getattr(rubric, key)], kind)


def _unfit(file: YamlFile, ids: list[tuple[Place, str]], kind: str) -> Faults:
    """Files, sheets and folders are named after ids, and people and Windows take capitals and small letters for one."""
    places: dict[str, Place] = {}
    for place, one in ids:
        places.setdefault(one, place)
    for one, why in unfit_names(places):
        yield Fault(file.where(places[one]), f"{kind} {one!r} không dùng được: {why}", mend="đổi mã")


def check_english_names(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Where types or blocks have English names, each has one."""
    for key, known, stated in (
        ("types_en", rubric.types, rubric.types_en),
        ("blocks_en", rubric.blocks, rubric.blocks_en),
    ):
        expected = f"các mã: {', '.join(known)}"
        for name in stated.keys() - known.keys():
            yield Fault(file.where((key, name)), f"{key}: không có mã '{name}'", expected)
        if stated and (lacking := [name for name in known if name not in stated]):
            yield Fault(file.where((key,)), f"{key}: chưa có tên của {', '.join(lacking)}", expected)


def check_wordings(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """What is said of one language, or of a condition that is met, is said of the other too."""
    for index, band in enumerate(rubric.bands):
        for place, condition in enumerate(band.conditions):
            where = file.where(("bands", index, "conditions", place))
            for absent, beside, example in (
                ("unmet", condition.unmet_en, "câu nói khi chưa đạt điều kiện, ví dụ: Có cán bộ bị kỷ luật"),
                ("unmet_en", condition.unmet if condition.name_en else None, "câu tiếng Anh khi chưa đạt điều kiện"),
            ):
                if beside and getattr(condition, absent) is None:
                    what = f"{band.id}, điều kiện {place + 1}: chưa có {absent}"
                    yield Fault(where, what, example, mend=f"ghi thêm {absent}")
    if rubric.bases_en and len(rubric.bases_en) != len(rubric.bases):
        what = f"bases_en có {len(rubric.bases_en)} căn cứ, bases có {len(rubric.bases)}"
        yield Fault(file.where(("bases_en",)), what, mend="ghi mỗi căn cứ một dòng, theo cùng thứ tự")


def check_advice(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Advice for a type is for one of the rubric's types."""
    expected = f"các mã loại hình: {', '.join(rubric.types)}"
    for place, item in placed_items(rubric):
        for key in ("advice_by_type", "advice_by_type_en"):
            for name in getattr(item, key).keys() - rubric.types.keys():
                yield Fault(file.where((*place, key, name)), f"{item.id}, {key}: không có mã '{name}'", expected)
