"""Everything that can happen later. A job is data; it survives restarts, and running it twice is harmless."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bot.ids import AttachmentId, CheckoutSessionId, EventId, OfferId, PurchaseId, RoomId


@dataclass(frozen=True, slots=True)
class HandleEvent:
    """Understand a Matrix event, kept here as it came, and do what it asks."""

    event: Mapping[str, Any]

    @property
    def lane(self) -> str:
        return f"room:{self.event['room_id']}"


@dataclass(frozen=True, slots=True)
class ReadLater:
    """An encrypted event whose key has not come yet, as it came, and when that was (ISO 8601)."""

    event: Mapping[str, Any]
    heard_at: str

    @property
    def lane(self) -> str:
        return f"{key_lane(self.event['content']['session_id'])}{self.event['event_id']}"


@dataclass(frozen=True, slots=True)
class TellKeyMissing:
    """Tell the sender of an encrypted event that it cannot be read."""

    room: RoomId
    event: EventId
    session: str

    @property
    def lane(self) -> str:
        return f"missing:{self.session}"


def key_lane(session: str) -> str:
    """How the lanes of all begin who wait for this session's key."""
    return f"key:{session}:"


@dataclass(frozen=True, slots=True)
class Seal:
    """Encrypt one attachment into our own store."""

    offer: OfferId
    attachment: AttachmentId

    @property
    def lane(self) -> str:
        return f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class ShowDraft:
    """Bring the seller's picture of a draft up to date."""

    offer: OfferId

    @property
    def lane(self) -> str:
        return f"draft:{self.offer}"


@dataclass(frozen=True, slots=True)
class StopListening:
    """The time for sending attachments to a flagged offer is over."""

    offer: OfferId

    @property
    def lane(self) -> str:
        return f"listening:{self.offer}"


@dataclass(frozen=True, slots=True)
class Publish:
    """Post an offer to the rooms it is meant for."""

    offer: OfferId

    @property
    def lane(self) -> str:
        return f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class Preview:
    """Show a draft to its seller as others will see it."""

    offer: OfferId
    room: RoomId
    cause: EventId

    @property
    def lane(self) -> str:
        return f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class Settle:
    """Ask the payment processor about a checkout, and record what it says."""

    session: CheckoutSessionId

    @property
    def lane(self) -> str:
        return f"checkout:{self.session}"


@dataclass(frozen=True, slots=True)
class Deliver:
    """Hand the goods to the buyer."""

    purchase: PurchaseId
    round: int

    @property
    def lane(self) -> str:
        return f"purchase:{self.purchase}"


@dataclass(frozen=True, slots=True)
class TellSeller:
    """Tell the seller of a sale."""

    purchase: PurchaseId

    @property
    def lane(self) -> str:
        return f"sale:{self.purchase}"


@dataclass(frozen=True, slots=True)
class ShowGoods:
    """Show sellers their own goods, as a buyer gets them."""

    offer: OfferId
    room: RoomId
    cause: EventId

    @property
    def lane(self) -> str:
        return f"offer:{self.offer}"


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
