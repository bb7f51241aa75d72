"""Korean: 1억 2천만 원, 열두 시간, 3월 15일, 오후 세 시 반, 3분의 2."""

from __future__ import annotations

import re
from fractions import Fraction

from transcription.numbers.grammar import Grammar, Phrase
from transcription.numbers.hangul import KoreanNumerals
from transcription.numbers.lexicon import INTERNATIONAL, SIGNS, Lexicon, Measure, Prefixes, table
from transcription.numbers.quantity import Kind, Weight

_SUFFIXES = {
    "%": "퍼센트|프로|퍼센트 포인트|퍼센트포인트|%포인트",
    "%*10": "할",
    "c": "개|개사|개국|명|분|사람|대|장|병|잔|번|회|차례|가지|종|종류|곳|군데|마리|권|벌|켤레|쌍|박스|상자|팩|봉지|"
    "봉|포|포대|통|줄|자루|그루|채|척|건|회사|업체|팀|나라|모델|세트|라인|컨테이너|팔레트|파렛트|롤|캔|매|부|본|인|인분|식구|"
    "품목|묶음|사|개소|점|송이|알|판|타입|시리즈|바퀴|단어|마디|곡|편|칸|가닥|모",
    "c*12": "다스|타스",
    "b": "배|번지|살|세",
    "o": "번째|차|호|위|층|급|등|단계|세대|호점|호기|기|호선|학년|주차|일차|년차|교대",
    "$:KRW": "원|한국 원|한국원",
    "$:USD": "달러|불|미국 달러|미 달러|미국달러|미달러",
    "$:CNY": "위안|위안화|중국 위안|인민폐|런민비|위엔",
    "$:JPY": "엔|엔화|일본 엔",
    "$:VND": "동|베트남 동",
    "$:RUB": "루블|러시아 루블",
    "$:EUR": "유로",
    "$:GBP": "파운드",
    "$:HKD": "홍콩달러|홍콩 달러",
    "$:TWD": "대만달러|대만 달러",
    "$:SGD": "싱가포르달러|싱가포르 달러|싱가폴 달러",
    "$:AUD": "호주달러|호주 달러",
    "$:THB": "바트|밧",
    "$:PHP": "페소|필리핀 페소",
    "$:INR": "루피",
    "$:MYR": "링깃",
    "$:IDR": "루피아",
    "m:kg": "킬로그램|킬로|키로|키로그램",
    "m:g": "그램|그람",
    "m:mg": "밀리그램|미리그램",
    "m:ton": "톤",
    "m:l": "리터|리터짜리",
    "m:ml": "밀리리터|미리리터|시시|씨씨",
    "m:nm": "나노미터|나노",
    "m:um": "마이크로미터|마이크론|미크론",
    "m:mm": "밀리미터|밀리|미리",
    "m:cm": "센티미터|센티|센치|센치미터",
    "m:m": "미터",
    "m:km": "킬로미터",
    "m:inch": "인치",
    "m:gal": "갤런",
    "m:yd": "야드",
    "m:mile": "마일",
    "m:ft": "피트",
    "m:lb": "파운드 무게",
    "m:oz": "온스",
    "m:m2": "제곱미터|평방미터|헤베",
    "m:m3": "세제곱미터|입방미터|루베|입방",
    "m:km2": "제곱킬로미터",
    "m:ha": "헥타르",
    "m:pyeong": "평",
    "m:v": "볼트",
    "m:w": "와트",
    "m:kw": "킬로와트",
    "m:kwh": "킬로와트시",
    "m:hz": "헤르츠",
    "m:db": "데시벨",
    "m:mpa": "메가파스칼",
    "m:bar": "바",
    "m:rpm": "알피엠|회전",
    "m:ppm": "피피엠",
    "m:celsius m:degree": "도|도씨",
    "m:gb": "기가|기가바이트",
    "m:second": "초",
    "m:minute c": "분|분간",
    "m:hour": "시간|시간째",
    "m:day": "영업일|근무일|일간|일 동안|일동안|일 이내|일 안에|일 후|일 뒤|일이내|워킹데이|박",
    "d:mday m:day": "일|일자",
    "m:week": "주|주일|주간",
    "m:month": "개월|달|개월간",
    "d:month": "월|월달",
    "m:quarter": "분기|사분기|4분기",
    "m:year d:year": "년|년도|연도",
    "m:year": "년간|해|개년|주년|년 동안|년 이상|년 후",
    "t": "시",
}


def _one(kind: Kind, value: int | Fraction, unit: str = "", weight: Weight = Weight.STRONG) -> Phrase:
    return Phrase(Fraction(value), (Measure(kind, unit),), weight)


_DAYS = {
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "여드레": 8,
    "아흐레": 9,
    "열흘": 10,
}
_HALF = Phrase(Fraction(1, 2), (Measure(Kind.BARE), Measure(Kind.PERCENT, factor=Fraction(100))), Weight.SOFT)
_HALF_YEAR = Phrase(
    Fraction(1, 2), (Measure(Kind.MEASURE, "year"), Measure(Kind.MEASURE, "month", Fraction(12))), Weight.SOFT
)
_EVERY = {
    "매년": "year", "연간": "year", "매달": "month", "매월": "month", "월간": "month", "매일": "day", "매주": "week",
    "주당": "week", "시간당": "hour", "분당": "minute", "초당": "second",
}  # fmt: skip
_PARTICLES = (
    "",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "에",
    "로",
    "으로",
    "만",
    "간",
    "도",
    "이나",
    "정도",
    "의",
    "만에",
    "씩",
    "까지",
    "입니다",
    "이면",
    "째",
    "이상",
    "이내",
    "인",
)
_NOUNS = {
    "하루": _one(Kind.MEASURE, 1, "day", Weight.SOFT),
    **{word: _one(Kind.MEASURE, days, "day") for word, days in _DAYS.items()},
    "보름": Phrase(
        Fraction(15),
        (
            Measure(Kind.MEASURE, "day"),
            Measure(Kind.MEASURE, "week", Fraction(2, 15)),
            Measure(Kind.MEASURE, "month", Fraction(1, 30)),
        ),
        Weight.SOFT,
    ),
    "절반": _HALF,
    "반값": _HALF,
    "반": Phrase(Fraction(1, 2), (Measure(Kind.BARE),), Weight.FAINT),
    "반년": _HALF_YEAR,
    "반나절": _one(Kind.MEASURE, Fraction(1, 2), "day", Weight.FAINT),
    "반달": _one(Kind.MEASURE, Fraction(1, 2), "month", Weight.FAINT),
    "양측": _one(Kind.COUNT, 2, weight=Weight.FAINT),
    "양사": _one(Kind.COUNT, 2, weight=Weight.FAINT),
    "양쪽": _one(Kind.COUNT, 2, weight=Weight.FAINT),
    "양국": _one(Kind.COUNT, 2, weight=Weight.FAINT),
    "한두": _one(Kind.COUNT, 2, weight=Weight.FAINT),
    **{word: _one(Kind.MEASURE, 1, unit, Weight.FAINT) for word, unit in _EVERY.items()},
}
_PHRASES = {
    **{noun + particle: phrase for noun, phrase in _NOUNS.items() for particle in _PARTICLES if noun != "반"},
    "반": _NOUNS["반"],
    "유월": _one(Kind.DATE, 6, "month"),
    "시월": _one(Kind.DATE, 10, "month"),
    "유월에": _one(Kind.DATE, 6, "month"),
    "시월에": _one(Kind.DATE, 10, "month"),
}

_LEXICON = Lexicon(table(INTERNATIONAL, _SUFFIXES))

KOREAN = Grammar(
    numerals=KoreanNumerals(_LEXICON),
    suffixes=_LEXICON,
    prefixes=Prefixes(table(SIGNS, {"o": "제"})),
    phrases=_PHRASES,
    dayparts_before=Prefixes(
        table(
            {
                "t:am": "오전|아침|새벽|오전에|아침에",
                "t:pm": "오후|저녁|오후에|저녁에",
                "t:noon": "낮|정오|점심",
                "t:night": "밤|밤에",
            }
        )
    ),
    half=re.compile(r" ?반(?=$|[^가-힣]|에|부터|까지|이|은|을|쯤|정도|으로|만|간|입|인|의|경|씩|짜리)"),
    filler=re.compile(r"여(?= ?[가-힣])"),
    joiner=re.compile(r" ?(?:[~\-x×*,]|에서|내지|또는|혹은|이나|나|과|와|하고|부터|대|곱하기) ?"),
    ratio=re.compile(r" ?대 ?"),
    fraction=re.compile(r" ?분의 ?"),
    minus=re.compile(r"(?:영하|마이너스) ?$|(?:^|(?<=[ (]))-$"),
    between=re.compile(r" ?(?:하고 ?)?"),
)
