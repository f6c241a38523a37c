"""What stands on the page “Độ tin cậy của kết quả”: first what to do, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from scoring.assessment.rank_agreement import RankAgreement
from scoring.assessment.redraws import ASSUMED, ENOUGH, WEIGHT_SHARE
from scoring.assessment.reliability import FEW, INTERVAL, NEAR, Correction, CriterionSpread, Firmness, Reliability
from scoring.core import wording
from scoring.core.language import in_its_language, say, term
from scoring.pages import blocks, official
from scoring.pages.blocks import Block, Column
from scoring.pages.stage_gaps import gaps_table

_FIRST = 3
"""How many criteria that move ranks are named."""
_MANY = 5
"""How many names a sentence of the summary holds; the tables have all."""
_KINDS = {"stage": term("Bước"), "role": term("Người quyết định"), "block": term("Khối")}


def _points(told: Reliability, scaled: int | None) -> str:
    return wording.points(scaled, told.overview.decimals)


def _ranks(found: tuple[int, int] | None) -> str:
    """An interval of ranks as a cell has it."""
    if found is None:
        return wording.NOT_KNOWN
    low, high = found
    return str(low) if low == high else say("từ {low} đến {high}", low=low, high=high)


def _some(names: Sequence[str], *, criteria: bool = False) -> str:
    """The first names, and how many more units or criteria there are."""
    more, first = len(names) - _MANY, "; ".join(names[:_MANY])
    if more <= 0:
        return first
    if criteria:
        return say("{names} và {count} tiêu chí khác", names=first, count=more)
    return say("{names} và {count} đơn vị khác", names=first, count=more)


@in_its_language
def opening(told: Reliability, *, number: str = "", date: str = "") -> Block:
    """Letterhead, title and what the page is for."""
    overview = told.overview
    summary = say("Kết quả {subject} năm {year}", subject=overview.subject, year=overview.year)
    kind = say("Độ tin cậy của kết quả")
    return blocks.page(
        official.head(overview, kind, summary, symbol="BC", number=number, date=date),
        blocks.paragraph(
            say(
                "Trang này không đổi điểm, mức hay hạng của đơn vị nào. Nó cho hội đồng biết kết quả nào chắc, kết quả"
                " nào còn có thể khác đi, và nên xem lại chỗ nào trước khi quyết định.",
                decision=overview.edition.decision,
            )
        ),
    )


@in_its_language
def summary(told: Reliability) -> Block:
    """What the figures say, each with what to do about it."""
    lines = [
        *_about_ranks(told),
        *_about_edges(told),
        *_about_quotas(told),
        *_about_criteria(told),
        *_about_maxima(told),
        *_about_claims(told),
    ]
    return blocks.page(blocks.paragraph(f"{_tried(told)} {_basis(told)}"), blocks.bullets(lines))


def _tried(told: Reliability) -> str:
    """What the trials are, before the first of their figures."""
    return say(
        "Chương trình thử chấm lại cả năm {trials} lần; mỗi lần, điểm của từng tiêu chí xê dịch một chút, như khi người"
        " khác thẩm định. Hạng hay mức còn nguyên trong gần như mọi lần thử là chắc; hay đổi là chưa chắc.",
        trials=wording.number(told.trials),
    )


def _about_ranks(told: Reliability) -> Iterator[str]:
    ranked = [unit for unit in told.units if unit.verified is not None and (unit.ranked or 0) > 1]
    if not has_ranks(told):
        yield say("Chưa đơn vị nào có hạng, nên chưa thử được hạng và mức vững đến đâu.")
        return
    if not ranked:
        yield say("Khối nào cũng chỉ có một đơn vị có hạng, nên không có ai để so hạng.")
        return
    loose = [unit.name for unit in ranked if unit.verified is not None and unit.verified[0] < unit.verified[1]]
    if not loose:
        yield say(
            "Cả {ranked} đơn vị giữ nguyên hạng trong {interval}% lần thử.", ranked=len(ranked), interval=INTERVAL
        )
        return
    yield say(
        "{firm}/{ranked} đơn vị giữ nguyên hạng trong {interval}% lần thử. Có thể lên hoặc xuống: {units} (bảng ở mục"
        " 2). Giữa những đơn vị này, đừng coi hơn kém nhau một hai hạng trong khối là khác biệt thật; nên thẩm định các"
        " đơn vị này trước.",
        firm=len(ranked) - len(loose),
        ranked=len(ranked),
        interval=INTERVAL,
        units=_some(loose),
    )


def has_ranks(told: Reliability) -> bool:
    """Whether any unit has a rank, so that trials say something."""
    return any(unit.rank is not None for unit in told.units)


def _about_edges(told: Reliability) -> Iterator[str]:
    if not has_ranks(told):
        return
    if told.edges:
        yield say(
            "Thẩm định lại trước hết các đơn vị có thể đổi mức xếp loại: {units}.",
            units=_some([edge.unit for edge in told.edges]),
        )
        return
    said = say("Không đơn vị nào đổi mức xếp loại trong quá {near}% lần thử.", near=NEAR)
    most, unit = max((sum(count for _, count in unit.bands), unit.name) for unit in told.units)
    if most:
        said += " " + say("Nhiều nhất là {unit}: {share}.", unit=unit, share=wording.share(most, told.trials))
    yield said


def _about_quotas(told: Reliability) -> Iterator[str]:
    for band in dict.fromkeys(name for unit in told.units for name, _, _ in unit.within):
        loose = [unit.name for unit in told.units if _changes_side(told, unit, band)]
        if loose:
            yield say(
                "Suất theo tỷ lệ khống chế của mức “{band}” chưa chắc chắn với: {units}. Hội đồng nên xem hồ sơ của các"
                " đơn vị này cạnh nhau trước khi chọn.",
                band=told.band_names[band],
                units=_some(loose),
            )


def _changes_side(told: Reliability, unit: Firmness, band: str) -> bool:
    """Whether a unit is on the other side of a band's quota in a share of trials worth a second look."""
    for name, now, trials in unit.within:
        other = told.trials - trials if now else trials
        if name == band and 100 * other >= NEAR * told.trials:
            return True
    return False


def _about_criteria(told: Reliability) -> Iterator[str]:
    flat = [one.name for one in told.criteria if one.given >= FEW and not one.tells_apart]
    if flat:
        yield say(
            "Tiêu chí không còn phân biệt các đơn vị (từ 90% số đơn vị cùng một điểm): {names}. Năm sau nên nâng"
            " chỉ tiêu hoặc thay tiêu chí.",
            names=_some(flat, criteria=True),
        )
    moving = sorted((one for one in told.criteria if one.shift), key=lambda one: (-one.shift, one.id))[:_FIRST]
    if moving:
        yield say(
            "Tiêu chí làm hạng đổi nhiều nhất nếu thẩm định lại riêng nó: {names}. Thẩm định kỹ các tiêu chí này"
            " trước.",
            names="; ".join(one.name for one in moving),
        )


def _about_maxima(told: Reliability) -> Iterator[str]:
    full, given = (sum(getattr(one, name) for one in told.criteria) for name in ("full", "given"))
    if 2 * full > given and given >= FEW:
        yield say(
            "{full}/{given} lượt chấm ({share}; một lượt là một đơn vị ở một tiêu chí) đạt điểm tối đa, nên khó phân"
            " biệt các đơn vị làm tốt với nhau. Năm sau nên nâng chỉ tiêu ở những tiêu chí nhiều đơn vị đạt tối đa"
            " (bảng ở mục 4).",
            full=wording.number(full),
            given=wording.number(given),
            share=wording.share(full, given),
        )


def _about_claims(told: Reliability) -> Iterator[str]:
    claimed, above = (sum(getattr(one, name) for one in told.criteria) for name in ("claimed", "above"))
    if not claimed:
        yield say("Chưa đơn vị nào ghi điểm tự chấm.")
        return
    if not above:
        yield say("Trong {claimed} lượt tự chấm không lượt nào cao hơn điểm được tính.", claimed=claimed)
        return
    if claimed < FEW:
        yield say("Mới có {claimed} lượt tự chấm, chưa kết luận được về cách tự chấm.", claimed=claimed)
        return
    yield say(
        "Trong {claimed} lượt tự chấm có {above} lượt ({share}) cao hơn điểm được tính; đừng lấy điểm tự chấm để xét.",
        claimed=claimed,
        above=above,
        share=wording.share(above, claimed),
    )
    enough = [one for one in told.criteria if one.claimed >= FEW and 2 * one.above > one.claimed]
    often = sorted(enough, key=lambda one: -one.above)
    if often:
        yield say(
            "Quá nửa số đơn vị tự chấm cao hơn ở: {names}. Nên nhắc lại cách tính các tiêu chí này khi gửi mẫu"
            " báo cáo.",
            names=_some([one.name for one in often], criteria=True),
        )


def _basis(told: Reliability) -> str:
    """Where the corrections of the trials come from."""
    if not told.looked_at:
        return say(
            "Năm này chưa có điểm nào được thẩm định. Các lần thử vì vậy dựa trên một giả định của chương trình: cứ năm"
            " lượt chấm thì hai lượt lệch {share}% điểm tối đa, lên hoặc xuống. Nên thẩm định, trước hết"
            " những đơn vị và tiêu chí nêu dưới đây, rồi làm lại trang này: khi ấy các lần thử dùng mức sửa có thật.",
            share=max(ASSUMED),
        )
    basis = say(
        "Các lần thử dùng những mức sửa thật của {looked_at} điểm đã thẩm định trong năm, kể cả điểm được giữ nguyên;"
        " tiêu chí có dưới {enough} điểm đã thẩm định thì dùng chung mức sửa của mọi tiêu chí.",
        looked_at=told.looked_at,
        enough=ENOUGH,
    )
    if told.looked_at >= _FIRM_BASIS:
        return basis
    more = say("Số điểm đã thẩm định còn ít nên kết quả thử còn thô: nên thẩm định thêm rồi làm lại trang này.")
    return f"{basis} {more}"


_FIRM_BASIS = 30
"""Marks looked at, below which the trials are said to be rough."""


# How firm the ranks are


@in_its_language
def method(told: Reliability) -> Block:
    """How the trials are made."""
    text = say(
        "Mỗi cách thử làm {trials} lần. Thẩm định lại: mỗi lần, điểm từng tiêu chí được thêm hoặc bớt một mức rút ngẫu"
        " nhiên trong các mức sửa nêu ở mục 1."
        " Đổi trọng số: trọng số của từng tiêu chí tăng hoặc giảm tới {share}%.",
        trials=wording.number(told.trials),
        share=WEIGHT_SHARE,
    )
    if told.doubtful:
        text += " " + say(
            "Bỏ minh chứng còn nghi ngờ: {count} lượt chấm có minh chứng dùng hai lần hoặc sai ngày bị bỏ trong"
            " một nửa số lần thử.",
            count=told.doubtful,
        )
    example = next((unit for unit in told.units if unit.verified and unit.verified[0] < unit.verified[1]), None)
    if example is not None and example.verified is not None:
        text += " " + say(
            "Ví dụ, {name}: hạng {rank}; khi thẩm định lại, trong {interval}% lần thử từ {low} đến {high}.",
            name=example.name,
            rank=example.rank,
            interval=INTERVAL,
            low=example.verified[0],
            high=example.verified[1],
        )
    return blocks.paragraph(text)


@in_its_language
def firmness_tables(told: Reliability) -> Block:
    """Each block's ranked units with the ranks they have in nine trials of ten."""
    columns = [
        Column(say("Hạng"), 0.6, "center"),
        Column(say("Đơn vị"), 3, names_rows=True),
        Column(say("Tỷ lệ %") if told.figure_of == "percent" else say("Điểm xét"), 0.9, "right"),
        Column(say("Khi thẩm định lại"), 1.1, "center"),
        Column(say("Khi đổi trọng số"), 1.1, "center"),
        *([Column(say("Khi bỏ minh chứng nghi ngờ"), 1.2, "center")] if told.doubtful else []),
        Column(say("Mức khác có thể có"), 2),
    ]
    tables = list[Block]()
    for block in told.overview.blocks:
        units = sorted((u for u in told.units if u.block == block.id and u.rank), key=lambda unit: unit.rank or 0)
        if units:
            number = 1 + len(tables)
            caption = say("Bảng {number}. Hạng trong các lần thử: {block}", number=number, block=block.name)
            tables.append(blocks.table(caption, columns, [_firm_row(told, unit) for unit in units]))
    return blocks.page(*tables) if tables else blocks.paragraph(say("Chưa đơn vị nào có hạng."))


def _firm_row(told: Reliability, unit: Firmness) -> tuple[str, ...]:
    others = [f"{told.band_names[band]}: {wording.share(count, told.trials)}" for band, count in unit.bands]
    return (
        str(unit.rank),
        unit.name,
        wording.points(unit.figure, told.overview.figure_decimals),
        _ranks(unit.verified),
        _ranks(unit.weighted),
        *([_ranks(unit.struck)] if told.doubtful else []),
        "; ".join(others),
    )


@in_its_language
def cuts_table(told: Reliability) -> Block:
    """The neighbours on either side of every quota's cut and the units near the edge of a band."""
    lines = [
        say(
            "Mức “{band}”{scope}: suất cuối thuộc về {last}; trong các đơn vị đủ điều kiện của mức, kế ngay"
            " sau mà chưa được suất là {first}; cách nhau {apart}.",
            band=cut.band,
            scope=f" ({cut.scope})" if cut.scope else "",
            last=cut.last_in,
            first=cut.first_out,
            apart=_figure(told, cut.apart),
        )
        for cut in told.cuts
    ]
    lines += [
        say(
            "{unit}: {apart}; {share} lần thử ra mức khác, nhiều nhất là “{band}”.",
            unit=edge.unit,
            apart=_signed(told, edge.apart),
            share=wording.share(edge.other, told.trials),
            band=edge.band,
        )
        for edge in told.edges
    ]
    if not has_ranks(told):
        return blocks.paragraph(say("Chưa đơn vị nào có hạng, nên chưa biết ai sát ranh giới."))
    if not lines:
        return blocks.paragraph(say("Không có đơn vị nào sát ranh giới tỷ lệ khống chế hay ngưỡng của mức xếp loại."))
    return blocks.bullets(lines)


def _signed(told: Reliability, scaled: int) -> str:
    figure = _figure(told, abs(scaled))
    return say("hơn ngưỡng {figure}", figure=figure) if scaled >= 0 else say("kém ngưỡng {figure}", figure=figure)


def _figure(told: Reliability, scaled: int) -> str:
    """A distance of figures with what it is measured in."""
    figure = wording.points(scaled, told.overview.figure_decimals)
    if told.figure_of == "percent":
        return say("{figure} điểm phần trăm", figure=figure)
    return say("{figure} điểm", figure=figure)


# Criteria and self-scores


@in_its_language
def criteria_table(told: Reliability) -> Block:
    """How each criterion's points lie, and by how many places it moves ranks."""
    columns = [
        Column(say("Tiêu chí"), 3, names_rows=True),
        Column(say("Số đơn vị"), 0.7, "right"),
        Column(say("Đạt tối đa"), 1.1, "right"),
        Column(say("Thấp nhất"), 0.8, "right"),
        Column(say("Trung vị"), 0.8, "right"),
        Column(say("Cao nhất"), 0.8, "right"),
        *([Column(say("Hạng đổi nếu bỏ"), 0.9, "right")] if has_ranks(told) else []),
        Column(say("Nhận xét"), 1.7),
    ]
    rows = [
        (
            one.name,
            str(one.given),
            _counted(one.full, one.given),
            *(_points(told, figure) for figure in (one.lowest, one.middle, one.highest)),
            *([wording.points(one.dropped, 2)] if has_ranks(told) else []),
            _spread_remark(one),
        )
        for one in told.criteria
    ]
    caption = say("Bảng {number}. Tiêu chí có phân biệt được các đơn vị không", number=_after_blocks(told))
    table = blocks.table(caption, columns, rows)
    if not has_ranks(told):
        return table
    return blocks.page(
        table,
        blocks.paragraph(
            say(
                "“Hạng đổi nếu bỏ”: bỏ tiêu chí này thì hạng của mỗi đơn vị đổi trung bình bấy nhiêu bậc. Số lớn nghĩa"
                " là tiêu chí quyết định nhiều; nên thẩm định kỹ nó trước."
            )
        ),
    )


def _spread_remark(one: CriterionSpread) -> str:
    if one.given < FEW:
        return say("ít đơn vị, chưa kết luận được")
    return "" if one.tells_apart else say("không còn phân biệt")


def _after_blocks(told: Reliability) -> int:
    """The number of the table after those of the blocks."""
    return 1 + sum(any(unit.block == block.id and unit.rank for unit in told.units) for block in told.overview.blocks)


@in_its_language
def claims_table(told: Reliability) -> Block:
    """Self-scores against the points that count, criterion by criterion."""
    claimed = [one for one in told.criteria if one.claimed]
    if not claimed:
        return blocks.page(blocks.paragraph(say("Chưa đơn vị nào ghi điểm tự chấm.")), *_orders(told))
    columns = [
        Column(say("Tiêu chí"), 3, names_rows=True),
        Column(say("Số lượt tự chấm"), 0.9, "right"),
        Column(say("Giữ nguyên"), 1.2, "right"),
        Column(say("Cao hơn"), 0.8, "right"),
        Column(say("Thấp hơn"), 0.8, "right"),
        Column(say("Tự chấm hơn điểm tính, trung bình"), 1.3, "right"),
    ]
    rows = [
        (
            one.name,
            str(one.claimed),
            _counted(one.kept, one.claimed),
            str(one.above),
            str(one.below),
            _mean(one.gap, one.claimed, told),
        )
        for one in claimed
    ]
    caption = say("Bảng {number}. Điểm tự chấm so với điểm được tính", number=_after_blocks(told) + 1)
    return blocks.page(blocks.table(caption, columns, rows), _claims_over(told), *_orders(told))


def _orders(told: Reliability) -> list[Block]:
    lines = order_lines(told.orders)
    if not lines:
        return []
    lead = say(
        "Hai cách xếp có cho cùng một thứ tự không (hệ số hạng: 1 là cùng thứ tự hẳn, 0 là không liên quan gì, −1 là"
        " ngược hẳn):"
    )
    return [blocks.paragraph(lead), blocks.bullets(lines)]


def order_lines(orders: Sequence[RankAgreement]) -> list[str]:
    """How far two ways of ranking agree, a sentence each with what it means."""
    return [_order(one) for one in orders]


def _order(one: RankAgreement) -> str:
    about = wording.sentence(say(_ORDERS[one.kind].about)).removesuffix(".")
    if one.why == "few":
        return say("{about}: mới so được {count} đơn vị, chưa kết luận được.", about=about, count=one.units)
    if one.why:
        return say("{about}: ở một bên các đơn vị bằng điểm nhau cả, nên không có thứ tự để so.", about=about)
    pairs = one.same + one.opposite + one.tied
    counted = say(
        "{about}: {same}/{pairs} cặp đơn vị cùng khối xếp cùng thứ tự, {opposite} cặp ngược nhau, {tied} cặp bằng điểm"
        " (hệ số hạng Kendall {tau}, Spearman {rho}).",
        about=about,
        same=wording.number(one.same),
        pairs=wording.number(pairs),
        opposite=wording.number(one.opposite),
        tied=wording.number(one.tied),
        tau=_signed_points(one.tau, 3),
        rho=_signed_points(one.rho, 3),
    )
    is_alike = _OFTEN * one.opposite <= one.same + one.opposite
    return f"{counted} {say(_ORDERS[one.kind].alike if is_alike else _ORDERS[one.kind].apart)}"


_OFTEN = 5
"""Of so many ordered pairs one the other way round is often."""


class _Meaning(NamedTuple):
    """What is compared, and what it means where the orders are much alike, and where they are not."""

    about: str
    alike: str
    apart: str


_ORDERS = {
    "self": _Meaning(
        term("theo điểm tự chấm và theo điểm tính từ báo cáo"),
        term("Xếp theo điểm tự chấm cũng gần đúng thứ tự ấy; chỗ cần xem là mức điểm tự chấm (các bảng trên)."),
        term("Thứ tự tự chấm khác hẳn thứ tự tính được: đừng đoán thứ hạng từ điểm tự chấm."),
    ),
    "verified": _Meaning(
        term("trước và sau thẩm định, ở những đơn vị đã thẩm định"),
        term("Thẩm định đổi điểm mà ít đổi thứ tự: đơn vị nào chưa thẩm định cũng khó đổi hạng nhiều."),
        term("Thẩm định làm đổi hẳn thứ tự: đơn vị nào chưa thẩm định thì nên thẩm định trước khi xếp hạng."),
    ),
    "before": _Meaning(
        term("năm trước và năm nay, ở những đơn vị có hạng cả hai năm"),
        term("Thứ tự gần như năm trước: xem tiêu chí nào còn giúp đơn vị yếu vươn lên (bản tổng hợp năm)."),
        term("Thứ tự đổi đáng kể so với năm trước: xem ai lên, ai xuống và vì sao (bản tổng hợp năm)."),
    ),
}


def _claims_over(told: Reliability) -> Block:
    """Marks at their maximum and self-scores, by block and over the years."""
    columns = [
        Column(say("Theo"), 1),
        Column(say("Nơi nào, năm nào"), 2.2, names_rows=True),
        Column(say("Số lượt chấm"), 0.8, "right"),
        Column(say("Đạt tối đa"), 1.2, "right"),
        Column(say("Số lượt tự chấm"), 0.8, "right"),
        Column(say("Giữ nguyên"), 1.2, "right"),
        Column(say("Cao hơn"), 0.8, "right"),
        Column(say("Tự chấm hơn, % điểm tối đa"), 1.1, "right"),
    ]
    names = {block.id: block.name for block in told.overview.blocks}
    rows = [
        (
            say("Khối") if one.kind == "block" else say("Năm"),
            names[one.who] if one.kind == "block" else one.who,
            wording.number(one.given),
            _counted(one.full, one.given),
            wording.number(one.claimed),
            _counted(one.kept, one.claimed),
            wording.number(one.above),
            _signed_share(one.gap),
        )
        for one in told.claims
    ]
    caption = say("Bảng {number}. Đạt tối đa và tự chấm theo khối và qua các năm", number=_after_blocks(told) + 2)
    table = blocks.table(caption, columns, rows)
    if not any(one.kind == "year" for one in told.claims):
        return table
    said = say("Mỗi năm tính theo điểm tối đa và quy định của chính năm ấy; số đơn vị từng năm có thể khác nhau.")
    return blocks.page(table, blocks.paragraph(said))


def _counted(part: int, whole: int) -> str:
    """How many of how many, with the share where they are enough for one to say something."""
    if not whole:
        return wording.NOT_KNOWN
    return f"{wording.number(part)} ({wording.share(part, whole)})" if whole >= FEW else wording.number(part)


def _signed_share(thousandths: int | None) -> str:
    return _signed_points(thousandths, 1)


def _signed_points(scaled: int | None, decimals: int) -> str:
    figure = wording.points(None if scaled is None else abs(scaled), decimals)
    return f"−{figure}" if (scaled or 0) < 0 else figure


def _mean(total: int, count: int, told: Reliability) -> str:
    """A mean of points, for reading, with its sign; of a few marks there is none."""
    if count < FEW:
        return say("ít ({marks})", marks=count)
    half_up = (2 * abs(total) + count) // (2 * count)
    return f"{'−' if total < 0 and half_up else ''}{_points(told, half_up)}"


@in_its_language
def corrections_table(told: Reliability) -> Block:
    """What was moved by whom; a verifier is a role, never a person."""
    if not told.corrections:
        nothing = blocks.paragraph(say("Năm này chưa ghi quyết định thẩm định hoặc hội đồng nào về điểm."))
        return blocks.page(nothing, gaps_table(told, _after_blocks(told) + 3))
    columns = [
        Column(say("Theo"), 1.2),
        Column(say("Ai, nơi nào"), 2.4, names_rows=True),
        Column(say("Số lượt đã quyết định"), 1, "right"),
        Column(say("Giảm"), 0.7, "right"),
        Column(say("Tăng"), 0.7, "right"),
        Column(say("Đổi trung bình"), 1, "right"),
        Column(say("Nhận xét"), 1.6),
    ]
    rows = [
        (
            say(_KINDS[one.kind]),
            _who(told, one),
            str(one.marks),
            str(one.lowered),
            str(one.raised),
            _mean(one.moved, one.marks, told),
            say("ít lượt, chưa kết luận được") if one.marks < FEW else "",
        )
        for one in told.corrections
    ]
    number = _after_blocks(told) + 3
    caption = say("Bảng {number}. Điểm đã quyết định so với điểm trước đó", number=number)
    return blocks.page(blocks.table(caption, columns, rows), gaps_table(told, number + 1))


def _who(told: Reliability, one: Correction) -> str:
    if one.kind == "block":
        return next(block.name for block in told.overview.blocks if block.id == one.who)
    return say(_STAGES[one.who]) if one.kind == "stage" else one.who


_STAGES = {"verified": term("Thẩm định"), "explained": term("Giải trình"), "council": term("Hội đồng")}


@in_its_language
def ending(told: Reliability) -> Block:
    """Recipients and signature."""
    body = told.overview.body
    return blocks.page(
        blocks.last_paragraph(
            say(
                "Hội đồng quyết định; trang này chỉ cho biết nên xem lại điểm nào, đơn vị nào trước",
                decision=told.overview.edition.decision,
            )
        ),
        blocks.closing([say("Hội đồng thi đua"), say("Lưu hồ sơ")], [body.signing_authority, body.signing_post]),
    )
