"""One logged-in device: the client-server API as JSON in and JSON out."""

import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from sandbox.synapse import Account

# A /sync may hang for its whole `timeout`, and a large upload takes its time.
_REQUEST_SECONDS = 120


class MatrixError(RuntimeError):
    """The homeserver said no (spec: standard error response)."""

    def __init__(self, status: int, errcode: str, message: str):
        super().__init__(f"{status} {errcode}: {message}")
        self.status = status
        self.errcode = errcode


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    homeserver: str
    user_id: str
    device_id: str
    access_token: str
    http: aiohttp.ClientSession

    @classmethod
    @asynccontextmanager
    async def log_in(cls, homeserver: str, account: Account) -> AsyncIterator["Session"]:
        """A new device of `account`."""
        timeout = aiohttp.ClientTimeout(total=_REQUEST_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            login = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": account.user_id},
                "password": account.password,
                "initial_device_display_name": f"{account.name}'s sandbox client",
            }
            url = f"{homeserver}/_matrix/client/v3/login"
            async with http.post(url, json=login) as response:
                answer = await _json_or_error(response)
            yield cls(
                homeserver=homeserver,
                user_id=answer["user_id"],
                device_id=answer["device_id"],
                access_token=answer["access_token"],
                http=http,
            )

    async def request(
        self,
        method: str,
        *path: str,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Calls `/_matrix/client/v3/` + path. Raises MatrixError, aiohttp.ClientError."""
        url = self._url("/_matrix/client/v3/", *path).update_query(params or {})
        async with self.http.request(method, url, json=body, headers=self._headers()) as response:
            return await _json_or_error(response)

    async def upload(self, data: bytes, mimetype: str, name: str | None) -> str:
        """Stores `data` in the media repository; returns its mxc URI."""
        url = self._url("/_matrix/media/v3/", "upload")
        if name is not None:
            url = url.update_query({"filename": name})
        headers = {**self._headers(), "Content-Type": mimetype}
        async with self.http.post(url, data=io.BytesIO(data), headers=headers) as response:
            return str((await _json_or_error(response))["content_uri"])

    async def download(self, mxc: str) -> bytes:
        """By authenticated media (spec: `/_matrix/client/v1/media/download`)."""
        server, _, media_id = mxc.removeprefix("mxc://").partition("/")
        url = self._url("/_matrix/client/v1/media/download/", server, media_id)
        async with self.http.get(url, headers=self._headers()) as response:
            if response.status != 200:
                await _json_or_error(response)
            return await response.read()

    def _url(self, prefix: str, *path: str) -> URL:
        joined = "/".join(quote(part, safe="") for part in path)
        return URL(f"{self.homeserver}{prefix}{joined}", encoded=True)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}


async def _json_or_error(response: aiohttp.ClientResponse) -> dict[str, Any]:
    answer: dict[str, Any] = await response.json(content_type=None)
    if response.status != 200:
        raise MatrixError(
            response.status, answer.get("errcode", "unknown"), answer.get("error", "")
        )
    return answer
