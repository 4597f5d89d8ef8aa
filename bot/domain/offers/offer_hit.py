"""What is on sale, as far as is needed to find it."""

from dataclasses import dataclass, field

from bot.ids import OfferId


@dataclass(frozen=True, slots=True)
class OfferHit:
    """An open offer, and the words that it is found by."""

    offer: OfferId
    text: str = field(repr=False)

    def matches(self, wanted: str) -> bool:
        """Every word that is wanted stands in its text, in any order and in capitals or not."""
        text = self.text.casefold()
        return all(word in text for word in wanted.casefold().split())
