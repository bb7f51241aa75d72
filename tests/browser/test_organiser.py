"""The organiser's page: the list, live, and everything that can be done from it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import PHONE, Visitor


def _row(visitor: Visitor, consultation: Consultation) -> Locator:
    return visitor.page.locator(f"[data-room={consultation.id}]")


@pytest.mark.parametrize("size", [(1366, 768), PHONE])
def test_the_list_is_live(
    visitor: Visit, consultation: Consultation, installation: Installation, size: tuple[int, int]
) -> None:
    organiser = visitor(size=size)
    organiser.page.goto(installation.organiser_url)
    row = _row(organiser, consultation)
    expect(row).to_have_attribute("data-state", "open")
    expect(row).to_contain_text("울산 코팅 ↔ 长春")
    expect(row).to_contain_text("한국어 ↔ 중국어(간체)")
    expect(row).to_contain_text("아직 아무도 없음")
    seller = visitor()
    seller.join(consultation.urls["seller"])
    expect(row.locator(".names")).to_have_text("김수출")
    installation.recogniser.say(consultation.track("seller"), "네.", {}, lag_ms=1200)
    expect(row.locator("[data-lag]")).to_contain_text("자막")
    seller.action("leave").click()
    expect(row).to_contain_text("아직 아무도 없음")
    assert organiser.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_room_is_opened_and_closed_and_its_people_see_it(
    visitor: Visit, installation: Installation
) -> None:
    room = installation.consultation("열고 닫기", opened=False)
    organiser, seller = visitor(), visitor()
    organiser.page.goto(installation.organiser_url)
    row = _row(organiser, room)
    expect(row).to_have_attribute("data-state", "scheduled")
    row.locator("[data-action=open]").click()
    expect(row).to_have_attribute("data-state", "open")
    seller.join(room.urls["seller"])
    expect(row.locator(".names")).to_have_text("김수출")
    row.locator("[data-action=close]").click()
    row.locator("[data-action=undo]").click()
    expect(row.locator("[data-action=close]")).to_be_visible()
    expect(row).to_have_attribute("data-state", "open")
    row.locator("[data-action=close]").click()
    expect(row).to_have_attribute("data-state", "closed")
    expect(seller.page.locator("[data-ended=room_closed]")).to_be_visible()
    row.locator("[data-action=open]").click()
    expect(row).to_have_attribute("data-state", "open")
    installation.remove(room.id)
    expect(row).to_have_count(0)


def test_links_are_copied_shown_as_qr_and_replaced(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    organiser = visitor()
    organiser.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    organiser.page.goto(installation.organiser_url)
    row = _row(organiser, consultation)
    row.locator("[data-action=people]").click()
    person = row.locator("[data-person][data-role=buyer]")
    person.locator("[data-action=copy-link]").click()
    expect(person.locator("[data-action=copy-link]")).to_have_text("복사됨")
    assert organiser.page.evaluate("navigator.clipboard.readText()") == consultation.urls["buyer"]
    person.locator("[data-action=qr]").click()
    image = organiser.page.get_by_role("dialog").get_by_role("img")
    expect(image).to_be_visible()
    organiser.page.wait_for_function("() => document.querySelector('.qr').naturalWidth > 0")
    organiser.page.keyboard.press("Escape")
    expect(organiser.page.get_by_role("dialog")).to_have_count(0)
    person.locator("[data-action=encoder]").click()
    address, token = consultation.urls["buyer"].split("/r/")
    for name, value in (("whip", f"{address}/whip"), ("whep", f"{address}/whep"), ("token", token)):
        expect(organiser.page.get_by_role("dialog").locator(f"[name={name}]")).to_have_value(value)
    organiser.action("copy-token").click()
    expect(organiser.action("copy-token")).to_have_text("복사됨")
    assert organiser.page.evaluate("navigator.clipboard.readText()") == token
    organiser.action("close-dialog").click()
    person.locator("[data-action=replace-link]").click()
    organiser.action("confirm").click()
    expect(organiser.page.get_by_role("dialog")).to_have_count(0)
    row.locator("[data-action=copy-all]").click()
    expect(row.locator("[data-action=copy-all]")).to_have_text("복사됨")
    copied = organiser.page.evaluate("navigator.clipboard.readText()")
    assert consultation.urls["seller"] in copied
    assert consultation.urls["buyer"] not in copied


def test_entering_a_room_shows_both_sides_and_the_transcript_can_be_had(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    organiser, seller, buyer = visitor(), visitor(), visitor()
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    installation.recogniser.say(
        consultation.track("seller"), "네, 맞습니다.", {"zh-Hans": {"text": "对的。"}}
    )
    expect(buyer.captions).to_have_count(2)
    organiser.page.goto(installation.organiser_url)
    row = _row(organiser, consultation)
    with organiser.page.context.expect_page() as opened:
        row.locator("[data-action=enter]").click()
    inside = Visitor(opened.value)
    inside.action("join").click()
    inside.sees(consultation.people["seller"])
    inside.sees(consultation.people["buyer"])
    expect(inside.page.locator(".tile:not(.small)")).to_have_count(2)
    expect(inside.captions.first).to_have_text("네, 맞습니다.")
    row.locator("[data-action=people]").click()
    with organiser.page.expect_download() as download:
        row.locator("[data-action=transcript][data-format=txt]").click()
    assert "对的。" in Path(download.value.path()).read_text("utf-8")


def test_a_room_is_made_by_hand(visitor: Visit, installation: Installation) -> None:
    organiser = visitor(locale="en-US")
    organiser.page.goto(installation.organiser_url)
    organiser.action("new-room").click()
    form = organiser.page.get_by_role("dialog")
    form.get_by_label("Title").fill("<b>Ceramics</b> & tea")
    for name in ("Kim", "Smith"):
        form.locator(f".new-person:nth-child({1 if name == 'Kim' else 2}) [name=name]").fill(name)
    form.locator("[data-action=create]").click()
    row = organiser.page.locator("[data-room]", has_text="<b>Ceramics</b> & tea")
    expect(row).to_have_count(1)
    expect(row.locator("h3")).to_have_text("<b>Ceramics</b> & tea")
    expect(row.locator("b")).to_have_count(0)
    installation.remove(str(row.get_attribute("data-room")))


def test_a_schedule_is_checked_before_it_is_imported(
    visitor: Visit, installation: Installation, tmp_path: Path
) -> None:
    organiser = visitor()
    organiser.page.goto(installation.organiser_url)
    organiser.action("import-schedule").click()
    sheet = tmp_path / "day.csv"
    heading = (
        "제목,날짜,시작,종료,판매자 회사,판매자 담당자,판매자 언어,바이어 회사,바이어 담당자,바이어 언어\n"
    )
    wrong = "도자기,2031-05-05,25:99,10:00,이천 도자기,담당,ko,Tableware,Buyer,en\n"
    sheet.write_text(heading + wrong, "utf-8")
    dialog = organiser.page.get_by_role("dialog")
    dialog.locator("[name=sheet]").set_input_files(sheet)
    expect(dialog.locator(".errors tbody tr").first).to_contain_text("25:99")
    expect(dialog.locator(".errors tbody td").first).to_have_text("2")
    expect(dialog.locator("[data-action=import]")).to_be_disabled()
    sheet.write_text(heading + wrong.replace("25:99", "09:30"), "utf-8")
    dialog.locator("[name=sheet]").set_input_files(sheet)
    expect(dialog.locator(".report")).to_contain_text("새 상담실 1개")
    dialog.locator("[data-action=import]").click()
    row = organiser.page.locator("[data-room]", has_text="도자기")
    expect(row).to_have_attribute("data-state", "scheduled")
    installation.remove(str(row.get_attribute("data-room")))


def test_the_list_is_searched_and_filtered(
    visitor: Visit, consultation: Consultation, installation: Installation
) -> None:
    other = installation.consultation("브레이크 패드", opened=False)
    organiser = visitor()
    organiser.page.goto(installation.organiser_url)
    expect(_row(organiser, other)).to_be_visible()
    organiser.page.get_by_role("searchbox").fill("브레이크")
    expect(_row(organiser, consultation)).to_have_count(0)
    expect(_row(organiser, other)).to_be_visible()
    organiser.page.get_by_role("searchbox").fill("")
    organiser.page.locator("[data-filter=open]").click()
    expect(_row(organiser, other)).to_have_count(0)
    expect(_row(organiser, consultation)).to_be_visible()
    installation.remove(other.id)


def test_health_is_shown_in_words(visitor: Visit, installation: Installation) -> None:
    organiser = visitor(locale="en-US")
    organiser.page.goto(installation.organiser_url)
    expect(organiser.page.locator("[data-part=media]")).to_have_text("Media 1")
    expect(organiser.page.locator("[data-part=transcription]")).to_have_text("Captions 1")
    expect(organiser.page.locator("[data-notice='notice.demo']")).to_contain_text("sangdam models pull")


def test_nobody_sees_the_list_without_the_key(visitor: Visit, installation: Installation) -> None:
    stranger = visitor(locale="en-US")
    stranger.page.goto(installation.url)
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Organiser’s sign-in")
    expect(stranger.page.locator("[data-room]")).to_have_count(0)
    stranger.page.locator("summary").click()
    stranger.page.locator("[name=key]").fill("wrong")
    stranger.action("use-key").click()
    expect(stranger.page.get_by_role("heading")).to_have_text("This is not the organiser’s key")
    stranger.complaints.clear()
    stranger.page.goto(installation.url)
    stranger.page.locator("summary").click()
    stranger.page.locator("[name=key]").fill(installation.organiser_url)
    stranger.action("use-key").click()
    expect(stranger.page.get_by_role("heading", level=1)).to_have_text("Consultations")
    assert "key=" not in stranger.page.url
