"""The homeserver's media repository: streamed both ways, reserved before it is filled."""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass

from appservice.matrix.answers import MatrixRejected, NotYetUploaded
from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.fields import count
from appservice.matrix.gate import SynapseGate
from appservice.matrix.mxc import is_mxc, server_and_media_id
from bot.attachment import HomeserverCopy, Source
from bot.contents import Size
from bot.errors import Refusal, Transient
from bot.ids import MxcUri, UserId, homeserver_of
from bot.ports import MediaGone
from bot.words import spoken

CHUNK = 512 * 1024
"""Bytes in which a download is handed on: enough that a thread's work on one is worth its start."""

_ADMIN_MEDIA = "/_synapse/admin/v1/media/{}/{}"
"""https://element-hq.github.io/synapse/latest/admin_api/media_admin_api.html"""

_GONE = spoken("The file is gone from the server: please send it again.")


@dataclass(frozen=True, slots=True)
class MatrixMedia:
    """The port `Media`."""

    client: MatrixClient
    gate: SynapseGate | None = None

    def download(self, source: Source) -> AsyncIterator[bytes]:
        return self.fetch(source.url)

    async def fetch(self, url: MxcUri) -> AsyncGenerator[bytes]:
        """Raises Transient when the connection breaks on the way: the bytes may well be there."""
        path = _download_path(url)
        async with self.client.stream("GET", path, refusals={"M_NOT_FOUND": _GONE}) as response:
            gathered = bytearray()
            async for piece in response.content.iter_any():
                gathered += piece
                if len(gathered) >= CHUNK:
                    yield bytes(gathered)
                    gathered.clear()
            if gathered:
                yield bytes(gathered)

    async def reserve(self) -> MxcUri:
        answer = await self.client.call("POST", "/_matrix/media/v1/create")
        url = answer.get("content_uri")
        if not isinstance(url, str) or not is_mxc(url):
            raise Transient("the homeserver reserved no address for an upload")
        return MxcUri(url)

    async def upload(
        self, url: MxcUri, chunks: AsyncIterator[bytes], *, size: int, mimetype: str
    ) -> None:
        await self._require_room_for(size)
        path = path_of("/_matrix/media/v3/upload/{}/{}", *server_and_media_id(url))
        headers = {"Content-Length": str(size), "Content-Type": mimetype}
        try:
            async with self.client.stream("PUT", path, data=chunks, headers=headers):
                pass
        except MatrixRejected as rejected:
            if rejected.code == "M_CANNOT_OVERWRITE_MEDIA":
                return
            if rejected.code == "M_NOT_FOUND":
                raise MediaGone("the reserved address has lapsed") from rejected
            raise

    async def has(self, url: MxcUri) -> bool:
        """There is no HEAD for media: the answer's head is read, and the rest is cut off."""
        try:
            async with self.client.stream("GET", f"{_download_path(url)}?timeout_ms=0"):
                return True
        except NotYetUploaded:
            return False
        except MatrixRejected as rejected:
            if rejected.code != "M_NOT_FOUND":
                raise
            return False

    async def purge(self, url: MxcUri, owner: UserId) -> HomeserverCopy:
        """By the gate, or Synapse's admin API for a bot that was made an admin; gone already counts as done.

        Only what `owner` has uploaded: a message may name anybody's media as its file.
        """
        server, media_id = server_and_media_id(url)
        if server != homeserver_of(self.client.user_id):
            return HomeserverCopy.REMOTE
        if self.gate is not None:
            outcome = await self.gate.forget(url, owner)
            if outcome is not HomeserverCopy.NOT_ALLOWED:
                return outcome
        return await self._purge_as_admin(path_of(_ADMIN_MEDIA, server, media_id), owner)

    async def _purge_as_admin(self, path: str, owner: UserId) -> HomeserverCopy:
        try:
            answer = await self.client.call("GET", path)
            info = answer.get("media_info")
            if not isinstance(info, Mapping) or info.get("user_id") != owner:
                return HomeserverCopy.NOT_THEIRS
            await self.client.call("DELETE", path)
        except MatrixRejected as rejected:
            gone = rejected.code == "M_NOT_FOUND"
            return HomeserverCopy.DELETED if gone else HomeserverCopy.NOT_ALLOWED
        return HomeserverCopy.DELETED

    async def _require_room_for(self, size: int) -> None:
        """Synapse cuts the connection of an upload that is too large, and never says why."""
        settings = await self.client.call("GET", "/_matrix/client/v1/media/config")
        limit = count(settings, "m.upload.size")
        if limit is not None and size > limit:
            raise Refusal(
                spoken(
                    "The file is too large for the server: it takes at most {size}.",
                    size=Size(limit),
                )
            )


def _download_path(url: MxcUri) -> str:
    return path_of("/_matrix/client/v1/media/download/{}/{}", *server_and_media_id(url))
