"""Everything that can happen later. A job is data; it survives restarts, and running it twice is harmless."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.domain.matrix.thread import threaded
from bot.i18n import Words, as_data, from_data
from bot.jobs.delivery_jobs import Deliver, TakeBack, delivery_lane
from bot.jobs.guarantee import Answered, Owed
from bot.jobs.inbound_jobs import (
    BringUpToDate,
    FailedItem,
    HandleEvent,
    ReadLater,
    TellKeyMissing,
    key_lane,
)
from bot.jobs.moderation_jobs import Part, TellPerson, WriteToReporter
from bot.jobs.offer_jobs import (
    DestroyKeys,
    GiveNotice,
    PostInReplacement,
    Preview,
    Publish,
    PublishLater,
    PurgeCopies,
    RefreshShop,
    Seal,
    ShowAnew,
    ShowDraft,
    ShowGoods,
    StopListening,
    SweepBlobs,
    SweepUpload,
    TidyUp,
    purge_of_removed,
)
from bot.jobs.operator_jobs import AlertAdmins, RewrapKeys
from bot.jobs.payment_jobs import (
    Audit,
    AwaitBooking,
    CallIn,
    CallInAll,
    LookAtAccount,
    ReadEvents,
    RefundUnknown,
    SendBack,
    Settle,
    SettlePayment,
    TellBuyer,
    TellSeller,
    Watch,
    WriteToAsker,
)
from bot.jobs.upgrade_jobs import FollowUpgrade

Job = (
    HandleEvent | ReadLater | TellKeyMissing | BringUpToDate | FailedItem
    | Seal | ShowDraft | StopListening | Publish | PublishLater | Preview | ShowAnew | RefreshShop | DestroyKeys
    | PostInReplacement | FollowUpgrade
    | SweepBlobs | SweepUpload | PurgeCopies | TidyUp | GiveNotice
    | WriteToAsker | Settle | Watch | SettlePayment | AwaitBooking | CallIn | CallInAll
    | LookAtAccount | SendBack | RefundUnknown | ReadEvents | Audit
    | TellPerson | WriteToReporter | Part
    | Deliver | TakeBack | TellSeller | TellBuyer | ShowGoods | AlertAdmins | RewrapKeys
)  # fmt: skip

JOBS: dict[str, type[Job]] = {
    "handle_event": HandleEvent,
    "read_later": ReadLater,
    "tell_key_missing": TellKeyMissing,
    "bring_up_to_date": BringUpToDate,
    "failed_item": FailedItem,
    "seal": Seal,
    "purge_copies": PurgeCopies,
    "show_draft": ShowDraft,
    "stop_listening": StopListening,
    "publish": Publish,
    "publish_later": PublishLater,
    "preview": Preview,
    "show_anew": ShowAnew,
    "refresh_shop": RefreshShop,
    "post_in_replacement": PostInReplacement,
    "follow_upgrade": FollowUpgrade,
    "show_goods": ShowGoods,
    "destroy_keys": DestroyKeys,
    "sweep_blobs": SweepBlobs,
    "sweep_upload": SweepUpload,
    "tidy_up": TidyUp,
    "give_notice": GiveNotice,
    "write_to_asker": WriteToAsker,
    "settle": Settle,
    "watch": Watch,
    "await_booking": AwaitBooking,
    "settle_payment": SettlePayment,
    "call_in": CallIn,
    "call_in_all": CallInAll,
    "look_at_account": LookAtAccount,
    "send_back": SendBack,
    "refund_unknown": RefundUnknown,
    "read_events": ReadEvents,
    "audit": Audit,
    "deliver": Deliver,
    "take_back": TakeBack,
    "tell_seller": TellSeller,
    "tell_buyer": TellBuyer,
    "alert_admins": AlertAdmins,
    "tell_person": TellPerson,
    "write_to_reporter": WriteToReporter,
    "part": Part,
    "rewrap_keys": RewrapKeys,
}
"""Jobs by the name under which they are stored."""

OWED = frozenset(name for name, kind in JOBS.items() if issubclass(kind, Owed))
MONEY_AND_GOODS = frozenset(
    name
    for name, kind in JOBS.items()
    if issubclass(
        kind,
        Settle | Watch | SettlePayment | CallIn | CallInAll | SendBack | RefundUnknown | ReadEvents | Audit
        | TellSeller | TellBuyer | Deliver | TakeBack | AlertAdmins,
    )
)  # fmt: skip

THREAD = "_thread"
"""The field in which a job carries the thread of the command that it answers."""
_ANSWERS = Preview | ShowGoods | SendBack | Publish | Deliver | TellPerson | TellSeller | TellBuyer

_NAMES = {kind: name for name, kind in JOBS.items()}


def encode(job: Job) -> tuple[str, dict[str, Any]]:
    """The name and the JSON fields of a job. Nothing is copied: a raw event may be of any depth."""
    values = {each.name: getattr(job, each.name) for each in fields(job)}
    thread = threaded() if isinstance(job, _ANSWERS) else None
    return _NAMES[type(job)], ({THREAD: thread} if thread else {}) | {
        name: as_data(value) if isinstance(value, Words) else value
        for name, value in values.items()
    }


def decode(name: str, values: Mapping[str, Any]) -> Job:
    """Raises KeyError for a job that this version does not know."""
    words = values.get("words")
    said = {"words": from_data(words)} if words is not None else {}
    return JOBS[name](**{k: v for k, v in {**values, **said}.items() if k != THREAD})


__all__ = [
    "JOBS",
    "MONEY_AND_GOODS",
    "OWED",
    "THREAD",
    "AlertAdmins",
    "Answered",
    "Audit",
    "AwaitBooking",
    "BringUpToDate",
    "CallIn",
    "CallInAll",
    "Deliver",
    "DestroyKeys",
    "FailedItem",
    "FollowUpgrade",
    "GiveNotice",
    "HandleEvent",
    "Job",
    "LookAtAccount",
    "Owed",
    "Part",
    "PostInReplacement",
    "Preview",
    "Publish",
    "PublishLater",
    "PurgeCopies",
    "ReadEvents",
    "ReadLater",
    "RefreshShop",
    "RefundUnknown",
    "RewrapKeys",
    "Seal",
    "SendBack",
    "Settle",
    "SettlePayment",
    "ShowAnew",
    "ShowDraft",
    "ShowGoods",
    "StopListening",
    "SweepBlobs",
    "SweepUpload",
    "TakeBack",
    "TellBuyer",
    "TellKeyMissing",
    "TellPerson",
    "TellSeller",
    "TidyUp",
    "Watch",
    "WriteToAsker",
    "WriteToReporter",
    "decode",
    "delivery_lane",
    "encode",
    "key_lane",
    "purge_of_removed",
]
