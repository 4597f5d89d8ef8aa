"""What stands in rooms for offers, and what the program keeps for itself, in memory."""

from datetime import datetime

from bot.crypto.envelope import WrappedKey
from bot.ids import EventId, OfferId, RoomId
from bot.ports.repositories.posting_repositories import EncryptionProgress, StatusMessage
from tests.support.memory.memory_records import Records


class MemoryPostings:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def deleted(self, offer: OfferId, room: RoomId) -> EventId | None:
        return self._records.deleted_postings.get((offer, room))

    async def record_deleted(self, offer: OfferId, room: RoomId, event: EventId) -> None:
        if offer in self._records.offers:
            self._records.deleted_postings[offer, room] = event

    async def record_outdated(self, offer: OfferId, room: RoomId) -> None:
        if offer in self._records.offers:
            self._records.outdated_postings.add((offer, room))

    async def take_outdated(self, offer: OfferId, room: RoomId) -> bool:
        outdated = (offer, room) in self._records.outdated_postings
        self._records.outdated_postings.discard((offer, room))
        return outdated

    async def began_status(self, offer: OfferId, posting: str) -> bool:
        return (offer, posting) in self._records.status_messages

    async def status(self, offer: OfferId, posting: str) -> StatusMessage | None:
        return self._records.status_messages.get((offer, posting))

    async def save_status(
        self, offer: OfferId, posting: str, message: StatusMessage | None
    ) -> None:
        if offer in self._records.offers:
            self._records.status_messages[offer, posting] = message

    async def card_edited_at(self, offer: OfferId) -> datetime | None:
        return self._records.cards_edited.get(offer)

    async def save_card_edited(self, offer: OfferId, at: datetime) -> None:
        if offer in self._records.offers:
            self._records.cards_edited[offer] = at

    async def progress(self, offer: OfferId) -> EncryptionProgress | None:
        return self._records.encryption_progress.get(offer)

    async def save_progress(self, offer: OfferId, progress: EncryptionProgress | None) -> None:
        self._records.encryption_progress.pop(offer, None)
        if progress is not None and offer in self._records.offers:
            self._records.encryption_progress[offer] = progress


class MemorySaleRooms:
    def __init__(self, records: Records) -> None:
        self._lists, self._upgrades = records.pinned_lists, records.upgrades

    async def pinned_list(self, room: RoomId) -> EventId | None:
        return self._lists.get(room)

    async def save_pinned_list(self, room: RoomId, event: EventId | None) -> None:
        self._lists.pop(room, None)
        if event is not None:
            self._lists[room] = event

    async def followed(self, room: RoomId, replacement: RoomId) -> bool:
        return self._upgrades.get((room, replacement), False)

    async def follow(self, room: RoomId, replacement: RoomId) -> None:
        for key in [key for key, done in self._upgrades.items() if key[0] == room and done]:
            del self._upgrades[key]
        self._upgrades[room, replacement] = True

    async def awaits_invitation(self, replacement: RoomId) -> bool:
        return any(new == replacement and not done for (_, new), done in self._upgrades.items())

    async def await_invitation(self, room: RoomId, replacement: RoomId) -> None:
        self._upgrades[room, replacement] = False


class MemoryOperations:
    def __init__(self, records: Records) -> None:
        self._records = records

    async def alerted(self, key: str) -> bool:
        return key in self._records.alerts

    async def record_alert(self, key: str) -> None:
        self._records.alerts.add(key)

    async def payment_events_read_until(self) -> datetime | None:
        return self._records.payment_events_read_until

    async def save_payment_events_read(self, until: datetime) -> None:
        self._records.payment_events_read_until = until

    async def data_key(self, name: str) -> WrappedKey | None:
        return self._records.data_keys.get(name)

    async def save_data_key(self, name: str, key: WrappedKey) -> None:
        self._records.data_keys[name] = key
