"""The program, put together: settings, world, bot, listeners and worker."""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from functools import partial

from appservice.adapters import Adapters, Connectivity, open_adapters
from appservice.bot_config import bot_config, bot_id
from appservice.clock import SystemClock
from appservice.db.store import SqlStore
from appservice.health.alerter import HealthAlerter
from appservice.health.delivery_health import overdue_deliveries
from appservice.health.disk_space import want_of_room
from appservice.health.metrics_collector import MetricsCollector
from appservice.health.readiness import Readiness
from appservice.health.systemd_notify import keep_alive, notify
from appservice.hot_reload import Reload
from appservice.matrix.content.parse_event import parse_event
from appservice.matrix.homeserver_connection import HomeserverConnection
from appservice.servers import applications, open_listeners
from appservice.supervisor import Loop, Supervisor
from appservice.worker import Worker
from bot.bootstrap import Bot, assemble
from bot.services.operations.failed_job_alert import failed_job_alert
from config.sections.storage import Blobs
from config.settings import Settings

log = logging.getLogger(__name__)


OpenWorld = Callable[[Settings, SystemClock], AbstractAsyncContextManager[Adapters]]


ReadAgain = Callable[[], Settings | None]
"""The settings as they are now; None for a configuration that cannot be used, once it has said why."""


async def run(
    settings: Settings,
    open_world: OpenWorld = open_adapters,
    read_again: ReadAgain = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT, in the world that `open_world` gives; SIGHUP reads the settings again.

    Raises DatabaseUnusable, CryptoUnusable, and OSError for an address in use.
    """
    stop, hangup, clock = asyncio.Event(), asyncio.Event(), SystemClock()
    for each, event in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, hangup)):
        asyncio.get_running_loop().add_signal_handler(each, event.set)
    async with open_world(settings, clock) as world, open_listeners(settings) as listeners:
        arrival = HomeserverConnection(world.senses.identity)
        metrics = world.metrics
        loops = Supervisor(metrics.loop_failed)
        ready = Readiness(world.store, arrival, world.senses, loops, clock)
        readings = MetricsCollector(world.store, metrics, settings.blobs.folder, clock)
        understand = partial(parse_event, bot_user_id=bot_id(settings))

        async def serve(settings: Settings) -> Bot:
            bot = assemble(world.ports, bot_config(settings), understand, metrics.item_failed)
            await listeners.serve(
                applications(
                    settings,
                    bot,
                    clock,
                    metrics=metrics,
                    notifier=world.store.changes,
                    ready=ready,
                    readings=readings,
                    drop_encrypted=world.senses.encryption is not None,
                )
            )
            return bot

        bot = await serve(settings)
        for chore in (
            bot.reconcile,
            bot.delete_orphans,
            bot.rewrap_keys,
            bot.clean_up_records,
            bot.resume_deliveries,
        ):
            await chore.begin()
        log.info("listening")
        notify("READY=1")
        worker = Worker(
            world.store.queue, bot.handlers, clock, on_failure=failed_job_alert, metrics=metrics
        )
        reload = Reload(settings, read_again, serve, worker)
        troubles = partial(_troubles, ready, settings.blobs, world.store, clock)
        watch = HealthAlerter(troubles, world.store, clock)
        lasting: dict[str, Loop] = {
            "reload": partial(reload.on, hangup),
            "watch": watch.keep,
            "watchdog": keep_alive,
            "claims": worker.renew_claims,
        }
        await _work(loops, worker, bot, world.senses, arrival, lasting, stop)


async def _troubles(
    ready: Readiness, blobs: Blobs, store: SqlStore, clock: SystemClock
) -> Mapping[str, str | None]:
    """What admins should know of if it lasts."""
    disk = await want_of_room(blobs.folder, blobs.alert_below)
    deliveries = await overdue_deliveries(store, clock)
    return {**await ready(), "disk": disk, "deliveries": deliveries}


async def _work(
    loops: Supervisor,
    worker: Worker,
    bot: Bot,
    senses: Connectivity,
    arrival: HomeserverConnection,
    lasting: Mapping[str, Loop],
    stop: asyncio.Event,
) -> None:
    """Work from the arrival on, until told to stop; what is under way then is finished.

    No loop ends the program, whatever it raises.
    """
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
            heard = bot.decrypt_events
            await encryption.hearing.listen(
                heard,
                heard.keys_came,
                senses.sweep.soon,
                bot.failed.record,
                heard.devices_changed,
            )

    async def sweep() -> None:
        await arrival.here.wait()
        await senses.sweep.keep_on(bot.receive_transaction, bot.failed.record)

    listening = {"arrival": arrival.keep, "sync": hear, "sweep": sweep, **lasting}
    async with asyncio.TaskGroup() as group:
        working = group.create_task(loops.run("worker", work))
        others = [group.create_task(loops.run(*each)) for each in listening.items()]
        await stop.wait()
        log.info("stopping")
        notify("STOPPING=1")
        loops.stop()
        for each in others:
            each.cancel()
        if arrival.here.is_set() and (not encryption or encryption.hearing.in_touch.is_set()):
            worker.stop()
        else:
            working.cancel()
