"""Coming into a room: the bot accepts invitations and says in a few lines what it is for."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.matrix.matrix_event import Invite
from bot.domain.matrix.private_room import NotPrivate, RoomFacts, only_companion, prove
from bot.domain.people.permissions import Level
from bot.errors import TemporaryError, UserError
from bot.ids import RoomId, UserId, tx_id
from bot.jobs.delivery_jobs import delivery_lock
from bot.jobs.upgrade_jobs import FollowUpgrade
from bot.messages import RoomWelcome, Welcome
from bot.ports import Clock, RoomMembership, Rooms, RoomState, Store
from bot.services.auth.authorization import Authorizer
from bot.services.messaging.missed_changes import ShowMissedChanges
from bot.services.messaging.room_replacement import replaced_by

_UNTIL_STORED = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class HandleInvite:
    store: Store
    rooms: Rooms
    state: RoomState
    membership: RoomMembership
    authorizer: Authorizer
    show_missed: ShowMissedChanges
    clock: Clock
    bot: UserId
    private: bool
    """Direct rooms must be encrypted."""

    async def __call__(self, invitation: Invite) -> None:
        """Join first, because only then our own homeserver can be asked who truly invited, and to what."""
        room = invitation.origin.room
        await self._join(invitation)
        if await self._follows(room):
            return
        facts = await self.state.facts(room)
        inviter = await self.state.inviter(room)
        if inviter is None and not invitation.stripped:
            inviter = invitation.origin.sender
        if inviter is None and facts is not None:
            inviter = only_companion(facts, self.bot)
        if inviter is None or not await self.authorizer.allows(inviter, Level.BUYER):
            await self.membership.leave(room)
        elif invitation.direct and self._is_private(facts, inviter):
            await self._begin_chat(
                invitation, inviter, encrypted=facts is not None and facts.encrypted
            )
        else:
            tx = tx_id("welcome", invitation.origin.event)
            await self.rooms.send(room, RoomWelcome(), tx)
            await self.show_missed(room)

    async def _follows(self, room: RoomId) -> bool:
        """Whether the room replaces one that the bot is in: then it stays, whoever sent the invitation."""
        old = await replaced_by(self.state, room)
        if old is None:
            return False
        async with self.store.begin() as uow:
            await uow.jobs.add(FollowUpgrade(old, ""), queueing_lock=True)
        return True

    async def _join(self, invitation: Invite) -> None:
        """Another homeserver may refuse the bot for a moment, because it stores an invitation only after it was
        answered."""
        try:
            await self.membership.join(invitation.origin.room)
        except UserError as refusal:
            age = self.clock.now() - invitation.origin.sent_at
            if timedelta() <= age < _UNTIL_STORED:
                raise TemporaryError(f"not in yet: {refusal}", retry_after=1.0) from refusal
            raise

    def _is_private(self, facts: RoomFacts | None, person: UserId) -> bool:
        try:
            prove(facts, bot=self.bot, person=person, encrypted=False)
        except NotPrivate:
            return False
        return True

    async def _begin_chat(self, invitation: Invite, person: UserId, *, encrypted: bool) -> None:
        room = invitation.origin.room
        async with self.store.begin() as uow:
            await uow.direct_rooms.save(person, room)
            await uow.jobs.wake(delivery_lock(person))
        words = Welcome(
            may_sell=await self.authorizer.allows(person, Level.SELLER),
            too_open=self.private and not encrypted,
        )
        await self.rooms.send(room, words, tx_id("welcome", invitation.origin.event))
