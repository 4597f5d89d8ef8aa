"""Post an offer's placeholder in each room, and report the result to its seller."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Concatenate, ParamSpec

from bot.domain.matrix.event_filter import BUY_REACTION
from bot.domain.matrix.thread import continuing
from bot.domain.offers.attachment import HomeserverCopy
from bot.domain.offers.content_summary import summary_line
from bot.domain.offers.listing import Listing
from bot.domain.offers.offer import NotReady, Offer, OfferState
from bot.errors import OperatorError, TemporaryError, UserError
from bot.i18n import concat, gettext_lazy
from bot.ids import EventId, OfferId, RoomId, code_of, homeserver_of, tx_id
from bot.jobs.offer_jobs import PostListings, RefreshDraftCard, RefreshRoomCatalogue
from bot.messages import CopiesLeft, CopyLeft, Exposed, Line, Published
from bot.ports import Clock, Rooms, RoomState, Store
from bot.services.drafts.encrypt_progress import EVERY
from bot.services.offers.placeholder import BuildPlaceholder
from bot.services.offers.posting_transactions import posting_txs
from bot.services.offers.status_message import ShowProgress

P = ParamSpec("P")

_POSTED = {OfferState.PUBLISHING, OfferState.OPEN}


@dataclass(frozen=True, slots=True)
class PostOffer:
    store: Store
    rooms: Rooms
    state: RoomState
    build_placeholder: BuildPlaceholder
    show_progress: ShowProgress
    clock: Clock

    async def __call__(self, job: PostListings) -> None:
        began = self.clock.now()
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
        if offer is None or offer.state not in _POSTED:
            return
        try:
            offer.require_complete()
        except NotReady as fault:
            await self._return_to_draft(offer, fault.words)
            return
        if any(a.encrypted is None for a in offer.attachments):
            raise TemporaryError(f"offer {offer.id} is still being sealed")
        refused = await self._post_all(offer, began)
        if offer.state is OfferState.PUBLISHING and len(refused) == len(offer.listings):
            await self._return_to_draft(offer, concat(words for _, words in refused))
            return
        async with self.store.begin() as uow:
            for listing in offer.listings:
                await uow.jobs.add(RefreshRoomCatalogue(listing.room), queueing_lock=True)
        await self._redact_flag(offer)
        if await self._is_wanted(offer.id):
            await self._report(offer, dict(refused))

    async def _post_all(self, offer: Offer, began: datetime) -> list[tuple[RoomId, str]]:
        """Post in all rooms; return those that refused, each with the reason."""
        refused = []
        for number, listing in enumerate(offer.listings, 1):
            if listing.posted_completely:
                continue
            if self.clock.now() - began >= EVERY:
                words = gettext_lazy(
                    "⏳ Posting it in room {number} of {all}…",
                    number=number,
                    all=len(offer.listings),
                )
                await self.show_progress(offer, words)
            if not await self._is_wanted(offer.id):
                break
            try:
                with continuing(
                    None
                ):  # Post in the room's main timeline, not in the thread of the command.
                    await self.post(offer, listing)
            except UserError as refusal:
                refused.append((listing.room, refusal.words))
        return refused

    async def _is_wanted(self, offer_id: OfferId) -> bool:
        """Return whether the offer was not withdrawn or taken down while it is being posted."""
        async with self.store.begin() as uow:
            latest = await uow.offers.get(offer_id)
        return latest is not None and latest.state in _POSTED

    async def post(self, offer: Offer, listing: Listing) -> None:
        """Post the offer. Every event has a stable transaction id, so a rerun posts nothing twice."""
        room = listing.room
        tx = await posting_txs(self.store, offer.id, room)
        teaser = await self.build_placeholder.teaser(offer, room)
        if teaser:
            picture = await self.rooms.send(room, teaser, tx("teaser"))
            listing = replace(listing, teaser=picture)
        placeholder = await self.build_placeholder.placeholder(offer)
        try:
            text = await self.rooms.send(room, placeholder, tx("text"))
        except (UserError, OperatorError):
            if listing.teaser:
                await self._redact_teaser(offer.id, room, listing.teaser)
            raise
        listing = replace(listing, placeholder=text)
        await self._record(offer.id, listing)
        await self.rooms.react(room, text, BUY_REACTION, tx("reaction"))
        for number, preview in enumerate(await self.build_placeholder.previews(offer, room), 1):
            await self.rooms.send(room, preview, tx(f"preview {number}"))
        await self._record(offer.id, replace(listing, posted_completely=True))

    async def _redact_teaser(self, offer_id: OfferId, room: RoomId, teaser: EventId) -> None:
        """Redact the teaser of an offer that could not be posted. The next attempt posts both again."""
        await self._redact(room, teaser, reason="Its offer could not be posted.")
        async with self.store.begin() as uow:
            await uow.postings.record_deleted(offer_id, room, teaser)

    async def _record(self, offer_id: OfferId, listing: Listing) -> None:
        await self._change(offer_id, Offer.with_listing, listing)

    async def _change(
        self,
        offer_id: OfferId,
        change: Callable[Concatenate[Offer, P], Offer],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        async with self.store.begin() as uow:
            latest = await uow.offers.get(offer_id)
            if latest is not None:
                await uow.offers.save(change(latest, *args, **kwargs))

    async def _redact_flag(self, offer: Offer) -> None:
        """Redact the flag and the bot's reply to it, except gate placeholders, which clients do not show."""
        if offer.collect_window is None:
            return
        placeholders = {
            each.source.event for each in offer.attachments if each.intercepted and each.source
        }
        for event in (offer.collect_window.command, offer.collect_window.answer):
            if event is not None and event not in placeholders:
                await self._redact(
                    offer.collect_window.room, event, reason="It is a paid message now."
                )

    async def _redact(self, room: RoomId, event: EventId, *, reason: str) -> None:
        try:
            await self.rooms.redact(room, event, tx_id("tidy", event), reason=reason)
        except UserError:
            return  # The bot lost its power level meanwhile; the offer is posted all the same.

    async def _report(self, offer: Offer, refused: dict[RoomId, str]) -> None:
        posted_rooms = [each.room for each in offer.listings if each.room not in refused]
        key = " ".join([await self._key(offer, each.room) for each in offer.listings])
        posted = Published(
            seller=offer.seller,
            code=code_of(offer.id),
            price=str(offer.price),
            contents=summary_line(offer.paid),
            rooms=tuple([await self.state.title(each) for each in posted_rooms]),
            link=self.build_placeholder.urls.offer(offer.id),
        )
        nowhere = Line(gettext_lazy("I have posted it nowhere."))
        tx = tx_id("published", offer.id, key)
        room = await self.show_progress.finish(offer, posted if posted_rooms else nowhere, tx)
        for gone, words in refused.items():
            await self.rooms.confide(room, Line(words), tx_id("refused", offer.id, key, gone))
            await self._change(offer.id, Offer.without_listing, gone)
        exposed = [
            a for a in offer.attachments if a.exposure_seconds is not None and not a.intercepted
        ]
        if exposed:
            await self.rooms.confide(
                room,
                Exposed(
                    files=len(exposed),
                    seconds=max(a.exposure_seconds or 0.0 for a in exposed),
                    purged=all(a.homeserver_copy is HomeserverCopy.DELETED for a in exposed),
                ),
                tx_id("exposed", offer.id),
            )
        if left := _copies_left(offer):
            notice = CopiesLeft(left, homeserver_of(offer.seller))
            await self.rooms.confide(room, notice, tx_id("copies left", offer.id))

    async def _key(self, offer: Offer, room: RoomId) -> str:
        """Return the idempotency key for a room; it differs after the offer was deleted there and is posted again."""
        async with self.store.begin() as uow:
            deleted = await uow.postings.deleted(offer.id, room)
        return " ".join(filter(None, [room, deleted]))

    async def _return_to_draft(self, offer: Offer, why: str) -> None:
        """Return the offer to a draft, and send its seller the reason."""
        if offer.state is not OfferState.PUBLISHING:
            return
        words = gettext_lazy("I have posted nothing yet. {why} Your draft is kept here.", why=why)
        tx = tx_id("kept", offer.id, str(offer.version))
        room = await self.show_progress.finish(offer, Line(words), tx)
        async with self.store.begin() as uow:
            latest = await uow.offers.get(offer.id)
            if latest is None or latest.state is not OfferState.PUBLISHING:
                return
            await uow.offers.save(latest.back_to_draft().with_compose_room(room.id))
            await uow.jobs.add(RefreshDraftCard(offer.id), queueing_lock=True)


def _copies_left(offer: Offer) -> tuple[CopyLeft, ...]:
    return tuple(
        CopyLeft(each.name, each.homeserver_copy, each.source.ciphertext)
        for each in offer.attachments
        if each.source and each.homeserver_copy not in {None, HomeserverCopy.DELETED}
    )
