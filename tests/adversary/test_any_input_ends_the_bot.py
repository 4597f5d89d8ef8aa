"""Somebody wants to end the program, or to make it deaf, with whatever may come in by Matrix.

Each batch of changed events is followed by a good one, which must be acted upon.
"""

import json
from collections.abc import Callable
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from appservice.metrics import Metrics
from appservice.web.api.transactions import transactions_application
from bot.messages import Help
from tests.adversary.any_input import changed, damaged, inputs, share
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

_BATCH = 25
_FRESH_AFTER = 10
"""Batches; the store in memory grows slower with all that it holds."""
_TXN = "/_matrix/app/v1/transactions"


def originals(house: BotHarness) -> list[dict[str, Any]]:
    say = house.timeline
    url = house.upload(b"data")
    sealed = {
        "v": "v2",
        "url": url,
        "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "k": "A" * 43, "key_ops": []},
        "iv": "A" * 22,
        "hashes": {"sha256": "A" * 43},
    }
    info = {"mimetype": "image/png", "size": 4, "w": 1, "h": 1, "thumbnail_file": sealed}
    relation = {"rel_type": "m.replace", "event_id": "$1"}
    return [
        say.text(LOUNGE, ALICE, "!ppv 5 USD Sunset"),
        say.text(LOUNGE, BOB, "!ppv buy K7QM2-XPA4E"),
        say.text(STUDIO, ALICE, "price 5 EUR", reply_to="$1"),
        say.text(STUDIO, ALICE, "publish #lounge:test"),
        say.edit(STUDIO, ALICE, "$1", "text Words"),
        say.file(LOUNGE, ALICE, url, "a.png", caption="!ppv 5 USD"),
        say.file(STUDIO, ALICE, url, "a.png", size=4),
        say.event(
            STUDIO,
            ALICE,
            "m.room.message",
            {"msgtype": "m.video", "body": "a", "file": sealed, "info": info},
        ),
        say.event(
            LOUNGE,
            ALICE,
            "m.room.message",
            {
                "msgtype": "m.image",
                "body": "",
                "url": url,
                "io.github.matrix_ppv.price": {"amount": "5"},
            },
        ),
        say.event(LOUNGE, ALICE, "m.room.message", {"msgtype": "m.gallery", "itemtypes": [info]}),
        say.event(LOUNGE, ALICE, "m.room.message", {"io.github.matrix_ppv.gate": {"name": "x"}}),
        say.event(LOUNGE, BOB, "m.room.message", {"m.relates_to": relation, "body": "!ppv help"}),
        say.reaction(LOUNGE, BOB, "$1", "🔓"),
        say.reaction(LOUNGE, ALICE, "$1", "✅"),
        say.redaction(LOUNGE, ALICE, "$1"),
        say.arrival(LOUNGE, BOB),
        say.invitation("!chat:test", BOB, BOT, direct=True),
        say.encrypted(say.text(STUDIO, ALICE, "!ppv help"), "s1"),
        {**say.text(LOUNGE, BOB, "!ppv help"), "unsigned": {"age": 5}, "redacts": "$1"},
    ]


async def opened() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    house.matrix.keys.add("s1")
    return house


async def drive(
    door: str, number: int, bring: Callable[[BotHarness, list[Any]], Any], encrypt: bool
) -> None:
    house, done = await opened(), 0
    batch: list[Any] = []
    seeds: list[str] = []
    for seed, chance in inputs(door, number):
        poison = changed(chance, chance.choice(originals(house)))
        if encrypt:
            poison = encrypted(house, poison)
        batch.append(poison)
        seeds.append(seed)
        if len(batch) < _BATCH and len(seeds) + done * _BATCH < number:
            continue
        behind = house.timeline.text(LOUNGE, CAROL, "!ppv help")
        batch.append(house.timeline.encrypted(behind, "s1") if encrypt else behind)
        before = answers(house)
        try:
            await bring(house, batch)
        except Exception as error:
            error.add_note(f"seeds {seeds[0]} to {seeds[-1]}")
            raise
        assert answers(house) > before, (seeds[0], seeds[-1])
        assert faults(house) == [], (seeds[0], seeds[-1])
        batch, seeds, done = [], [], done + 1
        if done % _FRESH_AFTER == 0:
            house = await opened()


def faults(house: BotHarness) -> list[str]:
    """Errors of ours, as against input that is malformed."""
    return [
        job.error
        for job in house.store.records.jobs.values()
        if job.failures or (job.state == "dead" and not job.error.startswith("Malformed"))
    ]


def answers(house: BotHarness) -> int:
    return len(house.matrix.of(Help))


def encrypted(house: BotHarness, inside: Any) -> Any:
    """As it comes out of a ciphertext: type and content are whatever its writer wanted."""
    if not isinstance(inside, dict):
        return inside
    cipher = {"type": inside.get("type"), "content": inside.get("content")}
    outside = house.timeline.text(LOUNGE, BOB, "")
    content = {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "s1", "ciphertext": cipher}
    return {**outside, "type": "m.room.encrypted", "content": content}


async def test_in_transactions() -> None:
    async def bring(house: BotHarness, events: list[Any]) -> None:
        await house.bot.receive_transaction(str(id(events)), events)
        await house.work()

    await drive("transactions", share(25), bring, encrypt=False)


async def test_inside_of_ciphertexts() -> None:
    async def bring(house: BotHarness, events: list[Any]) -> None:
        await house.bot.decrypt_events(events)
        await house.work()

    await drive("ciphertexts", share(20), bring, encrypt=True)


async def test_around_ciphertexts() -> None:
    """The outside of an encrypted event: algorithm, session, ciphertext."""
    house = await opened()
    original = house.timeline.encrypted(house.timeline.text(LOUNGE, BOB, "!ppv help"), "s1")
    for seed, chance in inputs("around ciphertexts", share(3)):
        poison = changed(chance, original)
        behind = house.timeline.encrypted(house.timeline.text(LOUNGE, CAROL, "!ppv help"), "s1")
        before = len(house.store.records.jobs) + answers(house)
        try:
            await house.bot.decrypt_events([poison, behind])
        except Exception as error:
            error.add_note(seed)
            raise
        assert len(house.store.records.jobs) + answers(house) > before, seed
        house = await opened()


async def test_as_bytes_of_a_transaction() -> None:
    """Whatever the body is: an answer that is no 500, and the next transaction is taken."""
    house = await opened()
    app = transactions_application(
        hs_token="hs", accept=house.bot.receive_transaction, metrics=Metrics()
    )
    bearer = {"Authorization": "Bearer hs"}
    async with TestClient(TestServer(app)) as homeserver:
        for seed, chance in inputs("bytes of a transaction", share(3)):
            body = json.dumps({"events": originals(house)[:3]}).encode()
            answer = await homeserver.put(
                f"{_TXN}/{seed}", data=damaged(chance, body), headers=bearer
            )
            assert answer.status in {200, 400}, seed
        behind = house.timeline.text(LOUNGE, CAROL, "!ppv help")
        before = answers(house)
        await house.work()
        answer = await homeserver.put(f"{_TXN}/last", json={"events": [behind]}, headers=bearer)
        assert answer.status == 200
    await house.work()
    assert answers(house) > before
