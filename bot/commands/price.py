"""`!ppv price 5 USD`: the price of the draft."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.errors import Refusal
from bot.ports import Store
from bot.price_tag import parse_price_tag
from bot.selling.compose import edit_draft


@dataclass(frozen=True, slots=True)
class PriceCommand:
    store: Store
    currency: str

    async def __call__(self, asked: Asked) -> None:
        tag = parse_price_tag(asked.argument, self.currency)
        if tag is None or tag.text:
            raise Refusal("Which price? Write it like this: `!ppv price 5 USD`")
        await edit_draft(
            self.store, asked.origin, lambda draft: draft.priced(tag.price).shown_anew()
        )
