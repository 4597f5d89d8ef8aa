"""Who runs a room, or the homeserver of an alias, wants it taken for another room."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from appservice.matrix.responses import MatrixRejected
from appservice.matrix.room.room_state import MatrixRoomState
from bot.ids import RoomId
from bot.messages import Placeholder
from config.loading import load
from config.problems import ConfigError
from tests.support.bot_harness import ALICE, LOUNGE, STUDIO, BotHarness
from tests.support.configurations import config_file
from tests.support.fake_homeserver import BOT
from tests.support.hostile_names import HOSTILE_NAMES

EVIL = RoomId("!evil:evil.test")


class Homeserver:
    """With one room, whose state another homeserver has made, and a directory."""

    def __init__(self, *, alias: object = None, name: object = None, **directory: str) -> None:
        self.state = {"m.room.canonical_alias": {"alias": alias}, "m.room.name": {"name": name}}
        self.directory = directory
        self.asked = 0

    async def call(self, method: str, path: str, **_: Any) -> Any:
        del method
        for type_, content in self.state.items():
            if type_ in path:
                return content
        self.asked += 1
        if "lounge" in path:
            return {"room_id": LOUNGE}
        if "evil" in path:
            return {"room_id": EVIL}
        if "slow" in path:
            await asyncio.Event().wait()
        raise MatrixRejected(404, "M_NOT_FOUND", "no such alias")


async def title(homeserver: Homeserver) -> str:
    return await MatrixRoomState(cast("Any", homeserver)).title(EVIL)


async def test_an_alias_is_shown_that_leads_to_the_room() -> None:
    assert await title(Homeserver(alias="#evil:evil.test")) == "#evil:evil.test"


@pytest.mark.parametrize(
    "alias",
    [
        "#lounge:test",
        "#nowhere:test",
        "#evi\u0456:evil.test",
        "#evil\u202e:evil.test",
        "#\u05d0evil:evil.test",
        "#evil\n:evil.test",
        "#evil<b>:evil.test",
        f"#evil{'l' * 300}:evil.test",
        "@evil:evil.test",
        ["#evil:evil.test"],
        {"#evil:evil.test": 1},
    ],
)
async def test_by_an_alias_that_leads_elsewhere_or_looks_like_another(alias: object) -> None:
    assert await title(Homeserver(alias=alias)) == EVIL


async def test_by_an_alias_whose_homeserver_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appservice.matrix.room.room_state._ALIAS_SECONDS", 0.01)
    assert await title(Homeserver(alias="#slow:away.test", name="Cats")) == "Cats"


async def test_by_having_the_directory_asked_without_end() -> None:
    homeserver = Homeserver(alias="#nowhere:test")
    state = MatrixRoomState(cast("Any", homeserver))
    for _ in range(5):
        await state.title(EVIL)
    assert homeserver.asked == 1


@pytest.mark.parametrize("name", [*HOSTILE_NAMES, "#lounge:test", "!lounge:test", "", None, 5, []])
async def test_by_a_name(name: object) -> None:
    assert await title(Homeserver(name=name)) == EVIL


class Fickle(dict[str, RoomId]):
    """A hostile server's alias leads to another room each time that it is asked."""

    def __init__(self, rooms: Iterator[RoomId]) -> None:
        super().__init__()
        self.rooms = rooms

    def __contains__(self, alias: object) -> bool:
        return True

    def __getitem__(self, alias: str) -> RoomId:
        return next(self.rooms)

    def get(self, alias: str, default: Any = None) -> Any:
        del default
        return self[alias]


async def test_by_an_alias_that_leads_elsewhere_the_second_time() -> None:
    """What was checked is where the offer is posted: the alias is asked once."""
    house = BotHarness()
    house.matrix.members[EVIL] = {ALICE, BOT}
    await house.open_studio()
    await house.sends(ALICE, STUDIO, b"\x89PNG a picture", "1.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    house.matrix.aliases = Fickle(iter([LOUNGE, EVIL, EVIL, EVIL, EVIL]))
    await house.says(ALICE, STUDIO, "!ppv publish #fickle:evil.test")
    assert {said.room for said in house.matrix.said_of(Placeholder)} == {LOUNGE}


@pytest.mark.parametrize(
    "changes",
    [
        "permissions: {'#sellers:evil.test': seller}",
        "permissions: {'*': buyer, '#bosses:ppv.test:8448': admin}",
        "admins: {room: '#admins:evil.test'}",
    ],
)
def test_by_an_alias_of_another_homeserver_in_the_settings(tmp_path: Path, changes: str) -> None:
    with pytest.raises(ConfigError, match="write the room's id"):
        load(config_file(tmp_path, changes), {})


@pytest.mark.parametrize(
    "changes",
    [
        "permissions: {'#sellers:ppv.test': seller, '!room:evil.test': seller}",
        "admins: {room: '#admins:ppv.test'}",
        "admins: {room: '!admins:evil.test'}",
    ],
)
def test_rooms_by_id_and_aliases_of_ones_own_homeserver_are_fine(
    tmp_path: Path, changes: str
) -> None:
    load(config_file(tmp_path, changes), {})
