"""Proof that a room is private between the bot and one person, from the room's full state.

What is secret (goods, links, sign-ins, answers about money) is sent to a `ProvedRoom` only. The state is read from
our own homeserver after the bot has joined: stripped state of invitations, `is_direct` and marks in rooms that
others made are claims of other homeservers and prove nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.errors import TemporaryError
from bot.ids import RoomId, UserId

_PRESENT = frozenset({"join", "invite"})
_WITHIN = frozenset({"join", "invite", "knock"})
_BY_INVITATION = frozenset({"invite", "private"})
_MEMBERS_ONLY = frozenset({"shared", "invited", "joined"})
"""https://spec.matrix.org/v1.17/client-server-api/#room-history-visibility"""


class PrivacyProblem(StrEnum):
    """Why a room is not private between the bot and a person."""

    NOT_IN_IT = "not in it"
    """The bot is not joined, or the homeserver does not show it the state."""
    MADE_BY_OTHERS = "made by others"
    OTHERS = "others"
    """Somebody else is joined, invited or knocking."""
    OPEN = "open"
    """People can come in without an invitation."""
    READABLE = "readable"
    """The history can be read from outside, or the rule about it is unknown."""
    REPLACED = "replaced"
    """The room was upgraded (tombstone)."""
    SILENCED = "silenced"
    """The bot may not send messages there."""
    ABSENT = "absent"
    """The person is neither joined nor invited."""
    CLEAR = "clear"
    """The room is not encrypted and has to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """The current state of a room, as our own homeserver has it."""

    id: RoomId
    creators: frozenset[UserId]
    """The sender of `m.room.create` and, from room version 12 on, the additional creators."""
    members: Mapping[UserId, str] = field(repr=False)
    """Memberships, those who left or were banned included."""
    join_rule: str = "invite"
    history: str = "shared"
    encrypted: bool = False
    replaced: bool = False
    may_speak: bool = True
    third_party_invites: bool = False
    """Somebody is invited by an e-mail address or telephone number, and may come in."""


@dataclass(frozen=True, slots=True)
class ProvedRoom:
    """Made by `prove` alone: at that moment only the bot and `person` were in the room, or could come in."""

    id: RoomId
    person: UserId
    readers: frozenset[UserId]
    """The person and the bot: only their devices get the keys of what is sent."""
    encrypted: bool
    """The room had to be encrypted."""


class NotPrivate(TemporaryError):
    """The room is not, or not any more, what it was taken for. Repeating the job finds another room."""

    def __init__(self, flaw: PrivacyProblem) -> None:
        super().__init__(f"the room is not private: {flaw}")
        self.flaw = flaw


class NoDevice(TemporaryError):
    """No device of the person would get the key, so nothing was sent.

    `retry_after` is None if only a change of their devices or identity helps, which the sync loop hears of.
    """

    def __init__(self, person: UserId, *, retry_after: float | None = None) -> None:
        super().__init__(f"no device of {person} could read it", retry_after=retry_after)


def prove(facts: RoomFacts | None, *, bot: UserId, person: UserId, encrypted: bool) -> ProvedRoom:
    """Raise NotPrivate unless nobody but the bot and `person` is in the room or can come in uninvited.

    Guest access does not matter, because guests need an invitation as well where the join rule asks for one
    (https://spec.matrix.org/v1.17/client-server-api/#guest-access); clients allow it in every private chat.
    """
    flaw = _privacy_problem(facts, bot, person, encrypted=encrypted)
    if facts is None or flaw is not None:
        raise NotPrivate(flaw or PrivacyProblem.NOT_IN_IT)
    return ProvedRoom(facts.id, person, frozenset({bot, person}), encrypted)


def only_companion(facts: RoomFacts, bot: UserId) -> UserId | None:
    """The one other person who is joined or invited; None if there are several, or nobody."""
    others = [who for who, how in facts.members.items() if who != bot and how in _PRESENT]
    return others[0] if len(others) == 1 else None


def _privacy_problem(
    facts: RoomFacts | None, bot: UserId, person: UserId, *, encrypted: bool
) -> PrivacyProblem | None:
    if facts is None or facts.members.get(bot) != "join":
        return PrivacyProblem.NOT_IN_IT
    within = {who for who, membership in facts.members.items() if membership in _WITHIN}
    checks = (
        (facts.replaced, PrivacyProblem.REPLACED),
        (not facts.creators or not facts.creators <= {bot, person}, PrivacyProblem.MADE_BY_OTHERS),
        (facts.join_rule not in _BY_INVITATION, PrivacyProblem.OPEN),
        (facts.history not in _MEMBERS_ONLY, PrivacyProblem.READABLE),
        (facts.third_party_invites or not within <= {bot, person}, PrivacyProblem.OTHERS),
        (not facts.may_speak, PrivacyProblem.SILENCED),
        (facts.members.get(person) not in _PRESENT, PrivacyProblem.ABSENT),
        (encrypted and not facts.encrypted, PrivacyProblem.CLEAR),
    )
    return next((flaw for failed, flaw in checks if failed), None)
