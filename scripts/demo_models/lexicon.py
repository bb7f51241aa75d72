"""Slot values of the phrase book.

A value holds one (written, spoken) pair for each language. In a pair a space starts a new piece, and `_`
is a space inside the speech of one piece. The spoken form of a Chinese word that isn't a number is left
out here: `pinyin.READINGS` has it. Vietnamese is only written, and its words are in `vietnamese`.
"""

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from demo_models import numerals, vietnamese


@dataclass(frozen=True, slots=True)
class Value:
    """One slot value: written and spoken text for each language, Vietnamese only written."""

    en: tuple[str, str]
    ko: tuple[str, str]
    zh: tuple[str, str]
    vi: str


def names(rows: Iterable[tuple[str, str, str]]) -> tuple[Value, ...]:
    """Values that are spoken as they are written."""
    return tuple(Value((en, en), (ko, ko), (zh, zh), vietnamese.NAMES[en]) for en, ko, zh in rows)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: a unit's name in each language."""

    en: str
    ko: str
    zh: str
    ko_spoken: str = ""
    """Where Korean reads the unit otherwise than it writes it (kg)."""
    korean: Callable[[int], str] = numerals.korean
    """Reading of the number before this unit."""

    def count(self, number: int) -> Value:
        """`number` of this unit. English has words below ten, Korean and Chinese always have digits."""
        en = numerals.english(number)
        return Value(
            (f"{en if number < 10 else f'{number:,}'} {self.en}", f"{en.replace(' ', '_')} {self.en}"),
            (f"{number:,}{self.ko}", f"{self.korean(number)}_{self.ko_spoken or self.ko}"),
            (f"{number} {self.zh}", f"{_pinyin(number)} {self.zh}"),
            vietnamese.count(number, self.en),
        )

    def counts(self, numbers: Iterable[int]) -> tuple[Value, ...]:
        """One value for each of `numbers`."""
        return tuple(map(self.count, numbers))


def dollars(amount: int) -> Value:
    """A price in US dollars."""
    return Value(
        (f"${amount:,}", f"{numerals.english(amount)} dollars".replace(" ", "_")),
        (f"{amount:,}달러", f"{numerals.korean(amount)}_달러"),
        (f"{amount} 美元", f"{_pinyin(amount)} 美元"),
        vietnamese.dollars(amount),
    )


def percent(number: int) -> Value:
    """A percentage."""
    return Value(
        (f"{number}%", f"{numerals.english(number)} percent".replace(" ", "_")),
        (f"{number}%", f"{numerals.korean(number)}_퍼센트"),
        (f"{number}%", f"bai3 fen1 zhi1 {numerals.chinese(number)}".replace(" ", "_")),
        f"{number}%",
    )


def months() -> tuple[Value, ...]:
    """The twelve months."""
    return tuple(
        Value(
            (name, name),
            (f"{number}월", f"{numerals.korean_month(number)}월"),
            (f"{number}月", f"{numerals.chinese(number)} yue4".replace(" ", "_")),
            vietnamese.month(number),
        )
        for number, name in enumerate(MONTH_NAMES, 1)
    )


def dates(days: Iterable[int]) -> tuple[Value, ...]:
    """A day of a month, for each of `days` in each month."""
    return tuple(
        Value(
            (f"{month.en[0]} {day}", f"{month.en[1]} {numerals.english_ordinal(day).replace(' ', '_')}"),
            (f"{month.ko[0]} {day}일", f"{month.ko[1]} {numerals.korean(day)}_일"),
            (f"{month.zh[0]} {day}日", f"{month.zh[1]} {_pinyin(day)}_ri4"),
            vietnamese.date(day, number),
        )
        for number, month in enumerate(months(), 1)
        for day in days
    )


def clocks(hours: Iterable[int]) -> tuple[Value, ...]:
    """Whole hours of the day, given on the 24-hour clock and said on the 12-hour clock."""
    values = []
    for hour in hours:
        morning, number = hour < 12, hour if hour <= 12 else hour - 12
        half_en, half_ko, half_zh = ("AM", "오전", "上午") if morning else ("PM", "오후", "下午")
        values.append(
            Value(
                (f"{number} {half_en}", f"{numerals.english(number)} {half_en[0]}_M"),
                (f"{half_ko} {number}시", f"{half_ko} {numerals.korean_native(number)}_시"),
                (f"{half_zh} {number}点", f"{half_zh} {_pinyin(number)}_dian3"),
                vietnamese.clock(hour),
            )
        )
    return tuple(values)


def _pinyin(number: int) -> str:
    return numerals.chinese(number, counting=True).replace(" ", "_")


MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

LIQUID_ROWS = (
    ("coating agent", "코팅제", "涂层剂"),
    ("primer", "프라이머", "底漆"),
    ("cleaner", "세정제", "清洗剂"),
    ("adhesive", "접착제", "粘合剂"),
    ("hardener", "경화제", "固化剂"),
)

LIQUIDS = names(LIQUID_ROWS)

PRODUCTS = names((f"{en}s", ko, zh) for en, ko, zh in LIQUID_ROWS) + names(
    (
        ("anti-rust oil", "방청유", "防锈油"),
        ("rubber seals", "고무 패킹", "橡胶 密封圈"),
        ("aluminum parts", "알루미늄 부품", "铝制 零件"),
        ("mask packs", "마스크팩", "面膜"),
        ("face cream", "얼굴 크림", "面霜"),
        ("sunscreen", "선크림", "防晒霜"),
        ("shampoo", "샴푸", "洗发水"),
        ("red ginseng", "홍삼", "红参"),
        ("green tea", "녹차", "绿茶"),
        ("ceramic cups", "도자기 컵", "陶瓷杯"),
    )
)

CITIES = names(
    (
        ("Ulsan", "울산", "蔚山"),
        ("Suwon", "수원", "水原"),
        ("Icheon", "이천", "利川"),
        ("Seoul", "서울", "首尔"),
        ("Changchun", "창춘", "长春"),
        ("Nanjing", "난징", "南京"),
        ("Beijing", "베이징", "北京"),
        ("Los Angeles", "로스앤젤레스", "洛杉矶"),
    )
)

PORTS = names(
    (
        ("Busan", "부산", "釜山"),
        ("Incheon", "인천", "仁川"),
        ("Shanghai", "상하이", "上海"),
        ("Qingdao", "칭다오", "青岛"),
        ("Dalian", "다롄", "大连"),
        ("Singapore", "싱가포르", "新加坡"),
    )
)

COUNTRIES = names(
    (
        ("China", "중국", "中国"),
        ("Vietnam", "베트남", "越南"),
        ("Japan", "일본", "日本"),
        ("Germany", "독일", "德国"),
        ("Thailand", "태국", "泰国"),
        ("Canada", "캐나다", "加拿大"),
    )
)

PAPERS = names(
    (
        ("test report", "시험 성적서", "检测 报告"),
        ("certificate of origin", "원산지 증명서", "原产地 证书"),
        ("safety data sheet", "안전 자료", "安全 数据表"),
        ("quality certificate", "품질 인증서", "质量 证书"),
        ("organic certificate", "유기농 인증서", "有机 证书"),
        ("halal certificate", "할랄 인증서", "清真 证书"),
        ("commercial invoice", "상업 송장", "商业 发票"),
        ("packing list", "포장 명세서", "装箱单"),
        ("bill of lading", "선하증권", "提单"),
    )
)

INCOTERMS = tuple(
    Value((term, "_".join(term)), (term, korean), (term, "_".join(term)), term)
    for term, korean in (
        ("FOB", "에프오비"),
        ("CIF", "씨아이에프"),
        ("EXW", "이엑스더블유"),
        ("DDP", "디디피"),
    )
)

GOODS = {
    "box": Unit("boxes", "박스", "箱"),
    "bottle": Unit("bottles", "병", "瓶"),
    "set": Unit("sets", "세트", "套"),
    "kilogram": Unit("kilograms", "kg", "公斤", ko_spoken="킬로그램"),
    "liter": Unit("liters", "리터", "升"),
    "ton": Unit("tons", "톤", "吨"),
}
"""What goods are counted in, by the English singular."""

EMPLOYEES = Unit("employees", "명", "名 员工")
TIMES = Unit("times", "배", "倍")
HOURS = Unit("hours", "시간", "小时", korean=numerals.korean_native)
DAYS = Unit("days", "일", "天")
WEEKS = Unit("weeks", "주", "周")
MONTHS = Unit("months", "개월", "个月")
YEARS = Unit("years", "년", "年")
DEGREES = Unit("degrees", "도", "度")

QUANTITIES = (20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000, 5000, 10_000)

AMOUNTS = (500, 1000, 2000, 3000, 5000, 8000, 10_000, 20_000, 30_000, 50_000, 100_000)

PRICES = (5, 8, 10, 12, 15, 18, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 500)

SLOTS: Mapping[str, tuple[Value, ...]] = {
    "product": PRODUCTS,
    "liquid": LIQUIDS,
    "city": CITIES,
    "port": PORTS,
    "country": COUNTRIES,
    "paper": PAPERS,
    "incoterm": INCOTERMS,
    "unit": tuple(
        Value(
            (name, name),
            (unit.ko, unit.ko_spoken or unit.ko),
            (unit.zh, unit.zh),
            vietnamese.NAMES[unit.en],
        )
        for name, unit in GOODS.items()
    ),
    "quantity": tuple(value for unit in GOODS.values() for value in unit.counts(QUANTITIES)),
    "boxes": GOODS["box"].counts((20, 30, 50, 100, 200)),
    "bottles": GOODS["bottle"].counts((20, 30, 50, 100, 200)),
    "employees": EMPLOYEES.counts((20, 30, 50, 80, 100, 200, 300, 500)),
    "dollars": tuple(map(dollars, PRICES)),
    "amount": tuple(map(dollars, AMOUNTS)),
    "percent": tuple(map(percent, (5, 10, 15, 20, 30, 40, 50, 60, 70))),
    "discount": tuple(map(percent, (5, 10, 15, 20))),
    "times": TIMES.counts((50, 100, 200, 300, 400, 500, 600, 800, 1000, 2000)),
    "hours": HOURS.counts((2, 3, 4, 5, 6, 8, 10, 12, 24, 48)),
    "days": DAYS.counts((3, 5, 7, 10, 14, 15, 20, 30, 45, 60, 90)),
    "weeks": WEEKS.counts((2, 3, 4, 5, 6, 8)),
    "months": MONTHS.counts((3, 6, 12, 18, 24, 36)),
    "years": YEARS.counts((3, 5, 8, 10, 15, 20, 30)),
    "degrees": DEGREES.counts((5, 10, 15, 20, 25, 30)),
    "month": months(),
    "date": dates((5, 10, 15, 20, 25)),
    "weekday": names(
        (
            ("Monday", "월요일", "星期一"),
            ("Tuesday", "화요일", "星期二"),
            ("Wednesday", "수요일", "星期三"),
            ("Thursday", "목요일", "星期四"),
            ("Friday", "금요일", "星期五"),
        )
    ),
    "clock": clocks((9, 10, 11, 13, 14, 15, 16)),
}
"""The values of every slot, which both demo models learn."""

ANY_NUMBER: Mapping[str, tuple[Callable[[int], Value], int, int]] = {
    "boxes": (GOODS["box"].count, 10, 9999),
    "bottles": (GOODS["bottle"].count, 10, 9999),
    "employees": (EMPLOYEES.count, 10, 9999),
    "dollars": (dollars, 2, 9999),
    "amount": (dollars, 100, 999_999),
    "percent": (percent, 2, 99),
    "discount": (percent, 2, 99),
    "times": (TIMES.count, 10, 9999),
    "hours": (HOURS.count, 2, 99),
    "days": (DAYS.count, 2, 365),
    "weeks": (WEEKS.count, 2, 52),
    "months": (MONTHS.count, 2, 60),
    "years": (YEARS.count, 2, 99),
    "degrees": (DEGREES.count, 10, 99),
}
"""Slots whose number may be any in a range: the translation models learn to copy digits from these."""


def any_value(slot: str, rng: random.Random) -> Value:
    """A value of `slot` with any number at all, or one of its listed values where it counts nothing."""
    if slot == "quantity":
        return rng.choice(tuple(GOODS.values())).count(int(10 ** rng.uniform(1, 5)))
    if slot not in ANY_NUMBER:
        return rng.choice(SLOTS[slot])
    make, low, high = ANY_NUMBER[slot]
    return make(rng.randint(low, high))
