"""`!ppv library`: what one has bought; with a code, delivered once more."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.offers.offer import OfferState
from bot.domain.people.web_session import LoginTarget
from bot.domain.purchases.delivery_blockers import why_it_waits
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId, code_of, parse_code, purchase_id, tx_id
from bot.messages import Library, LibraryEntry, Line
from bot.ports import Rooms, Store
from bot.services.auth.login_links import CreateLoginLink
from bot.services.delivery.redeliver import NotBought, Redeliver, Withheld
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class LibraryCommand:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    redeliver: Redeliver
    create_login_link: CreateLoginLink

    async def __call__(self, asked: CommandCall) -> None:
        if asked.argument.strip():
            await self._again(asked)
            return
        entries = await self._entries(asked.event.sender)
        room = await self.direct_room(asked.event.sender)
        link = await self.create_login_link(asked.event.sender, LoginTarget.LIBRARY)
        await self.rooms.confide(room, Library(entries, link), tx_id("library", asked.event.event))

    async def _again(self, asked: CommandCall) -> None:
        offer, buyer = parse_code(asked.argument), asked.event.sender
        try:
            if offer is None:
                raise NotBought
            began = await self.redeliver(purchase_id(offer, buyer), asked.event.event)
        except NotBought as refusal:
            raise UserError(
                gettext_lazy(
                    "You have not bought “{typed}”. `!ppv library` shows what you have.",
                    typed=asked.argument.strip()[:40],
                )
            ) from refusal
        except Withheld as refusal:
            # How it stands with somebody's money is no matter for a room with others.
            room = await self.direct_room(buyer)
            await self.rooms.confide(
                room, Line(refusal.words), tx_id("withheld", asked.event.event)
            )
            return
        if not began:
            await self._say_under_way(asked)

    async def _say_under_way(self, asked: CommandCall) -> None:
        room = await self.direct_room(asked.event.sender)
        words = gettext_lazy(
            "I am sending you that already: each file comes as soon as it is ready. If something is in the way,"
            " `!ppv library` says what it waits for."
        )
        await self.rooms.confide(room, Line(words), tx_id("under way", asked.event.event))

    async def _entries(self, buyer: UserId) -> tuple[LibraryEntry, ...]:
        entries = []
        async with self.store.begin() as uow:
            for purchase in await uow.purchases.had_by(buyer):
                offer, payment = await uow.offers.get(purchase.offer), purchase.effective_payment
                since = payment.paid_at if payment else purchase.gifted_at
                if offer is None or since is None or not purchase.has_access:
                    continue
                if offer.state is OfferState.TAKEN_DOWN:
                    continue
                entries.append(
                    LibraryEntry(
                        code=code_of(offer.id),
                        text=offer.text,
                        price=str(payment.amount) if payment else None,
                        paid_on=since,
                        delivered=purchase.delivered,
                        stuck=why_it_waits(purchase),
                    )
                )
        return tuple(entries)
