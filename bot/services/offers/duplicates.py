"""Find files of a draft that its seller has on sale already, or that occur in it twice."""

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
        """Return a note per paid file that the seller sells already. Offers of other sellers are not revealed."""
        async with self.store.begin() as uow:
            duplicates = await uow.offers.on_sale_already(draft.id)
            offers = [
                await uow.offers.get(each) for each in {duplicate.offer for duplicate in duplicates}
            ]
        places = {offer.id: await self._describe(offer) for offer in offers if offer is not None}
        places_by_file: defaultdict[AttachmentId, list[str]] = defaultdict(list)
        for duplicate in duplicates:
            places_by_file[duplicate.attachment].append(places[duplicate.offer])
        notes = {
            id_: gettext_lazy("on sale already: {places}", places=concat(where, by="; "))
            for id_, where in places_by_file.items()
        }
        return {**_in_itself(draft), **notes}

    async def _describe(self, offer: Offer) -> str:
        rooms = ", ".join([await self.state.title(each.room) for each in offer.listings])
        return gettext_lazy("{code} in {rooms}", code=code_of(offer.id), rooms=rooms)


def _in_itself(draft: Offer) -> dict[AttachmentId, str]:
    """Return a note per paid file that repeats an earlier file of the draft."""
    first: dict[bytes, int] = {}
    notes: dict[AttachmentId, str] = {}
    for number, each in enumerate(draft.attachments, 1):
        fingerprint = each.encrypted.fingerprint if each.paid and each.encrypted else None
        if fingerprint is None:
            continue
        if fingerprint in first:
            notes[each.id] = gettext_lazy("the same as file {number}", number=first[fingerprint])
        else:
            first[fingerprint] = number
    return notes
