"""What stands on the page “Độ tin cậy của kết quả”: first what to do, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scoring.assessment.redraws import ASSUMED, ENOUGH, WEIGHT_SHARE
from scoring.assessment.reliability import FEW, INTERVAL, NEAR, Correction, CriterionSpread, Firmness, Reliability
from scoring.core import wording
from scoring.core.language import in_its_language, say, term
from scoring.pages import blocks
from scoring.pages.blocks import Block, Column
from scoring.pages.official import SAMPLE

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
    overview, body = told.overview, told.overview.body
    summary = say("Kết quả {subject} năm {year}", subject=overview.subject, year=overview.year)
    return blocks.page(
        blocks.letterhead(body.parent, body.name, number=number, place=body.place, date=date),
        blocks.title(say("Độ tin cậy của kết quả"), summary),
        *([blocks.note(say(SAMPLE))] if overview.sample else []),
        blocks.paragraph(
            say(
                "Trang này không đổi điểm, mức hay hạng của đơn vị nào. Nó cho hội đồng biết kết quả nào chắc, kết quả"
                " nào còn có thể khác đi, và nên xem lại chỗ nào trước khi quyết định."
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
        *_about_claims(told),
    ]
    return blocks.page(blocks.bullets(lines), blocks.paragraph(_basis(told)))


def _about_ranks(told: Reliability) -> Iterator[str]:
    ranked = [unit for unit in told.units if unit.verified is not None]
    if not ranked:
        yield say("Chưa đơn vị nào có hạng, nên chưa thử được hạng vững đến đâu.")
        return
    firm = sum(unit.verified is not None and unit.verified[0] == unit.verified[1] for unit in ranked)
    yield say(
        "{firm}/{ranked} đơn vị giữ nguyên hạng trong {interval}\u00a0% lần thử thẩm định lại; {loose} đơn vị có thể"
        " lên hoặc xuống. Với những đơn vị này, hơn kém nhau một hai hạng chưa nói lên khác biệt thật.",
        firm=firm,
        ranked=len(ranked),
        interval=INTERVAL,
        loose=len(ranked) - firm,
    )


def _about_edges(told: Reliability) -> Iterator[str]:
    if told.edges:
        yield say(
            "Thẩm định lại trước hết, vì mức xếp loại có thể khác đi: {units}.",
            units=_some([edge.unit for edge in told.edges]),
        )
    else:
        yield say("Không đơn vị nào đổi mức xếp loại trong quá {near}\u00a0% lần thử thẩm định lại.", near=NEAR)


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
            "Tiêu chí không còn phân biệt các đơn vị (từ 90\u00a0% số đơn vị cùng một điểm): {names}. Năm sau nên nâng"
            " chỉ tiêu hoặc thay tiêu chí.",
            names=_some(flat, criteria=True),
        )


def _about_claims(told: Reliability) -> Iterator[str]:
    claimed, above = (sum(getattr(one, name) for one in told.criteria) for name in ("claimed", "above"))
    if not claimed:
        yield say("Chưa đơn vị nào ghi điểm tự chấm.")
        return
    yield say(
        "Trong {claimed} lượt tự chấm có {above} lượt ({share}) cao hơn điểm được tính.",
        claimed=claimed,
        above=above,
        share=wording.share(above, claimed),
    )
    often = sorted((one for one in told.criteria if 2 * one.above > one.claimed), key=lambda one: -one.above)
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
            " điểm thì hai điểm lệch {share}\u00a0% điểm tối đa, lên hoặc xuống. Khi đã thẩm định, phần này tự tính"
            " theo các mức sửa thật.",
            share=max(ASSUMED),
        )
    return say(
        "Các lần thử dùng những mức sửa thật của {looked_at} điểm đã thẩm định trong năm, kể cả điểm được giữ nguyên;"
        " tiêu chí có dưới {enough} điểm đã thẩm định thì dùng chung mức sửa của mọi tiêu chí.",
        looked_at=told.looked_at,
        enough=ENOUGH,
    )


# How firm the ranks are


@in_its_language
def method(told: Reliability) -> Block:
    """How the trials are made."""
    text = say(
        "Mỗi cách thử làm {trials} lần. Thẩm định lại: mỗi điểm được sửa thêm hoặc bớt như một mức sửa rút ngẫu nhiên."
        " Đổi trọng số: trọng số của từng tiêu chí tăng hoặc giảm tới {share}\u00a0%.",
        trials=told.trials,
        share=WEIGHT_SHARE,
    )
    if told.doubtful:
        text += " " + say(
            "Bỏ minh chứng còn nghi ngờ: {count} điểm có minh chứng dùng hai lần hoặc sai ngày bị bỏ trong một"
            " nửa số lần thử.",
            count=told.doubtful,
        )
    example = next((unit for unit in told.units if unit.verified and unit.verified[0] < unit.verified[1]), None)
    if example is not None and example.verified is not None:
        text += " " + say(
            "Ví dụ, {name}: hạng {rank}, trong {interval}\u00a0% lần thử từ {low} đến {high}.",
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
    tables = []
    for number, block in enumerate(told.overview.blocks, 1):
        units = sorted((u for u in told.units if u.block == block.id and u.rank), key=lambda unit: unit.rank or 0)
        if units:
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
    overview = told.overview
    lines = [
        say(
            "Mức “{band}”{scope}: suất cuối {last}, kế ngay sau {first}, cách nhau {apart}.",
            band=cut.band,
            scope=f" ({cut.scope})" if cut.scope else "",
            last=cut.last_in,
            first=cut.first_out,
            apart=wording.points(cut.apart, overview.figure_decimals),
        )
        for cut in told.cuts
    ]
    lines += [
        say(
            "{unit}: {apart} so với ngưỡng; {share} lần thử ra mức khác, nhiều nhất là “{band}”.",
            unit=edge.unit,
            apart=_signed(edge.apart, overview.figure_decimals),
            share=wording.share(edge.other, told.trials),
            band=edge.band,
        )
        for edge in told.edges
    ]
    if not lines:
        return blocks.paragraph(say("Không có đơn vị nào sát ranh giới tỷ lệ khống chế hay ngưỡng của mức xếp loại."))
    return blocks.bullets(lines)


def _signed(scaled: int, decimals: int) -> str:
    text = wording.points(abs(scaled), decimals)
    return say("thừa {points}", points=text) if scaled >= 0 else say("thiếu {points}", points=text)


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
        Column(say("Hạng đổi nếu bỏ"), 0.9, "right"),
        Column(say("Nhận xét"), 1.7),
    ]
    rows = [
        (
            one.name,
            str(one.given),
            f"{one.full} ({wording.share(one.full, one.given)})" if one.given else wording.NOT_KNOWN,
            *(_points(told, figure) for figure in (one.lowest, one.middle, one.highest)),
            wording.points(one.dropped, 2),
            _spread_remark(one),
        )
        for one in told.criteria
    ]
    caption = say("Bảng {number}. Tiêu chí có phân biệt được các đơn vị không", number=_after_blocks(told))
    return blocks.page(
        blocks.table(caption, columns, rows),
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
        return blocks.paragraph(say("Chưa đơn vị nào ghi điểm tự chấm."))
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
            f"{one.kept} ({wording.share(one.kept, one.claimed)})",
            str(one.above),
            str(one.below),
            _mean(one.gap, one.claimed, told),
        )
        for one in claimed
    ]
    return blocks.table(
        say("Bảng {number}. Điểm tự chấm so với điểm được tính", number=_after_blocks(told) + 1), columns, rows
    )


def _mean(total: int, count: int, told: Reliability) -> str:
    """A mean of points, for reading, with its sign."""
    half_up = (2 * abs(total) + count) // (2 * count)
    return f"{'−' if total < 0 and half_up else ''}{_points(told, half_up)}"


@in_its_language
def corrections_table(told: Reliability) -> Block:
    """What was moved by whom; a verifier is a role, never a person."""
    if not told.corrections:
        return blocks.paragraph(say("Năm này chưa ghi quyết định thẩm định hoặc hội đồng nào về điểm."))
    columns = [
        Column(say("Theo"), 1.2),
        Column(say("Ai, nơi nào"), 2.4, names_rows=True),
        Column(say("Số điểm đã quyết định"), 1, "right"),
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
    caption = say("Bảng {number}. Điểm đã quyết định so với điểm trước đó", number=_after_blocks(told) + 2)
    return blocks.table(caption, columns, rows)


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
            say("Hội đồng quyết định; trang này chỉ cho biết nên xem lại điểm nào, đơn vị nào trước")
        ),
        blocks.closing([say("Hội đồng thi đua"), say("Lưu hồ sơ")], [body.signing_authority, body.signing_post]),
    )
