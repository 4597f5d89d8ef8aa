"""By the chat, or by the buyer's own page: how each attachment reaches its buyer."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.offers.attachment import Attachment
from bot.domain.offers.offer import Offer
from bot.domain.purchases.delivery import Delivery, Obstacle
from bot.domain.purchases.purchase import Purchase
from bot.domain.urls import Links
from bot.errors import Transient
from bot.jobs import AlertAdmins
from bot.messages import Goods, GoodsOnPage
from bot.ports import Clock, FileTooLarge, NotTaken, Store
from bot.services.messaging.file_message import HandOver, on_page

_BY_CHAT_FOR = timedelta(hours=1)
"""For so long a homeserver is asked again that would take the file and cannot."""


@dataclass(frozen=True, slots=True)
class ChooseWay:
    store: Store
    hand_over: HandOver
    links: Links
    clock: Clock

    async def __call__(
        self, purchase: Purchase, offer: Offer, delivery: Delivery, attachment: Attachment
    ) -> Goods | GoodsOnPage:
        link = self.links.claim(offer.id, purchase.link)
        try:
            return await self.hand_over(offer.id, attachment)
        except FileTooLarge:
            return on_page(attachment, link, too_large=True)
        except NotTaken as refused:
            await self._alert(str(refused))
            return on_page(attachment, link, too_large=False)
        except Transient as error:
            if not self._slow_for_long(delivery):
                raise
            await self._alert(str(error))
            return on_page(attachment, link, too_large=False)

    def _slow_for_long(self, delivery: Delivery) -> bool:
        since = delivery.obstacle_since
        if delivery.obstacle is not Obstacle.SLOW or since is None:
            return False
        return self.clock.now() - since >= _BY_CHAT_FOR

    async def _alert(self, why: str) -> None:
        words = (
            "The homeserver takes no files of mine, so buyers get them on their own web page instead. Is its media"
            f" repository full, or turned off? {why}"
        )
        alert = AlertAdmins(f"media refused:{self.clock.now().date()}", words)
        async with self.store.begin() as uow:
            await uow.jobs.add(alert, once=True)
