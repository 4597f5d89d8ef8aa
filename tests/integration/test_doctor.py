"""`matrix-ppv doctor` beside a running product, and on one that is not well."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import yaml

from sandbox.sample_media import photo
from tests.support.synapse.encrypted_environment import EncryptedTown, open_encrypted_town
from tests.support.synapse.running_doctor import doctor, findings

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).parents[2]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedTown]:
    """A picture has been sealed in it."""
    async with open_encrypted_town(tmp_path_factory.mktemp("town")) as town:
        mark = town.seller.mark()
        await town.seller.send_file(town.studio, photo("harbour.jpg"))
        await town.hears(town.seller, town.studio, "harbour.jpg", after=mark)
        yield town


def spoiled(town: EncryptedTown, tmp_path: Path, **changes: dict[str, Any]) -> Path:
    tree = yaml.safe_load(town.town.product.configuration.file.read_text())
    for section, values in changes.items():
        tree[section] = tree.get(section, {}) | values
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(tree))
    return path


async def test_all_is_well_beside_a_running_product(town: EncryptedTown) -> None:
    code, out = await doctor(town.town.product.configuration.file)
    assert "NOT" not in out, out
    assert code == 0
    assert len(out.splitlines()) == 15
    for words in ("speaks Matrix", "reaches matrix-ppv in", "is signed", "opens what was sealed"):
        assert words in out


async def test_the_operator_sees_that_it_is_ready_and_what_it_did(town: EncryptedTown) -> None:
    ops = f"http://127.0.0.1:{town.town.product.configuration.addresses.ops}"
    async with aiohttp.ClientSession() as operator:
        async with operator.get(f"{ops}/ready") as answer:
            told = await answer.json()
        async with operator.get(f"{ops}/metrics") as answer:
            metrics = await answer.text()
    parts = dict.fromkeys(("database", "homeserver", "encryption", "jobs", "loops"), "ok")
    assert told == {"ready": True, "parts": parts}
    (sealed,) = re.findall(r"^ppv_blob_store_bytes (.+)$", metrics, re.MULTILINE)
    assert float(sealed) > 1000
    (transactions,) = re.findall(r"^ppv_transactions_total (.+)$", metrics, re.MULTILINE)
    assert float(transactions) > 0


@pytest.mark.parametrize(
    ("section", "values", "what", "words"),
    [
        ("homeserver", {"url": "http://127.0.0.1:9"}, "homeserver", "homeserver.url"),
        ("appservice", {"as_token": "x" * 32}, "appservice", "Check the registration file"),
        ("database", {"url": "sqlite:////nowhere/ppv.db"}, "database", "no database yet"),
        ("public", {"url": "http://127.0.0.1:9"}, "public", "nothing answers"),
        ("blobs", {"alert_below": "1000 TB"}, "blobs", "The disk is nearly full"),
        ("stripe", {"secret_key": "sk_test_other"}, "stripe", ""),
    ],
)
async def test_what_is_wrong_is_named_with_what_to_do(
    town: EncryptedTown,
    tmp_path: Path,
    section: str,
    values: dict[str, Any],
    what: str,
    words: str,
) -> None:
    path = spoiled(town, tmp_path, **{section: values})
    code, _ = await doctor(path)
    assert code == 1
    well, said = (await findings(path))[what]
    assert not well
    assert words in said


async def test_another_kek_is_found_out(town: EncryptedTown, tmp_path: Path) -> None:
    other = {"active": "other", "keks": {"other": {"key": "ab" * 32}}}
    well, said = (await findings(spoiled(town, tmp_path, keys=other)))["keys"]
    assert not well
    assert "not among the configured keys" in said


async def test_an_endpoint_that_is_gone_is_missed(town: EncryptedTown) -> None:
    stripe, config = town.town.stripe, town.town.product.configuration
    (endpoint,) = stripe.all("webhook_endpoint")
    stripe.remove_webhook_endpoint(endpoint["id"])
    well, said = (await findings(config.file))["webhook"]
    assert not well
    assert "there is none for" in said
    stripe.add_webhook_endpoint(config.addresses.webhook, events=("charge.refunded",))
    well, said = (await findings(config.file))["webhook"]
    assert not well
    assert "checkout.session.completed" in said
