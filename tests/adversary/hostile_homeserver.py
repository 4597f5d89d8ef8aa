"""A homeserver that federates with ours and lies: a real Synapse with `hostile_module` in it.

    async with open_two_towns(folder) as towns:
        mallory = await towns.evil.introduce("mallory")
        room = await towns.evil.create_room(mallory, creation_content={"io.github…": "copied"})
        towns.evil.forge_invitations(room, [{"type": "m.room.member", …}])
        await mallory.invite(room, towns.here.bot)

It can send any content (`send`, `send_state`), forge the stripped state of invitations, hold joins back, hide
state from those who join, and add to what is `unsigned` in events. It cannot sign for the users of another
homeserver.
"""

import json
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sandbox.clients import ClientPool, MatrixUser
from sandbox.environment import Environment, open_environment
from sandbox.processes import free_port
from sandbox.synapse import Synapse
from sandbox.synapse.federation import federation_settings

_MODULE = "tests.adversary.hostile_module.HostileModule"

Stripped = Mapping[str, Any]
"""A stripped state event: `type`, `state_key`, `sender` and `content`."""
StateKey = tuple[str, str]
"""Type and state key."""


@dataclass
class Lies:
    """By room id."""

    invite_room_state: dict[str, list[Stripped]] = field(default_factory=dict)
    """What invitations carry instead of the room's true state."""
    held_joins: list[str] = field(default_factory=list)
    """Rooms whose joins by other homeservers wait until they are released."""
    hidden_state: dict[str, list[StateKey]] = field(default_factory=dict)
    """State that homeservers which join are not told."""
    unsigned: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Added to `unsigned` of each event that is sent to other homeservers."""

    def write(self, folder: Path) -> Path:
        """Replace the file in one step, because the homeserver may be reading it."""
        file = folder.absolute() / "lies.json"
        new = file.with_suffix(".new")
        new.write_text(json.dumps(asdict(self)))
        return new.replace(file)


class HostileHomeserver:
    """Made by `open_hostile_homeserver`. Each lie counts from the call on."""

    def __init__(self, synapse: Synapse, cast: ClientPool, lies: Lies) -> None:
        self.synapse = synapse
        self.lies = lies
        self._cast = cast

    @property
    def server_name(self) -> str:
        return self.synapse.server_name

    async def introduce(self, name: str) -> MatrixUser:
        """Return a new user of this homeserver, at an honest client."""
        return await self._cast.register(name)

    async def create_room(
        self,
        creator: MatrixUser,
        *,
        preset: str = "private_chat",
        creation_content: Mapping[str, Any] | None = None,
        state: Sequence[Mapping[str, Any]] = (),
        version: str | None = None,
        invite: Sequence[str] = (),
        direct: bool = False,
        encrypted: bool = False,
    ) -> str:
        """Return the id of a new room; `state` holds `type`, `state_key` and `content` of more state events."""
        encryption = {
            "type": "m.room.encryption",
            "state_key": "",
            "content": {"algorithm": "m.megolm.v1.aes-sha2"},
        }
        body: dict[str, Any] = {
            "preset": preset,
            "creation_content": dict(creation_content or {}),
            "initial_state": [*state, *([encryption] if encrypted else [])],
            "invite": list(invite),
            "is_direct": direct,
        }
        if version is not None:
            body["room_version"] = version
        answer = await creator.session.request("POST", "createRoom", body=body)
        return str(answer["room_id"])

    async def send(
        self, person: MatrixUser, room: str, event_type: str, content: Mapping[str, Any]
    ) -> str:
        """Send any content, in clear, however malformed; the event id."""
        path = ("rooms", room, "send", event_type, uuid.uuid4().hex)
        answer = await person.session.request("PUT", *path, body=content)
        return str(answer["event_id"])

    async def send_state(
        self, person: MatrixUser, room: str, event_type: str, key: str, content: Mapping[str, Any]
    ) -> str:
        path = ("rooms", room, "state", event_type, key)
        return str((await person.session.request("PUT", *path, body=content))["event_id"])

    def forge_invitations(self, room: str, stripped: Sequence[Stripped]) -> None:
        """Put this stripped state into the invitations to `room`, in place of the true one."""
        self.lies.invite_room_state[room] = list(stripped)
        self._tell()

    def forge_inviter(self, room: str, sender: str, invited: str, *, direct: bool = True) -> None:
        """Have invitations to `room` say that `sender` invites, whoever does."""
        content = {"membership": "invite", "is_direct": direct}
        create = {"type": "m.room.create", "state_key": "", "sender": sender, "content": {}}
        member = {"type": "m.room.member", "state_key": invited, "sender": sender}
        self.forge_invitations(room, [create, {**member, "content": content}])

    def hold_joins(self, room: str) -> None:
        """Let nobody of another homeserver come in, until `release_joins`; their requests wait."""
        self.lies.held_joins.append(room)
        self._tell()

    def release_joins(self, room: str) -> None:
        self.lies.held_joins.remove(room)
        self._tell()

    def hide_state(self, room: str, *keys: StateKey) -> None:
        """Leave this state out of what homeservers are told when they join `room`."""
        self.lies.hidden_state.setdefault(room, []).extend(keys)
        self._tell()

    def add_unsigned(self, room: str, unsigned: Mapping[str, Any]) -> None:
        """Add to what is `unsigned` in each event that leaves for other homeservers."""
        self.lies.unsigned.setdefault(room, {}).update(unsigned)
        self._tell()

    def _tell(self) -> None:
        self.lies.write(self.synapse.folder)


@asynccontextmanager
async def open_hostile_homeserver(folder: Path) -> AsyncIterator[HostileHomeserver]:
    """Start one on 127.0.0.1; it talks with each other federated homeserver on this machine."""
    port, lies = free_port(), Lies()
    settings = federation_settings(folder, port)
    file = lies.write(folder)
    settings |= {
        "modules": [{"module": _MODULE, "config": {"lies": str(file)}}],
        "use_frozen_dicts": False,
    }
    async with (
        Synapse.start(folder, port=port, settings=settings) as synapse,
        ClientPool(synapse, folder / "people") as cast,
    ):
        yield HostileHomeserver(synapse, cast, lies)


@dataclass(frozen=True, slots=True)
class TwoTowns:
    here: Environment
    """Our homeserver with the product and its people."""
    evil: HostileHomeserver


@asynccontextmanager
async def open_two_towns(
    folder: Path,
    *,
    sellers: tuple[str, ...] = ("sally",),
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    **options: Any,
) -> AsyncIterator[TwoTowns]:
    """`sellers`, `changes` and `options` are those of `open_environment`; everybody of either homeserver may buy."""
    everybody = {"permissions": {"*": "buyer"}}
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(
            open_environment(
                folder / "here",
                sellers=sellers,
                changes={**everybody, **(changes or {})},
                federated=True,
                **options,
            )
        )
        evil = await stack.enter_async_context(open_hostile_homeserver(folder / "evil"))
        yield TwoTowns(here, evil)
