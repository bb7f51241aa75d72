"""Chinese, Simplified and Traditional: 三百五十, 1.5亿, 百分之三点五, 下午三点半."""

from __future__ import annotations

import re
from fractions import Fraction

from transcription.numbers.grammar import Grammar, Phrase
from transcription.numbers.han import HanNumerals, HanRules
from transcription.numbers.lexicon import INTERNATIONAL, SIGNS, Lexicon, Measure, Prefixes, table
from transcription.numbers.quantity import Kind, Weight

_TRADITIONAL = str.maketrans(
    "萬億兩貳陸參點個種噸號鐘時間週後內開約韓幣圓圆歐盧鎊銖達單雙對頁層樓張臺條隻輛組場樣項歲塊釐裡幾數與負馬運費險價廠貨離漲"
    "寬長類盤裝貫紙檔畝頃轉攝貝標準國戶間筆瓶禮拜季節們當過錢將捲顆從電錶畫檢門員發樂夾鍾",
    "万亿两贰陆叁点个种吨号钟时间周后内开约韩币元元欧卢镑铢达单双对页层楼张台条只辆组场样项岁块厘里几数与负马运费险价厂货离涨"
    "宽长类盘装贯纸档亩顷转摄贝标准国户间笔瓶礼拜季节们当过钱将卷颗从电表画检门员发乐夹钟",
)

_SUFFIXES = {
    "%": "个百分点|百分点",
    "%*10": "成",
    "%:off": "折",
    "m:gal": "加仑",
    "m:yd": "码",
    "m:mile": "英里",
    "c": "个|件|只|台|位|种|次|回|套|箱|盒|袋|瓶|包|桶|罐|支|枝|根|条|张|片|本|册|份|辆|艘|架|部|名|人|家|户|"
    "间|款|批|组|对|双|项|类|卷|捆|颗|粒|串|排|座|栋|所|趟|遍|单|枚|头|匹|个人|个国家|个柜|个柜子|样|个样品|"
    "托盘|个托盘|集装箱|个集装箱|个标准箱|代|期|款式|处|方|国|口|篇|句|场|顿|把|盘|杯|扇|副",
    "c*12": "打",
    "b": "倍|倍数|点|号线|级|层|楼|号|岁|分|步",
    "$:CNY": "元|块|块钱|元人民币|人民币|元钱|块人民币",
    "$:USD": "美元|美金|块美金|刀",
    "$:KRW": "韩元|韩币|元韩币|韩圆",
    "$:JPY": "日元|日圆|日币",
    "$:VND": "越南盾|越盾|盾|越南东",
    "$:RUB": "卢布",
    "$:EUR": "欧元",
    "$:GBP": "英镑",
    "$:HKD": "港币|港元|港纸",
    "$:TWD": "新台币|台币",
    "$:THB": "泰铢|铢",
    "$:SGD": "新加坡元|新币",
    "$:PHP": "比索|菲律宾比索",
    "$:INR": "卢比|印度卢比",
    "$:AUD": "澳元",
    "$:MYR": "林吉特|令吉",
    "m:kg": "公斤|千克",
    "m:jin": "斤|市斤",
    "m:g": "克",
    "m:mg": "毫克",
    "m:ton": "吨|公吨",
    "m:l": "升|公升",
    "m:ml": "毫升",
    "m:nm": "纳米",
    "m:um": "微米",
    "m:mm": "毫米|公厘",
    "m:cm": "厘米|公分",
    "m:m": "米|公尺",
    "m:km": "公里|千米",
    "m:inch": "英寸|寸",
    "m:ft": "英尺|尺",
    "m:lb": "磅",
    "m:oz": "盎司",
    "m:m2": "平方米|平方公尺|平米|平方",
    "m:km2": "平方公里",
    "m:m3": "立方米|立方公尺|立方",
    "m:ha": "公顷",
    "m:mu": "亩",
    "m:v": "伏|伏特",
    "m:w": "瓦|瓦特",
    "m:kw": "千瓦",
    "m:kwh": "度电|千瓦时",
    "m:hz": "赫兹",
    "m:db": "分贝",
    "m:mpa": "兆帕",
    "m:kpa": "千帕",
    "m:rpm": "转",
    "m:celsius m:degree": "度|摄氏度",
    "m:minute*15": "刻|刻钟",
    "m:second": "秒|秒钟",
    "m:minute": "分钟",
    "m:hour": "小时|个小时|个钟头|钟头|个钟|小时的",
    "m:day": "天|个工作日|工作日|个工作天|工作天|昼夜|日内|个自然日|天内",
    "d:mday m:day": "日",
    "d:mday b": "号",
    "m:week": "周|个星期|星期|个礼拜|礼拜|周内",
    "m:month": "个月|月内",
    "d:month": "月|月份",
    "m:quarter": "季度|季|个季度",
    "m:year d:year": "年|年度",
    "m:year": "年内|周年|年间",
    "t c": "点",
    "t": "点钟|点整|时整",
}

_PHRASES = {
    "一点": Phrase(Fraction(1), (Measure(Kind.TIME), Measure(Kind.BARE)), Weight.FAINT),
    "百分百": Phrase(Fraction(100), (Measure(Kind.PERCENT),), Weight.SOFT),
    "双方": Phrase(Fraction(2), (Measure(Kind.COUNT),), Weight.FAINT),
    "双": Phrase(Fraction(2), (Measure(Kind.COUNT),), Weight.FAINT),
    "俩": Phrase(Fraction(2), (Measure(Kind.COUNT),), Weight.FAINT),
    "翻倍": Phrase(Fraction(2), (Measure(Kind.BARE),), Weight.FAINT),
    "翻番": Phrase(Fraction(2), (Measure(Kind.BARE),), Weight.FAINT),
    "加倍": Phrase(Fraction(2), (Measure(Kind.BARE),), Weight.FAINT),
    "一半": Phrase(
        Fraction(1, 2), (Measure(Kind.BARE), Measure(Kind.PERCENT, factor=Fraction(100))), Weight.SOFT
    ),
    "半价": Phrase(
        Fraction(1, 2), (Measure(Kind.BARE), Measure(Kind.PERCENT, factor=Fraction(100))), Weight.SOFT
    ),
    "半年": Phrase(
        Fraction(1, 2),
        (Measure(Kind.MEASURE, "year"), Measure(Kind.MEASURE, "month", Fraction(12))),
        Weight.SOFT,
    ),
    "半天": Phrase(Fraction(1, 2), (Measure(Kind.MEASURE, "day"),), Weight.FAINT),
    "每年": Phrase(Fraction(1), (Measure(Kind.MEASURE, "year"),), Weight.FAINT),
    "每月": Phrase(Fraction(1), (Measure(Kind.MEASURE, "month"),), Weight.FAINT),
    "每天": Phrase(Fraction(1), (Measure(Kind.MEASURE, "day"),), Weight.FAINT),
    "每周": Phrase(Fraction(1), (Measure(Kind.MEASURE, "week"),), Weight.FAINT),
    "每小时": Phrase(Fraction(1), (Measure(Kind.MEASURE, "hour"),), Weight.FAINT),
}

_RULES = HanRules(
    shorthand=True,
    lone_powers=False,
    vague_before=re.compile(
        r"(?:[几数初]|好些|上(?=[百千万亿])|成(?=[百千万亿])|近百|星期|礼拜|(?<![0-9一二两三四五六七八九十个每])周)$"
    ),
    vague_after=re.compile(r"几|[0-9]*[a-z]{3,}[0-9]"),
    words=re.compile(
        r"百分[之点比百]|千分之|十分(?!钟|之)|十足|五金|千万别|千万不|万一|万能|万国|三元(?=[材锂催乙前正电])|(?<![上下]午)(?<!晚上)(?<!中午)(?<!凌晨)一点(?!钟|整|[零一二三四五六七八九半])|一[下起些定样般直切致向旦律边流共]|"
        r"三明治|五颜六色|四面八方|七上八下|乱七八糟|三番|再三|半导体|半成品|半径|半夜|百货|百科|百姓|千方百计|十字|"
        r"零(?:件|售|部件|食|配件|钱|库存|星|担)|(?<=[这前过])两(?=[天年])|二维|二手|二次|二氧化|两[国岸地侧旁极面](?!家)|一百二十分|五一|十一长假|"
        r"四川|九江|三星|三菱|三亚|五羊|八达|万科|万达|六安|十堰|三门|百度|四季|万事|三角|一带一路"
    ),
    more="多余来",
)


def _fold(text: str) -> str:
    return text.translate(_TRADITIONAL)


CHINESE = Grammar(
    numerals=HanNumerals(_RULES),
    suffixes=Lexicon(table(INTERNATIONAL, _SUFFIXES)),
    prefixes=Prefixes(
        table(
            SIGNS,
            {
                "%": "百分之",
                "%*1/10": "千分之",
                "o": "第",
                "$:CNY": "人民币",
                "$:USD": "美金|美元",
                "$:KRW": "韩币",
                "$:HKD": "港币",
            },
        )
    ),
    fold=_fold,
    phrases=_PHRASES,
    bare_phrases=True,
    dayparts_before=Prefixes(
        table(
            {
                "t:am": "上午|早上|早晨|清晨|凌晨",
                "t:pm": "下午|傍晚|午后",
                "t:noon": "中午",
                "t:night": "晚上|夜里|夜晚|半夜|晚",
            }
        )
    ),
    half=re.compile(r"半(?!导体|成品|径|年|天|个|价)"),
    filler=re.compile(r" ?(?:多|余|来)"),
    joiner=re.compile(r" ?(?:[~\-x×*乘、,或]|至|到|和|或者|or|to) ?"),
    ratio=re.compile(r" ?比 ?"),
    fraction=re.compile(r" ?分之 ?"),
    tenths=re.compile(
        r"(?<=[块米斤吨])([一二三四五六七八九])(?:[毛角]([一二三四五六七八九])?分?)?(?![0-9零一二三四五六七八九十百千万亿个件台天月年次位种人吨公斤箱])"
    ),
    minus=re.compile(r"(?:零下|负) ?$|(?:^|(?<=[ (]))-$"),
    between=re.compile(r" ?(?:零|又|过)? ?"),
    bare_minutes=True,
)
