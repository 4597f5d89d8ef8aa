"""Somebody wants the pages, the probes and the homeserver's door to stop: by requests that never end.

The product runs as a process that may open 512 files; whoever attacks it opens more than twice as many
connections than that.
"""

import asyncio
import os
import resource
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from sandbox.app_process import Configuration
from sandbox.processes import free_port

HALF_SENT = 1100
FILES = 512
PATIENCE = aiohttp.ClientTimeout(total=20)
HEAD = b"GET /m/k7qm2xpa4e HTTP/1.1\r\nHost: ppv.test\r\nX-Slow: "
BODY = (
    b"POST /m/k7qm2xpa4e/ask HTTP/1.1\r\nHost: ppv.test\r\nContent-Length: 1000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nwho="
)


@pytest.fixture(autouse=True)
def files_for_the_attacker() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = HALF_SENT + 1000
    assert hard == resource.RLIM_INFINITY or hard >= wanted
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@asynccontextmanager
async def product(folder: Path) -> AsyncIterator[tuple[Configuration, int]]:
    """Without a homeserver; it waits for one, and answers all the same. Gives its process id."""
    configuration = Configuration(
        folder=folder,
        domain="test",
        homeserver=f"http://127.0.0.1:{free_port()}",
        stripe=f"http://127.0.0.1:{free_port()}",
        sellers=("alice",),
        changes={"encryption": {"direct_rooms": "off"}},
    )
    file, log = configuration.write(), folder / "log"
    limited = f'ulimit -Sn 256 && ulimit -Hn {FILES} && exec "$@"'
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", limited, "sh", sys.executable, "-m", "appservice"),
            *("run", "--config", str(file)),
            stdout=output,
            stderr=output,
            env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )
    try:
        async with asyncio.timeout(180):
            while not await answers(configuration.addresses.ops, "/live"):
                assert process.returncode is None, log.read_text()
        yield configuration, process.pid
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
    assert process.returncode == 0, log.read_text()
    assert "Traceback" not in log.read_text()
    assert "cannot be accepted" not in log.read_text()


async def answers(port: int, path: str, status: int = 200) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=PATIENCE) as session,
            session.get(f"http://127.0.0.1:{port}{path}") as answer,
        ):
            return answer.status == status
    except (aiohttp.ClientError, TimeoutError):
        return False


async def everything_answers(configuration: Configuration) -> None:
    ports = configuration.addresses
    assert await answers(ports.public, "/m/k7qm2xpa4e", 404)
    assert await answers(ports.ops, "/live")
    address = f"http://127.0.0.1:{ports.private}/_matrix/app/v1/transactions/{secrets.token_hex(8)}"
    bearer = {"Authorization": f"Bearer {configuration.tokens[1]}"}
    async with (
        aiohttp.ClientSession(timeout=PATIENCE) as homeserver,
        homeserver.put(address, json={"events": []}, headers=bearer) as answer,
    ):
        assert answer.status == 200


@pytest.mark.timeout(400)
@pytest.mark.parametrize("said", [b"", HEAD, BODY], ids=["nothing", "heads", "bodies"])
async def test_half_sent_requests_hold_up_nobody(tmp_path: Path, said: bytes) -> None:
    async with product(tmp_path) as (configuration, pid):
        writers = []
        for number in range(HALF_SENT):
            _, writer = await asyncio.open_connection("127.0.0.1", configuration.addresses.public)
            writer.write(said)
            writers.append(writer)
            if number % 200 == 0:
                await everything_answers(configuration)
        for writer in writers[-50:]:
            writer.write(b"a")
        await everything_answers(configuration)
        assert len(os.listdir(f"/proc/{pid}/fd")) < FILES  # noqa: PTH208 - names alone
        for writer in writers:
            writer.close()
        await everything_answers(configuration)
