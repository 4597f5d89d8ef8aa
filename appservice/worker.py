"""The worker: claims jobs, runs them, and writes down how that ended."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Protocol, assert_never

from appservice.back_off import back_off, pause_aside
from appservice.db.job_queue import LEASE, Claimed
from bot.domain.matrix.thread import continuing
from bot.errors import OperatorError, PpvError, TemporaryError, UserError, UsuallyTemporaryError
from bot.jobs import MONEY_AND_GOODS, OWED, THREAD, Answered, Job, Owed, decode
from bot.ports import Clock
from bot.services.inbound.failed_items import RECORDED, words_of

_FIRST_PAUSE = 1.0
_USUALLY_MENDED_WITHIN = timedelta(minutes=10)
_UNFORESEEN_LIMIT = 5
_ONE_ALARM_IN = timedelta(hours=1)
_ANSWER_SECONDS = 50.0
"""An `Answered` job that takes longer is put off. A homeserver has a minute for each answer."""
_ANSWER_TRIES = 200
"""With pauses of ten minutes it takes more than a day to get there."""
_FOR_MONEY_AND_GOODS = 2
_FOR_OWED = 1
_LOOK_AGAIN = 5.0
"""Seconds; another process, say the command line, may have added jobs without our hearing of it."""
_RENEWAL = LEASE / 3

log = logging.getLogger(__name__)

Handler = Callable[[Any], Awaitable[None]]
Alarm = Callable[[str, int, str, bool], Job | None]
"""What follows when a job is laid aside, from its kind, its number, the error, and whether it is tried again by
itself."""


class Queue(Protocol):
    """Where jobs come from; see JobQueue."""

    @property
    def news(self) -> asyncio.Event: ...
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
        unforeseen: bool = False,
        leave_lane: bool = False,
    ) -> None: ...
    async def bury(
        self,
        claimed: Claimed,
        error: str,
        then: Job | None = None,
        *,
        again_at: datetime | None = None,
        keep: int | None = None,
    ) -> None: ...
    async def recover(self, now: datetime) -> None: ...
    async def next_due(self, *, only: frozenset[str] | None = None) -> datetime | None: ...


class _TookTooLong(TemporaryError):
    def __init__(self) -> None:
        super().__init__("what somebody asked for took too long")


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
        alarm: Alarm = lambda _kind, _id, _error, _again: None,
        hands: int = 6,
        answer_seconds: float = _ANSWER_SECONDS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._queue = queue
        self._handlers = handlers
        self._clock = clock
        self._alarm = alarm
        self._hands = hands
        self._answer_seconds = answer_seconds
        self._jitter = jitter
        self._alarmed: dict[str, datetime] = {}
        self._usually_mended: dict[int, datetime] = {}
        """When a job first met what time mends as a rule, by the job's number."""
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._stopping = False

    def use(self, handlers: Mapping[type[Job], Handler]) -> None:
        """For all jobs that begin from now on."""
        self._handlers = handlers

    async def run(self, *, grace: float = 20.0) -> None:
        """Work until `stop`. What runs then may go on for `grace` seconds; the rest waits for the next start."""
        await self._queue.recover(self._clock.now())
        try:
            while not self._stopping:
                self._queue.news.clear()
                try:
                    await self._rest(await self._take())
                except PpvError:
                    log.exception("the job queue is out of reach")
                    await asyncio.sleep(_FIRST_PAUSE)
        finally:
            await self._wind_up(grace if self._stopping else 0.0)

    async def keep_claims(self) -> None:
        """What runs for long stays ours; runs until it is cancelled, beside `run`."""
        while True:
            await asyncio.sleep(_RENEWAL.total_seconds())
            for claimed in list(self._running.values()):
                with suppress(PpvError):
                    await self._queue.renew(claimed, self._clock.now())

    def stop(self) -> None:
        """Begin no more jobs."""
        self._stopping = True
        self._queue.news.set()

    async def drain(self) -> None:
        """Run what is due, one job after the other, until nothing is."""
        while claimed := await self._queue.claim(self._clock.now()):
            await self._run(claimed)

    async def _take(self) -> float:
        """Begin as many jobs as there are hands; the seconds to rest then, unless there is news."""
        while len(self._running) < self._hands and not self._stopping:
            only = self._allowed()
            claimed = await self._queue.claim(self._clock.now(), only=only)
            if claimed is None:
                due = await self._queue.next_due(only=only)
                wait = (due - self._clock.now()).total_seconds() if due else _LOOK_AGAIN
                return min(max(wait, 0.0), _LOOK_AGAIN)
            task = asyncio.create_task(self._run(claimed))
            self._running[task] = claimed
            task.add_done_callback(self._ended)
        return _LOOK_AGAIN

    def _allowed(self) -> frozenset[str] | None:
        """Kinds of jobs that the hands that are left are for; None for all."""
        kinds = [claimed.kind for claimed in self._running.values()]
        other = sum(kind not in MONEY_AND_GOODS for kind in kinds)
        answered = sum(kind not in OWED for kind in kinds)
        if other >= max(self._hands - _FOR_MONEY_AND_GOODS, 1):
            return MONEY_AND_GOODS
        if answered >= max(self._hands - _FOR_MONEY_AND_GOODS - _FOR_OWED, 1):
            return OWED
        return None

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._queue.news.wait()

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._queue.news.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("the outcome of a job is not written down", extra={"error": str(error)})

    async def _wind_up(self, grace: float) -> None:
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _run(self, claimed: Claimed) -> None:
        outcome = asyncio.ensure_future(await self._attempt(claimed))
        try:
            await asyncio.shield(outcome)
        except asyncio.CancelledError:
            await asyncio.wait([outcome])
            raise

    async def _attempt(self, claimed: Claimed) -> Coroutine[Any, Any, None]:
        """Run it; what is returned writes down how it ended."""
        about: dict[str, Any] = {
            "job": claimed.kind,
            "job_id": claimed.id,
            "claims": claimed.claims,
        }
        job: Job | None = None
        try:
            job = _decoded(claimed)
            with continuing((claimed.fields or {}).get(THREAD)):
                await self._handle(job)
        except UserError as refusal:
            return self._refused(claimed, job, refusal, about)
        except TemporaryError as error:
            return self._put_off(claimed, job, error, about)
        except PpvError as error:
            log.error("job laid aside", extra=about | {"error": str(error)})  # noqa: TRY400 - it says it all
            return self._bury(claimed, job, words_of(error))
        except Exception as error:  # A fault of ours, whatever it is, must not end the worker.
            log.exception("job failed", extra=about)
            if claimed.failures >= _UNFORESEEN_LIMIT:
                return self._bury(claimed, job, words_of(error))
            return self._again_unforeseen(claimed, job, words_of(error))
        self._usually_mended.pop(claimed.id, None)
        return self._queue.done(claimed)

    def _put_off(
        self, claimed: Claimed, job: Job | None, error: TemporaryError, about: dict[str, Any]
    ) -> Coroutine[Any, Any, None]:
        if self._lasts(claimed.id, error):
            log.error("job laid aside", extra=about | {"error": str(error)})
            return self._bury(claimed, job, words_of(error))
        log.info("job put off", extra=about | {"error": str(error)})
        return self._again(claimed, job, error)

    def _lasts(self, job_id: int, error: TemporaryError) -> bool:
        """Whether an operator should know by now. A start of the program counts anew."""
        if not isinstance(error, UsuallyTemporaryError):
            return False
        now = self._clock.now()
        if now - self._usually_mended.setdefault(job_id, now) < _USUALLY_MENDED_WITHIN:
            return False
        del self._usually_mended[job_id]
        return True

    def _refused(
        self, claimed: Claimed, job: Job | None, refusal: UserError, about: dict[str, Any]
    ) -> Coroutine[Any, Any, None]:
        match job:
            case Answered():
                log.warning("job refused", extra=about | {"refusal": type(refusal).__name__})
                return self._queue.done(claimed)
            case Owed() | None:
                log.error("job laid aside", extra=about | {"refusal": type(refusal).__name__})
                return self._bury(claimed, job, words_of(refusal))
            case _:
                assert_never(job)

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

    def _bury(self, claimed: Claimed, job: Job | None, error: str) -> Coroutine[Any, Any, None]:
        owed = not isinstance(job, Answered)
        alarm = None
        if owed or self._is_news(claimed.kind):
            alarm = self._alarm(claimed.kind, claimed.id, error, owed)
        if not owed:
            return self._queue.bury(claimed, error, then=alarm, keep=RECORDED)
        pause = pause_aside(claimed.laid_aside, self._jitter())
        again_at = self._clock.now() + pause
        return self._queue.bury(claimed, error, then=alarm, again_at=again_at)

    def _is_news(self, kind: str) -> bool:
        """Strangers cause any number of these jobs, so admins hear of one an hour."""
        now = self._clock.now()
        last = self._alarmed.get(kind)
        if last is not None and now - last < _ONE_ALARM_IN:
            return False
        self._alarmed[kind] = now
        return True

    def _again(
        self, claimed: Claimed, job: Job | None, error: TemporaryError
    ) -> Coroutine[Any, Any, None]:
        if isinstance(job, Answered) and claimed.claims >= _ANSWER_TRIES:
            return self._bury(claimed, job, words_of(error))
        at = self._clock.now() + back_off(claimed.claims, error.retry_after, self._jitter())
        leave = isinstance(error, _TookTooLong) and claimed.claims == 1
        return self._queue.retry(claimed, at, str(error), leave_lane=leave)

    def _again_unforeseen(
        self, claimed: Claimed, job: Job | None, error: str
    ) -> Coroutine[Any, Any, None]:
        """What strangers have caused leaves its lane, so that nothing waits behind it."""
        at = self._clock.now() + back_off(claimed.claims, None, self._jitter())
        leave = isinstance(job, Answered) and not claimed.failures
        return self._queue.retry(claimed, at, error, unforeseen=True, leave_lane=leave)


def _decoded(claimed: Claimed) -> Job:
    """Raises OperatorError for a job that another version has left, or that is no JSON object."""
    if claimed.fields is None:
        raise OperatorError(f"the fields of this {claimed.kind} job cannot be read")
    try:
        return decode(claimed.kind, claimed.fields)
    except (KeyError, TypeError) as error:
        raise OperatorError(
            f"this version cannot run a {claimed.kind} job with these fields"
        ) from error
