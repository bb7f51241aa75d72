"""The workbook to fill in: a schedule, its participants, and how to do it."""

from __future__ import annotations

import io
from typing import Literal

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

Language = Literal["ko", "en"]
FILLED_LINES = 300
_SHEETS = {
    "ko": ("상담 일정", "참가자", "상담 희망", "작성 안내"),
    "en": ("Schedule", "Participants", "Wishes", "How to"),
}
GUIDES = frozenset(names[-1] for names in _SHEETS.values())
"""Sheets that say how to fill in the others."""
_SCHEDULE: dict[Language, tuple[str, ...]] = {
    "ko": (
        "번호", "날짜", "시작", "종료", "행사", "부스", "판매자 회사", "판매자 담당자", "판매자 언어",
        "바이어 회사", "바이어 담당자", "바이어 언어", "바이어 시간대", "통역", "통역 언어", "통역 읽는 언어", "제목", "용어집",
    ),
    "en": (
        "key", "date", "start", "end", "event", "booth", "seller company", "seller name", "seller language",
        "buyer company", "buyer name", "buyer language", "buyer timezone", "interpreter",
        "interpreter language", "interpreter reads", "title", "glossary",
    ),
}  # fmt: skip
_PARTICIPANTS: dict[Language, tuple[str, ...]] = {
    "ko": ("구분", "회사", "이름", "언어", "이메일", "시간대", "통역 언어", "가능 시간", "품목", "분류", "홈페이지"),
    "en": (
        "role", "company", "name", "language", "email", "timezone", "languages", "hours", "products",
        "categories", "website",
    ),
}  # fmt: skip
_WISHES: dict[Language, tuple[str, ...]] = {
    "ko": ("구분", "회사", "이름", "상대 회사", "상대 담당자", "분류", "희망"),
    "en": ("role", "company", "name", "partner", "partner name", "category", "wish"),
}
_LEVELS = {"ko": "필수,희망,제외", "en": "must,want,no"}
_LANGUAGES = {
    "ko": "한국어,중국어,영어,베트남어,일본어,러시아어",
    "en": "Korean,Chinese,English,Vietnamese,Japanese,Russian",
}
_ROLES = {"ko": "판매자,바이어,통역", "en": "seller,buyer,interpreter"}
_ZONES = "Asia/Seoul,Asia/Shanghai,Asia/Ho_Chi_Minh,Asia/Tokyo,Asia/Manila,Europe/Moscow,America/New_York,America/Los_Angeles"
_GUIDE: dict[Language, tuple[str, ...]] = {
    "ko": (
        "‘상담 일정’에 상담 한 건을 한 줄로 적어 주세요. 시트 이름은 바꾸거나 나누어도 됩니다.",
        "꼭 필요한 칸은 날짜, 시작, 판매자나 바이어의 회사(또는 담당자)와 언어입니다.",
        "날짜는 2026-11-23, 시작과 종료는 09:00 처럼 적습니다. 종료가 없으면 30분입니다.",
        "번호를 적어 두면 날짜나 시간이 바뀌어도 같은 상담으로 알아봅니다.",
        "바이어가 둘이면 ‘바이어2 회사’, ‘바이어2 언어’ 칸을 더해 주세요.",
        "같은 시간에 같은 회사, 바이어, 통역, 부스가 겹치면 가져오기 전에 알려 드립니다.",
        "‘참가자’에는 이메일, 시간대, 통역 가능 시간(2026-11-23 09:00~18:00; …)을 적습니다. 비워 두어도 됩니다.",
        "‘상담 희망’에는 누가 누구를(또는 어느 분류를) 만나고 싶은지 적습니다. 행사의 ‘매칭’에서 가져오면 일정을 제안합니다.",
        "고친 파일을 다시 올리면 달라진 것만 바뀝니다.",
        "예) 1 | 2026-11-23 | 09:00 | 09:30 | 울산 창춘 상담회 | A1 | 울산 코팅 | 김수출 | 한국어 | 长春化工 | 李采购 | 중국어 | Asia/Shanghai | 박통역",
    ),
    "en": (
        "Write one consultation per line under “Schedule”. Sheets may be renamed, and there may be several.",
        "Needed are date, start, and company (or name) and language of a seller or buyer.",
        "Write dates as 2026-11-23, start and end as 09:00. Without an end a consultation lasts 30 minutes.",
        "With a key a consultation is recognised although its date or time has changed.",
        "For two buyers add columns “buyer2 company”, “buyer2 language”.",
        "Companies, buyers, interpreters and booths that are in two places at once are told before anything is imported.",
        "“Participants” takes mail addresses, time zones and interpreters’ hours (2026-11-23 09:00~18:00; …). It may stay empty.",
        "“Wishes” says who wishes to meet whom, or which category. Imported under the event’s “Matching”, a timetable is proposed.",
        "Uploading the corrected file again changes what is different, and nothing else.",
        "Example: 1 | 2026-11-23 | 09:00 | 09:30 | Ulsan–Changchun | A1 | Ulsan Coating | Kim | Korean | Changchun Chemical | Li | Chinese | Asia/Shanghai | Park",
    ),
}  # fmt: skip


def template_workbook(lang: Language) -> bytes:
    """XLSX; reading it as it is finds no consultation and no error."""
    workbook = Workbook()
    schedule = workbook.active
    schedule.title, people, wished, guide = _SHEETS[lang]
    _head(schedule, _SCHEDULE[lang])
    columns = _SCHEDULE[lang]
    for heading in columns:
        if heading.endswith(("언어", "language", "reads")):
            _choose(schedule, columns.index(heading) + 1, _LANGUAGES[lang])
    _choose(schedule, 13, _ZONES)
    for column, number_format in ((2, "yyyy-mm-dd"), (3, "hh:mm"), (4, "hh:mm")):
        for line in range(2, FILLED_LINES + 2):
            schedule.cell(line, column).number_format = number_format
    participants = workbook.create_sheet(people)
    _head(participants, _PARTICIPANTS[lang])
    _choose(participants, 1, _ROLES[lang])
    _choose(participants, 4, _LANGUAGES[lang])
    _choose(participants, 6, _ZONES)
    wishes = workbook.create_sheet(wished)
    _head(wishes, _WISHES[lang])
    _choose(wishes, 1, _ROLES[lang].rpartition(",")[0])
    _choose(wishes, len(_WISHES[lang]), _LEVELS[lang])
    _guide(workbook.create_sheet(guide), lang)
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def _head(sheet: Worksheet, headings: tuple[str, ...]) -> None:
    for at, heading in enumerate(headings, 1):
        cell = sheet.cell(1, at, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DCEBEC")
        sheet.column_dimensions[cell.column_letter].width = max(12, 2 * len(heading))
    sheet.freeze_panes = "A2"


def _choose(sheet: Worksheet, column: int, values: str) -> None:
    """A list to choose from; other values may be typed in."""
    letter = sheet.cell(1, column).column_letter
    choice = DataValidation(type="list", formula1=f'"{values}"', allow_blank=True, showErrorMessage=False)
    choice.add(f"{letter}2:{letter}{FILLED_LINES + 1}")
    sheet.add_data_validation(choice)


def _guide(sheet: Worksheet, lang: Language) -> None:
    sheet.column_dimensions["A"].width = 110
    for line, text in enumerate(_GUIDE[lang], 1):
        sheet.cell(line, 1, text).alignment = Alignment(wrap_text=True, vertical="top")
