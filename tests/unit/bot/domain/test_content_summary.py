from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.offers.attachment import Attachment, MediaInfo, MediaKind, Source
from bot.domain.offers.content_summary import format_duration, format_size, summary_line
from bot.ids import AttachmentId, EventId, MxcUri, RoomId


def attachment(kind: MediaKind, size: int, duration_ms: int | None = None) -> Attachment:
    return Attachment(
        id=AttachmentId("a"),
        name="a.bin",
        kind=kind,
        info=MediaInfo(size=size, duration_ms=duration_ms),
        source=Source(RoomId("!r:test"), EventId("$e"), MxcUri("mxc://test/a")),
        sent_at=datetime(2026, 11, 23, tzinfo=UTC),
    )


def test_what_is_inside_reads_like_a_sentence() -> None:
    photo = attachment(MediaKind.IMAGE, 10_000_000)
    video = attachment(MediaKind.VIDEO, 18_000_000, duration_ms=134_000)
    assert summary_line([photo, photo, photo, video]) == "3 photos, 1 video (2:14), 48 MB"
    assert summary_line([attachment(MediaKind.FILE, 812)]) == "1 file, 812 bytes"
    assert (
        summary_line([attachment(MediaKind.AUDIO, 1_500_000, 3_723_000)])
        == "1 sound file (1:02:03), 1.5 MB"
    )


def test_of_a_sealed_file_the_counted_size_is_told() -> None:
    claimed = attachment(MediaKind.FILE, 5)
    assert summary_line([replace(claimed, info=MediaInfo())]) == "1 file, 0 bytes"


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1_500_000, "1.5 MB"),
     (48_000_000, "48 MB"), (999_950_000, "1 GB"), (2_147_483_648, "2.1 GB")],
)  # fmt: skip
def test_sizes_are_told_in_round_numbers(size: int, words: str) -> None:
    assert format_size(size) == words


@pytest.mark.parametrize(
    ("milliseconds", "words"), [(200, "0:01"), (59_600, "1:00"), (134_000, "2:14")]
)
def test_playing_times_look_as_in_a_player(milliseconds: int, words: str) -> None:
    assert format_duration(milliseconds) == words
