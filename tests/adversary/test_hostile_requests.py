"""Somebody wants a traceback: by whatever HTTP can carry, on every public route that there is.

Seeds make it the same every time; PPV_FUZZ=20 sends twenty times as many requests.
"""

import asyncio
import logging
import os
import random
import re
from collections.abc import Iterator

import pytest
from aiohttp import web

from tests.support.bot_harness import BotHarness
from tests.support.member_pages_client import Browser, application, signed_in

EACH = 60 * int(os.environ.get("PPV_FUZZ", "1"))
"""Requests for each route."""
PNG = b"\x89PNG a picture"

NAMES = "for with page period offer state q session_id looks receipt typed done form who to price text".split()
VALUES = [
    *(
        "",
        "0",
        "-1",
        "9" * 5000,
        "%00",
        "%ff",
        "%ed%a0%80",
        "%0d%0aX:%20y",
        "2026-%0a11",
        "2026-11",
    ),
    *("%C3%A9", "%F0%9F%92%A9", "a" * 3000, "%", "%zz", "../../etc", "cs_test_a1B2c3D4e5F6", "nan"),
    *("@bob:test", "@" + "%C3%A9" * 80, "9e999", "1e5", "%D9%A1", "5 USD", "!ppv", "<script>", "'"),
]
HEADERS: dict[str, list[bytes]] = {
    "Accept": [b"text/html", b"*/*", b"\xff", b""],
    "Accept-Language": [b"de;q=nan", b"fr;q=1e999", b"x" * 4000, b",;q=,", b"\xff\xfe;q=\xff"],
    "Range": [b"bytes=" + b"9" * 40 + b"-", b"bytes=-0", b"bytes=5-1", b"lines=1-2", b"\xff"],
    "If-Range": [b"\xff", b'"x"'],
    "If-None-Match": [b"*", b"\xff", b'W/"', b"," * 500],
    "Cookie": [b"ppv=\xff; ppv-form=\xff; ppv_claim=\xff", b'ppv="\\000"', b"=;=;;", b"a" * 4000],
    "Origin": [b"null", b"https://evil.test", b"\xff"],
    "Sec-Fetch-Site": [b"same-origin", b"cross-site", b"\xff"],
    "X-Forwarded-For": [b"\xff", b"1.1.1.1" * 50, b"::1%\xc3\xa9", b"8.8.8.8"],
    "X-Form-Token": [b"guessed", b"\xff", b""],
    "Tus-Resumable": [b"1.0.0", b"1.0.0", b"9"],
    "Upload-Length": [b"5", b"9" * 40, b"-1", "\u0661".encode(), b"\xff", b"0"],
    "Upload-Offset": [b"0", b"9" * 15, b"x"],
    "Upload-Metadata": [
        *(b"filename \xff\xff", b"filename w6k=", b"filename ====", b"a,b,,c d", b" ,", b"filename AA=="),
        b"filename \xc3\xa9",
    ],
    "Stripe-Signature": [b"t=1,v1=\xff", b"t=" + b"9" * 400 + b",v1=a", b"t=x", b","],
    "Content-Encoding": [b"gzip", b"nonsense"],
}  # fmt: skip
FORM = b"application/x-www-form-urlencoded"
TYPES = [
    *(FORM, FORM, FORM + b"; charset=nonsense", FORM + b"; charset=utf-16", FORM + b"; charset=\xff"),
    *(b"application/json", b"text/plain", b"\xff/\xff", b"", b"multipart/form-data"),
    *(b"multipart/form-data; boundary=b", b"application/offset+octet-stream"),
    b"application/vnd.matrix-ppv.sealed",
]  # fmt: skip
BODIES = [
    *(b"", b"who=%ff", b"who=\xff\xfe", b"for=%00", b"&" * 3000, b"a=b&" * 2000, b"token=%ff", b"\x00"),
    *(b'{"for": ' + b"[" * 50_000, b'{"for": "\\ud800"}', b'{"for": ' + b"9" * 5000 + b"}", b"null", b"7"),
    *(b"--b\r\n\r\n--b--\r\n", b"--b", b"--b\r\nContent-Disposition: form-data; name=\xff\r\n\r\nx\r\n--b--\r\n"),
    b'--b\r\nContent-Disposition: form-data; name="token"; filename="\xff\x00"\r\n\r\nx\r\n--b--\r\n',
]  # fmt: skip


def forms(token: str) -> list[bytes]:
    """Forms of our own pages, with values that none of them ever had."""
    fields = [
        b"price=5 USD",
        b"text=%ED%A0%80",
        b"do=publish",
        b"do=plan",
        b"when=9999-99-99T99:99",
    ]
    fields += [
        b"zone=Nowhere/%0a",
        b"rooms=!x",
        b"rooms=%23a:b",
        b"room=,,,",
        b"amount=-1",
        b"to=@a:b",
    ]
    fields += [b"place=99999", b"do=to", b"name=%F0%9F%92%A9", b"shown=x", b"typed=x", b"words=%09"]
    return [b"token=" + token.encode() + b"&" + b"&".join(fields), *(
        b"token=" + token.encode() + b"&" + each for each in fields
    )]  # fmt: skip


def paths(app: web.Application, offer: str) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    ids = [offer, offer, "0000000000", *(each for each in VALUES if each and "/" not in each)]
    for route in app.router.routes():
        assert route.resource
        canonical = re.sub(r"\{(\w+)[^{}]*(?:\{\d+\})?[^{}]*\}", r"{\1}", route.resource.canonical)
        numbers = {"number": ["0", "7", "999", "\u0661"], "upload": ["a" * 16], "file": ["a" * 16]}
        yield route.method, canonical, {"offer": ids, "name": ids, "sale": ids, **numbers}


async def status_of(port: int, request: bytes) -> int:
    """0 for a connection that was closed without a word."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        head = await reader.readline()
        return int(head.split()[1]) if head else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()


def request_of(dice: random.Random, method: str, path: str, cookie: bytes, token: str) -> bytes:
    query = "&".join(
        f"{dice.choice(NAMES)}={dice.choice(VALUES)}" for _ in range(dice.randrange(4))
    )
    headers = {"Host": b"ppv.test", "Connection": b"close", "Cookie": cookie}
    for name in dice.sample(sorted(HEADERS), dice.randrange(5)):
        headers[name] = dice.choice(HEADERS[name])
    ours = dice.random() < 0.7
    if ours:
        headers |= {"Cookie": cookie, "X-Form-Token": token.encode(), "Tus-Resumable": b"1.0.0"}
    body = b""
    if method not in {"GET", "HEAD"}:
        headers["Content-Type"] = FORM if ours and dice.random() < 0.6 else dice.choice(TYPES)
        body = dice.choice(forms(token) if ours and dice.random() < 0.6 else BODIES)
        headers["Content-Length"] = str(len(body)).encode()
    head = f"{method} {path}{'?' + query if query else ''} HTTP/1.1\r\n".encode()
    return (
        head
        + b"".join(b"%s: %s\r\n" % (n.encode(), v) for n, v in headers.items())
        + b"\r\n"
        + body
    )


@pytest.mark.timeout(1200)
async def test_no_request_ends_in_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    dice = random.Random(13)  # noqa: S311 - the same every time
    house = BotHarness()
    offer = await house.publishes(PNG, PNG)
    sent = 0
    async with signed_in(house) as browser:
        await browser.page("/studio")
        port, cookie = _at(browser)
        for method, canonical, ids in paths(application(house), offer):
            for _ in range(EACH if method != "*" else 0):
                path = canonical.format(**{name: dice.choice(of) for name, of in ids.items()})
                request = request_of(dice, method, path, cookie, browser.token)
                status = await status_of(port, request)
                sent += 1
                assert status < 500, (status, request[:3000])
    assert sent > 3000
    ours = [
        each for each in caplog.records if each.name != "aiohttp.server"
    ]  # test_web_connections
    assert [each.getMessage() for each in ours if each.exc_info] == []


def _at(browser: Browser) -> tuple[int, bytes]:
    server = browser.client.server
    cookies = browser.client.session.cookie_jar.filter_cookies(server.make_url("/"))
    assert server.port
    return server.port, "; ".join(f"{each.key}={each.value}" for each in cookies.values()).encode()
