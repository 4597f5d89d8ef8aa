"""The worker claims jobs from the queue, runs them, and records their outcome."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

from appservice.back_off import back_off, failed_job_pause
from appservice.db.job_queue import LEASE, Claimed
from appservice.metrics import Metrics
from bot.domain.matrix.thread import continuing
from bot.errors import OperatorError, PpvError, TemporaryError, UserError, UsuallyTemporaryError
from bot.jobs import JOBS, MONEY_AND_GOODS, OWED, THREAD, Answered, Job, Owed, decode
from bot.ports import Clock
from bot.services.inbound.failed_items import RECORDED, words_of

_QUEUE_ERROR_PAUSE_SECONDS = 1.0
_USUALLY_RESOLVED_WITHIN = timedelta(minutes=10)
_MAX_UNEXPECTED_FAILURES = 5
_ALERT_INTERVAL = timedelta(hours=1)
_ANSWER_SECONDS = 50.0
"""Time limit of an `Answered` job, after which it is retried. A call to the homeserver may take a minute."""
_MAX_ANSWER_ATTEMPTS = 200
"""With back-off up to ten minutes, these take more than a day."""
_RESERVED_FOR_MONEY_AND_GOODS = 2
_RESERVED_FOR_OWED = 1
_POLL_SECONDS = 5.0
"""Other processes, such as the command line, add jobs without setting `jobs_added`."""
_RENEWAL_INTERVAL = LEASE / 3

log = logging.getLogger(__name__)

Handler = Callable[[Any], Awaitable[None]]
OnFailure = Callable[[str, int, str, bool], Job | None]
"""Return the job to add when a job fails. Arguments: kind, id, error, and whether it will be retried automatically."""


_Outcome = tuple[str, Coroutine[Any, Any, None]]
"""One of JOB_OUTCOMES, and a coroutine that saves it."""


class Queue(Protocol):
    """The methods of `JobQueue` that the worker calls."""

    @property
    def jobs_added(self) -> asyncio.Event: ...
    async def claim(
        self, now: datetime, *, only: frozenset[str] | None = None
    ) -> Claimed | None: ...
    async def renew(self, claimed: Claimed, now: datetime) -> None: ...
    async def done(self, claimed: Claimed) -> None: ...
    async def retry(
        self,
        claimed: Claimed,
        at: datetime,
        error: str,
        *,
        unexpected: bool = False,
        leave_lock: bool = False,
    ) -> None: ...
    async def fail(
        self,
        claimed: Claimed,
        error: str,
        then: Job | None = None,
        *,
        retry_at: datetime | None = None,
        keep_newest: int | None = None,
    ) -> None: ...
    async def recover(self, now: datetime) -> None: ...
    async def next_due(self, *, only: frozenset[str] | None = None) -> datetime | None: ...


class _TookTooLong(TemporaryError):
    def __init__(self) -> None:
        super().__init__("the job took too long")


class Worker:
    """Run up to `concurrency` jobs at a time, each with a lock of its own.

    Two slots are reserved for jobs about money and goods, and one more for all jobs but `Answered` ones, because calls
    that hang for strangers must not delay what is owed.

    - TemporaryError: retried with back-off, an `Owed` job for ever, an `Answered` one for a day or two.
    - UsuallyTemporaryError: retried for minutes, then treated as OperatorError.
    - UserError: ends an `Answered` job; an `Owed` job fails.
    - OperatorError: the job fails, and the admins are alerted.
    - Any other exception is a bug: the job is retried a few times, then fails.

    An `Owed` job that failed, and a job of an unknown kind, are retried at least once a day.
    """

    def __init__(
        self,
        queue: Queue,
        handlers: Mapping[type[Job], Handler],
        clock: Clock,
        *,
        on_failure: OnFailure = lambda _kind, _id, _error, _again: None,
        concurrency: int = 6,
        metrics: Metrics | None = None,
        answer_seconds: float = _ANSWER_SECONDS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._queue = queue
        self._handlers = handlers
        self._clock = clock
        self._on_failure = on_failure
        self._concurrency = concurrency
        self._metrics = metrics or Metrics()
        self._answer_seconds = answer_seconds
        self._jitter = jitter
        self._last_alerts: dict[str, datetime] = {}
        self._first_usually_temporary: dict[int, datetime] = {}
        """Time of the first UsuallyTemporaryError in a row, by job id."""
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._stopping = False

    def use(self, handlers: Mapping[type[Job], Handler]) -> None:
        """Replace the handlers for all jobs that start from now on."""
        self._handlers = handlers

    async def run(self, *, grace: float = 20.0) -> None:
        """Run jobs until `stop` is called. Jobs still running `grace` seconds later are cancelled and run after the
        next start.
        """
        await self._queue.recover(self._clock.now())
        try:
            while not self._stopping:
                self._queue.jobs_added.clear()
                try:
                    await self._wait_for_jobs(await self._start_jobs())
                except PpvError:
                    log.exception("job queue unavailable")
                    await asyncio.sleep(_QUEUE_ERROR_PAUSE_SECONDS)
        finally:
            await self._shut_down(grace if self._stopping else 0.0)

    async def renew_claims(self) -> None:
        """Renew the leases of running jobs until cancelled. Runs beside `run`."""
        while True:
            await asyncio.sleep(_RENEWAL_INTERVAL.total_seconds())
            for claimed in list(self._running.values()):
                with suppress(PpvError):
                    await self._queue.renew(claimed, self._clock.now())

    def stop(self) -> None:
        """Start no more jobs."""
        self._stopping = True
        self._queue.jobs_added.set()

    async def run_until_empty(self) -> None:
        """Run due jobs one by one until none is due."""
        while claimed := await self._queue.claim(self._clock.now()):
            await self._run(claimed)

    async def _start_jobs(self) -> float:
        """Start due jobs up to `concurrency`. Return the seconds to wait unless jobs are added before."""
        while len(self._running) < self._concurrency and not self._stopping:
            only = self._allowed_kinds()
            claimed = await self._queue.claim(self._clock.now(), only=only)
            if claimed is None:
                due = await self._queue.next_due(only=only)
                wait = (due - self._clock.now()).total_seconds() if due else _POLL_SECONDS
                return min(max(wait, 0.0), _POLL_SECONDS)
            task = asyncio.create_task(self._run(claimed))
            self._running[task] = claimed
            task.add_done_callback(self._on_task_done)
        return _POLL_SECONDS

    def _allowed_kinds(self) -> frozenset[str] | None:
        """Return the kinds of jobs that may take the next free slot; None for all."""
        kinds = [claimed.kind for claimed in self._running.values()]
        other = sum(kind not in MONEY_AND_GOODS for kind in kinds)
        answered = sum(kind not in OWED for kind in kinds)
        if other >= max(self._concurrency - _RESERVED_FOR_MONEY_AND_GOODS, 1):
            return MONEY_AND_GOODS
        if answered >= max(
            self._concurrency - _RESERVED_FOR_MONEY_AND_GOODS - _RESERVED_FOR_OWED, 1
        ):
            return OWED
        return None

    async def _wait_for_jobs(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._queue.jobs_added.wait()

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._queue.jobs_added.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("job outcome not saved", extra={"error": str(error)})

    async def _shut_down(self, grace: float) -> None:
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, claimed: Claimed) -> None:
        began = time.perf_counter()
        outcome, save = await self._attempt(claimed)
        kind = claimed.kind if claimed.kind in JOBS else "(unknown)"
        self._metrics.job_attempted(kind, outcome, time.perf_counter() - began)
        saving = asyncio.ensure_future(save)
        try:
            await asyncio.shield(saving)
        except asyncio.CancelledError:
            await asyncio.wait([saving])
            raise

    async def _attempt(self, claimed: Claimed) -> _Outcome:
        """Run the job. Return its outcome, and a coroutine that saves it."""
        context: dict[str, Any] = {
            "job": claimed.kind,
            "job_id": claimed.id,
            "attempts": claimed.attempts,
        }
        job: Job | None = None
        try:
            job = _decode(claimed)
            with continuing((claimed.fields or {}).get(THREAD)):
                await self._handle(job)
        except UserError as error:
            return self._on_user_error(claimed, job, error, context)
        except TemporaryError as error:
            return self._schedule_retry(claimed, job, error, context)
        except PpvError as error:
            log.error("job failed", extra=context | {"error": str(error)})  # noqa: TRY400 - the message is enough
            return self._fail(claimed, job, words_of(error))
        except Exception as error:  # A bug in one handler must not end the worker.
            log.exception("unexpected error in a job", extra=context)
            if claimed.unexpected_failures >= _MAX_UNEXPECTED_FAILURES:
                return self._fail(claimed, job, words_of(error))
            return self._retry_unexpected(claimed, job, words_of(error))
        self._first_usually_temporary.pop(claimed.id, None)
        return "succeeded", self._queue.done(claimed)

    def _schedule_retry(
        self, claimed: Claimed, job: Job | None, error: TemporaryError, context: dict[str, Any]
    ) -> _Outcome:
        if self._is_persistent(claimed.id, error):
            log.error("job failed", extra=context | {"error": str(error)})
            return self._fail(claimed, job, words_of(error))
        log.info("job retry scheduled", extra=context | {"error": str(error)})
        return self._retry(claimed, job, error)

    def _is_persistent(self, job_id: int, error: TemporaryError) -> bool:
        """Return whether a UsuallyTemporaryError has persisted for ten minutes since the first one of this process."""
        if not isinstance(error, UsuallyTemporaryError):
            return False
        now = self._clock.now()
        if now - self._first_usually_temporary.setdefault(job_id, now) < _USUALLY_RESOLVED_WITHIN:
            return False
        del self._first_usually_temporary[job_id]
        return True

    def _on_user_error(
        self, claimed: Claimed, job: Job | None, error: UserError, context: dict[str, Any]
    ) -> _Outcome:
        match job:
            case Answered():
                log.warning("job refused", extra=context | {"error": type(error).__name__})
                return "refused", self._queue.done(claimed)
            case _:
                log.error("job failed", extra=context | {"error": type(error).__name__})
                return self._fail(claimed, job, words_of(error))

    async def _handle(self, job: Job) -> None:
        handler = self._handlers.get(type(job))
        if handler is None:
            raise OperatorError(f"this version has no handler for {type(job).__name__}")
        if isinstance(job, Owed):
            await handler(job)
            return
        try:
            async with asyncio.timeout(self._answer_seconds) as limit:
                await handler(job)
        except TimeoutError as error:
            if limit.expired():
                raise _TookTooLong from error
            raise

    def _fail(self, claimed: Claimed, job: Job | None, error: str) -> _Outcome:
        owed = not isinstance(job, Answered)
        alert = None
        if owed or self._may_alert(claimed.kind):
            alert = self._on_failure(claimed.kind, claimed.id, error, owed)
        if not owed:
            return "failed", self._queue.fail(claimed, error, then=alert, keep_newest=RECORDED)
        pause = failed_job_pause(claimed.times_failed, self._jitter())
        retry_at = self._clock.now() + pause
        return "failed", self._queue.fail(claimed, error, then=alert, retry_at=retry_at)

    def _may_alert(self, kind: str) -> bool:
        """Allow one alert an hour for each kind of `Answered` job, because anybody can cause any number of them."""
        now = self._clock.now()
        last = self._last_alerts.get(kind)
        if last is not None and now - last < _ALERT_INTERVAL:
            return False
        self._last_alerts[kind] = now
        return True

    def _retry(self, claimed: Claimed, job: Job | None, error: TemporaryError) -> _Outcome:
        if isinstance(job, Answered) and claimed.attempts >= _MAX_ANSWER_ATTEMPTS:
            return self._fail(claimed, job, words_of(error))
        at = self._clock.now() + back_off(claimed.attempts, error.retry_after, self._jitter())
        leave = isinstance(error, _TookTooLong) and claimed.attempts == 1
        return "retried", self._queue.retry(claimed, at, str(error), leave_lock=leave)

    def _retry_unexpected(self, claimed: Claimed, job: Job | None, error: str) -> _Outcome:
        """Retry after a bug. An `Answered` job gives up its lock, so that no job waits behind it."""
        at = self._clock.now() + back_off(claimed.attempts, None, self._jitter())
        leave = isinstance(job, Answered) and not claimed.unexpected_failures
        return "retried", self._queue.retry(claimed, at, error, unexpected=True, leave_lock=leave)


def _decode(claimed: Claimed) -> Job:
    """Raise OperatorError if the job is not a JSON object, or not one of this version."""
    if claimed.fields is None:
        raise OperatorError(f"the fields of this {claimed.kind} job cannot be read")
    try:
        return decode(claimed.kind, claimed.fields)
    except (KeyError, TypeError) as error:
        raise OperatorError(
            f"this version cannot run a {claimed.kind} job with these fields"
        ) from error
