"""The port `Media`, on the fake homeserver and on Synapse."""

from collections.abc import AsyncIterator

import pytest

from bot.domain.offers.attachment import HomeserverCopy, Source
from bot.errors import OperatorError, UserError
from bot.ids import EventId, MxcUri, RoomId
from bot.ports import FileTooLarge, MediaGone
from tests.support.matrix_environments.matrix_environment import MatrixEnvironment


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def uploaded(environment: MatrixEnvironment, data: bytes = b"a photo") -> MxcUri:
    url = await environment.media.reserve(len(data))
    await environment.media.upload(url, stream(data), size=len(data), mimetype="image/png")
    return url


async def downloaded(environment: MatrixEnvironment, url: MxcUri) -> bytes:
    source = Source(RoomId("!room:test"), EventId("$event"), url)
    return b"".join([chunk async for chunk in environment.media.download(source)])


async def test_files_come_back_as_they_were(environment: MatrixEnvironment) -> None:
    assert await downloaded(environment, await uploaded(environment)) == b"a photo"
    theirs = await environment.upload(environment.alice, b"of Alice")
    assert await downloaded(environment, theirs) == b"of Alice"


async def test_a_second_upload_changes_nothing(environment: MatrixEnvironment) -> None:
    url = await uploaded(environment)
    await environment.media.upload(url, stream(b"other"), size=5, mimetype="image/png")
    assert await downloaded(environment, url) == b"a photo"


async def test_unknown_files_are_gone(environment: MatrixEnvironment) -> None:
    unknown = MxcUri(f"mxc://{environment.server}/unknown")
    with pytest.raises(UserError):
        await downloaded(environment, unknown)
    assert not await environment.media.has(unknown)
    with pytest.raises(MediaGone):
        await environment.media.upload(unknown, stream(b"x"), size=1, mimetype="image/png")


async def test_a_reserved_address_has_no_file_yet(environment: MatrixEnvironment) -> None:
    url = await environment.media.reserve(7)
    assert not await environment.media.has(url)
    await environment.media.upload(url, stream(b"a photo"), size=7, mimetype="image/png")
    assert await environment.media.has(url)


async def test_a_file_above_the_limit_is_refused_before_it_is_read(
    environment: MatrixEnvironment,
) -> None:
    largest = await environment.media.largest()
    assert largest is not None
    url = await environment.media.reserve(7)

    async def unread() -> AsyncIterator[bytes]:
        pytest.fail("the upload began")
        yield b""

    with pytest.raises(FileTooLarge):
        await environment.media.reserve(largest + 1)
    for address in (url, MxcUri(f"mxc://{environment.server}/unknown")):
        with pytest.raises(FileTooLarge):
            await environment.media.upload(
                address, unread(), size=largest + 1, mimetype="image/png"
            )


async def test_the_error_of_a_stream_is_raised_and_nothing_is_stored(
    environment: MatrixEnvironment,
) -> None:
    url = await environment.media.reserve(7)

    async def broken() -> AsyncIterator[bytes]:
        yield b"a"
        raise OperatorError("there is no such blob")

    with pytest.raises(OperatorError, match="no such blob"):
        await environment.media.upload(url, broken(), size=7, mimetype="image/png")
    assert not await environment.media.has(url)


async def test_purging_needs_an_admins_power(environment: MatrixEnvironment) -> None:
    url = await uploaded(environment)
    purged = await environment.media.purge(url, environment.bot)
    assert purged is HomeserverCopy.NOT_ALLOWED
    assert await environment.media.has(url)


async def test_only_files_of_their_owner_are_purged(environment: MatrixEnvironment) -> None:
    purge = environment.media.purge
    url = await environment.upload(environment.alice, b"exposed")
    remote = MxcUri("mxc://elsewhere.test/x")
    await environment.let_bot_purge(allowed=True)
    try:
        assert await purge(remote, environment.alice) is HomeserverCopy.REMOTE
        assert await purge(url, environment.bob) is HomeserverCopy.NOT_THEIRS
        assert await environment.media.has(url)
        for _ in range(2):
            assert await purge(url, environment.alice) is HomeserverCopy.DELETED
        with pytest.raises(UserError):
            await downloaded(environment, url)
    finally:
        await environment.let_bot_purge(allowed=False)
