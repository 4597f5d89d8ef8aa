"""What is kept here: the database, the ciphertexts, the keys."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from appservice.clock import SystemClock
from appservice.db.engines import engine_at
from appservice.db.missing_database import not_made_yet
from appservice.db.schema import SchemaState
from appservice.db.store import SqlStore, open_store
from appservice.doctor.check_result import Check, CheckFailed
from appservice.health.delivery_health import undelivered
from appservice.health.disk_space import free_bytes, low_disk_message
from appservice.key_usage import key_uses
from appservice.keys.keyring import open_vault
from appservice.storage.local_blob_store import LocalBlobStore
from bot.ids import BlobId
from bot.services.delivery.undelivered import not_fetched_alert, overdue_alert
from config.settings import Settings

_STATES = {
    SchemaState.EMPTY: "there is no database yet: is --config the right one? `matrix-ppv run` makes it at its"
    " first start",
    SchemaState.BEHIND: "it was made by an older version: stop matrix-ppv, and run"
    " `matrix-ppv db upgrade`",
    SchemaState.NEWER: "it was made by a newer version of matrix-ppv: install that one",
    SchemaState.FOREIGN: "it belongs to another program: look at database.url",
}


@dataclass(frozen=True, slots=True)
class StorageChecks:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        return {
            "database": self.database,
            "blobs": self.blobs,
            "keys": self.keys,
            "jobs": self.jobs,
            "deliveries": self.deliveries,
        }

    async def database(self) -> str:
        engine = engine_at(self.settings.database.address)
        state = await engine.state()
        if state is not SchemaState.HEAD:
            raise CheckFailed(_STATES[state])
        if danger := await engine.durability_warning():
            raise CheckFailed(danger)
        return "at the newest version"

    async def blobs(self) -> str:
        folder = self.settings.blobs.folder
        if not folder.is_dir():
            raise CheckFailed(not_made_yet(f"folder {folder.absolute()}"))
        store, blob, data = (
            await LocalBlobStore.open(folder),
            _fresh_blob(),
            secrets.token_bytes(64),
        )
        await store.put(blob, _whole(data))
        try:
            read = b"".join([chunk async for chunk in store.read(blob)])
        finally:
            await store.delete(blob)
        if read != data:
            raise CheckFailed(f"{folder} does not give back what was written to it")
        if trouble := await low_disk_message(folder, self.settings.blobs.alert_below):
            raise CheckFailed(trouble)
        return f"{folder} can be written and read, {await free_bytes(folder) / 1e9:.0f} GB left"

    async def keys(self) -> str:
        async with self._store() as store:
            newest = await store.newest_sealed()
            uses = await key_uses(self.settings, store)
            for use in uses:
                if use.used and not use.configured:
                    raise CheckFailed(
                        f"“{use.kek}” locks up {use.summary}, and is not among the configured keys: put it back"
                        " into keys.keks"
                    )
            await store.record_key.require()
        if newest is None:
            return "nothing is sealed yet"
        offer, sealed = newest
        async with open_vault(self.settings.keys) as vault:
            await vault.unwrap(sealed.key, sealed.context(offer))
        used = ", ".join(f"“{use.kek}”: {use.summary}" for use in uses if use.used)
        return f"“{sealed.key.kek}” opens what was sealed last ({used})"

    async def jobs(self) -> str:
        async with self._store() as store:
            backlog = await store.queue.stats()
        if backlog.failed:
            raise CheckFailed(f"{backlog.failed} laid aside: see `matrix-ppv jobs list`")
        return f"{backlog.waiting} waiting, none laid aside"

    async def deliveries(self) -> str:
        clock = SystemClock()
        async with self._store() as store:
            found = await undelivered(store, clock)
        troubles = (overdue_alert(found), not_fetched_alert(found))
        if any(troubles):
            raise CheckFailed(" ".join(filter(None, troubles)))
        if found.purchases:
            return f"{len(found.purchases)} on the way or waiting for the buyer, none for long"
        return "all that is paid for is handed over"

    @asynccontextmanager
    async def _store(self) -> AsyncIterator[SqlStore]:
        async with (
            open_vault(self.settings.keys) as vault,
            open_store(self.settings.database.address, SystemClock(), vault, create=False) as store,
        ):
            yield store


def _fresh_blob() -> BlobId:
    return BlobId(f"doctor{secrets.token_hex(16)}")


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
