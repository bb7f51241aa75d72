"""Numbers as each language says them."""

EN_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
EN_ORDINAL = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth",
    "nine": "ninth", "twelve": "twelfth",
}  # fmt: skip
KO_DIGITS = "영일이삼사오육칠팔구"
KO_NATIVE = ("", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
KO_MONTHS = ("", "일", "이", "삼", "사", "오", "유", "칠", "팔", "구", "시", "십일", "십이")
ZH_DIGITS = ("ling2", "yi1", "er4", "san1", "si4", "wu3", "liu4", "qi1", "ba1", "jiu3")


def english(number: int) -> str:
    """Cardinal in words, 0 to 999,999."""
    if number < 20:
        return EN_SMALL[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        return EN_TENS[tens] + (f" {EN_SMALL[rest]}" if rest else "")
    unit, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    head, rest = divmod(number, unit)
    return f"{english(head)} {name}" + (f" {english(rest)}" if rest else "")


def english_ordinal(number: int) -> str:
    """Ordinal in words, as a day of the month is read (1 to 31)."""
    head, _, last = english(number).rpartition(" ")
    if last in EN_ORDINAL:
        last = EN_ORDINAL[last]
    else:
        last = f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"
    return f"{head} {last}".strip()


def korean(number: int) -> str:
    """Sino-Korean reading, 0 to 99,999,999, in one string of Hangul."""
    if number == 0:
        return KO_DIGITS[0]
    ten_thousands, rest = divmod(number, 10_000)
    head = ("" if ten_thousands == 1 else _korean_thousands(ten_thousands)) + "만" if ten_thousands else ""
    return head + _korean_thousands(rest)


def _korean_thousands(number: int) -> str:
    words = ""
    for unit, name in ((1000, "천"), (100, "백"), (10, "십")):
        digit, number = divmod(number, unit)
        if digit:
            words += ("" if digit == 1 else KO_DIGITS[digit]) + name
    return words + (KO_DIGITS[number] if number else "")


def korean_native(number: int) -> str:
    """Native reading before hours and things (1 to 12); Sino-Korean above."""
    return KO_NATIVE[number] if number < len(KO_NATIVE) else korean(number)


def korean_month(number: int) -> str:
    """Reading of a month's number: June and October drop their final consonant."""
    return KO_MONTHS[number]


def chinese(number: int, *, counting: bool = False) -> str:
    """Pinyin with tone numbers, 0 to 99,999,999; `counting` before a measure word says liang3 for 2.

    Tone sandhi of yi1 is written out, because espeak's voice does not apply it.
    """
    if counting and number == 2:
        return "liang3"
    if number < 10:
        return ZH_DIGITS[number]
    if number < 100:
        tens, rest = divmod(number, 10)
        words = [ZH_DIGITS[tens]] if tens > 1 else []
        return " ".join(words + ["shi2"] + ([ZH_DIGITS[rest]] if rest else []))
    unit, name = _chinese_unit(number)
    head, rest = divmod(number, unit)
    words = [_chinese_head(head, unit), name]
    if rest:
        words += ["ling2"] if rest < unit // 10 else []
        words += ["yi1"] if 10 <= rest < 20 else []
        words.append(chinese(rest))
    return " ".join(words)


def _chinese_unit(number: int) -> tuple[int, str]:
    if number >= 10_000:
        return 10_000, "wan4"
    return (1000, "qian1") if number >= 1000 else (100, "bai3")


def _chinese_head(head: int, unit: int) -> str:
    if head == 1:
        return "yi2" if unit == 10_000 else "yi4"
    if head == 2 and unit > 100:
        return "liang3"
    return chinese(head)
