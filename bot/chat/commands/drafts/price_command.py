"""`!ppv price 5 USD`: the price of the draft. `!ppv price CODE 5 USD`: of an offer that is on sale."""

from dataclasses import dataclass

from bot.chat.command_call import CommandCall
from bot.domain.money.money import Money
from bot.domain.money.price_parser import parse_price_and_text
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.services.drafts.chat_draft import edit_draft
from bot.services.offers.edit_offer import EditOffer


@dataclass(frozen=True, slots=True)
class PriceCommand:
    store: Store
    rooms: Rooms
    edit_offer: EditOffer
    currency: str

    async def __call__(self, asked: CommandCall) -> None:
        first, rest = [*asked.argument.split(maxsplit=1), "", ""][:2]
        offer = parse_code(first)
        if offer is None:
            price = self._price(asked.argument)
            await edit_draft(
                self.store, asked.event, lambda draft: draft.with_price(price).without_draft_card()
            )
            return
        price = self._price(rest)
        await self.edit_offer.reprice(offer, price, asked.event.sender)
        words = Line(
            gettext_lazy(
                "From now on it costs {price}. Checkouts at the old price are ended; whoever has paid has"
                " bought it.",
                price=price,
            )
        )
        await self.rooms.confide(asked.chat, words, tx_id("reprice", asked.event.event))

    def _price(self, typed: str) -> Money:
        tag = parse_price_and_text(typed, self.currency)
        if tag is None or tag.text:
            raise UserError(gettext_lazy("Which price? Write it like this: `!ppv price 5 USD`"))
        return tag.price
