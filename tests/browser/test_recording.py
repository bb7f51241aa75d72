"""Recording: asked for, agreed to, seen all the time, and one file at the end."""

import os
from pathlib import Path
from typing import Any

import av
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import PHONE, Visitor

SHOTS = os.environ.get("PICTURES_DIR")
"""Where to keep pictures of the pages, for looking at."""


def _picture(visitor: Visitor, name: str) -> None:
    if SHOTS:
        visitor.page.screenshot(path=f"{SHOTS}/{name}.png")


def _state(visitor: Visitor, state: str) -> None:
    expect(visitor.action("recording")).to_have_attribute("data-recording", state)


def test_a_consultation_is_recorded_once_all_agree_and_becomes_one_file(
    visitor: Visit, consultation: Consultation, installation: Installation, tmp_path: Path
) -> None:
    organiser = visitor(size=(1366, 900))
    organiser.page.goto(installation.organiser_url)
    row = organiser.page.locator(f"[data-room={consultation.id}]")
    row.locator("[data-action=people]").click()
    seller, buyer = visitor(), visitor(size=PHONE, locale="zh-CN")
    seller.join(consultation.urls["seller"])
    buyer.join(consultation.urls["buyer"])
    expect(seller.action("recording")).to_be_hidden()
    row.locator("[data-action=allow-recording]").check()
    for one in (seller, buyer):
        expect(one.action("agree")).to_be_visible()
        _state(one, "asking")
    _picture(seller, "recording-question-1366")
    _picture(buyer, "recording-question-390")
    seller.action("agree").click()
    expect(seller.action("agree")).to_be_hidden()
    _state(seller, "asking")
    buyer.action("refuse").click()
    _state(seller, "refused")
    folder = installation.data_dir / "recordings" / consultation.id
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("in the way")
    buyer.action("recording").click()
    buyer.action("agree").click()
    _state(seller, "failed")
    seller.action("recording").click()
    expect(seller.page.locator(".recording-words")).to_contain_text("디스크에 쓰지 못해")
    expect(row.locator(".recording-trouble")).to_contain_text("체크를 해제했다가 다시 선택")
    expect(row.locator("[data-action=recording-again]")).to_be_hidden()
    _picture(seller, "recording-stopped-1366")
    buyer.action("recording").click()
    _picture(buyer, "recording-stopped-390")
    _picture(organiser, "recording-stopped-organiser-1366")
    seller.action("float").click()
    sign = "documentPictureInPicture.window.document.querySelector('.recording-chip')"
    seller.page.wait_for_function(f"() => {sign}.checkVisibility() === false")
    # The organiser does what the sentence says.
    folder.unlink()
    for wanted in (False, True):
        row.locator("[data-action=allow-recording]").set_checked(wanted)
    for one in (seller, buyer):
        _state(one, "recording")
    expect(row.locator(".recording-trouble")).to_be_hidden()
    seller.page.wait_for_function(f"() => {sign}.checkVisibility() && {sign}.innerText === '녹화 중'")
    seller.action("float").click()
    expect(row.locator(".recording-fact")).to_be_visible()
    final: dict[str, Any] = {"zh-Hans": {"text": "稀释比例是十比一。", "stable": 9}}
    seller.page.wait_for_timeout(1500)
    installation.recogniser.say(consultation.track("seller"), "희석 비율은 10대 1입니다.", final)
    expect(buyer.captions.first).to_be_visible()
    buyer.page.wait_for_timeout(2500)
    _picture(seller, "recording-1366")
    _picture(buyer, "recording-390")
    _picture(organiser, "recording-organiser-1366")
    seller.action("recording").click()
    seller.action("refuse").click()
    _state(seller, "refused")
    _close_and_miss(organiser, folder, installation)
    link = row.locator("[data-action=recording-file]")
    expect(link).to_be_visible()
    _picture(organiser, "recording-file-1366")
    with organiser.page.expect_download() as download:
        link.click()
    path = tmp_path / "recording.mkv"
    download.value.save_as(path)
    _check(path)


def _close_and_miss(organiser: Visitor, folder: Path, installation: Installation) -> None:
    """As if the media worker had kept the packets elsewhere; once they are here the file is made."""
    row = organiser.page.locator(f"[data-room={folder.name}]")
    expect(row.locator(".recording-fact")).to_be_hidden()
    organiser.page.wait_for_timeout(1000)
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    installation.api("POST", f"/api/rooms/{folder.name}/close")
    again = row.locator("[data-action=recording-again]")
    expect(again).to_be_visible()
    expect(row.locator("[data-recording-trouble]")).to_have_text("녹화 파일 없음")
    _picture(organiser, "recording-missed-1366")
    elsewhere.rename(folder)
    again.click()
    expect(again).to_be_hidden()


def _check(path: Path) -> None:
    with av.open(str(path)) as container:
        kinds = [stream.type for stream in container.streams]
        titles = [stream.metadata["title"] for stream in container.streams]
        assert kinds == ["video", "video", "audio", "audio", "subtitle", "subtitle", "subtitle"][: len(kinds)]
        assert titles[:2] == ["김수출 (camera)", "王采购 (camera)"]
        ends = {}
        counts = dict.fromkeys(range(len(kinds)), 0)
        said = []
        for packet in container.demux():
            if packet.size:
                counts[packet.stream.index] += 1
                ends[packet.stream.index] = float(packet.pts * packet.time_base)
                if packet.stream.type == "subtitle":
                    said.append(bytes(packet).decode())
    # Five pictures and fifty pieces of sound a second, for about four seconds.
    assert all(counts[at] > 8 for at in (0, 1))
    assert all(counts[at] > 120 for at in (2, 3))
    assert max(ends[at] for at in range(4)) - min(ends[at] for at in range(4)) < 1.0
    assert any("희석 비율은 10대 1입니다." in text for text in said)
    assert any("稀释比例是十比一。" in text for text in said)
    with av.open(str(path)) as container:
        assert sum(1 for _ in container.decode(video=1)) == counts[1]
