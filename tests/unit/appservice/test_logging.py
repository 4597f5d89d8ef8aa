import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from appservice import observability
from appservice.observability.redaction import Redaction

OWN_SECRET = "0a1b2c3d4e5f6071"
KEY = "qcHVMSgYg-71CauWBezXI5qkaRb0LuIy-Wx5kIaHMIA"

SECRETS = {
    "own token": f"refused {OWN_SECRET}",
    "token parameter": f"GET /_matrix/media?access_token=syt_{KEY}&x=1",
    "bearer": f"Authorization: Bearer syt_{KEY}",
    "bearer in a mapping": f"{{'Authorization': 'Bearer syt_{KEY}', 'Accept': '*'}}",
    "Stripe test key": "Invalid API Key provided: sk_test_51Abc",
    "Stripe live key": "rk_live_51Abc is not allowed",
    "signing secret": "tried whsec_5aBcD",
    "signature": "Stripe-Signature: t=1492774577,v1=5257a869e7ec,v0=6ffbb59b2300",
    "signature alone": "'t=1492774577,v1=5257a869e7ec'",
    "session address": "open https://checkout.stripe.com/c/pay/cs_test_a1B2#fidkdWxOYHwn",
    "other session address": "http://127.0.0.1:4242/pay/cs_live_a1B2?x=1",
    "session parameter": "GET /api/stripe/chatmessages/success?session_id=cs_test_a1B2",
    "e-mail": "receipt for carol.smith+x" + "@" + "mail.test sent",
    "encoded e-mail": "?prefilled_email=carol.smith%40mail.test",
    "AES key in JSON": f'{{"kty": "oct", "k": "{KEY}"}}',
    "AES key in Python": f"{{'kty': 'oct', 'k': '{KEY}'}}",
    "database": "tried postgresql://ppv:0pen-Sesame@db.test/ppv",
    "database parameter": "tried postgresql://db.test/ppv?user=ppv&password=0pen-Sesame",
    "link token": "GET /m/k7qm2xpa4e?for=q1w2e3r4t5",
    "file name": '{"msgtype": "m.image", "filename": "our \\"secret\\" party.jpg"}',
    "body": "{'msgtype': 'm.file', 'body': 'salaries.xlsx', 'url': 'mxc://a/b'}",
}
MUST_GO = (
    OWN_SECRET, KEY, "51Abc", "5aBcD", "5257a869e7ec", "6ffbb59b2300", "a1B2", "fidkdWxOYHwn",
    "carol.smith", "mail.test", "q1w2e3r4t5", "party.jpg", "salaries", "0pen-Sesame",
)  # fmt: skip
Lines = Callable[[], list[str]]
JsonLine = Callable[[], dict[str, Any]]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error; the logging of pytest is back in place afterwards."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(params=["json", "console"])
def lines(request: pytest.FixtureRequest, written: io.StringIO) -> Lines:
    """The log lines written so far, in both formats."""
    observability.configure(level="debug", style=request.param, secrets=[OWN_SECRET])
    return lambda: written.getvalue().splitlines()


@pytest.fixture
def as_json(written: io.StringIO) -> JsonLine:
    """The one log line that was written."""
    observability.configure(level="info", style="json", secrets=[])
    return lambda: json.loads(written.getvalue())


def raise_with(text: str) -> None:
    raise ValueError(text)


@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS.keys())
def test_no_secret_survives_wherever_it_stands(lines: Lines, text: str) -> None:
    log = logging.getLogger("any")
    log.info(text)
    log.info("it said %s", text)
    log.info("it said", extra={"reason": text, "facts": {"deep": [text]}, text: 1})
    try:
        raise_with(text)
    except ValueError:
        log.exception("failed")
    log.info("here", stack_info=True, extra={"error": ValueError(text)})
    written = "\n".join(lines())
    assert "[redacted]" in written
    assert not [secret for secret in MUST_GO if secret in written]


@pytest.mark.parametrize(
    "field", ["access_token", "as_token", "email", "file_name", "body", "link", "session_url"]
)
def test_fields_that_are_secret_by_name_are_not_written(lines: Lines, field: str) -> None:
    logging.getLogger("any").info("x", extra={field: "nobody should see", "in": {field: "this"}})
    (line,) = lines()
    assert "nobody should see" not in line
    assert "this" not in line


@pytest.mark.parametrize(
    "text",
    [
        "@alice:ppv.test joined !room:ppv.test",
        "from @alice.smith:matrix.ppv.test, in #goods:ppv.test",
        "https://matrix.to/#/@alice:ppv.test",
        "/_matrix/client/v3/profile/%40alice%3Appv.test",
        "offer k7qm2xpa4e, purchase p0123, mxc://ppv.test/AbC, checkout cs_test_a1B2",
        "$kQzl5SmiyI1BSPN9e93xYR4bpVHrkLcYtzmMXgXzmN0",
    ],
)
def test_what_operators_need_stays(text: str) -> None:
    assert Redaction([]).text(text) == text


def test_a_json_line_holds_what_was_given_as_keys(
    as_json: JsonLine,
) -> None:
    logging.getLogger("appservice.worker").warning(
        "job retry scheduled", extra={"job": "seal", "tries": 3, "level": "mine"}
    )
    line = as_json()
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "warning",
        "logger": "appservice.worker",
        "message": "job retry scheduled",
        "job": "seal",
        "tries": 3,
    }


def test_a_traceback_is_one_json_field(as_json: JsonLine) -> None:
    try:
        raise_with("what happened")
    except ValueError:
        logging.getLogger("any").exception("failed")
    line = as_json()
    assert line["message"] == "failed"
    assert line["exception"].startswith("Traceback")
    assert "raise_with" in line["exception"]
    assert line["exception"].endswith("ValueError: what happened")


def test_what_ends_the_program_is_logged(as_json: JsonLine) -> None:
    try:
        raise_with("sk_test_51Abc")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    line = as_json()
    assert line["level"] == "critical"
    assert "ValueError: [redacted]" in line["exception"]


def test_a_message_cannot_forge_a_line_or_colour_the_terminal(
    lines: Lines,
) -> None:
    logging.getLogger("any").info("one\n2026 ERROR two\x1b[31m", extra={"more": "x\r\ny"})
    assert len(lines()) == 1


def test_libraries_are_heard_from_warnings_on_and_nio_hardly_at_all(lines: Lines) -> None:
    for name in ("aiohttp.access", "httpx", "httpcore.http11", "stripe", "nio.responses"):
        logging.getLogger(name).info("chatter")
    logging.getLogger("nio.responses").warning("Error validating event: {}")
    logging.getLogger("httpx").warning("heard")
    (line,) = lines()
    assert "heard" in line
