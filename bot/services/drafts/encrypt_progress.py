"""How far something is that takes longer than a moment, and in which words its seller reads of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.offers.attachment import Attachment
from bot.domain.offers.offer import Offer
from bot.i18n import gettext_lazy
from bot.ids import OfferId
from bot.jobs.offer_jobs import RefreshDraftCard
from bot.ports import Clock, Store, UnitOfWork
from bot.ports.repositories.posting_repositories import EncryptionProgress

EVERY = timedelta(seconds=2)
"""What takes no longer than that is not spoken of; after that, a message is changed no more often."""
_ALMOST = 99
"""What a sender's app says of a file's size is not proven."""


@dataclass(frozen=True, slots=True)
class EncryptProgress:
    """Noted down from time to time, so that the draft's card can show it."""

    store: Store
    clock: Clock

    async def of(
        self, offer: OfferId, attachment: Attachment, chunks: AsyncIterator[bytes]
    ) -> AsyncIterator[bytes]:
        """The same chunks."""
        told, done, size = self.clock.now(), 0, attachment.info.size or 0
        async for chunk in chunks:
            done += len(chunk)
            now = self.clock.now()
            if size and now - told >= EVERY:
                told = now
                async with self.store.begin() as uow:
                    percent = min(_ALMOST, done * 100 // size)
                    progress = EncryptionProgress(attachment.id, percent)
                    await uow.postings.save_progress(offer, progress)
                    await uow.jobs.add(RefreshDraftCard(offer), queueing_lock=True)
            yield chunk


async def progress_of(uow: UnitOfWork, offer: OfferId) -> EncryptionProgress | None:
    """Of the file that is being sealed, once that takes longer."""
    return await uow.postings.progress(offer)


async def forget_progress(uow: UnitOfWork, offer: OfferId) -> None:
    await uow.postings.save_progress(offer, None)


def under_way(offer: Offer, progress: EncryptionProgress | None) -> str | None:
    """`Sealing 3 of 5 (40 %)…`; None when all is done, or there is only one and it has just begun."""
    open_ = [each for each in offer.attachments if each.encrypted is None and each.error is None]
    all_ = len(offer.attachments)
    if not open_ or (all_ == 1 and progress is None):
        return None
    number = all_ - len(open_) + 1
    if progress is None:
        return gettext_lazy("Sealing {number} of {all}…", number=number, all=all_)
    percent = progress.percent
    if all_ == 1:
        return gettext_lazy("Sealing it ({percent} %)…", percent=percent)
    return gettext_lazy(
        "Sealing {number} of {all} ({percent} %)…", number=number, all=all_, percent=percent
    )
