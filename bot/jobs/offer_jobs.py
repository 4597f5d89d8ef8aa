"""From a file to an offer in a room."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.ids import AttachmentId, EventId, MxcUri, OfferId, RoomId, UserId
from bot.jobs.job import Owed


@dataclass(frozen=True, slots=True)
class EncryptAttachment(Owed):
    """Encrypt one attachment into our own store."""

    offer: OfferId
    attachment: AttachmentId

    former_name = "seal"

    @property
    def lock(self) -> str:
        return f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class PurgeCopies(Owed):
    """Delete the homeserver's copies of what left its draft before it was sealed."""

    owner: UserId
    urls: Sequence[MxcUri]

    @property
    def lock(self) -> str:
        return f"purge:{self.urls[0]}"


def purge_of_removed(before: Offer, after: Offer) -> tuple[PurgeCopies, ...]:
    """For the attachments that `before` has and `after` has not."""
    return tuple(
        PurgeCopies(before.seller, tuple(source.url for source in each.sources))
        for each in before.attachments
        if each.homeserver_copy is None and each.sources and not after.attachment(each.id)
    )


@dataclass(frozen=True, slots=True)
class RefreshDraftCard(Owed):
    """Bring the seller's picture of a draft up to date."""

    offer: OfferId

    former_name = "show_draft"

    @property
    def lock(self) -> str:
        return f"draft:{self.offer}"


@dataclass(frozen=True, slots=True)
class CloseCollectWindow(Owed):
    """The time for sending attachments to a flagged offer is over."""

    offer: OfferId

    former_name = "stop_listening"

    @property
    def lock(self) -> str:
        return f"listening:{self.offer}"


@dataclass(frozen=True, slots=True)
class PostListings(Owed):
    """Post an offer to the rooms it is meant for."""

    offer: OfferId

    former_name = "publish"
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class PublishScheduled(Owed):
    """Put a draft on sale at a moment (ISO 8601) that its seller has set, unless they think again."""

    offer: OfferId
    at: str

    former_name = "publish_later"

    @property
    def lock(self) -> str:
        return f"planned:{self.offer} {self.at}"


@dataclass(frozen=True, slots=True)
class RefreshPlaceholders(Owed):
    """Bring what stands for an offer in its rooms up to date, or in one of them."""

    offer: OfferId
    room: RoomId | None = None
    tries: int = 0
    """How often the room has refused it."""

    former_name = "show_anew"

    @property
    def lock(self) -> str:
        # What waits for hours holds up nothing else that concerns the offer.
        return f"show:{self.offer} {self.room}" if self.tries else f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class PostInReplacement(Owed):
    """Post an open offer in a room that has replaced one where it stands."""

    offer: OfferId
    room: RoomId

    @property
    def lock(self) -> str:
        return f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class RefreshRoomCatalogue(Owed):
    """Bring a room's list of what is on sale there up to date, if one is kept."""

    room: RoomId

    former_name = "refresh_shop"

    @property
    def lock(self) -> str:
        return f"shop:{self.room}"


@dataclass(frozen=True, slots=True)
class DestroyKeys(Owed):
    """Destroy the keys of an offer that is off sale or was discarded, unless somebody has bought it."""

    offer: OfferId

    @property
    def lock(self) -> str:
        return f"destroy:{self.offer}"


@dataclass(frozen=True, slots=True)
class DeleteOrphanBlobs(Owed):
    """Delete ciphertexts that belong to nothing any more."""

    former_name = "sweep_blobs"

    @property
    def lock(self) -> str:
        return "blobs"


@dataclass(frozen=True, slots=True)
class Cleanup(Owed):
    """Look through what nobody needs any more."""

    former_name = "tidy_up"

    @property
    def lock(self) -> str:
        return "tidying"


@dataclass(frozen=True, slots=True)
class NotifyRemoval(Owed):
    """Tell people that something of an offer goes soon, unless it has changed since it was so marked."""

    offer: OfferId
    mark: str

    former_name = "give_notice"

    @property
    def lock(self) -> str:
        return f"notice:{self.offer}"


@dataclass(frozen=True, slots=True)
class ExpireUpload(Owed):
    """Forget an upload that was not gone on with for a day."""

    upload: AttachmentId

    former_name = "sweep_upload"

    @property
    def lock(self) -> str:
        return f"upload:{self.upload}"


@dataclass(frozen=True, slots=True)
class PostPreview(Owed):
    """Show a draft to its seller as others will see it."""

    offer: OfferId
    room: RoomId
    cause: EventId

    former_name = "preview"
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return f"offer:{self.offer}"


@dataclass(frozen=True, slots=True)
class SendSellerCopy(Owed):
    """Show sellers their own goods, as a buyer gets them."""

    offer: OfferId
    room: RoomId
    cause: EventId

    former_name = "show_goods"
    replies_in_thread = True

    @property
    def lock(self) -> str:
        return f"offer:{self.offer}"
