"""Vietnamese: 1,5 triệu, hai mươi lăm, một nghìn năm trăm, 15 tháng 3, 3 giờ rưỡi chiều."""

from __future__ import annotations

import re
from fractions import Fraction

from transcription.numbers.grammar import Grammar, Phrase
from transcription.numbers.lexicon import INTERNATIONAL, SIGNS, Lexicon, Measure, Prefixes, table
from transcription.numbers.quantity import Kind, Weight
from transcription.numbers.vietnamese_numerals import VietnameseNumerals

_SUFFIXES = {
    "%": "phần trăm|điểm phần trăm|phần trăm điểm",
    "c": "cái|chiếc|con|người|lần|loại|thùng|hộp|gói|bao|túi|chai|lon|cuộn|tấm|tờ|bộ|đôi|cặp|mẫu|sản phẩm|đơn vị|công ty|"
    "nhà máy|container|công-ten-nơ|pallet|kiện|viên|miếng|thanh|cây|quyển|cuốn|bản|chuyến|mặt hàng|dòng|màu|nước|"
    "nhân viên|công nhân|khách|món|điều|câu|bên|máy|xe|hạt|lô|đợt|ca|vị|khâu|bước|giai đoạn|cửa hàng|chi nhánh|tỉnh|đại lý|hoá chất|hóa chất",
    "c*12": "tá",
    "$:VND": "đồng|đồng việt nam|việt nam đồng|đ|vnđ",
    "$:USD": "đô la|đô|đô la mỹ|đô-la|đôla|đô mỹ|mỹ kim",
    "$:KRW": "won|uôn|won hàn quốc|won hàn",
    "$:CNY": "tệ|nhân dân tệ|đồng nhân dân tệ",
    "$:JPY": "yên|yên nhật|yen",
    "$:RUB": "rúp|rúp nga",
    "$:EUR": "euro|ơ rô",
    "$:GBP": "bảng anh",
    "$:THB": "bạt|baht",
    "$:HKD": "đô la hồng kông|đô hồng kông",
    "$:SGD": "đô la singapore",
    "$:TWD": "đô la đài loan",
    "m:kg": "ký|kí|cân|ki lô gam|ki-lô-gam|kilogam|kí lô|ký lô",
    "m:g": "gam|gram",
    "m:mg": "miligam",
    "m:ton": "tấn",
    "m:ta": "tạ",
    "m:l": "lít",
    "m:ml": "mililít",
    "m:mm": "milimét|mi li mét|ly|li",
    "m:cm": "xentimét|xen ti mét|phân|centimet|xăng ti mét",
    "m:m": "mét|met",
    "m:km": "kilômét|ki lô mét|cây số|kilomet",
    "m:m2": "mét vuông",
    "m:m3": "mét khối|khối",
    "m:km2": "kilômét vuông|ki lô mét vuông",
    "m:ha": "héc ta|hecta",
    "m:inch": "inch",
    "m:gal": "ga lông|galông|gallon",
    "m:mile": "dặm",
    "m:um": "micromet|micron",
    "m:nm": "nanomet",
    "m:v": "vôn",
    "m:w": "oát",
    "m:kw": "kilôoát",
    "m:hz": "héc",
    "m:celsius m:degree": "độ|độ c|độ xê|°c",
    "m:second": "giây",
    "m:minute": "phút",
    "m:hour": "tiếng|tiếng đồng hồ|giờ đồng hồ",
    "m:hour t": "giờ|h",
    "t": "giờ đúng",
    "m:day": "ngày|ngày làm việc|hôm|ngày đêm",
    "m:week": "tuần",
    "m:month": "tháng",
    "m:quarter": "quý",
    "m:year": "năm",
}


def _one(value: Fraction | int, kind: Kind, unit: str = "", weight: Weight = Weight.FAINT) -> Phrase:
    return Phrase(Fraction(value), (Measure(kind, unit),), weight)


_HALF = Phrase(Fraction(1, 2), (Measure(Kind.BARE), Measure(Kind.PERCENT, factor=Fraction(100))), Weight.SOFT)
_HALF_YEAR = Phrase(
    Fraction(1, 2), (Measure(Kind.MEASURE, "year"), Measure(Kind.MEASURE, "month", Fraction(12))), Weight.SOFT
)
_TIMES = {"ngày": "day", "tuần": "week", "tháng": "month", "giờ": "hour", "tiếng": "hour", "năm": "year"}
_PHRASES = {
    **{f"nửa {word}": _one(Fraction(1, 2), Kind.MEASURE, unit, Weight.SOFT) for word, unit in _TIMES.items()},
    **{
        f"{every} {word}": _one(1, Kind.MEASURE, unit)
        for word, unit in _TIMES.items()
        for every in ("mỗi", "hàng")
    },
    "nửa năm": _HALF_YEAR,
    "nửa": _HALF,
    "một nửa": _HALF,
    "trăm phần trăm": _one(100, Kind.PERCENT, weight=Weight.SOFT),
    "gấp đôi": _one(2, Kind.BARE),
    "đôi": _one(2, Kind.BARE),
    "cặp": _one(2, Kind.BARE),
    "gấp ba": _one(3, Kind.BARE),
    "tháng giêng": _one(1, Kind.DATE, "month", Weight.STRONG),
    "tháng chạp": _one(12, Kind.DATE, "month", Weight.STRONG),
    "tháng một": _one(1, Kind.DATE, "month", Weight.STRONG),
}

_LEXICON = Lexicon(table(INTERNATIONAL, _SUFFIXES))

VIETNAMESE = Grammar(
    numerals=VietnameseNumerals(_LEXICON),
    suffixes=_LEXICON,
    prefixes=Prefixes(
        table(
            SIGNS,
            {"d:mday": "ngày|mùng|mồng", "d:month": "tháng", "d:year": "năm", "m:quarter": "quý", "o": "thứ"},
        )
    ),
    phrases=_PHRASES,
    dayparts_after=Lexicon(
        table(
            {
                "t:am": "sáng|buổi sáng",
                "t:pm": "chiều|buổi chiều",
                "t:night": "tối|đêm|buổi tối",
                "t:noon": "trưa",
            }
        )
    ),
    half=re.compile(r" rưỡi(?!\w)"),
    filler=re.compile(r" mấy(?= )| hơn(?= )|\+"),
    joiner=re.compile(r" ?(?:[~\-x×*,]|đến|tới|hoặc|và|hay|nhân) ?"),
    ratio=re.compile(r" ?(?:trên|chia) ?"),
    fraction=re.compile(r" phần "),
    first="numerator",
    minus=re.compile(r"(?:\bâm|\btrừ) ?$|(?:^|(?<=[ (]))-$"),
    between=re.compile(r" ?(?:và )?"),
    bare_minutes=True,
    bare_half=True,
    day_of=re.compile(
        r" tháng (?=[0-9]{1,2}(?![0-9]| ngày| tuần)|(?:giêng|một|hai|ba|tư|năm|sáu|bảy|tám|chín|mười|chạp)\b(?! ngày))"
    ),
)
