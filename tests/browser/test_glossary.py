"""The glossary at the interpreter's desk, by keyboard, and in the organiser's list."""

import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from wire.glossary import Term


def _speak(installation: Installation, consultation: Consultation) -> None:
    installation.recogniser.say(
        consultation.track("seller"),
        "나노 쉴드의 가격은 얼마입니까?",
        {"zh-Hans": {"text": "那诺盾的价格是多少？"}},
        start_wall_ms=int(time.time() * 1000) - 4000,
    )


def _terms(installation: Installation, room: str) -> list[dict[str, Any]]:
    terms: list[dict[str, Any]] = installation.api("GET", f"/api/rooms/{room}/glossary")["terms"]
    return terms


def test_a_correction_becomes_a_term_in_one_keystroke_and_is_taken_back(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter = visitor()
    interpreter.join(consultation.urls["interpreter"])
    _speak(installation, consultation)
    row = interpreter.page.locator(".desk-row").first
    keyboard = interpreter.page.keyboard
    notice = interpreter.page.locator("[data-term-notice]")
    expect(row.locator(".line[lang=ko]")).to_have_text("나노 쉴드의 가격은 얼마입니까?")
    keyboard.press("j")
    keyboard.press("l")
    keyboard.press("Enter")
    keyboard.press("Control+A")
    keyboard.type("纳米盾的价格是多少？")
    keyboard.press("Control+Enter")
    expect(row.locator(".line[lang=zh-Hans]")).to_have_text("纳米盾的价格是多少？")
    expect(notice).to_contain_text("용어집에 넣었습니다: 纳米盾")
    # The other line, corrected the same way, completes the term.
    keyboard.press("h")
    keyboard.press("Enter")
    keyboard.press("Control+A")
    keyboard.type("나노실드의 가격은 얼마입니까?")
    keyboard.press("Control+Enter")
    expect(row.locator(".line[lang=ko]")).to_have_text("나노실드의 가격은 얼마입니까?")
    expect(notice).to_contain_text("나노실드 = 纳米盾")
    half = {"term": "纳米盾", "translations": {"zh-Hans": "纳米盾"}}
    assert _terms(installation, consultation.id) == [
        {"term": "纳米盾", "translations": {"zh-Hans": "纳米盾", "ko": "나노실드"}}
    ]
    keyboard.press("u")
    expect(notice).to_contain_text("용어집을 되돌렸습니다")
    expect(interpreter.page.locator("[data-action=glossary] .count")).to_have_text("1")
    installation.recogniser.told(
        consultation.track("interpreter"), lambda track: track.glossary == (Term.model_validate(half),)
    )
    assert _terms(installation, consultation.id) == [half]


def test_the_counterpart_is_typed_in_and_told_to_the_worker(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter = visitor()
    interpreter.join(consultation.urls["interpreter"])
    _speak(installation, consultation)
    interpreter.page.locator(".desk-row .line[lang=ko]").click()
    keyboard = interpreter.page.keyboard
    keyboard.press("Control+A")
    keyboard.type("나노실드의 가격은 얼마입니까?")
    keyboard.press("Control+Enter")
    expect(interpreter.page.locator("[data-term-notice]")).to_contain_text("나노실드")
    expect(interpreter.page.locator(".cell-edit:focus")).to_have_count(1)
    keyboard.press("t")
    expect(interpreter.page.locator("input[name=counterpart]")).to_be_focused()
    keyboard.press("Control+A")
    keyboard.type("纳米盾")
    keyboard.press("Enter")
    expect(interpreter.page.locator("[data-term-notice]")).to_contain_text("나노실드 = 纳米盾")
    term = Term(term="나노실드", translations={"ko": "나노실드", "zh-Hans": "纳米盾"})
    track = installation.recogniser.told(
        consultation.track("interpreter"), lambda track: track.glossary == (term,)
    )
    assert track.hotwords == ("나노실드",)


def test_terms_are_added_changed_and_removed_in_the_panel_by_keyboard(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    interpreter = visitor()
    interpreter.join(consultation.urls["interpreter"])
    keyboard = interpreter.page.keyboard
    keyboard.press("g")
    panel = interpreter.page.locator("aside.glossary")
    expect(panel.locator("input[name=ko]")).to_be_focused()
    keyboard.type("코팅제")
    keyboard.press("Tab")
    keyboard.type("涂层剂")
    keyboard.press("Enter")
    expect(panel.locator("[data-term=코팅제]")).to_contain_text("涂层剂")
    expect(panel.locator("input[name=ko]")).to_be_focused()
    keyboard.type("gk-350")
    keyboard.press("Enter")
    expect(panel.locator(".term")).to_have_count(2)
    assert [term["term"] for term in _terms(installation, consultation.id)] == ["gk-350", "코팅제"]
    panel.locator("[data-term=코팅제] [data-action=edit-term]").focus()
    keyboard.press("Enter")
    expect(panel.locator("input[name=ko]")).to_have_value("코팅제")
    keyboard.press("Tab")
    keyboard.press("Control+A")
    keyboard.type("涂料")
    keyboard.press("Enter")
    expect(panel.locator("[data-term=코팅제]")).to_contain_text("涂料")
    panel.locator("[data-term=gk-350] [data-action=edit-term]").focus()
    keyboard.press("Delete")
    expect(panel.locator(".term")).to_have_count(1)
    keyboard.press("Escape")
    panel.locator("input[name=ko]").focus()
    keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert [term["term"] for term in _terms(installation, consultation.id)] == ["코팅제"]


def test_the_organiser_keeps_the_glossary_of_a_room_and_brings_a_sheet_in(
    visitor: Visit, consultation: Consultation, installation: Installation, tmp_path: Path
) -> None:
    installation.api("PATCH", f"/api/rooms/{consultation.id}", {"event": "울산/창춘 상담회"})
    organiser = visitor(size=(1920, 1080))
    organiser.page.goto(installation.organiser_url)
    row = organiser.page.locator(f"[data-room={consultation.id}]")
    row.locator("[data-action=people]").click()
    row.locator("[data-action=room-glossary]").click()
    dialog = organiser.page.locator("dialog")
    expect(dialog.locator("input[name=ko]")).to_be_focused()
    organiser.page.keyboard.type("나노실드")
    organiser.page.keyboard.press("Enter")
    expect(dialog.locator("[data-term=나노실드]")).to_be_visible()
    organiser.action("close-dialog").click()

    row.locator("[data-action=event-glossary]").click()
    sheet = tmp_path / "terms.csv"
    sheet.write_text("ko,klingonisch\n코팅제,x\n", encoding="utf-8")
    organiser.action("glossary-sheet").click()
    dialog.locator("input[type=file]").set_input_files(sheet)
    expect(dialog.locator(".errors")).to_contain_text("klingonisch")
    expect(organiser.action("import-terms")).to_be_disabled()
    sheet.write_text("ko,zh-Hans\n코팅제,涂层剂\n", encoding="utf-8")
    dialog.locator("input[type=file]").set_input_files(sheet)
    expect(dialog.locator(".report")).to_contain_text([re.compile("코팅제")])
    organiser.action("import-terms").click()
    expect(dialog.locator("[data-term=코팅제]")).to_contain_text("涂层剂")
    assert installation.api(
        "GET", "/api/events/%EC%9A%B8%EC%82%B0%2F%EC%B0%BD%EC%B6%98%20%EC%83%81%EB%8B%B4%ED%9A%8C/glossary"
    )["terms"] == [{"term": "코팅제", "translations": {"ko": "코팅제", "zh-Hans": "涂层剂"}}]
