"""Taking a copy of one's own data: in the chat or in the browser, now and then."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import UserId
from bot.ports import Clock, Store
from bot.services.privacy.data_export import OwnData, own_data

_BETWEEN = timedelta(minutes=10)


class TooSoon(Refusal):
    """All of somebody's records are read for it, so it is not done at once again."""

    def __init__(self) -> None:
        super().__init__(
            spoken(
                "You had a copy of your data only a moment ago. In ten minutes I can make you a new one."
            )
        )


@dataclass(frozen=True, slots=True)
class TakeOwnData:
    store: Store
    clock: Clock
    zone: ZoneInfo

    async def __call__(self, who: UserId, cause: str) -> OwnData:
        """The same `cause` once more is no second time. Raises TooSoon."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            at, _, before = (await uow.bookmarks.get(_taken(who)) or "").partition(" ")
            if at and before != cause and now - datetime.fromisoformat(at) < _BETWEEN:
                raise TooSoon
            if before != cause:
                await uow.bookmarks.set(_taken(who), f"{now.isoformat()} {cause}")
            return await own_data(uow, who, now, self.zone)


def _taken(who: UserId) -> str:
    return f"own data: {who}"
