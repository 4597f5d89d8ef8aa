"""Real files for sellers to sell, the same bytes on every run."""

from sandbox.goods.clip import clip
from sandbox.goods.documents import archive, blob, document
from sandbox.goods.media_file import MediaFile
from sandbox.goods.pictures import drawing, photo
from sandbox.goods.sound import song

__all__ = ["MediaFile", "archive", "blob", "clip", "document", "drawing", "photo", "song"]
