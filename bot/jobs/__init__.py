"""Everything that can happen later. A job is data; it survives restarts, and running it twice is harmless."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from bot.jobs.delivering import Deliver
from bot.jobs.hearing import HandleEvent, ReadLater, TellKeyMissing, key_lane
from bot.jobs.paying import Settle, TellSeller
from bot.jobs.selling import Preview, Publish, Seal, ShowDraft, ShowGoods, StopListening

Job = (
    HandleEvent | ReadLater | TellKeyMissing | Seal | ShowDraft | StopListening | Publish | Preview
    | Settle | Deliver | TellSeller | ShowGoods
)  # fmt: skip

JOBS: dict[str, type[Job]] = {
    "handle_event": HandleEvent,
    "read_later": ReadLater,
    "tell_key_missing": TellKeyMissing,
    "seal": Seal,
    "show_draft": ShowDraft,
    "stop_listening": StopListening,
    "publish": Publish,
    "preview": Preview,
    "settle": Settle,
    "deliver": Deliver,
    "tell_seller": TellSeller,
    "show_goods": ShowGoods,
}
"""Jobs by the name under which they are stored."""

_NAMES = {kind: name for name, kind in JOBS.items()}


def encode(job: Job) -> tuple[str, dict[str, Any]]:
    """The name and the JSON fields of a job."""
    return _NAMES[type(job)], asdict(job)


def decode(name: str, fields: Mapping[str, Any]) -> Job:
    """Raises KeyError for a job that this version does not know."""
    return JOBS[name](**fields)


__all__ = [
    "JOBS",
    "Deliver",
    "HandleEvent",
    "Job",
    "Preview",
    "Publish",
    "ReadLater",
    "Seal",
    "Settle",
    "ShowDraft",
    "ShowGoods",
    "StopListening",
    "TellKeyMissing",
    "TellSeller",
    "decode",
    "encode",
    "key_lane",
]
