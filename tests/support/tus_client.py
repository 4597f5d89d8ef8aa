"""A browser that sends a file in parts, by tus 1.0.0."""

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from aiohttp import ClientResponse

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.upload_parts import encrypt_part
from bot.ids import OfferId
from tests.support.member_pages_client import Browser

SEALED = "application/vnd.matrix-ppv.sealed"
TUS = {"Tus-Resumable": "1.0.0"}


def metadata(**facts: str) -> str:
    return ",".join(
        f"{key} {base64.b64encode(said.encode()).decode()}" for key, said in facts.items()
    )


@dataclass(slots=True)
class Sender:
    browser: Browser
    offer: OfferId
    data: bytes = field(repr=False)
    name: str = "film.bin"
    kind: str = "application/octet-stream"
    facts: dict[str, str] = field(default_factory=dict)
    location: str = ""
    content: str | None = None
    """Told in place of the digest."""

    @property
    def headers(self) -> dict[str, str]:
        return TUS | {"X-Form-Token": self.browser.token}

    async def announces(self, **other: str) -> ClientResponse:
        """`other` headers than the right ones."""
        content = hashlib.sha256(self.data).hexdigest() if self.content is None else self.content
        said = metadata(filename=self.name, filetype=self.kind, content=content, **self.facts)
        headers = {"Upload-Length": str(len(self.data)), "Upload-Metadata": said, **other}
        answer = await self.browser.client.post(
            f"/studio/offers/{self.offer}/uploads", headers=self.headers | headers
        )
        self.location = answer.headers.get("Location", self.location)
        return answer

    async def begins(self) -> int:
        """How much is there already."""
        answer = await self.announces()
        assert answer.status == 201, await answer.text()
        return int(answer.headers["Upload-Offset"])

    async def sends(
        self, start: int, body: bytes | AsyncIterator[bytes], **other: str
    ) -> ClientResponse:
        headers = {
            "Upload-Offset": str(start),
            "Content-Type": "application/offset+octet-stream",
            **other,
        }
        return await self.browser.client.patch(
            self.location, data=body, headers=self.headers | headers
        )

    async def key(self) -> ContentKey:
        answer = await self.browser.client.get(f"{self.location}/key", headers=self.headers)
        assert answer.status == 200, await answer.text()
        assert answer.headers["Cache-Control"] == "no-store"
        return ContentKey(base64.b64decode((await answer.json())["key"]), b"")

    def seals(self, key: ContentKey, start: int, end: int) -> bytes:
        """As the browser does it."""
        upload = self.location.rpartition("/")[2]
        return encrypt_part(key, upload, str(start), self.data[start:end])

    async def sends_sealed(self, start: int, sealed: bytes) -> ClientResponse:
        return await self.sends(start, sealed, **{"Content-Type": SEALED})

    async def looks(self) -> ClientResponse:
        return await self.browser.client.head(self.location, headers=TUS)

    async def sends_all(self) -> None:
        start = await self.begins()
        if start < len(self.data):
            answer = await self.sends(start, self.data[start:])
            assert answer.status == 204, await answer.text()
