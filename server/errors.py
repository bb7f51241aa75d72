"""Errors of the control plane. `code` is stable, `message` tells a person what to do, `status` is HTTP's.

ServerError
├── StoreError                500  the database or the data directory cannot be used
│   ├── DataDirUnusable
│   ├── KeyFileDamaged
│   └── SchemaTooNew
├── RoomNotFound              404
├── EventNotFound             404
├── ParticipantNotFound       404
├── MatchingChanged           409  the draft was changed meanwhile, or a timetable is being made
├── NameTaken                 409  another event has this name
├── ParticipantBusy           409  who has consultations is not removed
├── BoothInUse                409
├── EditRefused               409  carries the clashes that an edit would make
├── ConfirmNeeded             409  somebody would be sent away, or a transcript lost
├── EditOvertaken             409  what an edit made was changed meanwhile
├── PersonNotFound            404
├── BoothNotFound             404  the event has no such booth
├── ScreenNotFound            404
├── PairingNotFound           404  no screen shows this code (any more)
├── UnknownLink               404
├── RevokedLink               410
├── RoomNotOpen               409
├── RoomInUse                 409  an open room cannot be removed
├── NoticeNotAccepted         403  the event has a text that people agree to before they join
├── NotAVenue                 409  what everybody else sends is not the organiser's to say
├── Unauthorised              401
├── BadOrigin                 403
├── WrongPassword             401
├── CodeNeeded                401  the user has an authenticator app
├── WrongCode                 401
├── NotYourRight              403  the user's role may not do this
├── UserNotFound              404
├── LoginTaken                409
├── LastAdministrator         409  nobody would be left who manages users
├── NoMailServer              409  none is set
├── RateLimited               429
├── InvalidBody               400  not JSON, or a wrong field (named)
├── InvalidQuery              400
├── BodyTooLarge              413
├── UnsupportedType           415
├── InvalidToken              401  the bearer token of an encoder or player is no person's link
├── LinkWithdrawn             403  likewise, it was one
├── SessionNotFound           404  an encoder's or player's session is over
├── NotAcceptable             406
├── EtagChanged               412
├── EtagNeeded                428
├── BadFragment               400  no SDP fragment
├── CaptionOutdated           409  an older or equal revision is already stored
├── CaptionNotFound           404
├── CaptionChanged            409  somebody else corrected it meanwhile, or it is still being spoken
├── NothingToUndo             409  at one's desk, or in an event
├── TooManyReplacements       409
├── NothingReplaced           404  the words are not replaced (any more)
├── GlossaryFull              409
├── TermNotFound              404
├── NotAllowed                403  the role may not do this
├── NotInRoom                 404  a language or a person that the room does not have
├── ChannelTaken              409  another interpreter is on air in that language
├── NoHandover                409  nothing (any more) to take, give or agree to
├── MediaUnavailable          503  no media worker is connected
├── MediaRefused              422  the media worker's reason, with its own code
├── UnknownFormat             404  of a transcript
├── RecordingNotFound         404
├── ScheduleConflict          409  the rooms were changed while a sheet was imported
└── ScheduleInvalid           422  carries the sheet's errors (server/schedule/sheet.py)
    ├── GlossaryInvalid            the same for a sheet of terms (server/glossary_sheet.py)
    └── WishesInvalid              the same for a sheet of wishes (server/matching/wish_sheet.py)
"""

from __future__ import annotations


class ServerError(Exception):
    """Base of everything that reaches a client as `{"error": {"code", "message", "field"?}}`."""

    code = "internal"
    status = 500

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def details(self) -> dict[str, object]:
        """What the envelope holds besides code, message and field."""
        return {}


class StoreError(ServerError):
    code = "store_failed"


class DataDirUnusable(StoreError):
    code = "data_dir_unusable"


class KeyFileDamaged(StoreError):
    code = "key_file_damaged"


class SchemaTooNew(StoreError):
    code = "schema_too_new"


class RoomNotFound(ServerError):
    code = "room_not_found"
    status = 404


class EventNotFound(ServerError):
    code = "event_not_found"
    status = 404


class ParticipantNotFound(ServerError):
    code = "participant_not_found"
    status = 404


class MatchingChanged(ServerError):
    code = "matching_changed"
    status = 409


class NameTaken(ServerError):
    code = "name_taken"
    status = 409


class ParticipantBusy(ServerError):
    code = "participant_busy"
    status = 409


class BoothInUse(ServerError):
    code = "booth_in_use"
    status = 409


class EditRefused(ServerError):
    """`problems`: as in the answer, by room and cell."""

    code = "edit_refused"
    status = 409

    def __init__(self, message: str, problems: list[dict[str, object]]) -> None:
        super().__init__(message)
        self.problems = problems

    def details(self) -> dict[str, object]:
        return {"problems": self.problems}


class ConfirmNeeded(ServerError):
    """`inside`: names of those who would be sent away."""

    code = "confirm_needed"
    status = 409

    def __init__(self, message: str, inside: list[str]) -> None:
        super().__init__(message)
        self.inside = inside

    def details(self) -> dict[str, object]:
        return {"inside": self.inside}


class EditOvertaken(ServerError):
    code = "edit_overtaken"
    status = 409


class PersonNotFound(ServerError):
    code = "person_not_found"
    status = 404


class NotAVenue(ServerError):
    code = "not_a_venue"
    status = 409


class BoothNotFound(ServerError):
    code = "booth_not_found"
    status = 404


class ScreenNotFound(ServerError):
    code = "screen_not_found"
    status = 404


class PairingNotFound(ServerError):
    code = "pairing_not_found"
    status = 404


class UnknownLink(ServerError):
    code = "unknown_link"
    status = 404


class RevokedLink(ServerError):
    code = "revoked_link"
    status = 410


class RoomNotOpen(ServerError):
    code = "room_not_open"
    status = 409


class RoomInUse(ServerError):
    code = "room_in_use"
    status = 409


class NoticeNotAccepted(ServerError):
    code = "notice_not_accepted"
    status = 403


class Unauthorised(ServerError):
    code = "unauthorised"
    status = 401


class WrongPassword(ServerError):
    code = "wrong_password"
    status = 401


class CodeNeeded(ServerError):
    code = "code_needed"
    status = 401


class WrongCode(ServerError):
    code = "wrong_code"
    status = 401


class NotYourRight(ServerError):
    code = "not_your_right"
    status = 403


class UserNotFound(ServerError):
    code = "user_not_found"
    status = 404


class LoginTaken(ServerError):
    code = "login_taken"
    status = 409


class LastAdministrator(ServerError):
    code = "last_administrator"
    status = 409


class BadOrigin(ServerError):
    code = "bad_origin"
    status = 403


class InvalidToken(Unauthorised):
    code = "invalid_token"


class LinkWithdrawn(ServerError):
    code = "link_withdrawn"
    status = 403


class SessionNotFound(ServerError):
    code = "session_not_found"
    status = 404


class NotAcceptable(ServerError):
    code = "not_acceptable"
    status = 406


class EtagChanged(ServerError):
    code = "etag_changed"
    status = 412


class EtagNeeded(ServerError):
    code = "etag_needed"
    status = 428


class BadFragment(ServerError):
    code = "bad_fragment"
    status = 400


class NoMailServer(ServerError):
    code = "no_mail_server"
    status = 409


class RateLimited(ServerError):
    code = "rate_limited"
    status = 429


class InvalidBody(ServerError):
    code = "invalid_body"
    status = 400


class InvalidQuery(ServerError):
    code = "invalid_query"
    status = 400


class BodyTooLarge(ServerError):
    code = "body_too_large"
    status = 413


class UnsupportedType(ServerError):
    code = "unsupported_type"
    status = 415


class CaptionOutdated(ServerError):
    code = "caption_outdated"
    status = 409


class CaptionNotFound(ServerError):
    code = "caption_not_found"
    status = 404


class CaptionChanged(ServerError):
    code = "caption_changed"
    status = 409


class NothingToUndo(ServerError):
    code = "nothing_to_undo"
    status = 409


class TooManyReplacements(ServerError):
    code = "too_many_replacements"
    status = 409


class NothingReplaced(ServerError):
    code = "nothing_replaced"
    status = 404


class GlossaryFull(ServerError):
    code = "glossary_full"
    status = 409


class TermNotFound(ServerError):
    code = "term_not_found"
    status = 404


class NotAllowed(ServerError):
    code = "not_allowed"
    status = 403


class NotInRoom(ServerError):
    code = "not_in_room"
    status = 404


class ChannelTaken(ServerError):
    code = "channel_taken"
    status = 409


class NoHandover(ServerError):
    code = "no_handover"
    status = 409


class MediaUnavailable(ServerError):
    code = "media_unavailable"
    status = 503


class MediaRefused(ServerError):
    status = 422

    def __init__(self, code: str, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class RecordingNotFound(ServerError):
    code = "recording_not_found"
    status = 404


class UnknownFormat(ServerError):
    code = "unknown_format"
    status = 404


class ScheduleConflict(ServerError):
    code = "schedule_conflict"
    status = 409
