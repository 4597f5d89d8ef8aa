"""Deleting the homeserver's copies of what sellers sent, once they are sealed or not wanted any more."""

import logging
from dataclasses import dataclass

from bot.domain.offers.attachment import Attachment, HomeserverCopy
from bot.errors import OperatorError
from bot.ids import MxcUri, OfferId, UserId
from bot.jobs.offer_jobs import PurgeCopies
from bot.ports import Media, Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PurgeHomeserverCopies:
    store: Store
    media: Media

    async def __call__(self, job: PurgeCopies) -> None:
        for url in job.urls:
            await self._purge(url, job.owner)

    async def of(self, offer: OfferId, seller: UserId, attachment: Attachment) -> None:
        """The file and its client's thumbnail; how it ended is recorded. Raises TemporaryError."""
        if attachment.homeserver_copy is not None or not attachment.sources:
            return
        ends = [await self._purge(each.url, seller) for each in attachment.sources]
        outcome = next((end for end in ends if end is not HomeserverCopy.DELETED), ends[0])
        async with self.store.begin() as uow:
            latest = await uow.offers.get(offer)
            if latest is not None:
                await uow.offers.save(
                    latest.with_attachment_changed(
                        attachment.id, lambda file: file.with_homeserver_copy(outcome)
                    )
                )

    async def _purge(self, url: MxcUri, owner: UserId) -> HomeserverCopy:
        try:
            return await self.media.purge(url, owner)
        except OperatorError as error:
            # The goods are sealed: a gate with another secret must not keep them from being sold.
            log.warning("a homeserver's copy stays", extra={"error": str(error)})
            return HomeserverCopy.NOT_ALLOWED
