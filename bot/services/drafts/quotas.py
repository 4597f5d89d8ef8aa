"""How much of what there is for all one seller may take up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.offers.content_summary import ByteSize
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId
from bot.ports import UnitOfWork

_DAY = timedelta(days=1)


class StorageFull(UserError):
    """A file for which the seller's share has no room left."""


class EnoughForToday(UserError):
    """One offer too many."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """Of each seller."""

    storage: int
    """Bytes, of all that is for sale or was bought."""
    offers_a_day: int

    def require_storage(self, used: int, size: int) -> None:
        """Both in bytes. Raises StorageFull, whose words tell what is the matter with a file."""
        if used + size > self.storage:
            left = max(0, self.storage - used)
            raise StorageFull(
                gettext_lazy(
                    "with it, you would keep more here than the {share} that one seller may:"
                    " {left} are left. What nobody has bought makes room a day after you take it"
                    " off sale (`!ppv withdraw CODE`), or ask the people who run this for more.",
                    share=ByteSize(self.storage),
                    left=ByteSize(left),
                )
            )

    async def require_offer(self, uow: UnitOfWork, seller: UserId, now: datetime) -> None:
        """Raises EnoughForToday."""
        if await uow.usage.offers_of(seller, now - _DAY) >= self.offers_a_day:
            raise EnoughForToday(
                gettext_lazy(
                    "One seller may put at most {limit} on sale here within a day, and you have."
                    " Please go on tomorrow: I have posted nothing, and a draft stays as it is.",
                    limit=self.offers_a_day,
                )
            )
