"""Offers, and what is asked of all of them."""

from collections.abc import Mapping
from typing import Protocol

from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer import Offer
from bot.domain.offers.offer_hit import OfferHit
from bot.domain.offers.seller_storefront import Storefront
from bot.ids import AttachmentId, BlobId, EventId, KekId, OfferId, RoomId, UserId


class Offers(Protocol):
    async def get(self, offer: OfferId) -> Offer | None: ...

    async def draft_in(self, workshop: RoomId, seller: UserId) -> Offer | None:
        """The draft that `seller` is putting together in that room; the newest if there are several.

        One that goes on sale by itself is put aside, so that the next file begins another one.
        """
        ...

    async def draft_with(
        self, attachment: AttachmentId, workshop: RoomId, seller: UserId
    ) -> Offer | None:
        """The draft of `seller` in that room that holds that file, put aside or not."""
        ...

    async def standing_as(self, event: EventId) -> Offer | None:
        """The offer whose placeholder or teaser that event is."""
        ...

    async def holds(self, blob: BlobId) -> bool:
        """Whether any offer has the key to that ciphertext."""
        ...

    async def save(self, offer: Offer) -> None:
        """Add it, or replace the version it was made from. Raises ConcurrentUpdate if that is not the newest."""
        ...

    async def of_room(self, room: RoomId) -> tuple[OfferHit, ...]:
        """The open offers that are posted there, the newest first."""
        ...

    async def listed_in(self, room: RoomId) -> tuple[OfferId, ...]:
        """All that are or were on sale there, or shall be, the oldest first."""
        ...

    async def of_seller(self, seller: UserId, *, discarded: bool = False) -> tuple[OfferId, ...]:
        """All that are not discarded, or really all, the newest first."""
        ...

    async def on_sale_already(self, offer: OfferId) -> tuple[DuplicateFile, ...]:
        """Files of it that are paid for in other open offers of its seller too."""
        ...

    async def shown_by(self, seller: UserId) -> tuple[OfferHit, ...]:
        """What is on sale and stands on the seller's page for everybody, the newest first."""
        ...

    async def planned_by(self, seller: UserId) -> tuple[OfferId, ...]:
        """The drafts that go on sale by themselves, the oldest first."""
        ...

    async def kek_usage(self) -> Mapping[KekId, int]:
        """How many content keys lie under each; those of unfinished uploads among them."""
        ...

    async def under_other_keks(
        self, kek: KekId, *, after: OfferId | None, limit: int
    ) -> tuple[OfferId, ...]:
        """The offers that have a key under another one than `kek`, in order of their ids."""
        ...


class Storefronts(Protocol):
    """Sellers' pages for everybody: one for each seller, and no two of one name."""

    async def of(self, seller: UserId) -> Storefront | None: ...

    async def named(self, name: str) -> Storefront | None: ...

    async def save(self, storefront: Storefront) -> None: ...
