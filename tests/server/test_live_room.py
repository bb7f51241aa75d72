from dataclasses import replace

from server.interpretation import spoken
from server.live_room import HttpSession, LiveRoom, Presence
from server.messages import State
from server.store.records import GlossaryTerm, Person, Room, VenueSends

ROOM = Room(
    id="r7k2",
    title="상담",
    state="open",
    starts_at=None,
    duration_min=30,
    opened_at=None,
    closed_at=None,
    people=(
        Person("p1", "seller", "김", "", "ko", "ko"),
        Person("p2", "buyer", "采购", "", "zh-Hans", "zh-Hans"),
        Person("p3", "interpreter", "박", "", "ko", "zh-Hans"),
        Person("p4", "observer", "Guest", "", "en", "en"),
        Person("p5", "organiser", "운영", "", "ja", "ja"),
        Person("p6", "venue", "화면", "", "ko", "ko"),
    ),
    glossary=(
        GlossaryTerm("코팅제", {"zh-Hans": "涂层剂", "en": "coating agent"}),
        GlossaryTerm("GK-200", {}),
    ),
)


def room(*present: str, **changes: object) -> LiveRoom:
    live = LiveRoom(replace(ROOM, **changes))
    live.presences = {person: Presence(person, None) for person in present}
    return live


def test_languages_of_the_peoples_list_are_read_and_guests_only_while_they_are_there() -> None:
    assert room().readable() == ("ko", "zh-Hans")
    assert room("p4").readable() == ("ko", "zh-Hans", "en")
    assert room("p4", "p5").readable() == ("ko", "zh-Hans", "en", "ja")
    assert room("p4").targets("zh-Hant") == ("ko", "en")


def test_speakers_are_listened_to_while_they_are_inside() -> None:
    tracks = room("p1", "p3", "p4", "p5", "p6").tracks()
    assert list(tracks) == ["r7k2-p1", "r7k2-p3"]
    assert tracks["r7k2-p1"].lang == "ko"
    assert tracks["r7k2-p1"].targets == ("zh-Hans", "en", "ja")


def test_a_speaker_may_be_heard_in_the_languages_of_the_others() -> None:
    tracks = room("p1", "p2").tracks()
    assert tracks["r7k2-p1"].others == ("zh-Hans",)
    assert tracks["r7k2-p2"].others == ("ko",)


def test_organisers_are_listened_to_once_their_microphone_is_on() -> None:
    live = room("p5")
    assert live.tracks() == {}
    live.presences["p5"].microphone = True
    assert list(live.tracks()) == ["r7k2-p5"]


def test_hotwords_are_said_in_the_speakers_language() -> None:
    live = room("p1", "p2")
    assert live.tracks()["r7k2-p1"].hotwords == ("코팅제", "GK-200")
    assert live.tracks()["r7k2-p2"].hotwords == ("涂层剂", "GK-200")


def test_everybody_inside_exchanges_media_and_only_speakers_are_transcribed() -> None:
    assert room("p1", "p4", "p5").publishers() == {"p1": True, "p4": False, "p5": True}


def test_a_room_that_is_not_open_asks_nothing_of_the_workers() -> None:
    live = room("p1", "p5", state="closed")
    assert live.tracks() == {}
    assert live.publishers() == {}


def test_people_are_shown_with_what_they_send() -> None:
    live = room("p1")
    live.presences["p1"].camera = True
    shown = {view.id: (view.present, view.camera) for view in live.people()}
    assert shown["p1"] == (True, True)
    assert shown["p2"] == (False, False)


def test_an_interpreter_is_listened_to_in_the_language_of_the_channel() -> None:
    live = room("p1", "p3")
    live.interpretation = spoken(live.interpretation, "p3", "zh-Hans", together=False, connected=set())
    track = live.tracks()["r7k2-p3"]
    assert (track.lang, track.targets) == ("zh-Hans", ("ko",))
    assert track.others == ("ko",)
    assert track.hotwords == ("涂层剂", "GK-200")
    live.interpretation = spoken(live.interpretation, "p3", None, together=False, connected=set())
    assert live.tracks()["r7k2-p3"].lang == "ko"


def test_of_two_shared_screens_the_later_one_is_known() -> None:
    live = room("p1", "p2")
    first, second = live.presences["p1"], live.presences["p2"]
    first.sends(State(type="state", screen=True))
    second.sends(State(type="state", screen=True))
    began = first.screen_at
    first.sends(State(type="state", screen=True, microphone=True))
    assert first.screen_at == began
    assert began is not None
    assert second.screen_at is not None
    assert began < second.screen_at
    first.sends(State(type="state", screen=False))
    shown = {view.id: view.screen_at for view in live.people()}
    assert shown["p1"] is None
    assert shown["p2"] == second.screen_at


def test_a_hall_sends_and_is_listened_to_only_as_the_organiser_allows() -> None:
    def hall(sends: VenueSends) -> LiveRoom:
        people = tuple(
            replace(person, sends=sends) if person.id == "p6" else person for person in ROOM.people
        )
        live = room("p6", people=people)
        live.presences["p6"].microphone = True
        return live

    assert hall("nothing").tracks() == {}
    assert hall("nothing").publishers() == {"p6": False}
    for sends in ("sound", "sound_and_picture"):
        assert list(hall(sends).tracks()) == ["r7k2-p6"]
        assert hall(sends).publishers() == {"p6": True}
    quiet = hall("sound")
    quiet.presences["p6"].microphone = False
    assert quiet.tracks() == {}


def test_only_a_venue_is_bound_by_what_the_organiser_allows() -> None:
    seller, observer, venue = ROOM.people[0], ROOM.people[3], ROOM.people[5]
    assert seller.may_send() == {"microphone", "camera", "screen"}
    assert replace(observer, sends="sound").may_send() == frozenset()
    assert venue.may_send() == frozenset()
    assert replace(venue, sends="sound").may_send() == {"microphone"}
    assert replace(venue, sends="sound_and_picture").may_send() == {"microphone", "camera"}


def test_an_encoder_ends_with_its_room_its_worker_its_person_and_their_permission() -> None:
    hall = Person("p9", "venue", "Hall", "", "ko", "ko", sends="sound_and_picture")
    session = HttpSession("s1", "p9", "whip", "m1", ("microphone", "camera"))

    def over(epoch: str = "m1", **changes: object) -> bool:
        live = LiveRoom(replace(ROOM, **({"people": (hall,)} | changes)), sessions={"s1": session})
        return live.end_sessions(epoch) == [session] and live.sessions == {}

    assert not over()
    assert over(epoch="m2")
    assert over(state="closed")
    assert over(people=())
    assert over(people=(replace(hall, sends="sound"),))
