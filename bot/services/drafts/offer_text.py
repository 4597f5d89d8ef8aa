"""The words of an offer, as they are typed into a page."""

from bot.domain.offers.offer import LONGEST_TEXT
from bot.errors import Refusal
from bot.i18n import spoken


def fitting_text(typed: str) -> str:
    """With lines that end as everywhere here. Raises Refusal for more than an event can carry."""
    text = "\n".join(typed.split("\r\n")).strip()
    if len(text) > LONGEST_TEXT:
        raise Refusal(
            spoken(
                "Your text has {number} characters. Up to {most} fit into one message: please"
                " make it shorter.",
                number=len(text),
                most=LONGEST_TEXT,
            )
        )
    return text
