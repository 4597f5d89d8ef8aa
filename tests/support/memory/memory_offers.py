"""Offers, and what is asked of all of them, in memory."""

from dataclasses import replace

from appservice.db.repositories.optimistic_lock import Versions
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.offers.offer_hit import OfferHit
from bot.ids import (
    AttachmentId,
    BlobId,
    EventId,
    OfferId,
    RoomId,
    UserId,
)
from tests.support.memory.memory_duplicates import twins
from tests.support.memory.memory_keys import MemorySealedKeys
from tests.support.memory.memory_records import Records


class MemoryCatalogue:
    def __init__(self, records: Records) -> None:
        self._offers = records.offers

    async def of_room(self, room: RoomId) -> tuple[OfferHit, ...]:
        found = [
            offer
            for offer in sorted(self._offers.values(), key=lambda each: each.id)
            if offer.state is OfferState.OPEN
            and any(each.room == room and each.placeholder for each in offer.listings)
        ]
        found.sort(key=lambda offer: offer.created_at, reverse=True)
        return tuple(OfferHit(offer.id, offer.text) for offer in found)

    async def listed_in(self, room: RoomId) -> tuple[OfferId, ...]:
        found = [
            offer
            for offer in self._offers.values()
            if any(each.room == room for each in offer.listings)
        ]
        return tuple(each.id for each in sorted(found, key=lambda o: (o.created_at, o.id)))

    async def of_seller(self, seller: UserId, *, discarded: bool = False) -> tuple[OfferId, ...]:
        found = [
            offer
            for offer in sorted(self._offers.values(), key=lambda each: each.id)
            if offer.seller == seller and (discarded or offer.state is not OfferState.DISCARDED)
        ]
        found.sort(key=lambda offer: offer.created_at, reverse=True)
        return tuple(offer.id for offer in found)

    async def on_sale_already(self, offer: OfferId) -> tuple[DuplicateFile, ...]:
        mine = self._offers.get(offer)

        def also_on_sale(other: Offer) -> bool:
            theirs = mine is not None and other.seller == mine.seller
            return theirs and other.state is OfferState.OPEN

        return tuple(twins(self._offers, offer, also_on_sale))

    async def shown_by(self, seller: UserId) -> tuple[OfferHit, ...]:
        found = [
            offer
            for offer in sorted(self._offers.values(), key=lambda each: each.id)
            if (offer.seller, offer.in_storefront, offer.state) == (seller, True, OfferState.OPEN)
            and any(each.placeholder for each in offer.listings)
        ]
        found.sort(key=lambda offer: offer.created_at, reverse=True)
        return tuple(OfferHit(offer.id, offer.text) for offer in found)

    async def planned_by(self, seller: UserId) -> tuple[OfferId, ...]:
        found = [
            offer
            for offer in self._offers.values()
            if (offer.seller, offer.state) == (seller, OfferState.DRAFT) and offer.schedule
        ]
        return tuple(each.id for each in sorted(found, key=lambda o: (o.created_at, o.id)))


class MemoryOffers(MemoryCatalogue, MemorySealedKeys):
    def __init__(self, records: Records) -> None:
        MemoryCatalogue.__init__(self, records)
        MemorySealedKeys.__init__(self, records)
        self._records = records
        self._versions = Versions()

    async def get(self, offer: OfferId) -> Offer | None:
        return self._records.offers.get(offer)

    async def draft_in(self, workshop: RoomId, seller: UserId) -> Offer | None:
        drafts = [
            offer
            for offer in self._records.offers.values()
            if offer.state is OfferState.DRAFT
            and offer.compose_room == workshop
            and offer.seller == seller
            and offer.schedule is None
        ]
        return max(drafts, key=lambda offer: (offer.created_at, offer.id), default=None)

    async def draft_with(
        self, attachment: AttachmentId, workshop: RoomId, seller: UserId
    ) -> Offer | None:
        for offer in self._records.offers.values():
            mine = (offer.compose_room, offer.seller, offer.state)
            if mine == (workshop, seller, OfferState.DRAFT) and offer.attachment(attachment):
                return offer
        return None

    async def standing_as(self, event: EventId) -> Offer | None:
        for offer in self._records.offers.values():
            if any(event in {each.placeholder, each.teaser} for each in offer.listings):
                return offer
        return None

    async def holds(self, blob: BlobId) -> bool:
        return any(
            blob == part.blob
            for offer in self._records.offers.values()
            for each in offer.attachments
            for part in each.blobs
        )

    async def save(self, offer: Offer) -> None:
        made_from, version = self._versions.step(offer.id, offer.version)
        present = self._records.offers.get(offer.id)
        found = made_from == (present.version if present else 0)
        self._versions.saved(offer.id, version, found=found)
        self._records.offers[offer.id] = replace(offer, version=version)
