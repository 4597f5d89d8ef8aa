"""What the program keeps for itself."""

from datetime import datetime
from typing import Protocol

from bot.crypto.envelope import WrappedKey


class Operations(Protocol):
    async def alerted(self, key: str) -> bool:
        """Whether admins were told of that."""
        ...

    async def record_alert(self, key: str) -> None: ...

    async def payment_events_read_until(self) -> datetime | None:
        """Until when the payment processor's own record of events has been read."""
        ...

    async def save_payment_events_read(self, until: datetime) -> None: ...

    async def data_key(self, name: str) -> WrappedKey | None: ...

    async def save_data_key(self, name: str, key: WrappedKey) -> None: ...
