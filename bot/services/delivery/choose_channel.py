"""Choose for each attachment whether it is delivered in the chat or on the buyer's web page."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.offers.attachment import Attachment
from bot.domain.offers.offer import Offer
from bot.domain.purchases.delivery import Delivery, DeliveryBlocker
from bot.domain.purchases.purchase import Purchase
from bot.domain.urls import PublicUrls
from bot.errors import TemporaryError
from bot.jobs.operator_jobs import AlertAdmins
from bot.messages import Goods, GoodsOnPage
from bot.ports import Clock, FileTooLarge, NotTaken, Store
from bot.services.messaging.file_message import BuildFileMessage, on_page

_MAX_UPLOAD_RETRY_PERIOD = timedelta(hours=1)
"""After this time of failed uploads to the homeserver, the file is delivered on the web page."""


@dataclass(frozen=True, slots=True)
class ChooseChannel:
    store: Store
    build_file_message: BuildFileMessage
    urls: PublicUrls
    clock: Clock

    async def __call__(
        self, purchase: Purchase, offer: Offer, delivery: Delivery, attachment: Attachment
    ) -> Goods | GoodsOnPage:
        link = self.urls.claim(offer.id, purchase.pay_token)
        try:
            return await self.build_file_message(offer.id, attachment)
        except FileTooLarge:
            return on_page(attachment, link, too_large=True)
        except NotTaken as refused:
            await self._alert(str(refused))
            return on_page(attachment, link, too_large=False)
        except TemporaryError as error:
            if not self._slow_for_long(delivery):
                raise
            await self._alert(str(error))
            return on_page(attachment, link, too_large=False)

    def _slow_for_long(self, delivery: Delivery) -> bool:
        since = delivery.blocked_since
        if delivery.blocker is not DeliveryBlocker.SLOW or since is None:
            return False
        return self.clock.now() - since >= _MAX_UPLOAD_RETRY_PERIOD

    async def _alert(self, why: str) -> None:
        message = (
            "The homeserver takes no files of mine, so buyers get them on their own web page instead. Is its media"
            f" repository full, or turned off? {why}"
        )
        alert = AlertAdmins(f"media refused:{self.clock.now().date()}", message)
        async with self.store.begin() as uow:
            await uow.jobs.add(alert, queueing_lock=True)
