"""Networks that go away, machines that die: what the others see, and the way back without a click."""

import signal
import time
from collections.abc import Iterator

import pytest
from impairment.namespaces import missing
from playwright.sync_api import Browser, expect

from tests.browser.afar import Afar, Guest
from tests.browser.conftest import ALLOW, FAKE_DEVICES, Launch, Visit
from tests.browser.installation import Consultation, Installation

no_network = missing()
afar_only = pytest.mark.skipif(no_network is not None, reason=str(no_network))


@pytest.fixture(scope="module")
def afar(tmp_path_factory: pytest.TempPathFactory, launch: Launch) -> Iterator[Afar]:
    made = Afar(tmp_path_factory.mktemp("afar"), launch)
    yield made
    made.close()


@pytest.fixture(scope="module")
def far_seller(afar: Afar) -> Guest:
    return afar.guest(FAKE_DEVICES, ALLOW)


@pytest.fixture(scope="module")
def far_buyer(afar: Afar) -> Guest:
    return afar.guest(FAKE_DEVICES, ALLOW, locale="zh-CN")


@pytest.fixture(scope="module")
def meeting(afar: Afar, far_seller: Guest, far_buyer: Guest) -> Consultation:
    """The two inside one room, who see each other."""
    made = afar.installation.consultation()
    far_seller.visitor.join(made.urls["seller"])
    far_buyer.visitor.join(made.urls["buyer"])
    see_each_other(far_seller, far_buyer, made)
    return made


def see_each_other(seller: Guest, buyer: Guest, meeting: Consultation) -> None:
    seller.visitor.sees(meeting.people["buyer"])
    buyer.visitor.sees(meeting.people["seller"])


@afar_only
def test_a_cut_of_three_seconds_is_not_worth_a_word(
    far_seller: Guest, far_buyer: Guest, meeting: Consultation
) -> None:
    words = [guest.visitor.watch_words() for guest in (far_seller, far_buyer)]
    tile = far_buyer.visitor.tile(meeting.people["seller"])
    far_seller.line.cut()
    time.sleep(3)
    expect(tile).not_to_have_attribute("data-lost", "")
    far_seller.line.restore()
    see_each_other(far_seller, far_buyer, meeting)
    assert [said() for said in words] == [[], []]


@afar_only
def test_another_address_is_another_network_and_the_call_goes_on(
    afar: Afar, far_seller: Guest, far_buyer: Guest, meeting: Consultation
) -> None:
    words = far_seller.visitor.watch_words()
    far_seller.line.move()
    see_each_other(far_seller, far_buyer, meeting)
    track = meeting.track("buyer")
    afar.installation.recogniser.say(track, "好。", {"ko": {"text": "좋습니다."}}, lang="zh-Hans")
    expect(far_seller.visitor.captions.first).to_have_text("좋습니다.")
    assert words() == []


@afar_only
def test_after_twenty_seconds_one_is_back_with_everything_that_was_said(
    afar: Afar, far_seller: Guest, far_buyer: Guest, meeting: Consultation
) -> None:
    page, buyer = far_seller.visitor.page, far_buyer.visitor
    interpreter = afar.guest(FAKE_DEVICES, ALLOW)
    interpreter.visitor.join(meeting.urls["interpreter"])
    expect(buyer.tile(meeting.people["interpreter"])).to_be_visible()
    known = far_seller.visitor.captions.count()
    away_s = time.monotonic()
    far_seller.line.cut()
    interpreter.kill()
    tile = buyer.tile(meeting.people["seller"])
    expect(tile).to_have_attribute("data-lost", "")
    expect(tile.locator(".tile-lost")).to_be_visible()
    said = [f"第{number}句话。" for number in range(1, 31)]
    for text in said:
        translation = {"ko": {"text": f"«{text}»"}}
        afar.installation.recogniser.say(meeting.track("buyer"), text, translation, lang="zh-Hans")
    expect(tile).to_have_attribute("data-absent", "")
    expect(buyer.tile(meeting.people["interpreter"])).to_have_count(0)
    gone_s = time.monotonic() - away_s
    assert gone_s < 15, f"two that vanished were there for {gone_s:.1f} s"
    far_seller.says("reconnecting")
    expect(page.locator("[data-notice='notice.link_lost']")).to_be_visible()
    page.wait_for_timeout(max(0.0, 20 - (time.monotonic() - away_s)) * 1000)
    far_seller.line.restore()
    far_seller.says("connected")
    expect(page.locator("[data-notice='notice.link_lost']")).to_have_count(0)
    see_each_other(far_seller, far_buyer, meeting)
    lines = far_seller.visitor.captions
    expect(lines).to_have_count(known + 2 * len(said))
    assert {line for line in lines.all_inner_texts() if line in said} == set(said)
    expect(tile).not_to_have_attribute("data-absent", "")


@pytest.fixture
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A server without media workers."""
    running = Installation(tmp_path_factory.mktemp("bare") / "data", options=("--no-media",))
    yield running
    running.close()


def test_rooms_move_from_a_dead_worker_and_outlive_the_server(
    bare: Installation, visitor_in: Visit, chromium: Browser
) -> None:
    workers = {name: bare.media_worker(name) for name in ("one", "two")}
    try:
        meeting = bare.consultation()
        seller, buyer = visitor_in(chromium), visitor_in(chromium)
        seller.join(meeting.urls["seller"])
        buyer.join(meeting.urls["buyer"])
        seller.sees(meeting.people["buyer"])
        first = bare.serving(meeting.id)
        workers[first].send_signal(signal.SIGKILL)
        shown = seller.page.locator("[data-connection]")
        expect(shown).to_have_attribute("data-connection", "media_away")
        expect(shown).to_have_attribute("data-connection", "connected")
        seller.sees(meeting.people["buyer"])
        buyer.sees(meeting.people["seller"])
        assert bare.serving(meeting.id) != first
        bare.kill()
        expect(shown).to_have_attribute("data-connection", "reconnecting")
        seller.sees(meeting.people["buyer"])
        bare.restart()
        expect(shown).to_have_attribute("data-connection", "connected")
        seller.sees(meeting.people["buyer"])
        say = bare.recogniser.say
        say(meeting.track("buyer"), "好。", {"ko": {"text": "좋습니다."}}, lang="zh-Hans")
        expect(seller.captions.first).to_have_text("좋습니다.")
        seller.complaints.clear()
        buyer.complaints.clear()
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
