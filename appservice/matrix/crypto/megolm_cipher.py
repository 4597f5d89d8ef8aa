"""Encrypt events: share the room key with every device that may read, then encrypt."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from appservice.matrix.crypto.encrypted_rooms import KnownRooms
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.megolm.outbound_session import OutboundSessions
from appservice.matrix.crypto.trust.device_trust import Devices
from bot.domain.matrix.private_room import NoDevice, ProvedRoom
from bot.domain.people.cross_signing import Identity, SeenIdentity
from bot.ids import RoomId, UserId

Remember = Callable[[Mapping[str, SeenIdentity]], Awaitable[Mapping[str, Identity]]]
"""Store the identities seen now, and return the remembered ones."""

_MAX_PRIVATE_MEMBERS = 2
"""Files are delivered in rooms of the bot and the buyer, perhaps with the seller."""
_RETRY_SECONDS = 600.0
_NEVER_ENCRYPTED = frozenset({"m.reaction"})
"""As in all clients: a reaction's key is in its relation, which is never encrypted."""


class RoomCipher:
    def __init__(
        self,
        rooms: KnownRooms,
        devices: Devices,
        outgoing: OutboundSessions,
        upkeep: KeyUpkeep,
        remember: Remember,
    ) -> None:
        self._rooms = rooms
        self._devices = devices
        self._outgoing = outgoing
        self._upkeep = upkeep
        self._remember = remember
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def enclose(
        self,
        room: RoomId,
        type_: str,
        content: Mapping[str, Any],
        to: ProvedRoom | None = None,
        *,
        goods: bool = False,
    ) -> tuple[str, Mapping[str, Any]]:
        """Return the type and content to send, encrypted if the room is.

        Raises if the state or the readers of the room cannot be determined. Raises NoDevice for `goods` that no
        device of the person in `to` could read.
        """
        if type_ in _NEVER_ENCRYPTED or not await self._rooms.is_encrypted(room):
            return type_, content
        async with self._turns[room]:
            await self._share(room, to, goods=goods, confidential=goods or "file" in content)
            return "m.room.encrypted", self._outgoing.encrypt(room, type_, content)

    async def _share(
        self, room: RoomId, to: ProvedRoom | None, *, goods: bool, confidential: bool
    ) -> None:
        users: frozenset[str] = await self._rooms.readers(room) if to is None else to.readers
        await self._upkeep.query_devices(users)
        identities = await self._identities_of(users)
        trusted, untrusted = self._devices.readers(users, identities, confidential=confidential)
        await self._upkeep.open_sessions(trusted)
        reachable = [device for device in trusted if self._devices.has_session(device)]
        if goods and to is not None and to.person not in {each.user_id for each in reachable}:
            raise NoDevice(to.person, retry_after=self._retry_after(to.person, trusted))
        for batch in self._outgoing.share(room, reachable):
            await self._upkeep.send_to_devices("m.room.encrypted", batch[1])
            self._outgoing.mark_shared_with(room, batch)
        self._outgoing.mark_shared(room)
        withheld = self._outgoing.withheld(room, untrusted)
        if withheld:
            await self._upkeep.send_to_devices("m.room_key.withheld", withheld)

    def _retry_after(self, person: UserId, trusted: Collection[Any]) -> float | None:
        """Return seconds, or None if the sync loop will report when a device of this person becomes usable.

        It does not report new one-time keys, or that their homeserver is reachable again.
        """
        keyless = any(each.user_id == person for each in trusted)
        return _RETRY_SECONDS if keyless or self._devices.seen(person) is None else None

    async def _identities_of(self, users: Collection[str]) -> Mapping[str, Identity]:
        """Return the remembered identities of the members of a private room; nothing for larger rooms."""
        others = {user: seen for user in users if (seen := self._devices.seen(user))}
        others.pop(self._upkeep.account.user, None)
        return await self._remember(others) if len(others) <= _MAX_PRIVATE_MEMBERS else {}
