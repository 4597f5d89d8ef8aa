"""Media that the gate may delete: those in intercepted messages, and in messages to the bot alone.

Stored in Synapse's database for all workers. With the secret alone, no other media can be deleted.
"""

from collections.abc import Iterator, Mapping
from time import time
from typing import Any

from synapse.module_api import LoggingTransaction, ModuleApi

_TABLE = """
    CREATE TABLE IF NOT EXISTS matrix_ppv_taken (
        event_id TEXT NOT NULL, media_id TEXT NOT NULL, sender TEXT NOT NULL, taken_ms BIGINT NOT NULL,
        unnamed INTEGER NOT NULL, PRIMARY KEY (event_id, media_id)
    )
"""
_DAY_MS = 24 * 60 * 60 * 1000
_RETENTION_MS = 30 * _DAY_MS
_PER_ENCRYPTED = 2
"""A file and its thumbnail, which the gate cannot read in an encrypted message."""


class DeletableMedia:
    def __init__(self, api: ModuleApi) -> None:
        self._api = api
        self._created = False

    async def add(self, event_id: str, sender: str, content: Mapping[str, Any]) -> None:
        media = set(media_in(content))
        rows = [(event_id, each, sender, _now(), 0) for each in media]
        if "algorithm" in content:
            rows = [(event_id, "", sender, _now(), _PER_ENCRYPTED)]

        def write(txn: LoggingTransaction) -> None:
            txn.execute(
                "DELETE FROM matrix_ppv_taken WHERE taken_ms < ?", (_now() - _RETENTION_MS,)
            )
            for row in rows:
                txn.execute(
                    "DELETE FROM matrix_ppv_taken WHERE event_id = ? AND media_id = ?", row[:2]
                )
                txn.execute(
                    "INSERT INTO matrix_ppv_taken (event_id, media_id, sender, taken_ms, unnamed)"
                    " VALUES (?, ?, ?, ?, ?)",
                    row,
                )

        if rows:
            await self._create_table()
            await self._api.run_db_interaction("matrix_ppv_take", write)

    async def may_delete(self, media: str, owner: str, uploaded_ms: int) -> bool:
        """Return whether `owner` sent that media. An encrypted message allows two that were uploaded the day before."""
        await self._create_table()

        def query(txn: LoggingTransaction) -> bool:
            txn.execute(
                "SELECT 1 FROM matrix_ppv_taken WHERE media_id = ? AND sender = ?", (media, owner)
            )
            if txn.fetchone() is not None:
                return True
            txn.execute(
                "SELECT event_id FROM matrix_ppv_taken WHERE media_id = '' AND sender = ? AND unnamed > 0"
                " AND taken_ms >= ? AND taken_ms <= ? ORDER BY taken_ms LIMIT 1",
                (owner, uploaded_ms, uploaded_ms + _DAY_MS),
            )
            found = txn.fetchone()
            if found is None:
                return False
            txn.execute(
                "UPDATE matrix_ppv_taken SET unnamed = unnamed - 1 WHERE event_id = ? AND media_id = ''",
                (found[0],),
            )
            return True

        return await self._api.run_db_interaction("matrix_ppv_taken", query)

    async def _create_table(self) -> None:
        if not self._created:
            await self._api.run_db_interaction("matrix_ppv_table", lambda txn: txn.execute(_TABLE))
            self._created = True


def media_in(content: Mapping[str, Any]) -> Iterator[str]:
    """Yield the ids of the media in a message."""
    info = _section(content, "info")
    for source in (
        content.get("url"),
        _section(content, "file").get("url"),
        info.get("thumbnail_url"),
        _section(info, "thumbnail_file").get("url"),
    ):
        if isinstance(source, str) and source.startswith("mxc://"):
            media = source.removeprefix("mxc://").partition("/")[2]
            if media:
                yield media


def _section(source: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = source.get(key)
    return value if isinstance(value, Mapping) else {}


def _now() -> int:
    return int(time() * 1000)
