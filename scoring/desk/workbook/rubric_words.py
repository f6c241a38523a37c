"""What the columns and the words of a rubric's workbook are called for people who never saw its file."""

from __future__ import annotations

TITLES = {
    "plan.title": "Tên kế hoạch", "plan.subject": "Điều được đánh giá (nối sau chữ kết quả)",
    "posts.verified": "Ai thẩm định (mỗi dòng một)", "posts.council": "Ai quyết định ở hội đồng (mỗi dòng một)",
    "posts.explained": "Ai giải trình (mỗi dòng một)", "sample": "Là năm mẫu, số liệu đặt ra",
    "cited": "Gọi trong câu (mục không có số)", "summary": "Kế hoạch giao gì", "binds": "Giao cho cấp",
    "scored": "Có tiêu chí chấm", "why_not_scored": "Vì sao không chấm", "models": "Về mô hình hay, gương tốt",
    "part_not_scored": "Phần không chấm, vì sao",
    "id": "Mã", "year": "Năm", "span.from": "Kỳ đánh giá từ ngày", "span.to": "Kỳ đánh giá đến ngày",
    "name": "Tên", "subject": "Đối tượng được chấm", "posts_of": "Chức danh của đơn vị chấm theo bộ",
    "units_of": "Cùng danh bạ với bộ",
    "judged": "Gọi đối tượng trong câu", "evaluated": "Điều được đánh giá (nối sau chữ kết quả)",
    "bases": "Căn cứ (mỗi dòng một căn cứ)",
    "body.parent": "Cơ quan cấp trên", "body.name": "Cơ quan ban hành", "body.place": "Địa danh",
    "body.symbol": "Ký hiệu văn bản", "body.signing_authority": "Thẩm quyền ký", "body.signing_post": "Chức vụ ký",
    "body.recipients": "Nơi nhận (mỗi dòng một nơi)", "body.reports_to": "Báo cáo lên (mỗi dòng một nơi)",
    "points.decimals": "Điểm có mấy số lẻ", "points.rounding": "Làm tròn điểm",
    "types": "Loại đơn vị (mã: tên, mỗi dòng một loại)", "blocks": "Khối thi đua (mã: tên, mỗi dòng một khối)",
    "total.max_points": "Tổng điểm tối đa", "total.floor": "Tổng điểm thấp nhất", "total.cap": "Tổng điểm cao nhất",
    "bonus.cap": "Điểm thưởng nhiều nhất", "bonus.inside_total": "Điểm thưởng nằm trong tổng tối đa",
    "deductions.cap": "Điểm trừ nhiều nhất", "not_applicable.rescale": "Tiêu chí không áp dụng: quy đổi theo",
    "not_applicable.missing": "Tiêu chí thiếu số liệu trong điểm tối đa", "figure.of": "Xếp loại theo",
    "figure.decimals": "Số xếp loại có mấy số lẻ", "ranking.on": "Xếp hạng theo số",
    "eligibility.months_since_created": "Đủ bao nhiêu tháng từ khi thành lập",
    "eligibility.months_since_merged": "Đủ bao nhiêu tháng từ khi sáp nhập, chia tách",
    "tasks.loss": "Công việc: mỗi lần chậm, chưa đạt mất mấy %",
    "indicator.counts": "Danh mục công việc: tính phần nào",
    "annual_share.max_points": "Quy vào bảng chấm điểm năm: điểm tối đa", "annual_share.of": "Quy vào mục",
    "dòng": "Dòng này là", "thuộc": "Trong nhóm (mã)", "clause": "Mục của kế hoạch", "max_points": "Điểm tối đa",
    "subtracts": "Trừ điểm trong nhóm", "method": "Phương pháp tính", "indicator.value_unit": "Đơn vị tính",
    "indicator.periods": "Gộp các kỳ", "indicator.decimals": "Số lẻ của kết quả", "indicator.of": "Là phần của",
    "indicator.least": "Nhỏ nhất", "indicator.most": "Lớn nhất (members: số đoàn viên)",
    "indicator.source": "Lấy số từ", "indicator.same_as": "Đọc chung kết quả của", "evidence": "Minh chứng",
    "evidence_shared": "Minh chứng dùng chung được", "evidence_hint": "Gợi ý minh chứng",
    "applies_to.types": "Chỉ loại đơn vị (mỗi dòng một mã)", "applies_to.blocks": "Chỉ khối (mỗi dòng một mã)",
    "applies_to.units": "Chỉ đơn vị (mỗi dòng một mã)", "applies_to.members_from": "Chỉ từ số đoàn viên",
    "applies_to.members_below": "Chỉ dưới số đoàn viên", "may_not_apply": "Được báo không áp dụng khi",
    "advice": "Hướng dẫn để đạt điểm", "advice_by_type": "Hướng dẫn theo loại (mã: lời)", "note": "Ghi chú",
    "net.floor": "Nhóm cộng trừ: thấp nhất", "net.cap": "Nhóm cộng trừ: cao nhất",
    "weight": "Trọng số của nhóm", "source": "Nguồn (mã)", "tiêu chí": "Tiêu chí (mã)", "tham số": "Tham số",
    "value": "Giá trị", "by": "Theo", "key": "Của loại, khối, đơn vị (mã)", "from": "Từ", "to": "Đến (kể cả)",
    "below": "Dưới", "percent": "% điểm hoặc % đoàn viên", "points": "Điểm", "otherwise": "Còn lại",
    "assigned_by": "Cơ quan giao chỉ tiêu", "title": "Tên văn bản", "issuer": "Cơ quan ban hành", "date": "Ngày",
    "number": "Số, ký hiệu", "link": "Địa chỉ đọc văn bản", "article": "Điều, khoản, mục của nguồn",
    "level": "Cấp của đối tượng được chấm", "why": "Vì sao không chấm", "annual_share.clause": "Quy đổi theo mục",
    "due": "Hạn nộp", "annual": "Là báo cáo năm", "kind": "Kiểu", "at_most": "Là phần của (mỗi dòng một mã)",
    "selected_from": "Chọn từ mức", "after": "Chọn sau mức", "cap": "Chỉ còn tới mức",
    "withhold": "Không xếp loại, ghi là", "flag": "Chỉ báo người thẩm định", "band": "Mức", "mức": "Mức (mã)",
    "base": "Tính trên các mức (mỗi dòng một mã)", "share": "Tỷ lệ %", "per": "Tính trong", "rounding": "Làm tròn",
    "better": "Hơn khi", "unmet": "Khi không đạt thì ghi", "criterion": "Tiêu chí (mã)",
    "states": "Ở trạng thái (mỗi dòng một)", "report_missing": "Không có báo cáo kỳ", "group_below": "Nhóm dưới % điểm",
    "data_below": "Có điểm dưới % số tiêu chí", "group": "Riêng nhóm (mã)", "not_eligible": "Không thuộc diện",
    "fact": "Dữ kiện (mã)", "at_least": "Từ", "share.part": "Dữ kiện là phần", "share.whole": "Trên dữ kiện",
    "decimals": "Có mấy số lẻ", "decided": "Có quyết định loại", "unknown": "Chưa có số liệu thì coi là có",
}  # fmt: skip
"""What a column is called, by its key or by the end of it."""

WORDS = {
    "unit": "đơn vị", "position": "chức danh", "half_up": "làm tròn nửa lên", "down": "bỏ phần lẻ",
    "up": "làm tròn lên",
    "whole": "cả tổng", "group": "từng nhóm", "nested": "từng nhóm, lên dần", "none": "không quy đổi",
    "counts": "vẫn tính", "leaves": "bỏ ra", "total": "tổng điểm", "percent": "phần trăm",
    "rounded": "đã làm tròn", "exact": "chưa làm tròn", "sum": "cộng", "last": "kỳ cuối", "largest": "lớn nhất",
    "mean": "trung bình", "any": "kỳ nào có cũng được", "report": "báo cáo", "reports_on_time": "báo cáo đúng hạn",
    "fields_valid": "ô báo cáo hợp lệ", "late_reports": "báo cáo nộp muộn", "missing_reports": "báo cáo thiếu",
    "doubled_evidence": "minh chứng khai hai lần", "unit_result": "kết quả của đơn vị", "tasks": "danh mục công việc",
    "done": "số lượng", "quality": "chất lượng", "progress": "tiến độ", "body": "cơ quan, đơn vị",
    "body_and_block": "khối của cùng cơ quan", "body_and_type": "loại của cùng cơ quan",
    "required": "bắt buộc", "optional": "nếu có", "counted": "mỗi việc một minh chứng",
    "grassroots": "cơ sở", "both": "mọi cấp", "upper_level": "cấp trên trực tiếp cơ sở",
    "members": "số đoàn viên", "type": "loại đơn vị", "block": "khối", "yes_no": "có hoặc không", "count": "số lượng",
    "overall": "toàn bộ", "more": "lớn hơn", "less": "nhỏ hơn", "criterion": "tiêu chí", "deductions": "điểm trừ",
    "bonus": "điểm thưởng",
    "achieved": "đạt hay không", "share_of_target": "theo tỷ lệ đạt chỉ tiêu", "steps": "theo bậc",
    "levels": "theo mức",
    "days_late": "theo số ngày muộn", "per_item": "mỗi việc bao nhiêu điểm", "converted": "quy đổi từ điểm khác",
    "judged": "người thẩm định cho điểm", "share_of_best": "so với đơn vị tốt nhất khối",
    "min_max": "so với thấp nhất và cao nhất khối", "target_and_lead": "đạt chỉ tiêu, rồi so với đơn vị dẫn đầu",
}  # fmt: skip
"""What a word of a list means."""
_FIGURE = {
    ("figure.of", "percent"): "phần trăm điểm tối đa được áp dụng",
    ("method", "percent"): "phần trăm của tổng số",
}


_SOURCES = {
    "points": "số lẻ của điểm", "total": "tổng điểm", "bonus": "điểm thưởng", "deductions": "điểm trừ",
    "not_applicable": "cách quy đổi", "figure": "số xếp loại", "ranking": "cách xếp hạng",
    "eligibility": "điều kiện thời gian", "annual_share": "phần quy vào bảng năm", "tasks": "mức trừ công việc",
}  # fmt: skip


def title_of(key: str) -> str:
    """What a column is called; the English text of a column is named as it is.

    >>> title_of("indicator.value_unit_en")
    'Đơn vị tính (tiếng Anh)'
    """
    part, _, end = key.partition(".")
    if end == "source" and part in _SOURCES:
        return f"Nguồn của {_SOURCES[part]} (mã)"
    plain = key.replace("body_en.", "body.")
    english = plain != key or plain.endswith("_en")
    plain = plain.removesuffix("_en")
    ends = [plain, plain.partition(".")[2], plain.rpartition(".")[2]]
    found = next((TITLES[end] for end in ends if end in TITLES), plain)
    return f"{found} (tiếng Anh)" if english else found


def word_of(key: str, code: str) -> str:
    """What a code of a list means; "" where nothing has to be said."""
    return _FIGURE.get((key, code), WORDS.get(code, ""))
