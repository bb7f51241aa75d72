"""Says whole numbers in every language, in digits and words: an oracle apart from the readers."""

from collections.abc import Callable, Iterator

LARGEST = 9_999_999_999_999
COUNTERS = {
    "ko": " 개",
    "zh-Hans": "个",
    "zh-Hant": "個",
    "vi": " cái",
    "en": " pieces",
    "ja": "個",
    "ru": " штук",
}


def grouped(number: int, separator: str) -> str:
    return f"{number:,}".replace(",", separator)


def _sections(number: int, size: int) -> list[int]:
    """The least first."""
    found = []
    while number:
        number, section = divmod(number, size)
        found.append(section)
    return found


def _section(number: int, digits: str, units: str, *, ones: bool, zero: str = "") -> str:
    """Below 10,000; `ones`: whether 一 is said before 十, 百 and 千; `zero` where a place is skipped."""
    said = ""
    gap = False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit == 0:
            gap = gap or bool(said)
            continue
        if gap and zero:
            said += zero
        gap = False
        one = digit == 1 and place > 0 and not ones
        said += ("" if one else digits[digit]) + ("" if place == 0 else units[place - 1])
    return said


def hangul(number: int, *, spaced: bool) -> str:
    parts = []
    for power, section in reversed(list(enumerate(_sections(number, 10_000)))):
        if section:
            said = _section(section, "영일이삼사오육칠팔구", "십백천", ones=False)
            lone = said == "일" and power == 1
            parts.append(("" if lone else said) + ("", "만", "억", "조")[power])
    return (" " if spaced else "").join(parts)


def mixed(number: int, units: tuple[str, ...], separator: str) -> str:
    """1억 2345만 6789."""
    sections = reversed(list(enumerate(_sections(number, 10_000))))
    return separator.join(f"{section}{units[power]}" for power, section in sections if section)


def chinese(number: int, *, traditional: bool = False) -> str:
    if number >= 10**12:
        # 一万零一亿
        whole, rest = divmod(number, 10**8)
        said = f"{chinese(whole)}亿" + ("零" if 0 < rest < 10**7 else "") + (chinese(rest) if rest else "")
        return said.translate(str.maketrans("万亿", "萬億")) if traditional else said
    sections = _sections(number, 10_000)
    said = ""
    for power, section in reversed(list(enumerate(sections))):
        if not section:
            continue
        if said and (section < 1000 or (sections[power + 1] == 0)):
            said += "零"
        said += _section(section, "零一二三四五六七八九", "十百千", ones=True, zero="零")
        said += ("", "万", "亿")[power]
    said = said.removeprefix("一") if said.startswith("一十") else said
    return said.translate(str.maketrans("万亿", "萬億")) if traditional else said


def japanese(number: int) -> str:
    parts = []
    for power, section in reversed(list(enumerate(_sections(number, 10_000)))):
        if section:
            said = _section(section, "〇一二三四五六七八九", "十百千", ones=False)
            parts.append(said + ("", "万", "億", "兆")[power])
    return "".join(parts)


_EN = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_EN_TENS = [
    "", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
]  # fmt: skip


def _english_section(number: int, conjunction: str) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    small = _EN[rest] if rest < 20 else _EN_TENS[tens] + (f"-{_EN[ones]}" if ones else "")
    said = f"{_EN[hundreds]} hundred" if hundreds else ""
    return f"{said}{conjunction if said else ''}{small}" if rest else said


def english(number: int, *, conjunction: str = " and ") -> str:
    parts = []
    for power, section in reversed(list(enumerate(_sections(number, 1000)))):
        if section:
            scale = ("", " thousand", " million", " billion", " trillion")[power]
            parts.append(_english_section(section, conjunction) + scale)
    return " ".join(parts)


_VI = "không một hai ba bốn năm sáu bảy tám chín".split()  # noqa: SIM905


def _vietnamese_section(number: int, *, first: bool) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = []
    if hundreds or (not first and rest):
        words.append(f"{_VI[hundreds]} trăm")
    if tens == 0 and ones:
        words += ["lẻ", _VI[ones]] if words else [_VI[ones]]
    elif tens:
        words.append("mười" if tens == 1 else f"{_VI[tens]} mươi")
        last = {5: "lăm", 1: "một" if tens == 1 else "mốt"}.get(ones, _VI[ones])
        words += [last] if ones else []
    return " ".join(words)


def vietnamese(number: int) -> str:
    parts: list[str] = []
    if number >= 10**12:
        # Một nghìn không trăm lẻ một tỷ.
        parts.append(f"{vietnamese(number // 10**9)} tỷ")
        number %= 10**9
    for power, section in reversed(list(enumerate(_sections(number, 1000)))):
        if section:
            scale = ("", " nghìn", " triệu", " tỷ")[power]
            parts.append(_vietnamese_section(section, first=not parts) + scale)
    return " ".join(parts)


_RU = [
    "ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять",
    "одиннадцать", "двенадцать", "тринадцать", "четырнадцать", "пятнадцать", "шестнадцать",
    "семнадцать", "восемнадцать", "девятнадцать",
]  # fmt: skip
_RU_TENS = [
    "", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят",
    "девяносто",
]  # fmt: skip
_RU_HUNDREDS = [
    "", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот",
    "девятьсот",
]  # fmt: skip
_RU_SCALES = (
    ("", "", ""),
    ("тысяча", "тысячи", "тысяч"),
    ("миллион", "миллиона", "миллионов"),
    ("миллиард", "миллиарда", "миллиардов"),
    ("триллион", "триллиона", "триллионов"),
)


def russian(number: int) -> str:
    words: list[str] = []
    for power, section in reversed(list(enumerate(_sections(number, 1000)))):
        if not section:
            continue
        hundreds, rest = divmod(section, 100)
        tens, ones = divmod(rest, 10)
        small = [_RU[rest]] if rest < 20 else [_RU_TENS[tens], _RU[ones] if ones else ""]
        if rest == 0:
            small = []
        if power == 1:
            small = [{"один": "одна", "два": "две"}.get(word, word) for word in small]
        few = 0 if ones == 1 and rest != 11 else 1 if 2 <= ones <= 4 and not 12 <= rest <= 14 else 2
        words += [_RU_HUNDREDS[hundreds], *small, _RU_SCALES[power][few]]
    return " ".join(word for word in words if word)


_NATIVE = [
    "", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉",
]  # fmt: skip
_NATIVE_TENS = [
    "", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔",
]  # fmt: skip


def native(number: int) -> str:
    """Below 100."""
    return "스무" if number == 20 else _NATIVE_TENS[number // 10] + _NATIVE[number % 10]


_FORMS: dict[str, tuple[Callable[[int], str], ...]] = {
    "ko": (
        str,
        lambda number: grouped(number, ","),
        lambda number: mixed(number, ("", "만", "억", "조"), " " if _full(number) else ""),
        lambda number: hangul(number, spaced=_full(number)),
        lambda number: hangul(number, spaced=False),
    ),
    "zh-Hans": (
        str,
        lambda number: grouped(number, ","),
        chinese,
        lambda number: (
            mixed(number, ("", "万", "亿"), "") if number < 10**12 and _full(number) else chinese(number)
        ),
    ),
    "zh-Hant": (str, lambda number: chinese(number, traditional=True)),
    "ja": (
        str,
        lambda number: grouped(number, ","),
        japanese,
        lambda number: mixed(number, ("", "万", "億", "兆"), ""),
    ),
    "vi": (lambda number: grouped(number, "."), vietnamese),
    "en": (
        str,
        lambda number: grouped(number, ","),
        english,
        lambda number: english(number, conjunction=" "),
    ),
    "ru": (lambda number: grouped(number, " "), lambda number: grouped(number, "\u00a0"), russian),
}


def _full(number: int) -> bool:
    """Whether no myriad but the first has leading zeros: 3万5 would be 35,000, 3만 5 개 two numbers."""
    return all(section == 0 or section >= 1000 for section in _sections(number, 10_000)[:-1])


def forms(number: int, lang: str) -> Iterator[str]:
    """`number` of something, in every way it is said."""
    for form in _FORMS[lang]:
        yield form(number) + COUNTERS[lang]
    if lang == "ko" and number < 100:
        yield native(number) + COUNTERS[lang]
