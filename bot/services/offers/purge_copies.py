"""Delete the homeserver's copies of files that sellers sent, after they are encrypted or discarded."""

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
        """Delete the file and its thumbnail, and record the result. Raises TemporaryError."""
        if attachment.homeserver_copy is not None or not attachment.sources:
            return
        results = [await self._purge(each.url, seller) for each in attachment.sources]
        outcome = next(
            (result for result in results if result is not HomeserverCopy.DELETED), results[0]
        )
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
            # Go on, because the files are encrypted: a gate with a wrong secret must not block their sale.
            log.warning("homeserver copy not deleted", extra={"error": str(error)})
            return HomeserverCopy.NOT_ALLOWED
