"""A homeserver that cannot be reached, or breaks off in the middle."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appservice.matrix.client import MatrixClient
from appservice.matrix.media.media_repository import MatrixMedia
from bot.domain.offers.attachment import Source
from bot.errors import TemporaryError
from bot.ids import EventId, MxcUri, RoomId, UserId
from sandbox.processes import free_port
from tests.support.synapse.matrix_bot import in_chunks

WHOAMI = "/_matrix/client/v3/account/whoami"
PHOTO = Source(RoomId("!room:test"), EventId("$event"), MxcUri("mxc://test/photo"))


@asynccontextmanager
async def homeserver(answer: bytes) -> AsyncIterator[tuple[MatrixClient, list[bytes]]]:
    """Gives the same bytes to every request, then hangs up."""
    requests: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, client_of(port) as client:
        yield client, requests


@asynccontextmanager
async def client_of(port: int) -> AsyncIterator[MatrixClient]:
    url = f"http://127.0.0.1:{port}/"
    async with MatrixClient.open(url, UserId("@ppvbot:test"), "DEVICE", "secret") as client:
        yield client


async def test_nobody_there_passes() -> None:
    async with client_of(free_port()) as client:
        with pytest.raises(TemporaryError, match="no connection"):
            await client.call("GET", WHOAMI)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n<html/>",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 7\r\n\r\n<html/>",
        b"HTTP/1.1 429 Slow\r\nRetry-After: 3\r\nContent-Length: 2\r\n\r\n{}",
        b"nonsense\r\n\r\n",
    ],
)
async def test_an_answer_that_is_none_passes_and_is_asked_for_once(answer: bytes) -> None:
    async with homeserver(answer) as (client, requests):
        with pytest.raises(TemporaryError):
            await client.call("POST", WHOAMI, {})
        assert len(requests) == 1


async def test_a_download_that_is_cut_is_never_taken_for_the_whole_file() -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + bytes(999)
    async with homeserver(answer) as (client, _):
        with pytest.raises(TemporaryError):
            async for _chunk in MatrixMedia(client).download(PHOTO):
                pass


async def test_an_upload_to_nobody_passes() -> None:
    async with client_of(free_port()) as client:
        with pytest.raises(TemporaryError):
            await MatrixMedia(client).upload(
                PHOTO.url, in_chunks(b"x"), size=1, mimetype="text/plain"
            )


async def test_requests_say_who_makes_them_and_keep_the_token_out_of_the_address() -> None:
    async with homeserver(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}") as (client, requests):
        assert await client.call("GET", f"{WHOAMI}?a=1") == {}
    head, _, headers = requests[0].partition(b"\r\n")
    assert head == f"GET {WHOAMI}?a=1&user_id=@ppvbot:test&device_id=DEVICE HTTP/1.1".encode()
    assert b"Authorization: Bearer secret" in headers
