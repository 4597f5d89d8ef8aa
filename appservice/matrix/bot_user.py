"""The bot's account on the homeserver: its device, name and picture."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from appservice.matrix.client import ActAs, MatrixClient, path_of
from appservice.matrix.json_fields import count, text
from appservice.matrix.media.media_repository import MatrixMedia
from appservice.matrix.mxc import is_mxc
from appservice.matrix.responses import MatrixRejected, UnknownDevice
from bot.errors import UserError
from bot.ids import MxcUri, UserId
from bot.ports import NotTaken

_CANNOT_MAKE_DEVICES = frozenset({"M_UNRECOGNIZED", "M_NOT_FOUND"})
_PICTURE = files("appservice.matrix") / "avatar.png"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Whoami:
    user: UserId
    device: str | None


@dataclass(frozen=True, slots=True)
class MatrixIdentity:
    """Sets up the bot's account. Safe to repeat at every start."""

    client: MatrixClient
    media: MatrixMedia
    appservice_id: str
    display_name: str

    async def establish(self) -> None:
        """Set up account, device, name and picture, where they are missing."""
        await self._register()
        await self._make_device()
        await self._set_profile()

    async def whoami(self) -> Whoami:
        """Return the user and device of the bot's requests."""
        answer = await self.client.call("GET", "/_matrix/client/v3/account/whoami")
        return Whoami(UserId(text(answer, "user_id") or ""), text(answer, "device_id"))

    async def has_device(self) -> bool:
        """Return whether the homeserver still has the bot's device."""
        try:
            await self.whoami()
        except UnknownDevice:
            return False
        return True

    async def ping(self, transaction: str) -> int | None:
        """Ping like `reach`, and create the bot's device again if it was deleted."""
        milliseconds = await self.reach(transaction)
        if not await self.has_device():
            await self._make_device()
        return milliseconds

    async def reach(self, transaction: str) -> int | None:
        """Have the homeserver call the appservice. Return the milliseconds, or None if it does not support pings.

        https://spec.matrix.org/v1.17/application-service-api/#pinging
        """
        path = path_of("/_matrix/client/v1/appservice/{}/ping", self.appservice_id)
        body = {"transaction_id": transaction}
        try:
            answer = await self.client.call("POST", path, body, acting=ActAs.SERVICE)
        except MatrixRejected as rejected:
            if rejected.code == "M_UNRECOGNIZED":
                return None
            raise
        return count(answer, "duration_ms")

    async def _register(self) -> None:
        """https://spec.matrix.org/v1.17/application-service-api/#server-admin-style-permissions"""
        body = {
            "type": "m.login.application_service",
            "username": self.client.user_id[1:].partition(":")[0],
            "inhibit_login": True,
        }
        path = "/_matrix/client/v3/register"
        try:
            await self.client.call("POST", path, body, acting=ActAs.SERVICE)
        except MatrixRejected as rejected:
            if rejected.code != "M_USER_IN_USE":
                raise

    async def _make_device(self) -> None:
        """https://spec.matrix.org/v1.17/application-service-api/#device-management"""
        path = path_of("/_matrix/client/v3/devices/{}", self.client.device_id)
        body = {"display_name": self.display_name}
        try:
            await self.client.call("PUT", path, body, acting=ActAs.USER)
        except MatrixRejected as rejected:
            if rejected.code not in _CANNOT_MAKE_DEVICES:
                raise
            await self._log_in()

    async def _log_in(self) -> None:
        """Create the device by login, on homeservers without device management for appservices.

        https://spec.matrix.org/v1.17/application-service-api/#server-admin-style-permissions
        """
        body = {
            "type": "m.login.application_service",
            "identifier": {"type": "m.id.user", "user": self.client.user_id},
            "device_id": self.client.device_id,
            "initial_device_display_name": self.display_name,
        }
        path = "/_matrix/client/v3/login"
        answer = await self.client.call("POST", path, body, acting=ActAs.SERVICE)
        self.client.act_on(self.client.device_id, text(answer, "access_token"))

    async def _set_profile(self) -> None:
        path = path_of("/_matrix/client/v3/profile/{}", self.client.user_id)
        profile = await self.client.call("GET", path)
        if text(profile, "displayname") != self.display_name:
            await self.client.call("PUT", f"{path}/displayname", {"displayname": self.display_name})
        picture = _PICTURE.read_bytes()
        if not await self._is_current_avatar(picture, profile):
            try:
                url = await self.media.reserve(len(picture))
                await self.media.upload(
                    url, _whole(picture), size=len(picture), mimetype="image/png"
                )
            except NotTaken as error:
                _LOG.warning("avatar not uploaded: %s", error)
                return
            await self.client.call("PUT", f"{path}/avatar_url", {"avatar_url": url})

    async def _is_current_avatar(self, picture: bytes, profile: Mapping[str, Any]) -> bool:
        url = text(profile, "avatar_url") or ""
        if not is_mxc(url):
            return False
        shown = bytearray()
        try:
            async with aclosing(self.media.fetch(MxcUri(url))) as chunks:
                async for chunk in chunks:
                    shown += chunk
                    if len(shown) > len(picture):
                        return False
        except UserError:
            return False
        return shown == picture


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data
