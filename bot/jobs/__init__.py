"""Everything that can happen later. A job is data; it survives restarts, and running it twice is harmless."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from bot.domain.matrix.thread import threaded
from bot.i18n import Translatable, dump_translatable, load_translatable
from bot.jobs.delivery_jobs import Deliver, RevokeDelivery, delivery_lock
from bot.jobs.guarantee import Answered, Owed
from bot.jobs.inbound_jobs import (
    BackfillJoin,
    FailedItem,
    HandleEvent,
    NotifyUndecryptable,
    RetryDecrypt,
    room_key_lock,
)
from bot.jobs.moderation_jobs import EmailReporter, LeaveRoom, NotifyUser
from bot.jobs.offer_jobs import (
    Cleanup,
    CloseCollectWindow,
    DeleteOrphanBlobs,
    DestroyKeys,
    EncryptAttachment,
    ExpireUpload,
    NotifyRemoval,
    PostInReplacement,
    PostListings,
    PostPreview,
    PublishScheduled,
    PurgeCopies,
    RefreshDraftCard,
    RefreshPlaceholders,
    RefreshRoomCatalogue,
    SendSellerCopy,
    purge_of_removed,
)
from bot.jobs.operator_jobs import AlertAdmins, RewrapKeys
from bot.jobs.payment_jobs import (
    AwaitBalanceTransaction,
    ExpireCheckout,
    ExpireOfferCheckouts,
    NotifyBuyer,
    NotifySeller,
    PollCheckout,
    ReconcileCheckouts,
    RefreshAccountStatus,
    RefundPayment,
    RefundUnknown,
    SendRequestedLink,
    Settle,
    SettlePayment,
    SyncPaymentEvents,
)
from bot.jobs.upgrade_jobs import FollowUpgrade

Job = (
    HandleEvent
    | RetryDecrypt
    | NotifyUndecryptable
    | BackfillJoin
    | FailedItem
    | EncryptAttachment
    | RefreshDraftCard
    | CloseCollectWindow
    | PostListings
    | PublishScheduled
    | PostPreview
    | RefreshPlaceholders
    | RefreshRoomCatalogue
    | DestroyKeys
    | PostInReplacement
    | FollowUpgrade
    | DeleteOrphanBlobs
    | ExpireUpload
    | PurgeCopies
    | Cleanup
    | NotifyRemoval
    | SendRequestedLink
    | Settle
    | PollCheckout
    | SettlePayment
    | AwaitBalanceTransaction
    | ExpireCheckout
    | ExpireOfferCheckouts
    | RefreshAccountStatus
    | RefundPayment
    | RefundUnknown
    | SyncPaymentEvents
    | ReconcileCheckouts
    | NotifyUser
    | EmailReporter
    | LeaveRoom
    | Deliver
    | RevokeDelivery
    | NotifySeller
    | NotifyBuyer
    | SendSellerCopy
    | AlertAdmins
    | RewrapKeys
)

JOBS: dict[str, type[Job]] = {
    "handle_event": HandleEvent,
    "read_later": RetryDecrypt,
    "tell_key_missing": NotifyUndecryptable,
    "bring_up_to_date": BackfillJoin,
    "failed_item": FailedItem,
    "seal": EncryptAttachment,
    "purge_copies": PurgeCopies,
    "show_draft": RefreshDraftCard,
    "stop_listening": CloseCollectWindow,
    "publish": PostListings,
    "publish_later": PublishScheduled,
    "preview": PostPreview,
    "show_anew": RefreshPlaceholders,
    "refresh_shop": RefreshRoomCatalogue,
    "post_in_replacement": PostInReplacement,
    "follow_upgrade": FollowUpgrade,
    "show_goods": SendSellerCopy,
    "destroy_keys": DestroyKeys,
    "sweep_blobs": DeleteOrphanBlobs,
    "sweep_upload": ExpireUpload,
    "tidy_up": Cleanup,
    "give_notice": NotifyRemoval,
    "write_to_asker": SendRequestedLink,
    "settle": Settle,
    "watch": PollCheckout,
    "await_booking": AwaitBalanceTransaction,
    "settle_payment": SettlePayment,
    "call_in": ExpireCheckout,
    "call_in_all": ExpireOfferCheckouts,
    "look_at_account": RefreshAccountStatus,
    "send_back": RefundPayment,
    "refund_unknown": RefundUnknown,
    "read_events": SyncPaymentEvents,
    "audit": ReconcileCheckouts,
    "deliver": Deliver,
    "take_back": RevokeDelivery,
    "tell_seller": NotifySeller,
    "tell_buyer": NotifyBuyer,
    "alert_admins": AlertAdmins,
    "tell_person": NotifyUser,
    "write_to_reporter": EmailReporter,
    "part": LeaveRoom,
    "rewrap_keys": RewrapKeys,
}
"""Jobs by the name under which they are stored."""

OWED = frozenset(name for name, kind in JOBS.items() if issubclass(kind, Owed))
MONEY_AND_GOODS = frozenset(
    name
    for name, kind in JOBS.items()
    if issubclass(
        kind,
        Settle
        | PollCheckout
        | SettlePayment
        | ExpireCheckout
        | ExpireOfferCheckouts
        | RefundPayment
        | RefundUnknown
        | SyncPaymentEvents
        | ReconcileCheckouts
        | NotifySeller
        | NotifyBuyer
        | Deliver
        | RevokeDelivery
        | AlertAdmins,
    )
)

THREAD = "_thread"
"""The field in which a job carries the thread of the command that it answers."""
_ANSWERS = (
    PostPreview
    | SendSellerCopy
    | RefundPayment
    | PostListings
    | Deliver
    | NotifyUser
    | NotifySeller
    | NotifyBuyer
)

_NAMES = {kind: name for name, kind in JOBS.items()}


def encode(job: Job) -> tuple[str, dict[str, Any]]:
    """The name and the JSON fields of a job. Nothing is copied: a raw event may be of any depth."""
    values = {each.name: getattr(job, each.name) for each in fields(job)}
    thread = threaded() if isinstance(job, _ANSWERS) else None
    return _NAMES[type(job)], ({THREAD: thread} if thread else {}) | {
        name: dump_translatable(value) if isinstance(value, Translatable) else value
        for name, value in values.items()
    }


def decode(name: str, values: Mapping[str, Any]) -> Job:
    """Raises KeyError for a job that this version does not know."""
    words = values.get("words")
    said = {"words": load_translatable(words)} if words is not None else {}
    return JOBS[name](**{k: v for k, v in {**values, **said}.items() if k != THREAD})


__all__ = [
    "JOBS",
    "MONEY_AND_GOODS",
    "OWED",
    "THREAD",
    "AlertAdmins",
    "Answered",
    "AwaitBalanceTransaction",
    "BackfillJoin",
    "Cleanup",
    "CloseCollectWindow",
    "DeleteOrphanBlobs",
    "Deliver",
    "DestroyKeys",
    "EmailReporter",
    "EncryptAttachment",
    "ExpireCheckout",
    "ExpireOfferCheckouts",
    "ExpireUpload",
    "FailedItem",
    "FollowUpgrade",
    "HandleEvent",
    "Job",
    "LeaveRoom",
    "NotifyBuyer",
    "NotifyRemoval",
    "NotifySeller",
    "NotifyUndecryptable",
    "NotifyUser",
    "Owed",
    "PollCheckout",
    "PostInReplacement",
    "PostListings",
    "PostPreview",
    "PublishScheduled",
    "PurgeCopies",
    "ReconcileCheckouts",
    "RefreshAccountStatus",
    "RefreshDraftCard",
    "RefreshPlaceholders",
    "RefreshRoomCatalogue",
    "RefundPayment",
    "RefundUnknown",
    "RetryDecrypt",
    "RevokeDelivery",
    "RewrapKeys",
    "SendRequestedLink",
    "SendSellerCopy",
    "Settle",
    "SettlePayment",
    "SyncPaymentEvents",
    "decode",
    "delivery_lock",
    "encode",
    "purge_of_removed",
    "room_key_lock",
]
