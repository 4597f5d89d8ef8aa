"""The draft card: a message in the seller's direct room, edited as the draft and its encryption progress change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.offers.attachment import Attachment, LocationMetadata, MediaKind
from bot.domain.offers.content_summary import ByteSize, format_duration
from bot.domain.offers.offer import NotReady, Offer, OfferState
from bot.i18n import concat, gettext_lazy
from bot.ids import AttachmentId, TxId, code_of, tx_id
from bot.jobs.offer_jobs import RefreshDraftCard
from bot.messages import DraftCard, DraftItem
from bot.ports import Clock, Media, Rooms, Store
from bot.ports.repositories.posting_repositories import EncryptionProgress
from bot.services.drafts.encrypt_progress import EVERY, progress_of, under_way
from bot.services.offers.duplicates import FindDuplicates
from bot.services.offers.status_message import ShowProgress

_NAMES = {
    MediaKind.IMAGE: gettext_lazy("photo"),
    MediaKind.VIDEO: gettext_lazy("video"),
    MediaKind.AUDIO: gettext_lazy("sound file"),
    MediaKind.FILE: gettext_lazy("file"),
}
_ON_PAGE = gettext_lazy(
    "too large for the chat server, so buyers open this one on their own web page, by a link in their chat"
)
_FREE_ON_PAGE = gettext_lazy(
    "too large for the chat server, so people see this one on the offer's web page"
)
_PLACES = {
    LocationMetadata.REMOVED: gettext_lazy(
        "this said where it was taken, and by which camera: I took that out, what people see and hear is unchanged."
        " Should it stay in? Write `!ppv location keep` in our chat, take the file out and send it again"
    ),
    LocationMetadata.REQUESTED: gettext_lazy(
        "this says where it was taken, or by which camera, and I leave that in as you asked: whoever buys it can"
        " read it"
    ),
    LocationMetadata.KEPT: gettext_lazy(
        "this says where it was taken, and I can't take that out of this kind of file: send it as JPEG, PNG or MP4"
        " if nobody should know"
    ),
}


@dataclass(frozen=True, slots=True)
class DraftCardUpdater:
    store: Store
    rooms: Rooms
    show_progress: ShowProgress
    clock: Clock
    find_duplicates: FindDuplicates
    media: Media

    async def __call__(self, job: RefreshDraftCard) -> None:
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            progress = await progress_of(uow, job.offer)
        if offer is None:
            return
        if offer.state is OfferState.PUBLISHING and (message := under_way(offer, progress)):
            await self.show_progress(offer, f"⏳ {message} Then I put it on sale.")
        if offer.state is not OfferState.DRAFT:
            return
        studio = await self.show_progress.direct_room.still(offer.compose_room, offer.seller)
        if studio is None:
            return
        percent = [str(progress.percent)] if progress else []
        tx = tx_id("card", offer.id, str(offer.version), *percent)
        duplicates = await self.find_duplicates(offer)
        notes = notes_on_files(offer, await self.media.largest())
        new_card = card(offer, progress, duplicates, notes)
        if offer.draft_card_event is not None:
            await self._edit(offer, studio, new_card, tx)
            return
        sent = await self.rooms.confide(studio, new_card, tx)
        async with self.store.begin() as uow:
            latest = await uow.offers.get(job.offer)
            if latest is not None:
                await uow.offers.save(replace(latest, draft_card_event=sent))

    async def _edit(self, offer: Offer, studio: ProvedRoom, new_card: DraftCard, tx: TxId) -> None:
        """Edit the card, or schedule the edit if the last one was less than `EVERY` ago, to batch changes."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            edited_at = await uow.postings.card_edited_at(offer.id)
            again = edited_at + EVERY if edited_at else now
            if now < again:
                await uow.jobs.add(RefreshDraftCard(offer.id), at=again, queueing_lock=True)
                return
            await uow.postings.save_card_edited(offer.id, now)
        if offer.draft_card_event is not None:
            await self.rooms.edit_confided(studio, offer.draft_card_event, new_card, tx)


def notes_on_files(offer: Offer, largest: int | None) -> dict[AttachmentId, str]:
    """Return notes on files that exceed the homeserver's size limit or contained location metadata."""
    notes: dict[AttachmentId, str] = {}
    for each in offer.attachments:
        file_notes = [_PLACES[each.info.place]] if each.info.place else []
        if largest is not None and each.size > largest:
            file_notes.append(_ON_PAGE if each.paid else _FREE_ON_PAGE)
        if file_notes:
            notes[each.id] = concat(file_notes, by="; ")
    return notes


def card(
    offer: Offer,
    progress: EncryptionProgress | None,
    duplicates: Mapping[AttachmentId, str],
    notes: Mapping[AttachmentId, str],
) -> DraftCard:
    """Build the card of a draft with its next step. `duplicates`: notes on files that are on sale already."""
    return DraftCard(
        under_way=under_way(offer, progress),
        text=offer.text,
        price=str(offer.price) if offer.price else None,
        items=tuple(
            _item(number, a, duplicates.get(a.id), notes.get(a.id))
            for number, a in enumerate(offer.attachments, 1)
        ),
        next_step=_next_step(offer),
    )


def _item(number: int, attachment: Attachment, twin: str | None, note: str | None) -> DraftItem:
    info = attachment.info
    facts: list[object] = [
        _NAMES[attachment.kind],
        format_duration(info.duration_ms) if info.duration_ms else "",
        f"{info.width}\N{MULTIPLICATION SIGN}{info.height}" if info.width and info.height else "",
        ByteSize(attachment.size) if attachment.size else "",
    ]
    return DraftItem(
        number=number,
        name=attachment.name,
        about=concat(filter(None, facts), by=", "),
        free=not attachment.paid,
        sealed=attachment.encrypted is not None,
        fault=attachment.error,
        twin=twin,
        note=note,
    )


def _next_step(offer: Offer) -> str:
    if offer.schedule is not None:
        return (
            f"🕒 It goes on sale at {offer.schedule.display}."
            f" `!ppv scheduled {code_of(offer.id)} cancel` makes it your draft again."
        )
    try:
        offer.require_complete()
    except NotReady as missing:
        return missing.words
    if not offer.text:
        return gettext_lazy(
            "Add some words with `!ppv text …`, or put it on sale with `!ppv publish #room:server`"
        )
    return gettext_lazy(
        "See it as buyers will with `!ppv preview`, or put it on sale with `!ppv publish #room:server`"
    )
