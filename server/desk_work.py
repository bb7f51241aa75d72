"""What interpreters and organisers do at the desk of a live room: checked, stored, shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from server import glossary, metrics
from server.desk_messages import (
    AskFor,
    AtDesk,
    Confirm,
    Deed,
    HistoryShown,
    Hold,
    PauseMachine,
    Redo,
    Replace,
    Say,
    StopReplacing,
    TellPartner,
    Undo,
    Wished,
)
from server.errors import (
    CaptionChanged,
    NotAllowed,
    NothingReplaced,
    NothingToUndo,
    NotInRoom,
    ServerError,
)
from server.history import Change, Step
from server.live_room import LiveRoom
from server.messages import Correct
from server.replacements import (
    Replacement,
    Replacements,
    replaced_caption,
    rule_for,
    with_replacement,
    without,
)
from server.rights import CORRECTORS
from server.rooms import Rooms
from server.store import Store
from server.store.records import GlossaryTerm, Person
from wire.captions import Caption
from wire.languages import same_language

log = logging.getLogger(__name__)

TermChange = Callable[[LiveRoom, list[GlossaryTerm], list[str]], Awaitable[None]]


class DeskWork:
    """`change_terms(room, put, remove)` stores and shows the room's glossary."""

    def __init__(self, store: Store, rooms: Rooms, change_terms: TermChange) -> None:
        self._store = store
        self._rooms = rooms
        self._change_terms = change_terms
        self._keeping: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """What is being stored is stored."""
        await asyncio.gather(*self._keeping)

    async def correct(self, room: LiveRoom, who: str, correct: Correct) -> None:
        """Raises what `Transcripts.correct` raises."""
        was_held = correct.id in room.desk.held
        change = await self._rooms.transcripts.correct(
            self._rooms.transcription, room, _at_desk(room, who), correct
        )
        if was_held:
            self._show_machine(room)
        self._did(room, who, "corrected", Step((change,)))

    async def handle(self, room: LiveRoom, who: str, message: AtDesk) -> None:
        """Raises NotAllowed and what is wrong with the message."""
        person = _at_desk(room, who)
        match message:
            case Undo() | Redo():
                await self._revert(room, person, redo=isinstance(message, Redo))
            case Replace():
                await self._replace(room, person, message)
            case StopReplacing():
                await self._stop_replacing(room, person, message)
            case Say():
                await self._say(room, person, message)
            case Hold():
                self._hold(room, person, on=message.on)
            case Confirm():
                await self._rooms.transcripts.confirm(room, message.id)
                self._show_machine(room)
            case PauseMachine():
                await self._pause(room, message)
            case AskFor():
                _ask(room, who, message)
            case TellPartner():
                told = room.desk.tell(who, person.name, message.text, datetime.now(UTC))
                room.tell_desk(told)
                await self._keep(room)

    def came(self, room: LiveRoom) -> None:
        """Somebody is inside; `Rooms.refresh` follows."""
        if room.desk.resting and room.at_desk() and room.desk.wake():
            self._show_machine(room)

    def left(self, room: LiveRoom, who: str) -> None:
        """What only somebody at the desk could end, ends with the last of them."""
        desk = room.desk
        if not desk.holding and not desk.paused:
            return
        released, resumed = desk.without(who, room.at_desk() if room.is_open else frozenset())
        self._rooms.transcripts.release(room, released)
        if resumed or not desk.holds:
            self._rooms.refresh(room)
        self._show_machine(room)
        if resumed:
            task = asyncio.create_task(self._keep_at_last(room))
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)

    # --- captions -------------------------------------------------------------------------------------------

    async def _replace(self, room: LiveRoom, person: Person, message: Replace) -> None:
        desk = room.desk
        rule = Replacement(message.lang, message.find, message.put)
        if rule.find == rule.put:
            return
        with_replacement(desk.replacements, rule)  # refused before anything is changed

        def plan(caption: Caption) -> Change | None:
            revision = replaced_caption(caption, rule, person)
            if revision is None:
                return None
            if revision.text != caption.text:
                return Change(caption.lang, caption, revision)
            tags = (tag for tag in caption.translations if same_language(tag, rule.lang))
            return Change(next(tags), caption, revision)

        step = Step()
        if message.term is not None:
            term = GlossaryTerm(rule.put, {rule.lang: rule.put, **message.term})
            step = Step(term_before=_term(room, rule.put), term_after=term)
            await self._change_terms(room, [term], [])
        made: list[Change] = []
        try:
            before = rule_for(desk.replacements, rule.lang, rule.find)
            desk.replacements = with_replacement(desk.replacements, rule)
            step = replace(step, rule_before=before, rule_after=rule)
            await self._show_replacements(room)
            await self._rooms.transcripts.replace(self._rooms.transcription, room, person, plan, made)
        finally:
            # Whatever ended it, what was done can be taken back.
            self._did(room, person.id, "replaced", replace(step, changes=tuple(made)))

    async def _stop_replacing(self, room: LiveRoom, person: Person, message: StopReplacing) -> None:
        before = rule_for(room.desk.replacements, message.lang, message.find)
        if before is None:
            raise NothingReplaced("these words are not replaced any more")
        room.desk.replacements = without(room.desk.replacements, message.lang, message.find)
        try:
            await self._show_replacements(room)
        finally:
            self._did(room, person.id, "stopped", Step(rule_before=before))

    async def _say(self, room: LiveRoom, person: Person, message: Say) -> None:
        speaker = person if message.speaker is None else room.record.person(message.speaker)
        if speaker is None:
            raise NotInRoom("there is nobody of that name in this room", field="speaker")
        tags = (tag for one in room.record.people for tag in (one.speaks, one.reads))
        if not any(same_language(tag, message.lang) for tag in tags):
            raise NotInRoom("nobody in this room speaks or reads that language", field="lang")
        await self._rooms.transcripts.say(
            self._rooms.transcription, room, speaker, person, message.lang, message.text
        )

    async def _revert(self, room: LiveRoom, person: Person, *, redo: bool) -> None:
        """Lines that somebody wrote anew since stay as they are."""
        histories = room.desk.histories
        history = histories.get(person.id)
        steps = history.redo if redo else history.undo
        if not steps:
            raise NothingToUndo(
                "there is nothing left to do again" if redo else "there is nothing to take back"
            )
        step = steps[-1]
        _reverted_rules(room.desk.replacements, step)  # refused before anything is changed
        histories.of[person.id] = history.without_last(redo=redo)
        made: list[Change] = []
        try:
            await self._rooms.transcripts.revert(
                self._rooms.transcription, room, person, step.changes, histories.touched, made
            )
            await self._revert_rule(room, step)
            await self._revert_term(room, step)
        except BaseException:
            # What is left of it can be tried again, what was done be undone.
            done = tuple(made)
            history = histories.get(person.id)
            if done:
                history = history.taken_up(Step(done), redo=not redo)
            histories.of[person.id] = history.taken_up(step.without(done), redo=redo)
            self._show_history(room, person.id, "reverted", None, len(done))
            raise
        done = tuple(made)
        if step.changes and not done and step.rule_after is None and step.rule_before is None:
            self._show_history(room, person.id, "reverted", None, 0)
            raise CaptionChanged("somebody else corrected this caption meanwhile")
        histories.of[person.id] = histories.get(person.id).taken_up(step.reversed(done), redo=not redo)
        last = done[0].after.id if done else None
        self._show_history(room, person.id, "reverted", last, len(done))

    async def _revert_rule(self, room: LiveRoom, step: Step) -> None:
        if step.rule_after is None and step.rule_before is None:
            return
        room.desk.replacements = _reverted_rules(room.desk.replacements, step)
        await self._show_replacements(room)

    async def _revert_term(self, room: LiveRoom, step: Step) -> None:
        put = [step.term_before] if step.term_before is not None else []
        remove = [step.term_after.term] if step.term_after is not None and not put else []
        if not put and not remove:
            return
        try:
            await self._change_terms(room, put, remove)
        except ServerError as error:
            # Somebody took the term out already.
            log.info("a term in room %s is not taken back: %s", room.id, error.message)

    def _did(self, room: LiveRoom, who: str, deed: Deed, step: Step) -> None:
        histories = room.desk.histories
        for change in step.changes:
            histories.touch(change)
        histories.of[who] = histories.get(who).did(step)
        caption = step.changes[0].after.id if len(step.changes) == 1 else None
        self._show_history(room, who, deed, caption, len(step.changes))

    # --- the machine ----------------------------------------------------------------------------------------

    def _hold(self, room: LiveRoom, person: Person, *, on: bool) -> None:
        desk = room.desk
        if on:
            desk.holding.add(person.id)
        elif person.id in desk.holding or person.role == "organiser":
            desk.holding -= {person.id} if person.role != "organiser" else desk.holding
        if not desk.holds:
            released = list(desk.held)
            desk.held.clear()
            self._rooms.transcripts.release(room, released)
        self._rooms.refresh(room)
        self._show_machine(room)

    async def _pause(self, room: LiveRoom, message: PauseMachine) -> None:
        if room.record.person(message.person) is None:
            raise NotInRoom("there is nobody of that name in this room", field="person")
        if message.paused:
            room.desk.paused.add(message.person)
        else:
            room.desk.paused.discard(message.person)
            room.desk.resting.discard(message.person)
        self._rooms.refresh(room)
        self._show_machine(room)
        await self._keep(room)

    # --- what is shown and kept -----------------------------------------------------------------------------

    def _show_machine(self, room: LiveRoom) -> None:
        room.broadcast(room.desk.machine(), key="machine")

    async def _show_replacements(self, room: LiveRoom) -> None:
        room.tell_desk(room.desk.replacements_view(), key="replacements")
        await self._keep(room)

    def _show_history(self, room: LiveRoom, who: str, deed: Deed, caption: str | None, changed: int) -> None:
        history = room.desk.histories.get(who)
        presence = room.presences.get(who)
        if presence is not None:
            counts = HistoryShown(
                undo=len(history.undo), redo=len(history.redo), kind=deed, caption=caption, changed=changed
            )
            presence.send(counts, key="history")

    async def _keep(self, room: LiveRoom) -> None:
        await self._store.desks.put(room.id, room.desk.record())

    async def _keep_at_last(self, room: LiveRoom) -> None:
        """For nobody who could be told."""
        try:
            await self._keep(room)
        except ServerError as error:
            log.warning("the desk of room %s is not stored: %s", room.id, error.message)
        except Exception:
            metrics.FAILED_TASKS.labels("desk").inc()
            log.exception("the desk of room %s is not stored", room.id)


def _ask(room: LiveRoom, who: str, message: AskFor) -> None:
    wished = Wished(wish=message.wish, to=message.to, by=who, at=datetime.now(UTC))
    sides = {"seller", "buyer"} if message.to == "both" else {message.to}
    for person in room.record.people:
        presence = room.presences.get(person.id)
        hall = person.role == "venue" and message.to == "both"
        if presence is not None and (person.role in sides or person.role in CORRECTORS or hall):
            presence.send(wished, key=f"wished-{who}-{message.wish}")


def _at_desk(room: LiveRoom, who: str) -> Person:
    """Raises NotAllowed."""
    person = room.record.person(who)
    if person is None or person.role not in CORRECTORS:
        raise NotAllowed("only interpreters and organisers have a desk")
    return person


def _reverted_rules(rules: Replacements, step: Step) -> Replacements:
    """Raises TooManyReplacements."""
    if step.rule_after is not None:
        rules = without(rules, step.rule_after.lang, step.rule_after.find)
    return rules if step.rule_before is None else with_replacement(rules, step.rule_before)


def _term(room: LiveRoom, term: str) -> GlossaryTerm | None:
    """The room's own of that spelling."""
    wanted = glossary.key(term)
    return next((one for one in room.record.glossary if glossary.key(one.term) == wanted), None)
