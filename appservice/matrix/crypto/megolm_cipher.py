"""Into encrypted rooms: the key to every device that is to read, then the event."""

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
"""Take note of what is seen of people, and return what is remembered of them."""

_FEW = 2
"""Goods go into rooms of the bot and the buyer, perhaps with the seller."""
_ASK_AGAIN_SECONDS = 600.0
_ALWAYS_CLEAR = frozenset({"m.reaction"})
"""As all clients do: a reaction's key stands in its relation, which the homeserver must read anyway."""


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
        """Type and content as they go out. When it cannot be told whether a room is encrypted, or for
        whom, this raises, and nothing goes out. Raises NoDevice for `goods` that no device of the person
        in `to` could read."""
        if type_ in _ALWAYS_CLEAR or not await self._rooms.is_encrypted(room):
            return type_, content
        async with self._turns[room]:
            await self._share(room, to, goods=goods, confidential=goods or "file" in content)
            return "m.room.encrypted", self._outgoing.encrypt(room, type_, content)

    async def _share(
        self, room: RoomId, to: ProvedRoom | None, *, goods: bool, confidential: bool
    ) -> None:
        users: frozenset[str] = await self._rooms.readers(room) if to is None else to.readers
        await self._upkeep.know(users)
        identities = await self._identities_of(users)
        trusted, untrusted = self._devices.readers(users, identities, confidential=confidential)
        await self._upkeep.open_sessions(trusted)
        reachable = [device for device in trusted if self._devices.has_session(device)]
        if goods and to is not None and to.person not in {each.user_id for each in reachable}:
            raise NoDevice(to.person, retry_after=self._heard_of_again(to.person, trusted))
        for batch in self._outgoing.share(room, reachable):
            await self._upkeep.send_to_devices("m.room.encrypted", batch[1])
            self._outgoing.shared(room, batch)
        self._outgoing.ready(room)
        withheld = self._outgoing.withheld(room, untrusted)
        if withheld:
            await self._upkeep.send_to_devices("m.room_key.withheld", withheld)

    def _heard_of_again(self, person: UserId, trusted: Collection[Any]) -> float | None:
        """None if the sync loop hears when a device of this person begins to count.

        It does not hear that their homeserver answers again, nor that one-time keys were uploaded.
        """
        keyless = any(each.user_id == person for each in trusted)
        return _ASK_AGAIN_SECONDS if keyless or self._devices.seen(person) is None else None

    async def _identities_of(self, users: Collection[str]) -> Mapping[str, Identity]:
        """What is remembered of the members of a room with so few that secrets may be said there."""
        others = {user: seen for user in users if (seen := self._devices.seen(user))}
        others.pop(self._upkeep.account.user, None)
        return await self._remember(others) if len(others) <= _FEW else {}
