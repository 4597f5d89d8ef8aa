"""`!ppv publish #room:server …`: put the draft on sale in one or several rooms."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.errors import Refusal
from bot.ids import RoomId, UserId
from bot.jobs import Publish
from bot.permissions import Level
from bot.ports import Clock, RoomState, Store
from bot.selling.accounts import SellersAccounts
from bot.selling.compose import NoDraft
from bot.selling.quotas import Quotas
from bot.standing import Standing


@dataclass(frozen=True, slots=True)
class PublishCommand:
    store: Store
    state: RoomState
    standing: Standing
    bot: UserId
    accounts: SellersAccounts
    quotas: Quotas
    clock: Clock

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        await self.accounts.require_ready(origin.sender)
        wanted = asked.argument.replace(",", " ").split()
        if not wanted:
            raise Refusal("In which room? Write it like this: `!ppv publish #room:server`")
        rooms = tuple([await self._room(each, origin.sender) for each in wanted])
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
            if draft is None:
                raise NoDraft
            draft.require_complete()
            await self.quotas.require_offer(uow, origin.sender, self.clock.now())
            await uow.offers.save(draft.publishing(rooms))
            await uow.jobs.add(Publish(draft.id))

    async def _room(self, typed: str, seller: UserId) -> RoomId:
        room = await self.state.resolve(typed)
        if not await self.state.is_member(room, self.bot):
            raise Refusal(f"I am not in {typed}. Invite me there ({self.bot}), then publish again.")
        if not await self.state.is_member(room, seller):
            raise Refusal(f"You are not in {typed}. Join it first, then publish again.")
        return room
