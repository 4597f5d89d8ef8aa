"""The sandbox's homeserver starts, says why it does not, dies and comes back."""

import asyncio
import secrets
import signal
from pathlib import Path

import pytest

from sandbox.clients import MatrixError
from sandbox.processes import ChildFailedError, spawn
from sandbox.synapse import Synapse
from tests.support.synapse.synapse_users import Company, Newcomers


async def test_what_was_said_survives_a_killed_homeserver(
    synapse: Synapse, company: Company
) -> None:
    before = await company.seller.say(company.room_id, "before")
    await company.buyer.wait_for_event(before)
    address = synapse.url
    synapse.kill()
    await synapse.restart()
    after = await company.seller.say(company.room_id, "after")
    await company.buyer.wait_for_event(after)
    assert synapse.url == address
    assert company.buyer.read(company.room_id) == ["Sally: before", "Sally: after"]


async def test_an_admin_may_ask_what_others_may_not(synapse: Synapse, newcomer: Newcomers) -> None:
    sally, bob = await newcomer("sally"), await newcomer("bob")
    account = await synapse.register(f"root-{secrets.token_hex(4)}", admin=True)
    admin = await newcomer.cast.log_in(account)
    question = ("admin", "whois", sally.user_id)
    with pytest.raises(MatrixError) as refusal:
        await bob.session.request("GET", *question)
    assert refusal.value.errcode == "M_FORBIDDEN"
    assert (await admin.session.request("GET", *question))["user_id"] == sally.user_id


async def test_a_homeserver_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(ChildFailedError, match="Expected a list"):
        await Synapse.boot(tmp_path, settings={"listeners": 5})


async def test_the_homeserver_ends_with_whoever_started_it(tmp_path: Path) -> None:
    async with Synapse.start(tmp_path):
        pass
    arguments = ("synapse.app.homeserver", "-c", "homeserver.yaml")
    process = spawn("Synapse", *arguments, folder=tmp_path, log_file=tmp_path / "second.log")
    assert process.child.stdin is not None
    process.child.stdin.close()
    assert await asyncio.to_thread(process.child.wait, 30) in {0, -signal.SIGTERM}
