"""An offer: a priced message, from draft to withdrawn, and the only place that says what is legal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from bot.crypto.envelope import WrappedKey
from bot.domain.money.money import Money
from bot.domain.offers.attachment import Attachment, LocationMetadata
from bot.domain.offers.listing import CollectWindow, Listing, Schedule
from bot.errors import IllegalTransition, UserError
from bot.i18n import gettext_lazy
from bot.ids import AttachmentId, BlobId, EventId, OfferId, RoomId, UserId

KEY_GRACE_PERIOD = timedelta(days=1)
"""So long after an offer was taken off sale its keys are kept, even if nobody had bought it."""


MAX_TEXT_LENGTH = 4000
"""Characters. It stands twice in an event, as text and as HTML, and events hold 64 KiB.

https://spec.matrix.org/v1.17/client-server-api/#size-limits
"""


class OfferState(StrEnum):
    DRAFT = "draft"
    """Still being put together; nobody but the seller knows of it."""
    PUBLISHING = "publishing"
    """The seller has said go; sealing and posting are under way."""
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"
    TAKEN_DOWN = "taken_down"
    """By an admin: delivered to nobody any more."""


class TooManyAttachments(UserError):
    """One attachment too many."""


class NotReady(UserError):
    """A draft that cannot be published yet; the text says what is missing."""


class NotOnSale(UserError):
    """An offer that nobody can buy, or not now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One price for all paid attachments; the text is for all to read."""

    id: OfferId
    seller: UserId
    compose_room: RoomId
    """Where it is put together: the seller's direct room, or the room where it was flagged."""
    created_at: datetime
    text: str = field(default="", repr=False)
    price: Money | None = None
    state: OfferState = OfferState.DRAFT
    attachments: tuple[Attachment, ...] = ()
    listings: tuple[Listing, ...] = ()
    collect_window: CollectWindow | None = None
    draft_card_event: EventId | None = None
    """The message in the seller's direct room that shows this draft."""
    schedule: Schedule | None = None
    """Of a draft that goes on sale by itself, whatever it holds by then."""
    in_storefront: bool = False
    """Its seller shows it on their page for everybody."""
    keep_location: bool | None = None
    """Files that join the draft keep place and camera, or lose them; None for what the operator has set."""
    version: int = 0
    """Counts saves; a save from an older version is a ConcurrentUpdate."""

    # --- what it holds

    @property
    def paid(self) -> tuple[Attachment, ...]:
        return tuple(a for a in self.attachments if a.paid)

    @property
    def free(self) -> tuple[Attachment, ...]:
        return tuple(a for a in self.attachments if not a.paid)

    def attachment(self, wanted: AttachmentId) -> Attachment | None:
        return next((a for a in self.attachments if a.id == wanted), None)

    def attachment_at(self, number: int) -> Attachment:
        """The attachment that the seller calls `number`, from 1. Raises UserError."""
        if 1 <= number <= len(self.attachments):
            return self.attachments[number - 1]
        if not self.attachments:
            raise UserError(
                gettext_lazy("The draft has no attachments yet: send me some files first.")
            )
        raise UserError(
            gettext_lazy(
                "There is no attachment {number}: they are numbered 1 to {most}.",
                number=number,
                most=len(self.attachments),
            )
        )

    # --- putting it together

    def with_attachment(self, attachment: Attachment, *, limit: int) -> Self:
        """Raises TooManyAttachments when `limit` attachments are in it already."""
        self._require(OfferState.DRAFT)
        if self.attachment(attachment.id):
            return self
        if len(self.attachments) >= limit:
            raise TooManyAttachments(
                gettext_lazy(
                    "One offer holds at most {limit} attachments, so this one was left out. Publish what you"
                    " have, then send the rest as a new offer.",
                    limit=limit,
                )
            )
        if self.keep_location is not None and attachment.encrypted is None:
            attachment = attachment.with_location(keep=self.keep_location)
        return replace(self, attachments=(*self.attachments, attachment))

    def with_keep_location(self, keep: bool) -> Self:  # noqa: FBT001
        """The same for files that join from now on."""
        self._require(OfferState.DRAFT)
        return replace(self, keep_location=keep)

    def with_attachment_changed(
        self, wanted: AttachmentId, change: Callable[[Attachment], Attachment]
    ) -> Self:
        """The same with one attachment changed; no change if it is gone."""
        return replace(
            self, attachments=tuple(change(a) if a.id == wanted else a for a in self.attachments)
        )

    def without_attachment(self, wanted: AttachmentId) -> Self:
        self._require(OfferState.DRAFT)
        return replace(self, attachments=tuple(a for a in self.attachments if a.id != wanted))

    def reordered(self, wanted: AttachmentId, by: int) -> Self:
        """The same with one attachment that many places further down, as far as there are places."""
        self._require(OfferState.DRAFT)
        place = next((n for n, each in enumerate(self.attachments) if each.id == wanted), None)
        return self if place is None else self.with_attachment_at(wanted, max(0, place + by))

    def with_attachment_at(self, wanted: AttachmentId, place: int) -> Self:
        """The same with one attachment at that place, from 0; at the end when there are not so many."""
        self._require(OfferState.DRAFT)
        found = self.attachment(wanted)
        if found is None:
            return self
        order = [each for each in self.attachments if each.id != wanted]
        order.insert(place, found)
        return replace(self, attachments=tuple(order))

    def with_price(self, price: Money) -> Self:
        self._require(OfferState.DRAFT)
        return replace(self, price=price)

    def with_text(self, text: str) -> Self:
        self._require(OfferState.DRAFT)
        return replace(self, text=text)

    @property
    def collect_until(self) -> datetime | None:
        """Until when attachments in the room still join; None when they do not."""
        return (
            self.collect_window.until
            if self.collect_window and self.state is OfferState.DRAFT
            else None
        )

    def with_collect_window(self, until: datetime | None) -> Self:
        """Listen until then, or no longer."""
        self._require(OfferState.DRAFT)
        return (
            replace(self, collect_window=replace(self.collect_window, until=until))
            if self.collect_window
            else self
        )

    def closing_collect_window(self, until: datetime, window: timedelta) -> Self:
        """Listen a little longer, for what was sent before the seller was done but arrives after."""
        self._require(OfferState.DRAFT)
        if self.collect_window is None:
            return self
        return replace(
            self, collect_window=replace(self.collect_window, until=until, window=window)
        )

    def with_reply(self, answer: EventId) -> Self:
        return (
            replace(self, collect_window=replace(self.collect_window, answer=answer))
            if self.collect_window
            else self
        )

    def with_compose_room(self, room: RoomId) -> Self:
        """Put together somewhere else from now on."""
        self._require(OfferState.DRAFT)
        return replace(self, compose_room=room, collect_window=None, draft_card_event=None)

    def without_draft_card(self) -> Self:
        """The next picture of it is a new message, not an edit of one further up."""
        return replace(self, draft_card_event=None)

    def discarded(self) -> Self:
        self._require(OfferState.DRAFT)
        return replace(self, state=OfferState.DISCARDED, schedule=None)

    # --- out into the rooms

    def with_schedule(self, schedule: Schedule | None) -> Self:
        """It goes on sale by itself then; or with None, as its seller says."""
        self._require(OfferState.DRAFT)
        return replace(self, schedule=schedule)

    def publishing(self, rooms: tuple[RoomId, ...]) -> Self:
        """On the way into these rooms. Raises NotReady if it stands in all of them."""
        self._require(OfferState.DRAFT, OfferState.OPEN)
        listed = {listing.room for listing in self.listings}
        fresh = tuple(Listing(room) for room in dict.fromkeys(rooms) if room not in listed)
        if not fresh:
            raise NotReady(gettext_lazy("It stands there already."))
        state = OfferState.PUBLISHING if self.state is OfferState.DRAFT else self.state
        return replace(self, state=state, listings=(*self.listings, *fresh), schedule=None)

    def require_complete(self) -> None:
        """Raises NotReady unless it has goods, a price, and nothing faulty."""
        if not self.paid:
            raise NotReady(
                gettext_lazy(
                    "There is nothing to sell in it yet: send me at least one file that is not a free"
                    " preview."
                )
            )
        if self.price is None:
            raise NotReady(
                gettext_lazy("It has no price yet. Say, for example: `!ppv price 5 USD`")
            )
        for number, attachment in enumerate(self.attachments, 1):
            if attachment.error:
                raise NotReady(
                    gettext_lazy(
                        "Attachment {number} can't be sold: {fault} Take it out with `!ppv remove {number}`, or"
                        " send it again.",
                        number=number,
                        fault=attachment.error,
                    )
                )
            if not attachment.paid and attachment.info.place is LocationMetadata.REQUESTED:
                raise NotReady(
                    gettext_lazy(
                        "Attachment {number} is free for everybody, and place and camera were left in it as you"
                        " asked. Sell it with `!ppv paid {number}`, or take it out with `!ppv remove {number}`, say"
                        " `!ppv location remove` and send it again.",
                        number=number,
                    )
                )
            if not attachment.paid and attachment.info.place is LocationMetadata.KEPT:
                raise NotReady(
                    gettext_lazy(
                        "Attachment {number} is free for everybody, and it says where it was taken. I can't take"
                        " that out of this kind of file: sell it with `!ppv paid {number}`, or take it out with"
                        " `!ppv remove {number}` and send it as JPEG, PNG or MP4.",
                        number=number,
                    )
                )

    def back_to_draft(self) -> Self:
        """Nothing was posted: the seller mends it and publishes again."""
        self._require(OfferState.PUBLISHING)
        return replace(self, state=OfferState.DRAFT, listings=())

    def with_listing(self, listing: Listing) -> Self:
        """It stands in one more room; the first one opens it for sale."""
        self._require(
            OfferState.PUBLISHING, OfferState.OPEN, OfferState.WITHDRAWN, OfferState.TAKEN_DOWN
        )
        listings = tuple(listing if old.room == listing.room else old for old in self.listings)
        state = OfferState.OPEN if self.state is OfferState.PUBLISHING else self.state
        return replace(self, listings=listings, state=state)

    def with_listing_moved(self, old: RoomId, new: RoomId) -> Self:
        """The same after `new` has replaced `old`: what is not posted yet goes there instead, the rest as well."""
        self._require(OfferState.PUBLISHING, OfferState.OPEN)
        if any(each.room == new for each in self.listings):
            return self
        kept = tuple(each for each in self.listings if each.room != old or each.placeholder)
        return replace(self, listings=(*kept, Listing(new)))

    def without_listing(self, room: RoomId) -> Self:
        """It could not be posted there after all."""
        return replace(self, listings=tuple(each for each in self.listings if each.room != room))

    def with_new_price(self, price: Money) -> Self:
        """On sale for another price from now on. Raises NotOnSale."""
        self.require_on_sale()
        return replace(self, price=price)

    def rewrapped(self, keys: Mapping[BlobId, WrappedKey]) -> Self:
        """The same with other wrappings of the same content keys."""
        return replace(self, attachments=tuple(each.rewrapped(keys) for each in self.attachments))

    def with_new_text(self, text: str) -> Self:
        """On sale with other words from now on. Raises NotOnSale."""
        self.require_on_sale()
        return replace(self, text=text)

    def with_in_storefront(self, *, public: bool) -> Self:
        """Shown on its seller's page for everybody, or not."""
        return replace(self, in_storefront=public)

    def withdrawn(self) -> Self:
        self._require(OfferState.OPEN)
        return replace(self, state=OfferState.WITHDRAWN)

    def taken_down(self) -> Self:
        self._require(OfferState.OPEN, OfferState.WITHDRAWN)
        return replace(self, state=OfferState.TAKEN_DOWN)

    def restored(self) -> Self:
        """Allowed again, and on sale if its keys are still there."""
        self._require(OfferState.TAKEN_DOWN)
        whole = all(each.encrypted for each in self.paid)
        return replace(self, state=OfferState.OPEN if whole else OfferState.WITHDRAWN)

    def without_keys(self) -> Self:
        """Its keys are destroyed: only for what nobody has bought, or ever will."""
        self._require(OfferState.WITHDRAWN, OfferState.DISCARDED)
        return replace(self, attachments=tuple(each.without_keys() for each in self.attachments))

    @property
    def files_deleted(self) -> bool:
        """It was published, and its keys are destroyed since."""
        return self.state is OfferState.WITHDRAWN and not any(each.encrypted for each in self.paid)

    def require_files(self) -> None:
        """Raises NotOnSale for what is published and was forgotten since."""
        if self.files_deleted:
            raise NotOnSale(
                gettext_lazy("Its files are gone: nobody had bought it when you took it off sale.")
            )

    def require_not_taken_down(self) -> None:
        """Raises NotOnSale for what an admin has taken down."""
        if self.state is OfferState.TAKEN_DOWN:
            raise NotOnSale(gettext_lazy("This offer was taken down by the people who run this."))

    def require_on_sale(self) -> Money:
        """The price. Raises NotOnSale, with what the buyer should know."""
        self.require_not_taken_down()
        if self.state is OfferState.WITHDRAWN:
            raise NotOnSale(gettext_lazy("This offer has ended: its seller took it off sale."))
        if self.state is not OfferState.OPEN or self.price is None:
            raise NotOnSale(
                gettext_lazy("This offer is not on sale yet. Please try again in a moment.")
            )
        return self.price

    def _require(self, *states: OfferState) -> None:
        if self.state not in states:
            raise IllegalTransition(f"offer {self.id} is {self.state}, not {' or '.join(states)}")
