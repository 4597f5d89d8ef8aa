"""The homeserver's media repository: streamed both ways, reserved before it is filled."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from appservice.matrix.client import MatrixClient, path_of
from appservice.matrix.gate_client import SynapseGate
from appservice.matrix.media.upload_limit import Lasting, UploadLimit
from appservice.matrix.mxc import is_mxc, server_and_media_id
from appservice.matrix.responses import MatrixRejected, NoMatrixAnswer, NotYetUploaded
from bot.domain.offers.attachment import HomeserverCopy, Source
from bot.errors import TemporaryError
from bot.i18n import gettext_lazy
from bot.ids import MxcUri, UserId, homeserver_of
from bot.ports import FileTooLarge, MediaGone, NotTaken

CHUNK = 512 * 1024
"""Bytes in which a download is handed on: enough that a thread's work on one is worth its start."""

_ADMIN_MEDIA = "/_synapse/admin/v1/media/{}/{}"
"""https://element-hq.github.io/synapse/latest/admin_api/media_admin_api.html"""

_CONTENT_TOO_LARGE = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_GONE = gettext_lazy("The file is gone from the server: please send it again.")


@dataclass(frozen=True, slots=True)
class MatrixMedia:
    """The port `Media`."""

    client: MatrixClient
    gate: SynapseGate | None = None
    limit: UploadLimit = field(init=False)
    no_answers: Lasting = field(init=False, default_factory=Lasting)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", UploadLimit(self.client))

    def download(self, source: Source) -> AsyncIterator[bytes]:
        return self.fetch(source.url)

    async def fetch(self, url: MxcUri) -> AsyncGenerator[bytes]:
        """Raises TemporaryError when the connection breaks on the way: the bytes may well be there."""
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

    async def reserve(self, size: int) -> MxcUri:
        """Addresses that are never filled are few: Synapse gives nobody more than five at a time."""
        with self._not_taken():
            await self._require_fitting(size)
            answer = await self.client.call("POST", "/_matrix/media/v1/create")
        url = answer.get("content_uri")
        if not isinstance(url, str) or not is_mxc(url):
            raise TemporaryError("the homeserver reserved no address for an upload")
        return MxcUri(url)

    async def largest(self) -> int | None:
        return await self.limit.recent()

    async def upload(
        self, url: MxcUri, chunks: AsyncIterator[bytes], *, size: int, mimetype: str
    ) -> None:
        """Synapse cuts the connection of an upload that is too large, and never says why: its limit is asked first.
        A proxy in front of it answers 413, with a page for people, which counts once it has lasted.
        """
        with self._not_taken():
            await self._require_fitting(size)
            try:
                await self._put(url, chunks, size, mimetype)
            except NoMatrixAnswer as answer:
                if answer.status != _CONTENT_TOO_LARGE:
                    raise
                if not self.limit.refused(size):
                    raise TemporaryError(
                        f"a file of {size} bytes was refused: {answer}"
                    ) from answer
                raise FileTooLarge(str(answer)) from answer
        self.limit.taken(size)

    async def _require_fitting(self, size: int) -> None:
        limit = await self.limit.ask()
        if limit is not None and size > limit:
            raise FileTooLarge(f"the homeserver takes files of at most {limit} bytes, not {size}")

    async def _put(
        self, url: MxcUri, chunks: AsyncIterator[bytes], size: int, mimetype: str
    ) -> None:
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
            if rejected.code == "M_TOO_LARGE":
                raise FileTooLarge(str(rejected)) from rejected
            raise

    @contextmanager
    def _not_taken(self, *known: str) -> Iterator[None]:
        """Raises NotTaken where the homeserver rejects what is asked of its media repository, but for these codes,
        and where something else has answered in its place for minutes."""
        try:
            yield
        except MatrixRejected as rejected:
            if rejected.code in known:
                raise
            raise NotTaken(str(rejected)) from rejected
        except NoMatrixAnswer as answer:
            if not self.no_answers.lasts():
                raise
            raise NotTaken(str(answer)) from answer
        self.no_answers.ended()

    async def has(self, url: MxcUri) -> bool:
        """There is no HEAD for media: the answer's head is read, and the rest is cut off."""
        try:
            with self._not_taken("M_NOT_FOUND"):
                async with self.client.stream("GET", f"{_download_path(url)}?timeout_ms=0"):
                    return True
        except NotYetUploaded:
            return False
        except MatrixRejected:
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


def _download_path(url: MxcUri) -> str:
    return path_of("/_matrix/client/v1/media/download/{}/{}", *server_and_media_id(url))
