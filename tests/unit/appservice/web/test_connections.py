"""How many connections a listener takes, who gives way to whom, and how long it waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from appservice.descriptors import public_connections
from appservice.web.connections import ConnectionLimits, Connections
from appservice.web.forms import body_of
from appservice.web.http_server import Listener, application
from tests.support.fake_pages import plain_json

GET = b"GET / HTTP/1.1\r\nHost: ppv.test\r\n\r\n"
HALF = GET[:-2]
Talk = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Server:
    """Answers "here" at once, and whoever posts when all of it has come, or is told to."""

    def __init__(self) -> None:
        self.port = 0
        self.busy = asyncio.Semaphore(0)
        self.go_on = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []

    def application(self) -> web.Application:
        async def at_once(_: web.Request) -> web.Response:
            return web.Response(text="here")

        async def later(_: web.Request) -> web.Response:
            self.busy.release()
            await self.go_on.wait()
            return web.Response(text="here at last")

        async def post(request: web.Request) -> web.Response:
            self.busy.release()
            return web.Response(text=f"{len(await body_of(request, 0.2))} bytes")

        routes = [web.get("/", at_once), web.get("/later", later), web.post("/", post)]
        return application(routes, face=plain_json, body_limit=10_000)

    @classmethod
    @asynccontextmanager
    async def open(cls, limits: ConnectionLimits) -> AsyncIterator["Server"]:
        server = cls()
        async with Listener.open("127.0.0.1", 0, limits) as listener:
            await listener.serve(server.application())
            server.port = listener.port
            try:
                yield server
            finally:
                for writer in server.writers:
                    writer.close()

    async def connect(self, said: bytes) -> Talk:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(said)
        self.writers.append(writer)
        return reader, writer

    async def asks(self) -> bytes:
        reader, _ = await self.connect(GET)
        return await reader.readuntil(b"here")


async def closed(talk: Talk) -> bytes:
    """What came before the end."""
    try:
        return await talk[0].read()
    except ConnectionError:
        return b""


@pytest.mark.parametrize("said", [b"", HALF])
async def test_a_head_that_does_not_come_is_not_awaited(said: bytes) -> None:
    async with Server.open(ConnectionLimits(head_seconds=0.05)) as server:
        assert await closed(await server.connect(said)) == b""


async def test_bytes_that_trickle_in_do_not_buy_time() -> None:
    async with Server.open(ConnectionLimits(head_seconds=0.2)) as server:
        reader, writer = await server.connect(HALF)

        async def trickle() -> None:
            while True:
                writer.write(b"a")
                await asyncio.sleep(0)

        trickling = asyncio.create_task(trickle())
        assert await closed((reader, writer)) == b""
        trickling.cancel()


async def test_a_second_request_has_its_own_time_and_may_be_long_in_coming() -> None:
    async with Server.open(ConnectionLimits(head_seconds=0.5, idle_seconds=60)) as server:
        reader, writer = await server.connect(GET)
        await reader.readuntil(b"here")
        for _ in range(2):
            await closed(await server.connect(b""))  # longer than for a head
        writer.write(GET)
        await reader.readuntil(b"here")
        writer.write(HALF)
        assert await closed((reader, writer)) == b""


async def test_a_connection_that_is_idle_is_closed() -> None:
    async with Server.open(ConnectionLimits(idle_seconds=0.05)) as server:
        talk = await server.connect(GET)
        assert (await closed(talk)).endswith(b"here")


async def test_a_handler_may_take_longer_than_any_head() -> None:
    async with Server.open(ConnectionLimits(head_seconds=1, idle_seconds=1)) as server:
        reader, _ = await server.connect(GET.replace(b"/ ", b"/later "))
        await server.busy.acquire()
        await closed(await server.connect(b""))
        server.go_on.set()
        assert await reader.readuntil(b"at last")


async def test_a_newcomer_takes_the_place_of_who_has_been_waited_for_longest() -> None:
    async with Server.open(ConnectionLimits(most=3)) as server:
        waiting = [await server.connect(HALF) for _ in range(3)]
        assert await server.asks()
        assert await closed(waiting[0]) == b""
        waiting[-1][1].write(b"\r\n")
        assert await waiting[-1][0].readuntil(b"here")


async def test_who_sends_a_body_slowly_gives_way_too_and_has_an_end() -> None:
    slow = b"POST / HTTP/1.1\r\nHost: ppv.test\r\nContent-Length: 9\r\n\r\nslow"
    async with Server.open(ConnectionLimits(most=1)) as server:
        talk = await server.connect(slow)
        await server.busy.acquire()
        assert await server.asks()
        assert await closed(talk) == b""
    async with Server.open(ConnectionLimits()) as server:
        assert b" 408 " in await closed(await server.connect(slow))


async def test_nobody_is_cut_off_while_answered() -> None:
    async with Server.open(ConnectionLimits(most=2)) as server:
        later = GET.replace(b"/ ", b"/later ")
        busy = [await server.connect(later) for _ in range(2)]
        for _ in busy:
            await server.busy.acquire()
        assert await closed(await server.connect(GET)) == b""
        server.go_on.set()
        for reader, _ in busy:
            assert await reader.readuntil(b"at last")


def test_an_address_from_outside_has_a_share_of_its_own() -> None:
    connections = Connections(ConnectionLimits(most=10, most_per_address=0))
    assert not connections.make_room("1.1.1.1")
    assert connections.make_room("127.0.0.1")
    assert connections.make_room("10.0.0.1")


@pytest.mark.parametrize(
    ("wanted", "descriptors", "most"),
    [(1000, 524288, 1000), (1000, 1024, 512), (1000, 256, 128), (1000, 8, 16), (50, 1024, 50)],
)
def test_descriptors_are_left_for_all_else(wanted: int, descriptors: int, most: int) -> None:
    assert public_connections(wanted, descriptors) == most


@pytest.mark.parametrize(
    "said", [b"\xff\xfe\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"GET \x00 HTTP/1.1\r\n\r\n"]
)
async def test_what_is_no_http_is_answered_without_a_traceback(
    said: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with Server.open(ConnectionLimits()) as server:
        answer = await closed(await server.connect(said))
        assert answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 ", b"HTTP/1.1 505 "))
    assert not [each for each in caplog.records if each.exc_info]
