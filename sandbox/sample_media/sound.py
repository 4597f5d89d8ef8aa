"""A short melody."""

import array
import io
import math
import sys
import wave

from sandbox.sample_media.media_file import MediaFile

_SAMPLES_PER_SECOND = 22_050
_NOTES_HZ = (261.63, 329.63, 392.0, 523.25)


def song(name: str = "melody.wav", *, seconds: float = 2.0) -> MediaFile:
    """A mono 16-bit WAV."""
    count = int(seconds * _SAMPLES_PER_SECOND)
    samples = array.array("h", (_sample(index, count) for index in range(count)))
    if sys.byteorder == "big":
        samples.byteswap()
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_SAMPLES_PER_SECOND)
        sound.writeframes(samples.tobytes())
    return MediaFile(
        name=name,
        mimetype="audio/wav",
        data=buffer.getvalue(),
        duration_ms=count * 1000 // _SAMPLES_PER_SECOND,
    )


def _sample(index: int, count: int) -> int:
    note = _NOTES_HZ[index * len(_NOTES_HZ) // count]
    return int(12_000 * math.sin(2 * math.pi * note * index / _SAMPLES_PER_SECOND))
