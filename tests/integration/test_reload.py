"""SIGHUP on a running product: new rules at once, and a faulty configuration changes nothing."""

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any

import yaml

from sandbox.app_process import PROGRAM
from sandbox.sample_media import photo
from tests.support.synapse.market import Market, open_market


def logged(market: Market) -> list[dict[str, Any]]:
    lines = market.town.product.log_file.read_text().splitlines()
    return [json.loads(line) for line in lines]


async def hangs_up(market: Market, words: str) -> dict[str, Any]:
    """What is logged with these words, after one more SIGHUP."""
    before = len(logged(market))
    os.kill(market.town.product.pid, signal.SIGHUP)
    async with asyncio.timeout(20):
        while True:
            for line in logged(market)[before:]:
                if line["message"] == words:
                    return line
            await asyncio.sleep(0.05)


def change(market: Market, section: str, **values: Any) -> None:
    file = market.town.product.configuration.file
    tree = yaml.safe_load(file.read_text())
    tree[section] = tree.get(section, {}) | values
    file.write_text(yaml.safe_dump(tree))


async def test_a_buyer_becomes_a_seller_without_a_restart(tmp_path: Path) -> None:
    program = (*PROGRAM, "--log-format", "json")
    async with open_market(tmp_path, program=program) as market:
        ann = await market.buyer()
        chat = await ann.open_direct_room(market.bot)
        await ann.wait_for_member(chat, market.bot, seconds=market.patience)
        pid = market.town.product.pid

        change(market, "permissions", **{ann.user_id: "vendor"})
        fault = await hangs_up(market, "changed configuration rejected")
        assert f"permissions.{ann.user_id}" in fault["problems"]

        change(market, "permissions", **{ann.user_id: "seller"})
        change(market, "blobs", url=f"file://{tmp_path}/elsewhere")
        waiting = await hangs_up(market, "settings that need a restart have changed")
        assert waiting["sections"] == ["blobs"]

        mark = ann.mark()
        await ann.send_file(chat, photo("harbour.jpg", seed=97))
        await market.hears(ann, chat, "harbour.jpg", after=mark)
        assert market.town.product.pid == pid
        assert market.town.product.alive
