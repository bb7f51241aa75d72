"""English: 1.2 million, twenty-five thousand, two and a half hours, March 15, 3:30 pm, half a dozen."""

from __future__ import annotations

import re
from fractions import Fraction

from transcription.numbers.grammar import Grammar, Phrase
from transcription.numbers.lexicon import INTERNATIONAL, SIGNS, Lexicon, Measure, Measures, Prefixes, table
from transcription.numbers.quantity import Kind, Weight
from transcription.numbers.spoken import SpokenNumerals, Words

_SMALL = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen"
]  # fmt: skip
_TENS = [
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"
]  # fmt: skip
_ORDINALS = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth"
]  # fmt: skip
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
    "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "eighth": 8, "eighths": 8, "tenth": 10, "tenths": 10,
}  # fmt: skip

_WORDS = Words(
    small={word: Fraction(value) for value, word in enumerate(_SMALL)},
    tens={word: value for value, word in zip(range(20, 100, 10), _TENS, strict=True)},
    hundred=frozenset({"hundred"}),
    scales={
        "thousand": 10**3, "k": 10**3, "million": 10**6, "millions": 10**6, "mn": 10**6, "mln": 10**6,
        "billion": 10**9, "bn": 10**9, "trillion": 10**12, "tn": 10**12, "dozen": 12, "grand": 10**3,
    },
    ordinals={word: value for value, word in enumerate(_ORDINALS, 1)}
    | {"twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50},
    parts=_PARTS,
    ands=frozenset({"and"}),
    articles=frozenset({"a", "an"}),
    point=re.compile(r" point "),
    and_half=re.compile(r" and (?:a|one) half\b|-and-a-half\b"),
    half_of=re.compile(r"half (?:a |an |of a )?"),
    vague_before=re.compile(r"(?:\bfew|\bseveral|\bsome|\bmany|\bper|no) $|(?<=[a-z])-$"),
    vague_after=re.compile(r"(?: another\b|s\b(?! ))"),
    centuries=frozenset({19, 20}),
)  # fmt: skip

_SUFFIXES = {
    "%": "percent|per cent|percentage points|percentage point|pct|percentage",
    "c": "piece|pieces|unit|units|item|items|box|boxes|carton|cartons|bag|bags|pallet|pallets|container|containers|"
    "bottle|bottles|can|cans|barrel|barrels|drum|drums|roll|rolls|sheet|sheets|pair|pairs|set|sets|times|time|kind|"
    "kinds|type|types|people|persons|person|employees|workers|staff|companies|countries|samples|models|colors|"
    "colours|machines|lines|vehicles|cars|copies|products|factories|suppliers|customers|batches|lots|packs|packages",
    "c*12": "dozens",
    "b": "fold|x",
    "$:USD": "us dollars|u.s. dollars|american dollars|dollars|dollar|bucks|us dollar",
    "$:KRW": "won|korean won|south korean won",
    "$:CNY": "yuan|chinese yuan|renminbi|yuan rmb",
    "$:JPY": "yen|japanese yen",
    "$:VND": "dong|vietnamese dong|dongs",
    "$:RUB": "rubles|ruble|roubles|rouble|russian rubles",
    "$:EUR": "euros|euro",
    "$:GBP": "pounds sterling|british pounds",
    "$:HKD": "hong kong dollars|hk dollars",
    "$:TWD": "taiwan dollars|new taiwan dollars",
    "$:SGD": "singapore dollars",
    "$:AUD": "australian dollars",
    "$:THB": "baht|thai baht",
    "$:PHP": "pesos|peso|philippine pesos",
    "$:INR": "rupees|rupee|indian rupees",
    "$:MYR": "ringgit",
    "$:IDR": "rupiah",
    "m:kg": "kilograms|kilogram|kilos|kilo|kilogrammes",
    "m:g": "grams|gram|grammes",
    "m:mg": "milligrams|milligram",
    "m:ton": "tons|ton|tonnes|tonne|metric tons|metric ton",
    "m:l": "liters|liter|litres|litre",
    "m:ml": "milliliters|milliliter|millilitres|millilitre",
    "m:nm": "nanometers|nanometer|nanometres",
    "m:um": "micrometers|microns|micron|micrometres",
    "m:mm": "millimeters|millimeter|millimetres|millimetre",
    "m:cm": "centimeters|centimeter|centimetres|centimetre",
    "m:m": "meters|meter|metres|metre",
    "m:km": "kilometers|kilometer|kilometres|kilometre",
    "m:inch": "inch|inches",
    "m:gal": "gallons|gallon",
    "m:yd": "yards|yard",
    "m:mile": "miles|mile",
    "m:ft": "feet|foot|footer|footers",
    "m:lb $:GBP": "pounds|pound",
    "m:oz": "ounces|ounce",
    "m:m2": "square meters|square meter|square metres|square metre|sq m",
    "m:km2": "square kilometers|square kilometres",
    "m:m3": "cubic meters|cubic meter|cubic metres|cubic metre",
    "m:ha": "hectares|hectare",
    "m:pyeong": "pyeong",
    "m:v": "volts|volt",
    "m:w": "watts|watt",
    "m:kw": "kilowatts|kilowatt",
    "m:kwh": "kilowatt hours|kilowatt-hours",
    "m:hz": "hertz",
    "m:db": "decibels|decibel",
    "m:mpa": "megapascals",
    "m:gb": "gigabytes|gigabyte|gigs",
    "m:celsius m:degree": "degrees celsius|degree celsius|degrees centigrade|degrees c|celsius|degrees|degree|deg c",
    "m:second": "seconds|second",
    "m:minute": "minutes|minute|mins",
    "m:hour": "hours|hour",
    "m:day": "days|day|business days|working days|business day|working day|calendar days|workdays|nights",
    "m:week": "weeks|week",
    "m:month": "months|month",
    "m:quarter": "quarter|quarters",
    "m:year": "years|year",
    "o d:mday": "st|nd|rd|th",
    "t": "o'clock|oclock|o clock",
    "t:am": "in the morning|o'clock in the morning|a m",
    "t:pm": "in the afternoon|in the evening|o'clock in the afternoon|o'clock in the evening|p m",
}

_UNIT_WORDS = {
    "hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year", "minute": "minute",
    "second": "second", "kilogram": "kg", "kilo": "kg", "ton": "ton", "liter": "l", "litre": "l", "meter": "m",
    "metre": "m",
}  # fmt: skip


def _measure(kind: Kind, unit: str = "", factor: Fraction | int = 1) -> Measures:
    return (Measure(kind, unit, Fraction(factor)),)


_COUNT = _measure(Kind.BARE)
_HALF_MEASURES = (Measure(Kind.BARE), Measure(Kind.PERCENT, factor=Fraction(100)))
_PHRASES = {
    **{
        f"{article} {word}": Phrase(Fraction(1), _measure(Kind.MEASURE, unit), Weight.FAINT)
        for word, unit in _UNIT_WORDS.items()
        for article in ("a", "an", "per", "each", "every")
    },
    **{
        f"half {article}{word}": Phrase(
            Fraction(1, 2),
            (*_measure(Kind.MEASURE, unit), *(_measure(Kind.MEASURE, "month", 12) if unit == "year" else ())),
            Weight.SOFT,
        )
        for word, unit in _UNIT_WORDS.items()
        for article in ("a ", "an ", "")
    },
    **{
        f"{article} {word} and a half": Phrase(Fraction(3, 2), _measure(Kind.MEASURE, unit), Weight.STRONG)
        for word, unit in _UNIT_WORDS.items()
        for article in ("a", "an", "one")
    },
    "half": Phrase(Fraction(1, 2), _HALF_MEASURES, Weight.SOFT),
    "half-price": Phrase(Fraction(1, 2), _HALF_MEASURES, Weight.SOFT),
    "a quarter": Phrase(
        Fraction(1, 4), (Measure(Kind.BARE), Measure(Kind.PERCENT, factor=Fraction(100))), Weight.SOFT
    ),
    "a third": Phrase(Fraction(1, 3), _COUNT, Weight.SOFT),
    "both": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "twice": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "double": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "doubled": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "pair": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "couple": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "a couple of days": Phrase(Fraction(2), _measure(Kind.MEASURE, "day"), Weight.FAINT),
    "a couple of hours": Phrase(Fraction(2), _measure(Kind.MEASURE, "hour"), Weight.FAINT),
    "a couple of weeks": Phrase(Fraction(2), _measure(Kind.MEASURE, "week"), Weight.FAINT),
    "a couple of months": Phrase(Fraction(2), _measure(Kind.MEASURE, "month"), Weight.FAINT),
    "triple": Phrase(Fraction(3), _COUNT, Weight.FAINT),
    "tenfold": Phrase(Fraction(10), _COUNT, Weight.STRONG),
    "twofold": Phrase(Fraction(2), _COUNT, Weight.SOFT),
    "threefold": Phrase(Fraction(3), _COUNT, Weight.STRONG),
    "fivefold": Phrase(Fraction(5), _COUNT, Weight.STRONG),
    "noon": Phrase(Fraction(12), (Measure(Kind.TIME, "noon"),), Weight.FAINT),
    "daily": Phrase(Fraction(1), _measure(Kind.MEASURE, "day"), Weight.FAINT),
    "weekly": Phrase(Fraction(1), _measure(Kind.MEASURE, "week"), Weight.FAINT),
    "monthly": Phrase(Fraction(1), _measure(Kind.MEASURE, "month"), Weight.FAINT),
    "annual": Phrase(Fraction(1), _measure(Kind.MEASURE, "year"), Weight.FAINT),
    "annually": Phrase(Fraction(1), _measure(Kind.MEASURE, "year"), Weight.FAINT),
    "yearly": Phrase(Fraction(1), _measure(Kind.MEASURE, "year"), Weight.FAINT),
    "fortnight": Phrase(Fraction(2), _measure(Kind.MEASURE, "week"), Weight.SOFT),
}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january|jan", "february|feb", "march|mar", "april|apr", "may", "june|jun", "july|jul", "august|aug",
            "september|sep|sept", "october|oct", "november|nov", "december|dec",
        ),
        1,
    )
    for name in names.split("|")
}  # fmt: skip

ENGLISH = Grammar(
    numerals=SpokenNumerals(_WORDS),
    suffixes=Lexicon(table(INTERNATIONAL, _SUFFIXES), gaps=" -"),
    prefixes=Prefixes(
        table(
            SIGNS,
            {
                "t:half_past": "half past",
                "t:quarter_past": "quarter past|a quarter past",
                "t:quarter_to": "quarter to|a quarter to",
            },
        )
    ),
    phrases=_PHRASES,
    dayparts_after=Lexicon(
        table(
            {
                "t:am": "am|a.m.|a.m|in the morning|a m",
                "t:pm": "pm|p.m.|p.m|in the afternoon|in the evening|p m|tonight",
                "t:night": "at night",
            }
        )
    ),
    half=re.compile(r" and a half\b"),
    filler=re.compile(
        r"\+|(?:st|nd|rd|th)(?= quarter)| ?odd(?= )| full(?= )| more(?= )| whole(?= )| other(?= )"
    ),
    joiner=re.compile(r" ?(?:[~\-x×*,]|to|and|or|by|through|until|till|, and|, or|%? to) ?"),
    ratio=re.compile(r" ?(?:to|in|by|parts to) ?"),
    ratio_context=re.compile(r"ratio|dilut|mix|proportion|\bparts?\b|scale"),
    minus=re.compile(r"(?:minus|negative) ?$|(?:^|(?<=[ (]))-$"),
    minus_after=re.compile(r" below(?: zero)?\b"),
    between=re.compile(r"(?:,? and| )? ?"),
    spoken_decimals=True,
    months=_MONTHS,
    month_guard=frozenset({"may", "march", "mar", "dec", "sep", "oct"}),
    before_month=re.compile(r"(?: of)? |-"),
    after_month=re.compile(r",? (?:the )?|-"),
)
