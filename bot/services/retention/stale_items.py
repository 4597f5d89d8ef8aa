"""What lies around of an offer, whose it is, and what they are told before it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from textwrap import shorten

from bot.domain.local_time import Day
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.purchase import Access, Purchase
from bot.domain.retention_state import Retention
from bot.i18n import Words, spoken
from bot.ids import UserId, code_of
from bot.ports import UnitOfWork


class Leftover(StrEnum):
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    """The words of an offer whose files are gone."""
    GOODS = "goods"
    """Files that somebody has bought and that are off sale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lingering:
    what: Leftover
    kept: timedelta
    mark: str
    whose: tuple[UserId, ...]


async def lingering(
    uow: UnitOfWork, offer: Offer, rules: Retention, now: datetime
) -> Lingering | None:
    """None for what is in use, and for what the rules keep for ever."""
    seller, purchases = offer.seller, await uow.purchases.of(offer.id)
    found: Lingering | None = None
    moving = any(_in_motion(each, now) for each in purchases)
    if offer.state is OfferState.DRAFT:
        free = offer.plan is None and offer.listening_until is None
        if rules.drafts is not None and free:
            found = Lingering(
                what=Leftover.DRAFT,
                kept=rules.drafts,
                mark=f"draft-{offer.version}",
                whose=(seller,),
            )
    elif offer.state is OfferState.WITHDRAWN:
        sealed = any(each.sealed for each in offer.paid)
        if any(each.had for each in purchases):
            owners = tuple(each.buyer for each in purchases if each.owned)
            if rules.goods is not None and sealed and not moving:
                versions = sum(each.version for each in purchases)
                found = Lingering(
                    what=Leftover.GOODS,
                    kept=rules.goods,
                    mark=f"goods-{offer.version}-{versions}",
                    whose=tuple(dict.fromkeys((*owners, seller))),
                )
        elif rules.withdrawn is not None and not sealed and not moving:
            found = Lingering(
                what=Leftover.WITHDRAWN,
                kept=rules.withdrawn,
                mark=f"withdrawn-{offer.version}",
                whose=(seller,),
            )
    return found


def _in_motion(purchase: Purchase, now: datetime) -> bool:
    """Money or files are on their way, or may be."""
    return (
        purchase.may_be_paid(now)
        or (purchase.owned and not purchase.delivered)
        or purchase.access is Access.SUSPENDED
    )


def words_of(found: Lingering, offer: Offer, who: UserId, goes_at: datetime) -> Words:
    """What somebody is told, and what they can do."""
    code, day = code_of(offer.id), Day(goes_at)
    text = shorten(offer.text, 80, placeholder="…")
    named = spoken("“{text}” ({code})", text=text, code=code) if text else code
    if found.what is Leftover.DRAFT:
        return spoken(
            "Your draft {offer} has lain untouched for a long time. On {day} I throw it away, with its files."
            " To keep it, say `!ppv keep {code}`, or change anything in it.",
            offer=named,
            day=day,
            code=code,
        )
    if found.what is Leftover.WITHDRAWN:
        return spoken(
            "You took {offer} off sale, and nobody had bought it. On {day} I forget what I still know of it:"
            " its words and its figures. To keep it, say `!ppv keep {code}`.",
            offer=named,
            day=day,
            code=code,
        )
    if who == offer.seller:
        return spoken(
            "Your offer {offer} is off sale, and nobody has asked for its files for a long time. On {day} I"
            " delete them here; those who bought it are told as well. To keep it, say `!ppv keep {code}`.",
            offer=named,
            day=day,
            code=code,
        )
    return spoken(
        "You bought {offer}. It is off sale by now, and on {day} I delete its files here. Those in your app"
        " stay yours: please look whether you still have them. `!ppv library {code}` sends them once more,"
        " and they are kept longer then. To keep it, say `!ppv keep {code}`.",
        offer=named,
        day=day,
        code=code,
    )
