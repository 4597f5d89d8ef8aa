"""What must be so before anybody sells in a room."""

from dataclasses import dataclass

from bot.domain.people.permissions import Level
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import RoomId, UserId
from bot.ports import Act, Clock, RoomState, Store
from bot.services.auth.authorization import Standing
from bot.services.checkout.seller_accounts import SellersAccounts
from bot.services.drafts.quotas import Quotas


@dataclass(frozen=True, slots=True)
class RequireAble:
    store: Store
    standing: Standing
    accounts: SellersAccounts
    state: RoomState
    clock: Clock
    quotas: Quotas
    bot: UserId

    async def seller(self, user: UserId) -> None:
        """Raises Refusal unless `user` may sell one more thing today."""
        await self.standing.require(user, Level.SELLER)
        await self.accounts.require_ready(user)
        async with self.store.begin() as uow:
            await self.quotas.require_offer(uow, user, self.clock.now())

    async def power(self, room: RoomId, seller: UserId) -> None:
        """Raises Refusal unless the bot may take messages out of `room`, and `seller` their own."""
        if not (await self.state.power(room, seller, Act.REDACT_OWN)).enough:
            raise Refusal(
                spoken(
                    "This room does not let you take back what you have sent, so I can't do it for you either."
                    " Send your files to me in a direct chat, where nobody else sees them. I have posted"
                    " nothing."
                )
            )
        power = await self.state.power(room, self.bot, Act.REDACT)
        if not power.enough:
            raise Refusal(
                spoken(
                    "I can't sell here yet: to take your files out of the room I need power level {needs},"
                    " and I have {has}. Somebody who runs this room can make me a moderator (room settings,"
                    " Roles & Permissions), or send your files to me in a direct chat, where nobody else sees"
                    " them. I have posted nothing.",
                    needs=power.needs,
                    has=power.has,
                )
            )
