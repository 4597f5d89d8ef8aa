"""Real files for sellers to sell, the same bytes on every run."""

from sandbox.sample_media.clip import clip
from sandbox.sample_media.documents import archive, blob, document
from sandbox.sample_media.media_file import MediaFile
from sandbox.sample_media.pictures import drawing, photo
from sandbox.sample_media.sound import song

__all__ = ["MediaFile", "archive", "blob", "clip", "document", "drawing", "photo", "song"]
