"""The port `Media` of the fake homeserver."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from bot.domain.offers.attachment import HomeserverCopy, Source
from bot.errors import OperatorError, TemporaryError, UserError
from bot.ids import MxcUri, UserId, homeserver_of
from bot.ports import FileTooLarge, MediaGone
from tests.support.homeserver.room_records import BOT, RoomRecords


@dataclass
class FakeMedia(RoomRecords):
    media: dict[MxcUri, bytes | None] = field(default_factory=dict)
    """None at a reserved address whose bytes have not come."""
    uploaders: dict[MxcUri, UserId] = field(default_factory=dict)
    """A file without an entry belongs to whoever is asked about."""
    largest_file: int | None = None
    """Bytes that the media repository takes, and says so."""
    proxy_takes: int | None = None
    """Bytes that a proxy in front of it lets through."""
    media_trouble: Exception | None = None
    """The media repository's error for every request."""
    may_purge: bool = False
    purge_fails: bool = False

    async def download(self, source: Source) -> AsyncIterator[bytes]:
        self.outside_unit_of_work()
        if source.url not in self.media:
            raise UserError("it is gone from the homeserver.")
        data = self.media[source.url]
        if data is None:
            raise TemporaryError("the upload of this file is not finished")
        for start in range(0, len(data), 7000):
            yield data[start : start + 7000]

    async def largest(self) -> int | None:
        self.outside_unit_of_work()
        return self.largest_file

    def _take(self, size: int, limit: int | None) -> None:
        if self.media_trouble is not None:
            raise self.media_trouble
        if limit is not None and size > limit:
            raise FileTooLarge(f"at most {limit} bytes")

    async def reserve(self, size: int) -> MxcUri:
        self.outside_unit_of_work()
        self._take(size, self.largest_file)
        url = MxcUri(f"mxc://test/{len(self.media)}")
        self.media[url], self.uploaders[url] = None, BOT
        return url

    async def upload(
        self, url: MxcUri, chunks: AsyncIterator[bytes], *, size: int, mimetype: str
    ) -> None:
        self.outside_unit_of_work()
        self._take(size, self.largest_file)
        if url not in self.media:
            raise MediaGone("the address has lapsed")
        self._take(size, self.proxy_takes)
        data = b"".join([chunk async for chunk in chunks])
        assert len(data) == size, "a homeserver refuses a body that is not as long as announced"
        self.fuse.pass_()
        if self.media[url] is None:
            self.media[url] = data
        self.fuse.pass_()

    async def has(self, url: MxcUri) -> bool:
        self.outside_unit_of_work()
        return self.media.get(url) is not None

    async def purge(self, url: MxcUri, owner: UserId) -> HomeserverCopy:
        self.outside_unit_of_work()
        if not url.startswith(f"mxc://{homeserver_of(BOT)}/"):
            return HomeserverCopy.REMOTE
        self.fuse.pass_()
        if self.purge_fails:
            raise OperatorError("the gate answered 403")
        if not self.may_purge:
            return HomeserverCopy.NOT_ALLOWED
        if self.uploaders.get(url, owner) != owner:
            return HomeserverCopy.NOT_THEIRS
        self.media.pop(url, None)
        self.fuse.pass_()
        return HomeserverCopy.DELETED
