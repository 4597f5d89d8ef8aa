"""Files that stand in several offers, found by their fingerprints."""

from collections.abc import Callable, Iterator, Mapping

from bot.domain.offers.attachment import Attachment
from bot.domain.offers.duplicate_file import DuplicateFile
from bot.domain.offers.offer import Offer
from bot.ids import OfferId


def twins(
    offers: Mapping[OfferId, Offer], wanted: OfferId, among: Callable[[Offer], object]
) -> Iterator[DuplicateFile]:
    mine = offers.get(wanted)
    for own in mine.paid if mine else ():
        for other in sorted(offers.values(), key=lambda each: (each.created_at, each.id)):
            if other.id != wanted and among(other):
                for theirs in other.paid:
                    if _fingerprint(own) is not None and _fingerprint(own) == _fingerprint(theirs):
                        yield DuplicateFile(own.id, other.id, theirs.name)


def _fingerprint(attachment: Attachment) -> bytes | None:
    return attachment.encrypted.fingerprint if attachment.encrypted else None
