"""Brings people onto a homeserver, and sends them home in the end."""

from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.clients.user import MatrixUser
from sandbox.synapse import Account, Synapse


class ClientPool:
    """An async context manager; `folder` takes the people's encryption keys, one folder a device."""

    def __init__(self, synapse: Synapse, folder: Path):
        self._synapse = synapse
        self._folder = folder
        self._stack = AsyncExitStack()
        self._devices = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.__aexit__(kind, error, traceback)

    async def register(
        self,
        name: str,
        *,
        display_name: str | None = None,
        password: str | None = None,
        accepts_invites: bool = False,
    ) -> MatrixUser:
        """Registers `name` and logs in; says who they are by `display_name`."""
        account = await self._synapse.register(name, password, display_name=display_name)
        return await self.log_in(account, accepts_invites=accepts_invites)

    async def log_in(self, account: Account, *, accepts_invites: bool = False) -> MatrixUser:
        """`account` on one more device."""
        self._devices += 1
        store = self._folder / f"{account.name}-{self._devices}"
        return await self._stack.enter_async_context(
            MatrixUser.online(self._synapse.url, account, store, accepts_invites=accepts_invites)
        )
