"""Empty the database's log of changes from time to time: a key that was destroyed stays in it otherwise."""

import asyncio
import logging

from appservice.db.group_commit.batched_database import Database

_EVERY_SECONDS = 60.0

log = logging.getLogger(__name__)


async def scrub_from_time_to_time(database: Database) -> None:
    """Run until it is cancelled."""
    while True:
        await asyncio.sleep(_EVERY_SECONDS)
        try:
            await database.scrub()
        except Exception as error:  # noqa: BLE001 - the next time it may well do
            log.warning("the log of changes is not emptied", extra={"error": str(error)})
