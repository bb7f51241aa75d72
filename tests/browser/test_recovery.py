"""Networks that go away, machines that die: what the others see, and the way back without a click.

With RECOVERY_ALLOWANCE_S=1 there are longer cuts as well, and everything must be back within 5 s and this
second, which a busy machine is allowed. The figures are printed in any case.
"""

import json
import os
import signal
import time
from collections.abc import Iterator

import pytest
from impairment.namespaces import missing
from playwright.sync_api import Browser, expect

from tests.browser.afar import Afar, Guest
from tests.browser.conftest import ALLOW, FAKE_DEVICES, Launch, Visit
from tests.browser.installation import Consultation, Installation
from tests.browser.visitor import FRAMES, Visitor

no_network = missing()
afar_only = pytest.mark.skipif(no_network is not None, reason=str(no_network))

ALLOWANCE_S = float(os.environ.get("RECOVERY_ALLOWANCE_S", "0"))
BOUNDED = "RECOVERY_ALLOWANCE_S" in os.environ
BACK_S = 5.0
STEADY_S = 2.5

# Notes since when the person's pictures have moved without standing still for a second, whichever element
# shows them, once that has lasted; and when there were so many captions. These pages share one clock.
WATCH_RETURN = f"""([person, captions]) => {{
  const frames = {FRAMES};
  const back = {{}};
  window.back = back;
  let last = frames()[person] ?? 0;
  let [since, moved] = [0, 0];
  const look = () => {{
    const at = Date.now() / 1000;
    const now = frames()[person] ?? 0;
    if (at - moved > 1) since = 0;
    if (now !== last) {{
      since ||= at;
      moved = at;
    }}
    last = now;
    if (since && at - since > {STEADY_S}) back.pictures ??= since;
    const lines = document.querySelectorAll('[role=log][data-captions] p[data-caption-id]').length;
    if (lines >= captions) back.captions ??= at;
    if (!back.pictures || !back.captions) setTimeout(look, 20);
  }};
  look();
}}"""


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


def measure_return(
    event: str, since_s: float, views: dict[str, tuple[Visitor, str]], captions: int = 0
) -> None:
    """Waits until everybody sees their person's pictures move steadily, and the first has so many captions.

    `views`: whose view → their page and whom they see there. `since_s` is of the wall clock.
    """
    wanted = captions
    for page, person in views.values():
        page.page.evaluate(WATCH_RETURN, [person, wanted])
        wanted = 0
    found: dict[str, float] = {}
    for number, (name, (page, _)) in enumerate(views.items()):
        page.page.wait_for_function("() => back.pictures && back.captions", timeout=20_000)
        at = page.page.evaluate("back")
        found[f"{name} sees"] = round(at["pictures"] - since_s, 2)
        if captions and number == 0:
            found[f"{name} has read"] = round(at["captions"] - since_s, 2)
    print(json.dumps({f"{event}, s": found}), flush=True)
    if BOUNDED:
        assert max(found.values()) <= BACK_S + ALLOWANCE_S


def both(seller: Visitor, buyer: Visitor, meeting: Consultation) -> dict[str, tuple[Visitor, str]]:
    return {"seller": (seller, meeting.people["buyer"]), "buyer": (buyer, meeting.people["seller"])}


@afar_only
@pytest.mark.parametrize("cut_s", [3, 8] if BOUNDED else [3])
def test_a_cut_of_three_seconds_is_not_worth_a_word(
    afar: Afar, far_seller: Guest, far_buyer: Guest, meeting: Consultation, cut_s: int
) -> None:
    words = [guest.visitor.watch_words() for guest in (far_seller, far_buyer)]
    tile = far_buyer.visitor.tile(meeting.people["seller"])
    known = far_seller.visitor.captions.count()
    far_seller.line.cut()
    translation = {"ko": {"text": "천천히 말씀하세요."}}
    afar.installation.recogniser.say(meeting.track("buyer"), "请慢一点。", translation, lang="zh-Hans")
    time.sleep(cut_s)
    if cut_s == 3:
        expect(tile).not_to_have_attribute("data-lost", "")
    far_seller.line.restore()
    views = both(far_seller.visitor, far_buyer.visitor, meeting)
    measure_return(f"cut of {cut_s} s", time.time(), views, known + 2)
    assert far_seller.level() is None, "what was lost meanwhile is no weak network"
    if cut_s == 3:
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
    expect(far_seller.visitor.captions.get_by_text("좋습니다.", exact=True)).to_be_visible()
    assert words() == []


@afar_only
@pytest.mark.timeout(200)
@pytest.mark.parametrize("cut_s", [20, 60] if BOUNDED else [20])
def test_after_twenty_seconds_one_is_back_with_everything_that_was_said(
    afar: Afar, far_seller: Guest, far_buyer: Guest, meeting: Consultation, cut_s: int
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
    page.wait_for_timeout(max(0.0, cut_s - (time.monotonic() - away_s)) * 1000)
    far_seller.line.restore()
    views = both(far_seller.visitor, buyer, meeting)
    measure_return(f"cut of {cut_s} s", time.time(), views, known + 2 * len(said))
    far_seller.says("connected")
    expect(page.locator("[data-notice='notice.link_lost']")).to_have_count(0)
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
        died_s = time.time()
        workers[first].send_signal(signal.SIGKILL)
        shown = seller.page.locator("[data-connection]")
        expect(shown).to_have_attribute("data-connection", "media_away")
        measure_return("media worker killed", died_s, both(seller, buyer, meeting))
        expect(shown).to_have_attribute("data-connection", "connected")
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
