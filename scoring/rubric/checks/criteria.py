"""Can every criterion be scored: its scope, indicator, figures and the parameters of its method?"""

from __future__ import annotations

from decimal import Decimal

from pydantic import ValidationError

from scoring.core.errors import Fault
from scoring.rubric import methods
from scoring.rubric.checks.bands import stated_parameters
from scoring.rubric.checks.parts import Faults, placed_items
from scoring.rubric.checks.sums import fits_scale
from scoring.rubric.faults import close_to, keys_of, told_fault
from scoring.rubric.model import Criterion, Indicator, Plan, Rubric, Scope
from scoring.rubric.parameters import Award, Levels, PointsFigure, Step, Steps, Target, ValueFigure
from scoring.rubric.strict_yaml import Place, YamlFile


def check_parameters(rubric: Rubric, file: YamlFile) -> Faults:
    """Each criterion's method exists and its parameters are those of the function."""
    for place, item in placed_items(rubric):
        if item.method not in methods.METHODS:
            close = close_to(item.method, methods.METHODS)
            mend = f"ý bạn là '{close[0]}'?" if close else ""
            known = f"các phương pháp: {', '.join(methods.METHODS)}"
            yield Fault(file.where((*place, "method")), f"{item.id}: không có phương pháp '{item.method}'", known, mend)
            continue
        yield from _parameter_names(item, place, file)
        yield from _parameter_types(item, place, file)


def _parameter_names(item: Criterion, place: Place, file: YamlFile) -> Faults:
    known, missing = methods.parameters(item.method), methods.required(item.method) - set(item.params)
    method = f"{item.id}: phương pháp '{item.method}'"
    for name in [name for name in item.params if name not in known]:
        where = file.where((*place, "params", name))
        if meant := close_to(name, missing):
            missing -= set(meant)
            yield Fault(where, f"{method} cần '{meant[0]}', bộ tiêu chí ghi '{name}'")
        else:
            yield Fault(where, f"{method} không nhận '{name}'", f"các tham số: {', '.join(known) or 'không có'}")
    for name in sorted(missing):
        where = file.where((*place, "params" if "params" in item.model_fields_set else "method"))
        yield Fault(where, f"{method} cần '{name}'")


def _parameter_types(item: Criterion, place: Place, file: YamlFile) -> Faults:
    for name, schema in methods.parameters(item.method).items():
        try:
            item.parameter(name)
        except KeyError:
            continue
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                loc = detail["loc"]
                # a list of steps is read into a model with the one field "steps"; the file has no such key inside
                inner = {**detail, "loc": (*place, "params", name, *(loc[1:] if loc[:1] == (name,) else loc))}
                yield told_fault(file, inner, keys_of(schema, loc[:-1]))  # type: ignore[arg-type]  # a longer place


def check_scopes(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Whoever a criterion applies to exists."""
    placed: list[tuple[Place, str, Scope | None]] = [
        (place, item.id, item.applies_to) for place, item in placed_items(rubric)
    ]
    placed += [(("facts", index), fact.id, fact.applies_to) for index, fact in enumerate(rubric.facts)]
    for place, name, scope in placed:
        if scope is None:
            continue
        where = file.where((*place, "applies_to"))
        for kind, stated, known in (("loại hình", scope.types, rubric.types), ("khối", scope.blocks, rubric.blocks)):
            for word in stated or ():
                if word not in known:
                    yield Fault(where, f"{name}: không có {kind} '{word}'", f"các {kind}: {', '.join(known)}")
        nobody = () in (scope.types, scope.blocks, scope.units)
        if nobody or (scope.members_below or 10**9) <= (scope.members_from or 0):
            yield Fault(where, f"{name}: không đơn vị nào thuộc phạm vi này nên không ai được chấm", mend="sửa phạm vi")


def check_indicators(rubric: Rubric, plan: Plan, file: YamlFile) -> Faults:
    """Every criterion can be scored: it has a value to read, and its figures fit that value's decimals."""
    for place, item in placed_items(rubric):
        if item.is_judged is not (item.indicator is None):
            what = (
                "do người chấm cho điểm nên không có indicator"
                if item.is_judged
                else "thiếu indicator, không ai chấm được"
            )
            yield Fault(file.where(place), f"{item.id}: {what}")
            continue
        if item.method not in methods.METHODS:
            continue
        yield from check_figures(item, rubric, place, file)
        if indicator := item.indicator:
            yield from _indicator(item, indicator, rubric, place, file)


def _indicator(item: Criterion, indicator: Indicator, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    where = file.where((*place, "indicator"))
    if indicator.of is not None and not methods.takes_base(item.method):
        yield Fault(where, f"{item.id}: phương pháp '{item.method}' không dùng số tổng 'of'", mend="xóa 'of'")
    if item.evidence == "counted" and not item.counts_pieces:
        what = f"{item.id}: 'evidence: counted' chỉ dùng cho tiêu chí đếm số việc"
        yield Fault(where, what, mend="ghi evidence: required, hoặc dùng phương pháp đếm số việc và bỏ 'of', decimals")
    if methods.METHODS[item.method].VALUE == "level" and (indicator.periods != "last" or indicator.decimals):
        mend = "ghi periods: last và bỏ decimals"
        yield Fault(where, f"{item.id}: mức không cộng hay lấy trung bình qua các kỳ được", mend=mend)
    if indicator.of is not None and indicator.periods in {"largest", "any"}:
        what = f"{item.id}: tỷ lệ không gộp qua các kỳ bằng {indicator.periods} được"
        yield Fault(where, what, mend="ghi sum, mean hoặc last")
    if indicator.same_as is not None:
        other = rubric.item.get(indicator.same_as)
        if other is None or other.indicator is None or other.indicator.same_as is not None or other.id == item.id:
            yield Fault(where, f"{item.id}: same_as '{indicator.same_as}' không phải một tiêu chí có số liệu riêng")
        elif other.indicator.model_copy(update={"same_as": other.id}) != indicator:
            yield Fault(where, f"{item.id}: indicator khác với indicator của {other.id}", mend="ghi hai nơi giống nhau")
    if isinstance(indicator.most, Decimal) and indicator.least is not None and indicator.most < indicator.least:
        yield Fault(where, f"{item.id}: least lớn hơn most")


def check_figures(item: Criterion, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    """Targets and edges fit the value's decimals; awards fit the rubric's and stay within the maximum."""
    stated = stated_parameters(item)
    for name, parameter in stated.items():
        at = (*place, "params", name)
        match parameter:
            case Target() as target:
                yield from _target(item, target, rubric, at, file)
            case Steps(steps=awards) | Levels(levels=awards):
                for index, award in enumerate(awards):
                    yield from _award(item, award, rubric, (*at, index), file)
            case ValueFigure(root=figure):
                yield from fits_scale(figure, item.value_scale, at, file)
            case PointsFigure(root=figure):
                yield from fits_scale(figure, rubric.scale, at, file)
    scale_to, scale_from = stated.get("scale_to"), stated.get("scale_from", ValueFigure(Decimal(0)))
    if scale_to is not None and scale_to.root <= scale_from.root:
        yield Fault(file.where((*place, "params")), f"{item.id}: scale_to phải lớn hơn scale_from")


def _target(item: Criterion, target: Target, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    """A target is above 0, fits the value's decimals, and is there for every type or block it is looked up by."""
    for figure in _target_figures(target):
        yield from fits_scale(figure, item.value_scale, place, file)
    for figure in (*_target_figures(target), *([] if target.percent is None else [target.percent])):
        if figure <= 0:
            yield Fault(file.where(place), f"{item.id}: chỉ tiêu phải lớn hơn 0")
    if target.by in {"type", "block"} and target.otherwise is None:
        known = rubric.types if target.by == "type" else rubric.blocks
        if missing := sorted(set(known) - set(target.values or {})):
            mend = "ghi đủ hoặc thêm otherwise"
            yield Fault(file.where(place), f"{item.id}: chưa có chỉ tiêu cho {', '.join(missing)}", mend=mend)


def _target_figures(target: Target) -> list[Decimal]:
    by_steps = [figure for _, figure in target.steps or ()]
    return [
        *by_steps,
        *(target.values or {}).values(),
        *(f for f in (target.figure, target.otherwise) if f is not None),
    ]


def _award(item: Criterion, award: Award, rubric: Rubric, place: Place, file: YamlFile) -> Faults:
    for edge in (award.to, award.from_) if isinstance(award, Step) else ():
        if edge is not None:
            yield from fits_scale(edge, item.value_scale, place, file)
    given, most = award.percent, Decimal(100)
    if award.points is not None:
        given, most = award.points, item.max_points
        yield from fits_scale(award.points, rubric.scale, place, file)
    if given is not None and not 0 <= given <= most:
        yield Fault(file.where(place), f"{item.id}: có bậc ngoài khoảng 0 đến điểm tối đa {item.max_points}")
