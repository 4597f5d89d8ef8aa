"""The program, put together: settings, world, bot, listeners and worker."""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from appservice.arrival import Arrival
from appservice.clock import SystemClock
from appservice.listeners import open_listeners
from appservice.matrix.events import parse_event
from appservice.readiness import Readiness
from appservice.readings import Readings
from appservice.rules import bot_id, rules
from appservice.systemd import keep_alive, notify
from appservice.watch import Watch
from appservice.web.metrics import Metrics
from appservice.web.transactions import AcceptTransaction
from appservice.worker import Worker
from appservice.world import Senses, World, open_world
from bot.assembly import Bot, assemble
from bot.operators.dead_jobs import alarm
from config.settings import Settings

log = logging.getLogger(__name__)


OpenWorld = Callable[[Settings, SystemClock], AbstractAsyncContextManager[World]]


async def run(settings: Settings, open_world: OpenWorld = open_world) -> None:
    """Serve until SIGTERM or SIGINT, in the world that `open_world` gives.

    Raises DatabaseUnusable, CryptoUnusable, and OSError for an address in use.
    """
    stop, clock = asyncio.Event(), SystemClock()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with open_world(settings, clock) as world:
        understand = partial(parse_event, bot_user_id=bot_id(settings))
        bot = assemble(world.ports, rules(settings), understand)
        arrival = Arrival(world.senses.identity)
        metrics = Metrics()
        ready = Readiness(world.store, arrival, world.senses, clock)
        await bot.reconcile.begin()
        await bot.sweep_orphans.begin()
        await bot.rewrap_keys.begin()
        async with open_listeners(
            settings,
            bot,
            clock,
            accept=_clear_ones(bot) if world.senses.encryption else bot.receive_transaction,
            metrics=metrics,
            changes=world.store.changes.of,
            ready=ready,
            readings=Readings(world.store, metrics, settings.blobs.folder, clock),
        ):
            log.info("listening")
            notify("READY=1")
            worker = Worker(world.store.queue, bot.handlers, clock, alarm=alarm)
            watch = Watch(ready, world.store, clock)
            await _work(worker, bot, world.senses, arrival, watch, stop)


def _clear_ones(bot: Bot) -> AcceptTransaction:
    """Encrypted events come by the sync loop, which has the keys; from transactions they are dropped."""

    async def accept(txn_id: str, events: Sequence[Mapping[str, Any]]) -> None:
        clear = [event for event in events if event.get("type") != "m.room.encrypted"]
        await bot.receive_transaction(txn_id, clear)

    return accept


async def _work(
    worker: Worker,
    bot: Bot,
    senses: Senses,
    arrival: Arrival,
    watch: Watch,
    stop: asyncio.Event,
) -> None:
    """Work from the arrival on, until told to stop; what is under way then is finished."""
    encryption = senses.encryption

    async def work() -> None:
        await arrival.here.wait()
        if encryption:
            # What we know of people's devices may be old until the first sync is through.
            await encryption.hearing.in_touch.wait()
        await worker.run()

    async def hear() -> None:
        await arrival.here.wait()
        if encryption:
            heard = bot.hear_encrypted
            await encryption.hearing.listen(heard, heard.keys_came, senses.sweep.soon)

    async def sweep() -> None:
        await arrival.here.wait()
        await senses.sweep.keep_on(bot.receive_transaction)

    async with asyncio.TaskGroup() as group:
        coming = group.create_task(arrival.keep())
        working = group.create_task(work())
        listening = [
            group.create_task(each) for each in (hear(), sweep(), watch.keep(), keep_alive())
        ]
        await stop.wait()
        log.info("stopping")
        notify("STOPPING=1")
        coming.cancel()
        for each in listening:
            each.cancel()
        if arrival.here.is_set() and (not encryption or encryption.hearing.in_touch.is_set()):
            worker.stop()
        else:
            working.cancel()
