"""Which files browsers may show, and under which media type."""

import pytest

from appservice.web.streaming import file_headers, shown_as
from bot.domain.offers.upload import UploadMetadata


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("image/png", "image/png"),
        ("image/apng", "image/apng"),
        ("image/vnd.mozilla.apng", "image/apng"),
        ("image/jpg", "image/jpeg"),
        ("video/quicktime", "video/mp4"),
        ("video/x-m4v", "video/mp4"),
        ("Video/MP4; codecs=avc1", "video/mp4"),
        ("audio/x-m4a", "audio/mp4"),
        ("audio/m4a", "audio/mp4"),
        ("audio/mp3", "audio/mpeg"),
        ("audio/ogg; codecs=opus", "audio/ogg"),
        ("audio/x-wav", "audio/wav"),
        ("image/svg+xml", None),
        ("text/html", None),
        ("image/png, text/html", None),
        ("application/octet-stream", None),
        ("", None),
    ],
)
def test_a_file_is_shown_by_what_it_is(said: str, shown: str | None) -> None:
    assert shown_as(said) == shown
    headers = file_headers("a", said)
    assert headers["Content-Type"] == (shown or "application/octet-stream")
    assert headers["Content-Disposition"].startswith("inline" if shown else "attachment")


def test_a_file_is_saved_under_a_name_that_can_be_saved() -> None:
    headers = file_headers('say "hi": CON?.jpg', "image/jpeg")
    assert headers["Content-Disposition"] == "inline; filename*=UTF-8''say%20%27hi%27_%20CON_.jpg"


@pytest.mark.parametrize(
    ("mimetype", "duration", "known"),
    [
        ("audio/x-m4a", 61_000, 61_000),
        ("audio/wav", 1, 1),
        ("video/mp4", 5_000, 5_000),
        ("audio/wav", 0, None),
        ("audio/wav", 8 * 24 * 3600 * 1000, None),
        ("image/png", 5_000, None),
        ("text/plain", 5_000, None),
    ],
)
def test_a_browser_tells_how_long_sounds_and_films_are(
    mimetype: str, duration: int, known: int | None
) -> None:
    announced = UploadMetadata(name="a", size=1, mimetype=mimetype, duration_ms=duration, width=4)
    assert announced.info.duration_ms == known
