"""The direct room of each person: found and proved private, or opened."""

from contextlib import suppress
from dataclasses import dataclass

from bot.domain.matrix.private_room import NotPrivate, PrivacyProblem, ProvedRoom, RoomFacts, prove
from bot.errors import UserError
from bot.i18n import Translatable, gettext_lazy
from bot.ids import RoomId, UserId, tx_id
from bot.jobs.offer_jobs import RefreshDraftCard
from bot.messages import Line
from bot.ports import RoomMembership, Rooms, RoomState, Store

_ANOTHER_CHAT = gettext_lazy(
    "From now on I write what is private to another chat, because this one is not ours alone any more."
)
_WHY = {
    PrivacyProblem.MADE_BY_OTHERS: gettext_lazy("somebody else made it"),
    PrivacyProblem.OTHERS: gettext_lazy("somebody else is in it or invited"),
    PrivacyProblem.OPEN: gettext_lazy("people can come in without an invitation"),
    PrivacyProblem.READABLE: gettext_lazy("people outside can read what is said there"),
    PrivacyProblem.REPLACED: gettext_lazy("it was replaced by another room"),
    PrivacyProblem.SILENCED: gettext_lazy("I may not write there"),
}
"""Flaws that take a room out of use. A bot that was thrown out has nothing to say there, a person who left is
invited again, and a room without encryption still does for what needs none."""


@dataclass(frozen=True, slots=True)
class DirectRoom:
    """One for each person. One that they opened themselves is taken before one of ours.

    Records only say where to look: each answer was proved from the room's state just now.
    """

    store: Store
    rooms: Rooms
    state: RoomState
    membership: RoomMembership
    bot: UserId
    encrypted: bool
    """Secrets need a room that is encrypted."""

    async def __call__(self, user: UserId, *, secrets: bool = True) -> ProvedRoom:
        """Where to speak with a person. Raises UserError when they take no invitations.

        Without `secrets` the room that they write in will do, encrypted or not.
        """
        async with self.store.begin() as uow:
            room = await uow.direct_rooms.of(user)
        found = await self._usable(room, user, secrets=secrets) if room else None
        proved = found or await self._open(user)
        await self._explain(proved)
        return proved

    async def still(
        self, room: RoomId, user: UserId, *, secrets: bool = False
    ) -> ProvedRoom | None:
        """That very room, if it is recorded as theirs and proves private now; else it is out of use."""
        async with self.store.begin() as uow:
            if await uow.direct_rooms.partner(room) != user:
                return None
        return await self._usable(room, user, secrets=secrets)

    async def there_or_elsewhere(
        self, room: RoomId, user: UserId, *, secrets: bool = True
    ) -> ProvedRoom:
        """That very room if it does, or else where `user` is spoken with. Raises UserError."""
        return await self.still(room, user, secrets=secrets) or await self(user, secrets=secrets)

    async def _usable(self, room: RoomId, user: UserId, *, secrets: bool) -> ProvedRoom | None:
        facts = await self._with_person(await self.state.facts(room), user)
        try:
            return prove(facts, bot=self.bot, person=user, encrypted=secrets and self.encrypted)
        except NotPrivate as not_private:
            await self._give_up(room, not_private.flaw)
            return None

    async def _with_person(self, facts: RoomFacts | None, user: UserId) -> RoomFacts | None:
        """Invite the person if that alone is missing. A room that they cannot be invited to does not do."""
        try:
            prove(facts, bot=self.bot, person=user, encrypted=False)
        except NotPrivate as not_private:
            if facts is not None and not_private.flaw is PrivacyProblem.ABSENT:
                with suppress(UserError):
                    await self.membership.invite(facts.id, user)
                    return await self.state.facts(facts.id)
        return facts

    async def _give_up(self, room: RoomId, flaw: PrivacyProblem) -> None:
        """The bot stays in the room, so that it can still take back what it sent there."""
        why = _WHY.get(flaw)
        if why is None:
            return
        with suppress(UserError):
            await self.rooms.send(room, Line(_ANOTHER_CHAT), tx_id("another chat", room))
        async with self.store.begin() as uow:
            await uow.direct_rooms.cease(room, flaw)

    async def _explain(self, proved: ProvedRoom) -> None:
        """Say once in the room that is used instead why there is another one. A draft goes along."""
        async with self.store.begin() as uow:
            ceased = await uow.direct_rooms.to_explain(proved.person)
        if ceased is None:
            return
        before, flaw = ceased
        tx = tx_id("why another chat", proved.id, before)
        await self.rooms.confide(proved, Line(_explanation(flaw)), tx)
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(before, proved.person)
            if draft is not None:
                await uow.offers.save(draft.with_compose_room(proved.id))
                await uow.jobs.add(RefreshDraftCard(draft.id), queueing_lock=True)
            await uow.direct_rooms.explained(proved.person)

    async def _open(self, user: UserId) -> ProvedRoom:
        """The room exists as soon as the homeserver has made it, even if we died before we knew."""
        async with self.store.begin() as uow:
            begun = await uow.direct_rooms.begin_opening(user)
        proved = await self._unrecorded(user) if begun else None
        try:
            proved = proved or await self._new(user)
        except UserError:
            async with self.store.begin() as uow:
                await uow.direct_rooms.end_opening(user)
            raise
        async with self.store.begin() as uow:
            await uow.direct_rooms.save(user, proved.id)
            await uow.direct_rooms.end_opening(user)
        return proved

    async def _new(self, user: UserId) -> ProvedRoom:
        facts = await self.state.facts(await self.membership.open_direct(user))
        return prove(facts, bot=self.bot, person=user, encrypted=self.encrypted)

    async def _unrecorded(self, user: UserId) -> ProvedRoom | None:
        for room in await self.membership.opened_for(user):
            async with self.store.begin() as uow:
                known = room in await uow.direct_rooms.all_of(user)
            facts = None if known else await self._with_person(await self.state.facts(room), user)
            try:
                return prove(facts, bot=self.bot, person=user, encrypted=self.encrypted)
            except NotPrivate as not_private:
                if not known and not_private.flaw is PrivacyProblem.ABSENT:
                    await self.membership.leave(
                        room
                    )  # It was made in vain: they take no invitation.
        return None


def _explanation(flaw: PrivacyProblem) -> Translatable:
    return gettext_lazy(
        "This chat takes the place of the one that we had: that is not ours alone any more, because {why}."
        " Whatever is private I send you here from now on.",
        why=_WHY[flaw],
    )
