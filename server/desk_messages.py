"""Messages of the desk: what interpreters and organisers do to captions beside correcting them one by one
(docs/protocol.md, part 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from server.fields import MAX_TRANSLATIONS, CaptionId, LineText, TermText
from wire.languages import LanguageTag
from wire.links import Id
from wire.message import Message

PartnerText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Wish = Literal["repeat", "repeat_price", "slower", "one_at_a_time", "spell_name"]
"""What is asked of the speakers; the pages have the words."""
Deed = Literal["corrected", "replaced", "stopped", "reverted"]
"""What somebody did last at the desk."""
Side = Literal["both", "seller", "buyer"]

# --- browser → server --------------------------------------------------------------------------------------


class Undo(Message):
    """Takes back what one changed last at the desk."""

    type: Literal["undo"]


class Redo(Message):
    type: Literal["redo"]


class Replace(Message):
    """`find` → `put` in all lines of a language, those to come too; with `term` also into the glossary."""

    type: Literal["replace"]
    lang: LanguageTag
    find: TermText
    put: TermText
    term: Annotated[dict[LanguageTag, TermText] | None, Field(max_length=MAX_TRANSLATIONS)] = None
    """What `put` is called in other languages; None leaves the glossary alone."""


class StopReplacing(Message):
    """Lines to come are left as they are again."""

    type: Literal["stop_replacing"]
    lang: LanguageTag
    find: TermText


class Say(Message):
    """A caption that is typed, in somebody's name or (None) in one's own."""

    type: Literal["say"]
    lang: LanguageTag
    text: LineText
    speaker: Id | None = None


class Hold(Message):
    """Whether numbers and names wait for an interpreter's confirmation."""

    type: Literal["hold"]
    on: bool


class Confirm(Message):
    """What is held back of a caption may be shown."""

    type: Literal["confirm"]
    id: CaptionId


class PauseMachine(Message):
    """Whether the machine writes down what somebody says."""

    type: Literal["pause_machine"]
    person: Id
    paused: bool


class AskFor(Message):
    type: Literal["ask_for"]
    wish: Wish
    to: Side = "both"


class TellPartner(Message):
    type: Literal["tell_partner"]
    text: PartnerText


AtDesk = Undo | Redo | Replace | StopReplacing | Say | Hold | Confirm | PauseMachine | AskFor | TellPartner

# --- server → browser --------------------------------------------------------------------------------------


class MachineView(Message):
    """How far the machine's captions go on by themselves; to everybody, after every change."""

    type: Literal["machine"] = "machine"
    holding: tuple[str, ...] = ()
    """Who holds numbers and names back."""
    held: tuple[str, ...] = ()
    """Captions of which something is held back."""
    paused: tuple[str, ...] = ()
    """Whose words the machine does not write down."""


class ReplacementView(Message):
    lang: str
    find: str
    put: str


class ReplacementsShown(Message):
    """What lines to come are changed by, the newest first; to interpreters and organisers."""

    type: Literal["replacements"] = "replacements"
    replacements: tuple[ReplacementView, ...]


class HistoryShown(Message):
    """How many steps one can take back, and forth again; `caption` was changed by what one did just now."""

    type: Literal["history"] = "history"
    undo: int
    redo: int
    kind: Deed
    caption: str | None = None
    changed: int = 0
    """How many captions that changed."""


class Wished(Message):
    """An interpreter asks for something; to the side it is for, and to those who might have asked."""

    type: Literal["wished"] = "wished"
    wish: Wish
    to: Side
    by: str
    at: datetime


class PartnerMessage(Message):
    """To interpreters and organisers."""

    type: Literal["partner_message"] = "partner_message"
    id: int
    person: str
    name: str
    text: str
    at: datetime
