"""Free previews, for everybody with a browser."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.crypto.attachment_cipher import Decryptor, PartDecryptor
from bot.crypto.encrypt_stream import decrypted_chunks, decrypted_range
from bot.domain.offers.offer import Offer, OfferState
from bot.errors import OperatorError
from bot.ids import OfferId
from bot.ports import BlobStore, KeyVault, RoomEncryption, Store
from bot.views.page_models import FreeFile, OpenedFile


@dataclass(frozen=True, slots=True)
class FreePreviews:
    """What is free is as open as its room: an offer that stands in encrypted rooms alone shows none."""

    store: Store
    encryption: RoomEncryption
    vault: KeyVault
    blobs: BlobStore

    async def of(self, offer: Offer) -> tuple[FreeFile, ...]:
        if offer.state is not OfferState.OPEN or not offer.free or not await self._open(offer):
            return ()
        return tuple(
            FreeFile(
                number=number,
                name=free.name,
                kind=free.kind,
                mimetype=free.info.mimetype,
                size=free.encrypted.size,
                tag=free.encrypted.sha256.hex()[:32],
            )
            for number, free in enumerate(offer.free)
            if free.encrypted
        )

    async def file(self, offer_id: OfferId, number: int) -> OpenedFile | None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
        if offer is None:
            return None
        wanted = next((each for each in await self.of(offer) if each.number == number), None)
        sealed = offer.free[number].encrypted if wanted else None
        if wanted is None or sealed is None:
            return None
        key = await self.vault.unwrap(sealed.key, sealed.context(offer.id))

        def read(start: int, length: int) -> AsyncIterator[bytes]:
            chunks = self.blobs.read(sealed.blob, start)
            if length == sealed.size:
                return decrypted_chunks(chunks, Decryptor(key, sealed.sha256))
            return decrypted_range(chunks, PartDecryptor(key, start), length)

        return OpenedFile(wanted, read)

    async def _open(self, offer: Offer) -> bool:
        for listing in offer.listings:
            if listing.placeholder is None:
                continue
            try:
                if not await self.encryption.is_encrypted(listing.room):
                    return True
            except OperatorError:
                continue  # We are in that room no more, and cannot tell.
        return False
