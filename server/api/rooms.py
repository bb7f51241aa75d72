"""Rooms: list, make, read, change, remove, open, close, enter."""

from __future__ import annotations

from datetime import UTC, datetime

from aiohttp import web

from server.api.endpoint import Endpoint, answer, read_json
from server.api.links import link_url
from server.api.models import (
    AnnouncementBody,
    EnterBody,
    ExtendBody,
    Link,
    PersonLink,
    RoomBody,
    RoomChangeBody,
    RoomCreated,
    RoomDetail,
    RoomList,
    SendsBody,
)
from server.api.rows import room_detail, room_row
from server.errors import (
    BodyTooLarge,
    InvalidBody,
    NotAVenue,
    PersonNotFound,
    RoomInUse,
    RoomNotFound,
    RoomNotOpen,
)
from server.keys import AUTH, LIVE, STORE
from server.store.records import NewPerson


async def list_rooms(request: web.Request) -> web.Response:
    live = request.app[LIVE]
    rooms = await request.app[STORE].rooms.all()
    return answer(RoomList(rooms=[room_row(room, live) for room in rooms], workers=live.workers()))


async def create_room(request: web.Request) -> web.Response:
    body = await read_json(request, RoomBody)
    room, tokens = await request.app[STORE].rooms.create(body.record())
    await request.app[LIVE].room_changed(room)
    people = [
        PersonLink(id=person.id, role=person.role, name=person.name, url=link_url(request, tokens[person.id]))
        for person in room.people
    ]
    return answer(RoomCreated(id=room.id, people=people), 201)


async def read_room(request: web.Request) -> web.Response:
    room = await request.app[STORE].rooms.get(request.match_info["room"])
    return answer(room_detail(room, request.app[LIVE]))


async def change_room(request: web.Request) -> web.Response:
    body = await read_json(request, RoomChangeBody)
    store, live = request.app[STORE], request.app[LIVE]
    before = await store.rooms.get(request.match_info["room"])
    room = await store.rooms.change(before.id, body.patch())
    for person in before.people:
        if room.person(person.id) is None:
            await live.link_revoked(room.id, person.id)
    await live.room_changed(room)
    return answer(room_detail(room, live))


async def remove_room(request: web.Request) -> web.Response:
    store = request.app[STORE]
    room = await store.rooms.get(request.match_info["room"])
    if room.state == "open":
        raise RoomInUse("close the room before removing it")
    await store.rooms.remove(room.id)
    await request.app[LIVE].room_removed(room.id)
    return web.Response(status=204)


async def open_room(request: web.Request) -> web.Response:
    live = request.app[LIVE]
    room = await request.app[STORE].rooms.set_state(request.match_info["room"], "open", datetime.now(UTC))
    await live.room_opened(room)
    return answer(room_detail(room, live))


async def close_room(request: web.Request) -> web.Response:
    live = request.app[LIVE]
    room = await request.app[STORE].rooms.set_state(request.match_info["room"], "closed", datetime.now(UTC))
    await live.room_closed(room)
    return answer(room_detail(room, live))


async def extend_room(request: web.Request) -> web.Response:
    body = await read_json(request, ExtendBody)
    store, live = request.app[STORE], request.app[LIVE]
    room = await store.rooms.extend(request.match_info["room"], body.minutes, datetime.now(UTC))
    await live.room_changed(room)
    return answer(room_detail(room, live))


async def enter_room(request: web.Request) -> web.Response:
    """The organiser's own link into the room, made the first time."""
    body = await read_json(request, EnterBody, optional=True)
    store = request.app[STORE]
    room = await store.rooms.get(request.match_info["room"])
    if room.state != "open":
        # What was said in it is to be read there.
        request.app[AUTH].require(request, "organiser")
    organiser = next((person for person in room.people if person.role == "organiser"), None)
    if organiser is None:
        room, organiser, token = await store.rooms.add_person(
            room.id, NewPerson("organiser", body.name, "", body.speaks, body.reads)
        )
        await request.app[LIVE].room_changed(room)
        return answer(Link(url=link_url(request, token)))
    current = await store.links.url_token(room.id, organiser.id)
    token = current or await store.links.replace(room.id, organiser.id)
    return answer(Link(url=link_url(request, token)))


async def announce(request: web.Request) -> web.Response:
    body = await read_json(request, AnnouncementBody)
    await request.app[LIVE].announce(request.match_info["room"], body.text)
    return web.Response(status=204)


async def answer_help(request: web.Request) -> web.Response:
    room = await request.app[STORE].rooms.get(request.match_info["room"])
    request.app[LIVE].help_answered(room.id)
    return web.Response(status=204)


async def set_sends(request: web.Request) -> web.Response:
    body = await read_json(request, SendsBody)
    live = request.app[LIVE]
    room = await request.app[STORE].rooms.set_sends(
        request.match_info["room"], request.match_info["person"], body.sends
    )
    await live.room_changed(room)
    return answer(room_detail(room, live))


_ROOM = "/api/rooms/{room}"
ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/rooms",
        list_rooms,
        "All rooms by start, and what is going on in them",
        RoomList,
        right="desk",
    ),
    Endpoint(
        "POST",
        "/api/rooms",
        create_room,
        "Make a room and a link for each person",
        RoomCreated,
        status=201,
        body=RoomBody,
        errors=(InvalidBody, BodyTooLarge),
    ),
    Endpoint(
        "GET",
        _ROOM,
        read_room,
        "One room with its glossary",
        RoomDetail,
        errors=(RoomNotFound,),
        right="desk",
    ),
    Endpoint(
        "PATCH",
        _ROOM,
        change_room,
        "Change title, times, people or glossary; people who are left out lose their place and link",
        RoomDetail,
        body=RoomChangeBody,
        errors=(InvalidBody, BodyTooLarge, RoomNotFound, PersonNotFound),
    ),
    Endpoint(
        "PUT",
        f"{_ROOM}/people/{{person}}/sends",
        set_sends,
        "What a venue may send of its hall: nothing, sound, or sound and picture",
        RoomDetail,
        body=SendsBody,
        errors=(InvalidBody, BodyTooLarge, RoomNotFound, PersonNotFound, NotAVenue),
    ),
    Endpoint(
        "DELETE",
        _ROOM,
        remove_room,
        "Remove a room with its people, links and transcript; an open one must be closed first",
        None,
        status=204,
        errors=(RoomNotFound, RoomInUse),
    ),
    Endpoint(
        "POST", f"{_ROOM}/open", open_room, "Let people in", RoomDetail, errors=(RoomNotFound,), right="desk"
    ),
    Endpoint(
        "POST",
        f"{_ROOM}/close",
        close_room,
        "End the call and keep the transcript; only the organiser can enter afterwards",
        RoomDetail,
        errors=(RoomNotFound, RoomNotOpen),
        right="desk",
    ),
    Endpoint(
        "POST",
        f"{_ROOM}/extend",
        extend_room,
        "Give an open room more time",
        RoomDetail,
        body=ExtendBody,
        errors=(InvalidBody, BodyTooLarge, RoomNotFound, RoomNotOpen),
        right="desk",
    ),
    Endpoint(
        "POST",
        f"{_ROOM}/announcement",
        announce,
        "Write to everybody inside an open room",
        None,
        status=204,
        body=AnnouncementBody,
        errors=(InvalidBody, BodyTooLarge, RoomNotFound, RoomNotOpen),
        right="desk",
    ),
    Endpoint(
        "DELETE",
        f"{_ROOM}/help",
        answer_help,
        "Tell who called from the room that somebody sees to it",
        None,
        status=204,
        errors=(RoomNotFound,),
        right="desk",
    ),
    Endpoint(
        "POST",
        f"{_ROOM}/enter",
        enter_room,
        "The organiser's own link into the room",
        Link,
        body=EnterBody,
        body_required=False,
        errors=(RoomNotFound, InvalidBody),
        right="desk",
    ),
)
