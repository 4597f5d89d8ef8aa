"""`!ppv publish #room:server …`: put the draft on sale in one or several rooms."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.errors import Refusal
from bot.permissions import Level
from bot.ports import Store
from bot.selling.compose import NoDraft
from bot.selling.put_on_sale import PutOnSale
from bot.standing import Standing


@dataclass(frozen=True, slots=True)
class PublishCommand:
    store: Store
    standing: Standing
    put_on_sale: PutOnSale

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
        await self.standing.require(origin.sender, Level.SELLER)
        wanted = asked.argument.replace(",", " ").split()
        if not wanted:
            raise Refusal("In which room? Write it like this: `!ppv publish #room:server`")
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(origin.room, origin.sender)
        if draft is None:
            raise NoDraft
        await self.put_on_sale(origin.sender, draft.id, wanted)
