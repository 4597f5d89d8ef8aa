"""Taking a copy of one's own data: in the chat or in the browser, now and then."""

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId
from bot.ports import Clock, Store
from bot.ports.repositories.person_repositories import DataExport
from bot.services.privacy.data_export import PersonalData, own_data

_BETWEEN = timedelta(minutes=10)


class TooSoon(UserError):
    """All of somebody's records are read for it, so it is not done at once again."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "You had a copy of your data only a moment ago. In ten minutes I can make you a new one."
            )
        )


@dataclass(frozen=True, slots=True)
class ExportOwnData:
    store: Store
    clock: Clock
    zone: ZoneInfo

    async def __call__(self, who: UserId, cause: str) -> PersonalData:
        """The same `cause` once more is no second time. Raises TooSoon."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            last = await uow.people.last_export(who)
            if last is None or last.cause != cause:
                if last is not None and now - last.exported_at < _BETWEEN:
                    raise TooSoon
                await uow.people.save_export(who, DataExport(now, cause))
            return await own_data(uow, who, now, self.zone)
