"""A draft on its seller's desk: what it holds, what is missing, and where it may go."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field

from bot.crypto.attachment_cipher import Decryptor
from bot.crypto.encrypt_stream import decrypted_chunks
from bot.domain.offers.attachment import Attachment
from bot.domain.offers.offer import Offer
from bot.domain.offers.upload import Upload
from bot.i18n import gettext_lazy
from bot.ids import AttachmentId, OfferId, RoomId, UserId
from bot.ports import BlobStore, Clock, KeyVault, Media, RoomState, SharedRooms, Store
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.web_draft import NotYourDraft, own_draft, seen
from bot.services.offers.draft_card import notes_on_files
from bot.services.offers.duplicates import FindDuplicates
from bot.views.offer_titles import titles_of


@dataclass(frozen=True, slots=True)
class RoomChoice:
    room: RoomId
    title: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDetails:
    """All of one draft."""

    offer: Offer
    seller_name: str = field(repr=False)
    seen: str
    """For the form that changes price and words."""
    missing: str | None
    """Why it cannot be put on sale yet, in words."""
    rooms: tuple[RoomChoice, ...]
    """Where the seller and the bot are."""
    limits: Limits
    keeps_location: bool
    """Files that are added keep place and camera."""
    twins: Mapping[AttachmentId, str]
    """Which of its files are sold already, in words."""
    notes: Mapping[AttachmentId, str]
    """What else to know of some of them, in words."""
    zone: str | None
    """The time zone that they named last."""
    unfinished: tuple[Upload, ...]
    """Files of which a part has arrived."""


@dataclass(frozen=True, slots=True)
class SmallPicture:
    mimetype: str
    size: int
    """Bytes."""
    chunks: AsyncIterator[bytes]


@dataclass(frozen=True, slots=True)
class DraftView:
    store: Store
    state: RoomState
    shared_rooms: SharedRooms
    blobs: BlobStore
    vault: KeyVault
    limits: Limits
    find_duplicates: FindDuplicates
    clock: Clock
    media: Media
    remove_location: bool

    async def sheet(self, seller: UserId, offer_id: OfferId) -> DraftDetails | None:
        """None for what is no draft of theirs."""
        try:
            async with self.store.begin() as uow:
                offer = await own_draft(uow, seller, offer_id)
                zone = await uow.people.time_zone(seller)
                uploads = await uow.uploads.of(offer_id)
        except NotYourDraft:
            return None
        return DraftDetails(
            offer=offer,
            seller_name=await self.state.name_of(seller),
            seen=seen(offer),
            missing=_missing(offer),
            rooms=await self.rooms(seller),
            limits=self.limits,
            keeps_location=not self.remove_location
            if offer.keep_location is None
            else offer.keep_location,
            twins=await self.find_duplicates(offer),
            notes=notes_on_files(offer, await self.media.largest()),
            zone=offer.schedule.zone if offer.schedule else zone,
            unfinished=tuple(each for each in uploads if self._is_open(offer, each)),
        )

    def _is_open(self, offer: Offer, upload: Upload) -> bool:
        kept = self.clock.now() < upload.expires_at
        return kept and offer.attachment(upload.id) is None

    async def rooms(self, seller: UserId) -> tuple[RoomChoice, ...]:
        """By title. Where one talks with the bot alone nothing is sold."""
        shared = await self.shared_rooms.with_(seller)
        async with self.store.begin() as uow:
            open_ones = [each for each in shared if await uow.direct_rooms.partner(each) is None]
        titles = await titles_of(self.state, open_ones)
        choices = [RoomChoice(room, title) for room, title in titles.items()]
        return tuple(sorted(choices, key=lambda each: (each.title.casefold(), each.room)))

    async def thumbnail(
        self, seller: UserId, offer_id: OfferId, attachment_id: AttachmentId
    ) -> SmallPicture | None:
        """Of a file in an offer of theirs, opened; None where there is none."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
        if offer is None or offer.seller != seller:
            return None
        attachment: Attachment | None = offer.attachment(attachment_id)
        small = attachment.thumbnail if attachment else None
        if small is None:
            return None
        key = await self.vault.unwrap(small.encrypted.key, small.encrypted.context(offer_id))
        chunks = decrypted_chunks(
            self.blobs.read(small.encrypted.blob), Decryptor(key, small.encrypted.sha256)
        )
        return SmallPicture(small.mimetype, small.encrypted.size, chunks)


def _missing(offer: Offer) -> str | None:
    """But for the price, which is typed beside it."""
    if not offer.paid:
        return gettext_lazy(
            "There is nothing to sell in it yet: add at least one file that is not a free preview."
        )
    if any(each.error for each in offer.attachments):
        return gettext_lazy("One of the files can't be sold: remove it, or add it once more.")
    return None
