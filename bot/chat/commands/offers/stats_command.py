"""`!ppv stats`: how a seller's offers do, with a chart. `!ppv stats CODE`: one of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from zoneinfo import ZoneInfo

from bot.chat.command_call import CommandCall
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.domain.offers.offer_stats import OfferStats
from bot.domain.people.permissions import Level
from bot.domain.purchases.ledger import LedgerEntry
from bot.errors import UserError
from bot.i18n import Translatable, concat, gettext_lazy
from bot.ids import code_of, parse_code, tx_id
from bot.messages import Enclosure, Stats, StatsLine
from bot.ports import Clock, Pictures, Rooms, Store
from bot.services.auth.authorization import Authorizer
from bot.services.messaging.media_cache import CachedMedia
from bot.services.reporting.statement import balances
from bot.services.reporting.weekly_sales import major, weeks_of

_LISTED = 10


@dataclass(frozen=True, slots=True)
class StatsCommand:
    store: Store
    rooms: Rooms
    authorizer: Authorizer
    pictures: Pictures
    cached_media: CachedMedia
    clock: Clock
    zone: ZoneInfo

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        await self.authorizer.require(origin.sender, Level.SELLER)
        async with self.store.begin() as uow:
            figures = await uow.purchases.figures(origin.sender)
            entries = await uow.ledger.of(origin.sender)
        if asked.argument.strip():
            offer = parse_code(asked.argument)
            figures = tuple(each for each in figures if each.offer == offer)
            entries = tuple(each for each in entries if each.offer == offer)
            if not figures:
                raise UserError(
                    gettext_lazy("You have no offer with that code. `!ppv stats` lists them all.")
                )
        await self.rooms.confide(asked.chat, _stats(figures, entries), tx_id("stats", origin.event))
        chart = await self._chart(entries)
        if chart is not None:
            await self.rooms.confide(asked.chat, chart, tx_id("chart", origin.event))

    async def _chart(self, entries: Sequence[LedgerEntry]) -> Enclosure | None:
        """Week by week, of the currency that most was earned in; None before the first sale."""
        if not entries:
            return None
        earned = balances(entries)
        currency = max(earned, key=lambda each: major(earned[each]))
        bars = weeks_of(entries, currency, self.clock.now().astimezone(self.zone))
        title = f"Earned, week by week, {currency.upper()}"
        png, width, height = await self.pictures.bars(title, bars)
        return Enclosure(
            name="stats.png",
            kind=MediaKind.IMAGE,
            info=MediaInfo(mimetype="image/png", size=len(png), width=width, height=height),
            file=await self.cached_media.encrypted(png),
        )


def _stats(figures: Sequence[OfferStats], entries: Sequence[LedgerEntry]) -> Stats:
    by_offer: defaultdict[str, list[LedgerEntry]] = defaultdict(list)
    for entry in entries:
        by_offer[entry.offer].append(entry)
    lines = [
        StatsLine(
            code=code_of(each.offer),
            text=each.text,
            opens=each.page_views,
            checkouts=each.checkouts,
            paid=each.paid,
            delivered=each.delivered,
            revenue=_money(by_offer[each.offer]),
        )
        for each in figures
    ]
    total = StatsLine(
        code="",
        text="",
        opens=sum(each.page_views for each in figures),
        checkouts=sum(each.checkouts for each in figures),
        paid=sum(each.paid for each in figures),
        delivered=sum(each.delivered for each in figures),
        revenue=_money(entries),
    )
    return Stats(tuple(lines[:_LISTED]), max(0, len(lines) - _LISTED), total)


def _money(entries: Iterable[LedgerEntry]) -> Translatable:
    earned = [concat([each]) for each in balances(entries).values()]
    if not earned:
        return gettext_lazy("nothing earned yet")
    return reduce(
        lambda some, more: gettext_lazy("{some} and {more}", some=some, more=more), earned
    )
