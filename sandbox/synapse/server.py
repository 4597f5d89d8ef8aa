"""The homeserver as the rest of the sandbox knows it: an address, accounts, and its life."""

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml

from sandbox.processes import ChildProcess, free_port, spawn
from sandbox.synapse.accounts import Account, register_account
from sandbox.synapse.configuration import homeserver_configuration, log_configuration

SERVER_NAME = "ppv.localhost"
_START_SECONDS = 90.0


class Synapse:
    """A running homeserver; made by `start` or `boot`."""

    def __init__(
        self,
        folder: Path,
        port: int,
        shared_secret: str,
        process: ChildProcess,
        server_name: str = SERVER_NAME,
    ):
        self.folder = folder
        self.port = port
        self.server_name = server_name
        self.url = f"http://127.0.0.1:{port}"
        self._shared_secret = shared_secret
        self._process = process

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        folder: Path,
        registration: Mapping[str, Any] | Path | None = None,
        *,
        port: int | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> AsyncIterator["Synapse"]:
        """`boot`, and `stop` at the end of the block."""
        synapse = await cls.boot(folder, registration, port=port, settings=settings)
        try:
            yield synapse
        finally:
            await synapse.stop()

    @classmethod
    async def boot(
        cls,
        folder: Path,
        registration: Mapping[str, Any] | Path | None = None,
        *,
        port: int | None = None,
        settings: Mapping[str, Any] | None = None,
    ) -> "Synapse":
        """Writes the configuration into `folder`, starts Synapse and waits until it answers.

        `registration` is an application service's registration or the path of one; `settings`
        are top-level keys of homeserver.yaml that replace ours. Raises ChildFailedError.
        """
        port = port or free_port()
        shared_secret = secrets.token_hex()
        folder = _write_files(folder, port, shared_secret, registration, settings or {})
        name = str((settings or {}).get("server_name", SERVER_NAME))
        synapse = cls(folder, port, shared_secret, _spawn(folder), name)
        await synapse._process.wait_until_answers(f"{synapse.url}/health", seconds=_START_SECONDS)
        return synapse

    async def register(
        self,
        name: str,
        password: str | None = None,
        *,
        display_name: str | None = None,
        admin: bool = False,
    ) -> Account:
        """A local user `@name:ppv.localhost`; the password is random unless one is given."""
        return await register_account(
            self.url,
            self._shared_secret,
            name=name,
            password=password or secrets.token_urlsafe(12),
            display_name=display_name or name.capitalize(),
            admin=admin,
        )

    async def stop(self) -> None:
        await self._process.stop()

    def kill(self) -> None:
        """SIGKILL: what a power cut leaves behind is what the next `restart` finds."""
        self._process.kill()

    async def restart(self) -> None:
        """Stops it if it runs, and starts it on the same port and data."""
        await self._process.stop()
        self._process = _spawn(self.folder)
        await self._process.wait_until_answers(f"{self.url}/health", seconds=_START_SECONDS)


def _spawn(folder: Path) -> ChildProcess:
    return spawn(
        "Synapse",
        "synapse.app.homeserver",
        "-c",
        str(folder / "homeserver.yaml"),
        folder=folder,
        log_file=folder / "homeserver.log",
    )


def _write_files(
    folder: Path,
    port: int,
    shared_secret: str,
    registration: Mapping[str, Any] | Path | None,
    settings: Mapping[str, Any],
) -> Path:
    """Returns the absolute path of `folder`: Synapse looks from a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.absolute()
    registrations = []
    if isinstance(registration, Path):
        registrations.append(registration.absolute())
    elif registration is not None:
        registrations.append(folder / "registration.yaml")
        _write_yaml(registrations[0], registration)
    configuration = homeserver_configuration(
        folder,
        server_name=SERVER_NAME,
        port=port,
        shared_secret=shared_secret,
        registrations=registrations,
        settings=settings,
    )
    _write_yaml(folder / "log.yaml", log_configuration())
    _write_yaml(folder / "homeserver.yaml", configuration)
    return folder


def _write_yaml(path: Path, content: Mapping[str, Any]) -> None:
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False))
