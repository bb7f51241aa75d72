"""Japanese: 三千五百万円, 1万5千個, 午後3時半, 3か月."""

from __future__ import annotations

import re
from fractions import Fraction

from transcription.numbers.grammar import Grammar, Phrase
from transcription.numbers.han import HanNumerals, HanRules
from transcription.numbers.lexicon import INTERNATIONAL, SIGNS, Lexicon, Measure, Prefixes, table
from transcription.numbers.quantity import Kind, Weight

_SUFFIXES = {
    "%": "パーセント|ポイント|%ポイント",
    "%*10": "割",
    "c": "個|つ|枚|本|台|件|回|回目|度目|種類|種|箱|袋|人|名|社|冊|点|カ所|か所|ヶ所|箇所|セット|ケース|パレット|コンテナ|"
    "着|足|杯|匹|頭|通り|部|組|ヵ国|か国|カ国|ヶ国|カ国語|か国語|店|店舗|工場|ロット|缶|瓶|巻|式|席|室|棟|基|機|品目|品|案|粒|名様|人分|個入り|ダース入り",
    "c*12": "ダース",
    "b": "倍|階|級|号|番|歳|次|段階|世代|位",
    "$:JPY": "円",
    "$:USD": "ドル|米ドル",
    "$:KRW": "ウォン|韓国ウォン",
    "$:CNY": "元|人民元|中国元",
    "$:VND": "ドン|ベトナムドン",
    "$:RUB": "ルーブル|ロシアルーブル",
    "$:EUR": "ユーロ",
    "$:GBP": "ポンド",
    "$:HKD": "香港ドル",
    "$:TWD": "台湾ドル|ニュー台湾ドル",
    "$:SGD": "シンガポールドル",
    "$:THB": "バーツ",
    "$:PHP": "ペソ",
    "$:INR": "ルピー",
    "m:kg": "キログラム|キロ",
    "m:g": "グラム",
    "m:mg": "ミリグラム",
    "m:ton": "トン",
    "m:l": "リットル|リッター",
    "m:ml": "ミリリットル|cc",
    "m:mm": "ミリ|ミリメートル",
    "m:cm": "センチ|センチメートル",
    "m:m": "メートル",
    "m:km": "キロメートル",
    "m:um": "ミクロン|マイクロメートル",
    "m:nm": "ナノメートル",
    "m:inch": "インチ",
    "m:gal": "ガロン",
    "m:yd": "ヤード",
    "m:mile": "マイル",
    "m:ft": "フィート",
    "m:lb": "ポンド重",
    "m:m2": "平方メートル|平米",
    "m:m3": "立方メートル|立米",
    "m:ha": "ヘクタール",
    "m:v": "ボルト",
    "m:w": "ワット",
    "m:kw": "キロワット",
    "m:hz": "ヘルツ",
    "m:db": "デシベル",
    "m:rpm": "回転",
    "m:celsius m:degree c": "度",
    "m:second": "秒|秒間",
    "m:minute": "分|分間",
    "m:hour": "時間",
    "m:day": "日間|営業日|日以内|日後|日前|泊",
    "d:mday m:day": "日",
    "m:week": "週間|週",
    "m:month": "か月|ヶ月|カ月|ヵ月|箇月|ケ月|か月間|ヶ月間|カ月間|ヵ月間",
    "d:month": "月",
    "m:quarter": "四半期",
    "m:year d:year": "年",
    "m:year": "年間|周年|か年|カ年|年以内|年後",
    "t": "時",
}

_HALF_YEAR = (Measure(Kind.MEASURE, "year"), Measure(Kind.MEASURE, "month", Fraction(12)))
_HALF = (Measure(Kind.BARE), Measure(Kind.PERCENT, factor=Fraction(100)))
_COUNT = (Measure(Kind.COUNT),)
_PHRASES = {
    "ひとつ": Phrase(Fraction(1), _COUNT, Weight.FAINT),
    "ふたつ": Phrase(Fraction(2), _COUNT, Weight.SOFT),
    "みっつ": Phrase(Fraction(3), _COUNT, Weight.STRONG),
    "よっつ": Phrase(Fraction(4), _COUNT, Weight.STRONG),
    "いつつ": Phrase(Fraction(5), _COUNT, Weight.STRONG),
    "むっつ": Phrase(Fraction(6), _COUNT, Weight.STRONG),
    "ひとり": Phrase(Fraction(1), _COUNT, Weight.FAINT),
    "ふたり": Phrase(Fraction(2), _COUNT, Weight.SOFT),
    "両": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "双方": Phrase(Fraction(2), _COUNT, Weight.FAINT),
    "半分": Phrase(Fraction(1, 2), _HALF, Weight.SOFT),
    "半額": Phrase(Fraction(1, 2), _HALF, Weight.SOFT),
    "半年": Phrase(Fraction(1, 2), _HALF_YEAR, Weight.SOFT),
    "半日": Phrase(Fraction(1, 2), (Measure(Kind.MEASURE, "day"),), Weight.SOFT),
    "半月": Phrase(Fraction(1, 2), (Measure(Kind.MEASURE, "month"),), Weight.SOFT),
    "毎年": Phrase(Fraction(1), (Measure(Kind.MEASURE, "year"),), Weight.FAINT),
    "年間": Phrase(Fraction(1), (Measure(Kind.MEASURE, "year"),), Weight.FAINT),
    "毎月": Phrase(Fraction(1), (Measure(Kind.MEASURE, "month"),), Weight.FAINT),
    "毎日": Phrase(Fraction(1), (Measure(Kind.MEASURE, "day"),), Weight.FAINT),
    "毎週": Phrase(Fraction(1), (Measure(Kind.MEASURE, "week"),), Weight.FAINT),
    "二日": Phrase(Fraction(2), (Measure(Kind.MEASURE, "day"), Measure(Kind.DATE, "mday")), Weight.STRONG),
    "倍増": Phrase(Fraction(2), (Measure(Kind.BARE),), Weight.FAINT),
}

_RULES = HanRules(
    shorthand=False,
    lone_powers=True,
    vague_before=re.compile(r"(?:[数何幾]|第一第)$"),
    vague_after=re.compile(r"数|何"),
    words=re.compile(
        r"十分(?!の|後|間|前|ほど|くらい)|十字|百貨|百科|千葉|千代|万年筆|万が一|万一|万能|三菱|三井|三重|四国|五輪|九州|八百屋|七夕|"
        r"二次|二度と|二酸化|三角|四角|五十嵐|六本木|一[緒番部般応切定致方旦]|八王子|千住|三越|四季|半導体|半径|半製品|半角|両替"
    ),
    more="",
)

JAPANESE = Grammar(
    numerals=HanNumerals(_RULES),
    suffixes=Lexicon(table(INTERNATIONAL, _SUFFIXES)),
    prefixes=Prefixes(table(SIGNS, {"o": "第", "%": "百分の"})),
    phrases=_PHRASES,
    bare_phrases=True,
    dayparts_before=Prefixes(
        table(
            {
                "t:am": "午前|朝|早朝|未明|深夜",
                "t:pm": "午後|夕方",
                "t:noon": "正午|昼|お昼",
                "t:night": "夜|晩",
            }
        )
    ),
    half=re.compile(r"半(?!導体|径|製品|角|分|額|年|日|月)"),
    filler=re.compile(r" ?余り?"),
    joiner=re.compile(r" ?(?:[~\-x×*、,]|から|と|または|か|ないし|至) ?"),
    ratio=re.compile(r" ?対 ?"),
    fraction=re.compile(r" ?分の ?"),
    minus=re.compile(r"(?:マイナス|氷点下|零下) ?$|(?:^|(?<=[ (]))-$"),
    between=re.compile(r" ?(?:と)? ?"),
)
