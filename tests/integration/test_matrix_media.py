"""Bytes into and out of a real media repository."""

import hashlib
import secrets
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.domain.offers.attachment import HomeserverCopy, Source
from bot.errors import OperatorError, UserError
from bot.ids import EventId, MxcUri, RoomId, UserId
from bot.ports import FileTooLarge, MediaGone
from sandbox.synapse import Synapse
from tests.support.synapse.matrix_bot import MatrixBot, in_chunks
from tests.support.synapse.synapse_users import Newcomers

LARGE = 5 * 1024 * 1024


@pytest.fixture
async def bot(synapse: Synapse, registration: dict[str, Any]) -> AsyncIterator[MatrixBot]:
    async with MatrixBot.online(synapse, registration) as bot:
        yield bot


def source(url: MxcUri) -> Source:
    return Source(RoomId("!room:test"), EventId("$event"), url)


async def all_of(bot: MatrixBot, url: MxcUri) -> bytes:
    return b"".join([chunk async for chunk in bot.media.download(source(url))])


async def test_what_goes_up_comes_down_in_chunks(bot: MatrixBot) -> None:
    data = secrets.token_bytes(LARGE + 7)
    url = await bot.upload(data)
    chunks = [chunk async for chunk in bot.media.download(source(url))]
    assert hashlib.sha256(b"".join(chunks)).digest() == hashlib.sha256(data).digest()
    assert len(chunks) > 3
    assert all(len(chunk) >= 256 * 1024 for chunk in chunks[:-1])


async def test_what_people_upload_is_downloaded_too(newcomer: Newcomers, bot: MatrixBot) -> None:
    sally = await newcomer("sally")
    url = await sally.session.upload(b"a photo", "image/jpeg", "photo.jpg")
    assert await all_of(bot, MxcUri(url)) == b"a photo"


async def test_uploading_twice_changes_nothing(bot: MatrixBot) -> None:
    url = await bot.upload(b"first")
    await bot.media.upload(url, in_chunks(b"other"), size=5, mimetype="text/plain")
    assert await all_of(bot, url) == b"first"


async def test_a_file_that_is_gone_is_asked_for_again(bot: MatrixBot) -> None:
    with pytest.raises(UserError, match="send it again"):
        await all_of(bot, MxcUri("mxc://ppv.localhost/nothing"))


async def test_an_address_that_was_never_reserved_is_gone(bot: MatrixBot) -> None:
    url = MxcUri("mxc://ppv.localhost/nothing")
    with pytest.raises(MediaGone):
        await bot.media.upload(url, in_chunks(b"x"), size=1, mimetype="text/plain")


async def test_bytes_are_there_once_they_are_uploaded(bot: MatrixBot) -> None:
    url = await bot.media.reserve(100)
    assert not await bot.media.has(url)
    await bot.media.upload(url, in_chunks(bytes(LARGE)), size=LARGE, mimetype="text/plain")
    assert await bot.media.has(url)
    assert not await bot.media.has(MxcUri("mxc://ppv.localhost/nothing"))


async def test_a_file_that_is_too_large_for_the_server_is_told_before_it_goes_up(
    bot: MatrixBot,
) -> None:
    url = await bot.media.reserve(100)

    async def nothing() -> AsyncIterator[bytes]:
        pytest.fail("the upload began")
        yield b""

    with pytest.raises(FileTooLarge, match="at most"):
        await bot.media.reserve(400_000_000)
    with pytest.raises(FileTooLarge, match="at most"):
        await bot.media.upload(url, nothing(), size=400_000_000, mimetype="text/plain")


async def test_what_breaks_the_stream_is_raised_as_it_is(bot: MatrixBot) -> None:
    url = await bot.media.reserve(100)

    async def breaking() -> AsyncIterator[bytes]:
        yield b"some"
        raise OperatorError("there is no such blob")

    with pytest.raises(OperatorError, match="no such blob"):
        await bot.media.upload(url, breaking(), size=100, mimetype="text/plain")
    assert not await bot.media.has(url)


async def test_only_an_admin_deletes_what_people_have_uploaded(
    newcomer: Newcomers, bot: MatrixBot, synapse: Synapse
) -> None:
    url, owner = await bot.upload(b"exposed"), bot.user_id
    purge = bot.media.purge
    assert await purge(url, owner) is HomeserverCopy.NOT_ALLOWED
    boss = await synapse.register(f"boss-{secrets.token_hex(4)}", admin=True)
    admin = await newcomer.cast.log_in(boss)
    await make_admin(synapse, admin.session.access_token, bot.user_id, admin=True)
    try:
        assert await purge(url, UserId("@mallory:ppv.localhost")) is HomeserverCopy.NOT_THEIRS
        assert await bot.media.has(url)
        assert await purge(url, owner) is HomeserverCopy.DELETED
        assert not await bot.media.has(url)
        assert await purge(url, owner) is HomeserverCopy.DELETED
        assert await purge(MxcUri("mxc://elsewhere.test/x"), owner) is HomeserverCopy.REMOTE
    finally:
        await make_admin(synapse, admin.session.access_token, bot.user_id, admin=False)


async def make_admin(synapse: Synapse, token: str, user: str, *, admin: bool) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{synapse.url}/_synapse/admin/v2/users/{user}"
    async with (
        aiohttp.ClientSession(headers=headers, raise_for_status=True) as session,
        session.put(path, json={"admin": admin}),
    ):
        pass
