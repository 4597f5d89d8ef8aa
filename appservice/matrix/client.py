"""The one way to the homeserver: every request of the appservice goes through here."""

import json
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from enum import Enum
from typing import Any, Protocol, Self
from urllib.parse import quote, urlencode

import aiohttp

from appservice.matrix.event_keys import MARK
from appservice.matrix.responses import NO_REFUSALS, MatrixRejected, error_of, json_object
from appservice.metrics import NOT_TIMED, CallTimer
from bot.domain.matrix.private_room import ProvedRoom
from bot.errors import PpvError, TemporaryError, UserError
from bot.ids import EventId, RoomId, TxId, UserId

_READ_BUFFER = 1 << 20
_WORD = re.compile(r"|v[0-9]|r0|[a-z_.]{1,40}")
_CALL = aiohttp.ClientTimeout(total=60)
_STREAM = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)


class Cipher(Protocol):
    """Decides how an event leaves us."""

    async def enclose(
        self,
        room: RoomId,
        type_: str,
        content: Mapping[str, Any],
        to: ProvedRoom | None = None,
        *,
        goods: bool = False,
    ) -> tuple[str, Mapping[str, Any]]:
        """Type and content as they go out: encrypted where the room is, for the readers of `to` or else all
        members. Raises NoDevice for `goods` that no device of the person in `to` could read."""
        ...


class ActAs(Enum):
    """On whose behalf a request is made."""

    SERVICE = "service"
    USER = "user"
    """The bot, before its device exists."""
    DEVICE = "device"
    """The bot on its device: only so does a transaction id survive a restart of the homeserver."""


class MatrixClient:
    """Requests as the application service's bot; errors come as ours. Made by `open`."""

    def __init__(
        self,
        url: str,
        user_id: UserId,
        as_token: str,
        requests: aiohttp.ClientSession,
        long_polls: aiohttp.ClientSession,
        timer: CallTimer = NOT_TIMED,
    ) -> None:
        self.user_id = user_id
        self.device_id = ""
        self.cipher: Cipher | None = None
        """None while the bot knows no encryption; then all goes out as it is."""
        self._url = url
        self._as_token = as_token
        self._device_token: str | None = None
        self._requests = requests
        self._long_polls = long_polls
        self._timer = timer

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str,
        user_id: UserId,
        device_id: str,
        as_token: str,
        timer: CallTimer = NOT_TIMED,
    ) -> AsyncIterator[Self]:
        """`url` is the homeserver's client-server address. Connects with the first request."""
        async with (
            aiohttp.ClientSession(read_bufsize=_READ_BUFFER) as requests,
            aiohttp.ClientSession(read_bufsize=_READ_BUFFER) as long_polls,
        ):
            # It would repeat a request whose connection breaks, and nobody would hear of it.
            long_polls._retry_connection = False
            client = cls(url.rstrip("/"), user_id, as_token, requests, long_polls, timer)
            client.act_on(device_id)
            yield client

    def act_on(self, device_id: str, token: str | None = None) -> None:
        """Requests are made on this device from now on: with its own access token, or in its name.

        https://spec.matrix.org/v1.17/application-service-api/#identity-assertion
        """
        self.device_id = device_id
        self._device_token = token

    async def call(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        acting: ActAs = ActAs.DEVICE,
        refusals: Mapping[str, str] = NO_REFUSALS,
    ) -> dict[str, Any]:
        """The JSON object that the homeserver answers with.

        Raises UserError for the error codes in `refusals`, with their words; MatrixRejected, OperatorError
        or TemporaryError for all others.
        """
        data = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"}
        with _connection_errors():
            response = await self._send(acting, method, path, data, headers, _CALL)
            async with response:
                answer = await response.read()
        return _parsed(response, answer, refusals)

    async def wait_for(self, path: str) -> dict[str, Any]:
        """Like `call`, for a GET that is answered when there is news.

        A connection that breaks meanwhile raises TemporaryError: the homeserver may have been restarted.
        """
        url, authorization = self._addressed(ActAs.DEVICE, path)
        with _connection_errors():
            async with self._long_polls.get(url, headers=authorization, timeout=_CALL) as response:
                answer = await response.read()
        return _parsed(response, answer, NO_REFUSALS)

    @asynccontextmanager
    async def stream(
        self,
        method: str,
        path: str,
        *,
        data: AsyncIterator[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
        refusals: Mapping[str, str] = NO_REFUSALS,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """A request whose body, or whose answer's body, is too large for one piece.

        Raises like `call`, also for a connection that breaks inside the block. No time limit but
        on silence. An answer that was not read to its end is cut off at the end of the block.
        """
        with _connection_errors():
            response = await self._send(
                ActAs.DEVICE, method, path, data, dict(headers or {}), _STREAM
            )
            async with response:
                if not response.ok:
                    answer = await response.read()
                    raise error_of(response.status, response.headers, answer, refusals)
                yield response

    async def send_event(
        self,
        room: RoomId,
        type_: str,
        content: Mapping[str, Any],
        tx: TxId,
        *,
        refusals: Mapping[str, str] = NO_REFUSALS,
        to: ProvedRoom | None = None,
        goods: bool = False,
    ) -> EventId:
        """Put a message event into a room: the one place where content leaves us.

        `to` is the same room with the proof that it is private: in an encrypted one nobody else gets the key.
        Raises NoDevice for `goods` that no device of that person could read.
        """
        content = {**content, MARK: tx}
        if self.cipher is not None:
            try:
                type_, content = await self.cipher.enclose(room, type_, content, to, goods=goods)
            except MatrixRejected as rejected:
                if rejected.code not in refusals:
                    raise
                raise UserError(refusals[rejected.code]) from rejected
        if to is not None and to.encrypted and type_ != "m.room.encrypted":
            raise TemporaryError("a secret would have gone out in clear")
        path = path_of("/_matrix/client/v3/rooms/{}/send/{}/{}", room, type_, tx)
        answer = await self.call("PUT", path, content, refusals=refusals)
        return event_id_in(answer)

    async def _send(
        self,
        acting: ActAs,
        method: str,
        path: str,
        data: Any,
        headers: dict[str, str],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own kind
    ) -> aiohttp.ClientResponse:
        url, authorization = self._addressed(acting, path)
        with self._timer.timed(method, _endpoint_of(path)) as call:
            response = await self._requests.request(
                method, url, data=data, headers=headers | authorization, timeout=timeout
            )
            call.status = response.status
        return response

    def _addressed(self, acting: ActAs, path: str) -> tuple[str, dict[str, str]]:
        """The address and the headers that say who asks."""
        identity: dict[str, str] = {}
        token = self._as_token
        if acting is ActAs.DEVICE and self._device_token:
            token = self._device_token
        elif acting is not ActAs.SERVICE:
            identity["user_id"] = self.user_id
            if acting is ActAs.DEVICE:
                identity["device_id"] = self.device_id
        url = f"{self._url}{with_query(path, identity)}"
        return url, {"Authorization": f"Bearer {token}"}


def _parsed(
    response: aiohttp.ClientResponse, answer: bytes, refusals: Mapping[str, str]
) -> dict[str, Any]:
    if not response.ok:
        raise error_of(response.status, response.headers, answer, refusals)
    parsed = json_object(answer)
    if parsed is None:
        raise TemporaryError("the homeserver answered with something that is not JSON")
    return parsed


@contextmanager
def _connection_errors() -> Iterator[None]:
    """Raises TemporaryError where the homeserver cannot be reached, or the connection breaks."""
    try:
        yield
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        # aiohttp hides what went wrong in the stream that it was to send behind an error of its own
        if isinstance(error.__cause__, PpvError):
            raise error.__cause__ from None
        raise TemporaryError(f"no connection to the homeserver: {type(error).__name__}") from error


class ApiPath(str):
    """A path that remembers its template, the label of its requests in the metrics."""

    __slots__ = ("template",)
    template: str


def path_of(template: str, *segments: str) -> ApiPath:
    """Return the template with each `{}` replaced by one quoted segment."""
    path = ApiPath(template.format(*(quote(segment, safe="") for segment in segments)))
    path.template = template.partition("?")[0]
    return path


def _endpoint_of(path: str) -> str:
    """Return the template of a path; of any other path, only segments that are words, so that no id is a label."""
    if isinstance(path, ApiPath):
        return path.template
    segments = path.partition("?")[0].split("/")
    return "/".join(each if _WORD.fullmatch(each) else "{}" for each in segments)


def with_query(path: str, query: Mapping[str, str]) -> str:
    if not query:
        return path
    extended = f"{path}{'&' if '?' in path else '?'}{urlencode(query)}"
    if not isinstance(path, ApiPath):
        return extended
    result = ApiPath(extended)
    result.template = path.template
    return result


def event_id_in(answer: Mapping[str, Any]) -> EventId:
    """The event that the homeserver says it made. Raises TemporaryError for an answer without one."""
    event = answer.get("event_id")
    if not isinstance(event, str):
        raise TemporaryError("the homeserver did not say which event it made")
    return EventId(event)
