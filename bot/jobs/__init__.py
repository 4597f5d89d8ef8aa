"""Everything that can happen later, by name.

To add a job: a dataclass in a module of this package, and its handler in bot/bootstrap/job_handlers.py.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.domain.matrix.thread import threaded
from bot.i18n import Translatable, dump_translatable, load_translatable
from bot.jobs import (
    delivery_jobs,
    inbound_jobs,
    moderation_jobs,
    offer_jobs,
    operator_jobs,
    payment_jobs,
    upgrade_jobs,
)
from bot.jobs.job import FORMER_NAMES, JOBS, Answered, Job, Owed

_MODULES = (
    delivery_jobs,
    inbound_jobs,
    moderation_jobs,
    offer_jobs,
    operator_jobs,
    payment_jobs,
    upgrade_jobs,
)
"""Imported so that their jobs are in JOBS."""

OWED = frozenset(name for name, kind in JOBS.items() if issubclass(kind, Owed))
MONEY_AND_GOODS = frozenset(name for name, kind in JOBS.items() if kind.has_reserved_slot)

THREAD = "_thread"
"""The field in which a job carries the thread of the command that it answers."""

_NAMES = {kind: name for name, kind in JOBS.items()}


def current_name(stored: str) -> str:
    """Return the name that a job, stored under this name, has now; an unknown name as it is."""
    return FORMER_NAMES.get(stored, stored)


def stored_names(names: frozenset[str]) -> frozenset[str]:
    """Return these names and the former ones of the same jobs."""
    return names | {former for former, name in FORMER_NAMES.items() if name in names}


def encode(job: Job) -> tuple[str, dict[str, Any]]:
    """Return the name and the JSON fields of a job. Nothing is copied, because a raw event may be of any depth."""
    values = {each.name: getattr(job, each.name) for each in fields(job)}
    thread = threaded() if job.replies_in_thread else None
    return _NAMES[type(job)], ({THREAD: thread} if thread else {}) | {
        name: dump_translatable(value) if isinstance(value, Translatable) else value
        for name, value in values.items()
    }


def decode(name: str, values: Mapping[str, Any]) -> Job:
    """Raise KeyError for a job that this version does not know."""
    words = values.get("words")
    said = {"words": load_translatable(words)} if words is not None else {}
    kind = JOBS[current_name(name)]
    return kind(**{k: v for k, v in {**values, **said}.items() if k != THREAD})


__all__ = [
    "JOBS",
    "MONEY_AND_GOODS",
    "OWED",
    "THREAD",
    "Answered",
    "Job",
    "Owed",
    "current_name",
    "decode",
    "encode",
    "stored_names",
]
