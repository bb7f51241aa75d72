"""Who is heard and seen when several speak."""

from __future__ import annotations

from media.floor import Floor

LOUD, LOUDER, SILENT = 30, 15, 127


class Room:
    """Microphones that send a packet each 20 ms."""

    def __init__(self) -> None:
        self.floor = Floor()
        self.now_s = 100.0

    def hear(self, seconds: float, **levels: int) -> list[str | None]:
        """Who was heard after each packet."""
        heard = []
        for _ in range(round(seconds / 0.02)):
            self.now_s += 0.02
            for who, level in levels.items():
                self.floor.heard(who, level, self.now_s)
            heard.append(self.floor.speaker)
        return heard


def test_the_first_microphone_is_on_before_anybody_speaks() -> None:
    room = Room()
    room.hear(1, p1=SILENT, p2=SILENT)
    assert (room.floor.speaker, room.floor.face) == ("p1", "p1")


def test_who_speaks_into_silence_is_heard_after_two_packets() -> None:
    room = Room()
    room.hear(1, p1=SILENT, p2=SILENT)
    assert room.hear(0.06, p1=SILENT, p2=LOUD) == ["p1", "p2", "p2"]


def test_a_click_takes_nothing_over() -> None:
    room = Room()
    room.hear(1, p1=SILENT, p2=SILENT)
    for _ in range(10):
        room.hear(0.02, p1=SILENT, p2=LOUD)
        assert room.hear(0.1, p1=SILENT, p2=SILENT)[-1] == "p1"


def test_pauses_between_words_are_not_given_away() -> None:
    room = Room()
    room.hear(1, p1=LOUDER, p2=SILENT)
    assert set(room.hear(0.3, p1=SILENT, p2=LOUD)) == {"p1"}
    assert room.hear(0.5, p1=SILENT, p2=LOUD)[-1] == "p2"


def test_an_interruption_has_to_be_louder_for_a_while() -> None:
    room = Room()
    room.hear(1, p1=LOUD, p2=SILENT)
    assert set(room.hear(3, p1=LOUD, p2=LOUD - 3)) == {"p1"}
    assert set(room.hear(0.7, p1=LOUD, p2=LOUDER)) == {"p1"}
    assert room.hear(0.4, p1=LOUD, p2=LOUDER)[-1] == "p2"


def test_a_short_word_moves_the_sound_and_not_the_picture() -> None:
    room = Room()
    room.hear(3, p1=LOUD, p2=SILENT)
    room.hear(1, p1=SILENT, p2=SILENT)
    room.hear(0.6, p1=SILENT, p2=LOUD)
    assert (room.floor.speaker, room.floor.face) == ("p2", "p1")
    room.hear(1.2, p1=SILENT, p2=LOUD)
    assert (room.floor.speaker, room.floor.face) == ("p2", "p2")


def test_who_leaves_gives_the_floor_back() -> None:
    room = Room()
    room.hear(3, p1=SILENT, p2=LOUD)
    assert room.floor.speaker == "p2"
    room.floor.left("p2")
    assert (room.floor.speaker, room.floor.face) == ("p1", "p1")
    room.floor.left("p1")
    assert (room.floor.speaker, room.floor.face) == (None, None)
