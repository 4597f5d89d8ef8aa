"""Which key-encryption keys the content keys in memory lie under."""

from collections import Counter
from collections.abc import Mapping

from bot.domain.offers.offer import Offer
from bot.ids import KekId, OfferId
from tests.support.memory.memory_records import Records


class MemorySealedKeys:
    def __init__(self, records: Records) -> None:
        self._offers = records.offers
        self._uploads = records.uploads

    async def kek_usage(self) -> Mapping[KekId, int]:
        sealed = [kek for offer in self._offers.values() for kek in _keks(offer)]
        return Counter([*sealed, *(upload.key.kek for upload in self._uploads.values())])

    async def under_other_keks(
        self, kek: KekId, *, after: OfferId | None, limit: int
    ) -> tuple[OfferId, ...]:
        found = sorted(
            offer.id
            for offer in self._offers.values()
            if (after is None or offer.id > after) and any(each != kek for each in _keks(offer))
        )
        return tuple(found[:limit])


def _keks(offer: Offer) -> list[KekId]:
    return [part.key.kek for each in offer.attachments for part in each.blobs]
