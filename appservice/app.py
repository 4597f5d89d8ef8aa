"""Start and stop the program: open the adapters, assemble the bot, serve, and run the background loops."""

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
from appservice.health.disk_space import low_disk_message
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


OpenAdapters = Callable[[Settings, SystemClock], AbstractAsyncContextManager[Adapters]]


ReloadSettings = Callable[[], Settings | None]
"""Return the settings as they are now. If they are invalid, log why and return None."""


async def run(
    settings: Settings,
    open_with: OpenAdapters = open_adapters,
    reload_settings: ReloadSettings = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT. SIGHUP reloads the settings. Tests replace adapters with `open_with`.

    Raises DatabaseUnusable, CryptoUnusable, and OSError for an address in use.
    """
    stop, hangup, clock = asyncio.Event(), asyncio.Event(), SystemClock()
    for signal_number, event in (
        (signal.SIGTERM, stop),
        (signal.SIGINT, stop),
        (signal.SIGHUP, hangup),
    ):
        asyncio.get_running_loop().add_signal_handler(signal_number, event.set)
    async with open_with(settings, clock) as adapters, open_listeners(settings) as listeners:
        connection = HomeserverConnection(adapters.connectivity.identity)
        metrics = adapters.metrics
        loops = Supervisor(metrics.loop_failed)
        ready = Readiness(adapters.store, connection, adapters.connectivity, loops, clock)
        collector = MetricsCollector(adapters.store, metrics, settings.blobs.folder, clock)
        parse = partial(parse_event, bot_user_id=bot_id(settings))

        async def serve(settings: Settings) -> Bot:
            bot = assemble(adapters.ports, bot_config(settings), parse, metrics.item_failed)
            await listeners.serve(
                applications(
                    settings,
                    bot,
                    clock,
                    metrics=metrics,
                    notifier=adapters.store.changes,
                    ready=ready,
                    readings=collector,
                    drop_encrypted=adapters.connectivity.encryption is not None,
                )
            )
            return bot

        bot = await serve(settings)
        for job in (
            bot.reconcile,
            bot.delete_orphans,
            bot.rewrap_keys,
            bot.clean_up_records,
            bot.resume_deliveries,
        ):
            await job.begin()
        log.info("listening")
        notify("READY=1")
        worker = Worker(
            adapters.store.queue, bot.handlers, clock, on_failure=failed_job_alert, metrics=metrics
        )
        reload = Reload(settings, reload_settings, serve, worker)
        problems = partial(_problems, ready, settings.blobs, adapters.store, clock)
        alerter = HealthAlerter(problems, adapters.store, clock)
        background: dict[str, Loop] = {
            "reload": partial(reload.run, hangup),
            "alerter": alerter.run,
            "watchdog": keep_alive,
            "leases": worker.renew_claims,
        }
        await _work(loops, worker, bot, adapters.connectivity, connection, background, stop)


async def _problems(
    ready: Readiness, blobs: Blobs, store: SqlStore, clock: SystemClock
) -> Mapping[str, str | None]:
    """Return, by component, why it is not ready, for alerts to the admins."""
    disk = await low_disk_message(blobs.folder, blobs.alert_below)
    deliveries = await overdue_deliveries(store, clock)
    return {**await ready(), "disk": disk, "deliveries": deliveries}


async def _work(
    loops: Supervisor,
    worker: Worker,
    bot: Bot,
    connectivity: Connectivity,
    connection: HomeserverConnection,
    background: Mapping[str, Loop],
    stop: asyncio.Event,
) -> None:
    """Run all loops until `stop` is set, then let running jobs finish. No exception in a loop ends the program."""
    encryption = connectivity.encryption

    async def run_worker() -> None:
        await connection.connected.wait()
        if encryption:
            # Until the first sync, the known devices of other users may be out of date.
            await encryption.sync_loop.synced.wait()
        await worker.run()

    async def sync() -> None:
        await connection.connected.wait()
        if encryption:
            decrypt = bot.decrypt_events
            await encryption.sync_loop.run(
                decrypt,
                decrypt.keys_came,
                connectivity.backfill.request,
                bot.failed.record,
                decrypt.devices_changed,
            )

    async def backfill() -> None:
        await connection.connected.wait()
        await connectivity.backfill.run(bot.receive_transaction, bot.failed.record)

    others = {"connection": connection.run, "sync": sync, "backfill": backfill, **background}
    async with asyncio.TaskGroup() as group:
        worker_task = group.create_task(loops.run("worker", run_worker))
        tasks = [group.create_task(loops.run(*each)) for each in others.items()]
        await stop.wait()
        log.info("stopping")
        notify("STOPPING=1")
        loops.stop()
        for task in tasks:
            task.cancel()
        if connection.connected.is_set() and (
            not encryption or encryption.sync_loop.synced.is_set()
        ):
            worker.stop()
        else:
            worker_task.cancel()
