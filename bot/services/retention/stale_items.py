"""What lies around of an offer, whose it is, and what they are told before it goes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from textwrap import shorten

from bot.domain.local_time import Date
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.purchases.purchase import Access, Purchase
from bot.domain.retention_state import Retention
from bot.i18n import Translatable, gettext_lazy
from bot.ids import UserId, code_of
from bot.ports import UnitOfWork


class StaleKind(StrEnum):
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    """The words of an offer whose files are gone."""
    GOODS = "goods"
    """Files that somebody has bought and that are off sale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleItem:
    what: StaleKind
    kept: timedelta
    mark: str
    whose: tuple[UserId, ...]


async def stale_items_in(
    uow: UnitOfWork, offer: Offer, rules: Retention, now: datetime
) -> StaleItem | None:
    """None for what is in use, and for what the rules keep for ever."""
    seller, purchases = offer.seller, await uow.purchases.of(offer.id)
    found: StaleItem | None = None
    moving = any(_in_motion(each, now) for each in purchases)
    if offer.state is OfferState.DRAFT:
        free = offer.schedule is None and offer.collect_until is None
        if rules.drafts is not None and free:
            found = StaleItem(
                what=StaleKind.DRAFT,
                kept=rules.drafts,
                mark=f"draft-{offer.version}",
                whose=(seller,),
            )
    elif offer.state is OfferState.WITHDRAWN:
        sealed = any(each.encrypted for each in offer.paid)
        if any(each.ever_granted for each in purchases):
            owners = tuple(each.buyer for each in purchases if each.has_access)
            if rules.purchased_files is not None and sealed and not moving:
                versions = sum(each.version for each in purchases)
                found = StaleItem(
                    what=StaleKind.GOODS,
                    kept=rules.purchased_files,
                    mark=f"goods-{offer.version}-{versions}",
                    whose=tuple(dict.fromkeys((*owners, seller))),
                )
        elif rules.withdrawn is not None and not sealed and not moving:
            found = StaleItem(
                what=StaleKind.WITHDRAWN,
                kept=rules.withdrawn,
                mark=f"withdrawn-{offer.version}",
                whose=(seller,),
            )
    return found


def _in_motion(purchase: Purchase, now: datetime) -> bool:
    """Money or files are on their way, or may be."""
    return (
        purchase.may_be_paid(now)
        or (purchase.has_access and not purchase.delivered)
        or purchase.access is Access.SUSPENDED
    )


def words_of(found: StaleItem, offer: Offer, who: UserId, goes_at: datetime) -> Translatable:
    """What somebody is told, and what they can do."""
    code, day = code_of(offer.id), Date(goes_at)
    text = shorten(offer.text, 80, placeholder="…")
    named = gettext_lazy("“{text}” ({code})", text=text, code=code) if text else code
    if found.what is StaleKind.DRAFT:
        return gettext_lazy(
            "Your draft {offer} has lain untouched for a long time. On {day} I throw it away, with its files."
            " To keep it, say `!ppv keep {code}`, or change anything in it.",
            offer=named,
            day=day,
            code=code,
        )
    if found.what is StaleKind.WITHDRAWN:
        return gettext_lazy(
            "You took {offer} off sale, and nobody had bought it. On {day} I forget what I still know of it:"
            " its words and its figures. To keep it, say `!ppv keep {code}`.",
            offer=named,
            day=day,
            code=code,
        )
    if who == offer.seller:
        return gettext_lazy(
            "Your offer {offer} is off sale, and nobody has asked for its files for a long time. On {day} I"
            " delete them here; those who bought it are told as well. To keep it, say `!ppv keep {code}`.",
            offer=named,
            day=day,
            code=code,
        )
    return gettext_lazy(
        "You bought {offer}. It is off sale by now, and on {day} I delete its files here. Those in your app"
        " stay yours: please look whether you still have them. `!ppv library {code}` sends them once more,"
        " and they are kept longer then. To keep it, say `!ppv keep {code}`.",
        offer=named,
        day=day,
        code=code,
    )
