"""Telling sellers that they are about to sell the same file twice."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.i18n import concat, gettext_lazy
from bot.ids import AttachmentId, code_of
from bot.ports import RoomState, Store


@dataclass(frozen=True, slots=True)
class FindDuplicates:
    store: Store
    state: RoomState

    async def __call__(self, draft: Offer) -> Mapping[AttachmentId, str]:
        """What to say of which of its files that are paid for. Of other people's offers nothing is said."""
        async with self.store.begin() as uow:
            twins = await uow.offers.on_sale_already(draft.id)
            offers = [await uow.offers.get(each) for each in {twin.offer for twin in twins}]
        standing = {offer.id: await self._where(offer) for offer in offers if offer is not None}
        found: defaultdict[AttachmentId, list[str]] = defaultdict(list)
        for twin in twins:
            found[twin.attachment].append(standing[twin.offer])
        words = {
            id_: gettext_lazy("on sale already: {places}", places=concat(where, by="; "))
            for id_, where in found.items()
        }
        return {**_in_itself(draft), **words}

    async def _where(self, offer: Offer) -> str:
        rooms = ", ".join([await self.state.title(each.room) for each in offer.listings])
        return gettext_lazy("{code} in {rooms}", code=code_of(offer.id), rooms=rooms)


def _in_itself(draft: Offer) -> dict[AttachmentId, str]:
    """Files that stand in it twice."""
    first: dict[bytes, int] = {}
    words: dict[AttachmentId, str] = {}
    for number, each in enumerate(draft.attachments, 1):
        fingerprint = each.encrypted.fingerprint if each.paid and each.encrypted else None
        if fingerprint is None:
            continue
        if fingerprint in first:
            words[each.id] = gettext_lazy("the same as file {number}", number=first[fingerprint])
        else:
            first[fingerprint] = number
    return words
