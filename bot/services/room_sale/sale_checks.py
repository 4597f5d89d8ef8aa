"""What must be so before anybody sells in a room."""

from dataclasses import dataclass

from bot.domain.people.permissions import Level
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, UserId
from bot.ports import Act, Clock, RoomState, Store
from bot.services.auth.authorization import Authorizer
from bot.services.checkout.seller_accounts import ConnectService
from bot.services.drafts.quotas import Quotas


@dataclass(frozen=True, slots=True)
class SaleChecks:
    store: Store
    authorizer: Authorizer
    connect_service: ConnectService
    state: RoomState
    clock: Clock
    quotas: Quotas
    bot: UserId

    async def seller(self, user: UserId) -> None:
        """Raises UserError unless `user` may sell one more thing today."""
        await self.authorizer.require(user, Level.SELLER)
        await self.connect_service.require_ready(user)
        async with self.store.begin() as uow:
            await self.quotas.require_offer(uow, user, self.clock.now())

    async def power(self, room: RoomId, seller: UserId) -> None:
        """Raises UserError unless the bot may take messages out of `room`, and `seller` their own."""
        if not (await self.state.power(room, seller, Act.REDACT_OWN)).enough:
            raise UserError(
                gettext_lazy(
                    "This room does not let you take back what you have sent, so I can't do it for you either."
                    " Send your files to me in a direct chat, where nobody else sees them. I have posted"
                    " nothing."
                )
            )
        power = await self.state.power(room, self.bot, Act.REDACT)
        if not power.enough:
            raise UserError(
                gettext_lazy(
                    "I can't sell here yet: to take your files out of the room I need power level {needs},"
                    " and I have {has}. Somebody who runs this room can make me a moderator (room settings,"
                    " Roles & Permissions), or send your files to me in a direct chat, where nobody else sees"
                    " them. I have posted nothing.",
                    needs=power.needs,
                    has=power.has,
                )
            )
