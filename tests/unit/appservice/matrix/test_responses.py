"""A homeserver's errors, by who can mend them."""

import json

import pytest

from appservice.matrix.responses import (
    MatrixRejected,
    NoMatrixAnswer,
    NotYetUploaded,
    TokenUnknown,
    error_of,
)
from bot.errors import OperatorError, PpvError, TemporaryError, UserError, UsuallyTemporaryError


def error(
    status: int, code: str = "", *, headers: dict[str, str] | None = None, **more: object
) -> PpvError:
    body = json.dumps({"errcode": code, "error": "words", **more}).encode()
    return error_of(status, headers or {}, body, {"M_FORBIDDEN": "Ask for an invitation."})


def test_what_a_person_can_mend_is_said_in_our_words() -> None:
    refusal = error(403, "M_FORBIDDEN")
    assert isinstance(refusal, UserError)
    assert str(refusal) == "Ask for an invitation."


def test_what_is_too_large_is_the_persons_to_mend_only_where_a_person_wrote_it() -> None:
    assert isinstance(error(413, "M_TOO_LARGE"), OperatorError)


@pytest.mark.parametrize(
    ("headers", "more", "seconds"),
    [
        ({"Retry-After": "7"}, {"retry_after_ms": 1}, 7.0),
        ({}, {"retry_after_ms": 1500}, 1.5),
        ({"Retry-After": "Mon, 23 Nov"}, {}, None),
        ({}, {"retry_after_ms": "soon"}, None),
    ],
)
def test_being_too_fast_passes_with_the_time_that_is_asked_for(
    headers: dict[str, str], more: dict[str, object], seconds: float | None
) -> None:
    later = error(429, "M_LIMIT_EXCEEDED", headers=headers, **more)
    assert isinstance(later, TemporaryError)
    assert later.retry_after == seconds


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_server_in_trouble_passes(status: int) -> None:
    assert isinstance(error(status, "M_UNKNOWN"), TemporaryError)
    assert isinstance(error_of(status, {}, b"<html>", {}), TemporaryError)


def test_an_unfinished_upload_is_told_from_other_trouble() -> None:
    assert isinstance(error(504, "M_NOT_YET_UPLOADED"), NotYetUploaded)


def test_a_deleted_device_is_a_matter_of_time_for_another_is_made() -> None:
    assert isinstance(error(400, "M_UNKNOWN_DEVICE"), TemporaryError)


@pytest.mark.parametrize("code", ["M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"])
def test_a_lost_identity_may_come_back_and_says_what_to_check(code: str) -> None:
    lost = error(401, code)
    assert isinstance(lost, TokenUnknown)
    assert isinstance(lost, UsuallyTemporaryError)
    assert "registration" in str(lost)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 421, 431])
@pytest.mark.parametrize(
    "body", [b"", b"<html>413</html>", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"errcode": 5}']
)
def test_what_does_not_speak_matrix_is_no_word_of_the_homeservers(status: int, body: bytes) -> None:
    odd = error_of(status, {}, body, {"M_FORBIDDEN": "Ask for an invitation."})
    assert isinstance(odd, NoMatrixAnswer)
    assert isinstance(odd, UsuallyTemporaryError)
    assert odd.status == status


@pytest.mark.parametrize("code", ["M_TOO_LARGE", "M_FORBIDDEN", "ORG.EXAMPLE_ODD"])
def test_a_rejection_in_matrix_own_words_is_broken(code: str) -> None:
    rejected = error_of(413, {}, json.dumps({"errcode": code}).encode(), {})
    assert isinstance(rejected, MatrixRejected)
    assert (rejected.status, rejected.code) == (413, code)
