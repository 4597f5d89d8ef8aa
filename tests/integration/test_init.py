"""From nothing to a configuration that works, beside a real homeserver and the emulator."""

import asyncio
import os
import stat
from pathlib import Path

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from appservice.cli import main
from appservice.payments.stripe_events import EVENT_TYPES
from sandbox.stripe import StripeEmulator
from sandbox.synapse import Synapse


async def call(*words: str, typed: str | None = None) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, main, ["init", *words], input=typed)


def answers(synapse: Synapse, stripe: StripeEmulator, folder: Path, **changes: str) -> list[str]:
    given = {
        "homeserver": synapse.url,
        "domain": synapse.server_name,
        "admin": f"@root:{synapse.server_name}",
        "public-url": "https://ppv.test/shop",
        "stripe-key": stripe.secret_key,
        "stripe-api": stripe.url,
        "config": str(folder / "config.yaml"),
        "registration": str(folder / "registration.yaml"),
    } | changes
    return [f"--{name}={value}" for name, value in given.items()]


async def test_all_is_made_tried_and_kept_from_others(synapse: Synapse, tmp_path: Path) -> None:
    async with StripeEmulator.start() as stripe:
        result = await call(*answers(synapse, stripe, tmp_path))
        assert result.exit_code == 0, result.output
        (endpoint,) = stripe.all("webhook_endpoint")
        assert not stripe.schema_misses
    assert endpoint["url"] == "https://ppv.test/shop/webhooks/stripe"
    assert set(endpoint["enabled_events"]) == set(EVENT_TYPES)
    config, registration = tmp_path / "config.yaml", tmp_path / "registration.yaml"
    for file in (config, registration):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    tree = yaml.safe_load(config.read_text())
    assert tree["stripe"]["webhook_secrets"][0].startswith("whsec_")
    assert tree["permissions"] == {
        f"*:{synapse.server_name}": "buyer",
        f"@root:{synapse.server_name}": "admin",
    }
    assert "# " in config.read_text(), "with its explanations"
    tokens = yaml.safe_load(registration.read_text())
    assert tokens["as_token"] == tree["appservice"]["as_token"] != tree["appservice"]["hs_token"]
    check = await asyncio.to_thread(CliRunner().invoke, main, ["check-config", "-c", str(config)])
    assert check.exit_code == 0, check.output


async def test_nothing_that_is_there_is_replaced(synapse: Synapse, tmp_path: Path) -> None:
    (tmp_path / "registration.yaml").write_text("mine")
    async with StripeEmulator.start() as stripe:
        result = await call(*answers(synapse, stripe, tmp_path))
        assert not stripe.all("webhook_endpoint")
    assert result.exit_code == 1
    assert "is there already" in result.stderr
    assert (tmp_path / "registration.yaml").read_text() == "mine"
    assert not (tmp_path / "config.yaml").exists()


async def test_a_wrong_answer_is_asked_for_again(synapse: Synapse, tmp_path: Path) -> None:
    async with StripeEmulator.start() as stripe:
        given = [each for each in answers(synapse, stripe, tmp_path) if "--homeserver=" not in each]
        result = await call(*given, typed=f"http://127.0.0.1:9\n{synapse.url}\n")
    assert "no Matrix homeserver answers at http://127.0.0.1:9" in result.output
    assert result.exit_code == 0


async def test_a_wrong_key_makes_nothing(synapse: Synapse, tmp_path: Path) -> None:
    async with StripeEmulator.start() as stripe:
        changed = {"stripe-key": "sk_test_wrong0000000000"}
        result = await call(*answers(synapse, stripe, tmp_path, **changed))
    assert result.exit_code == 2
    assert "Stripe does not take this key" in result.stderr
    assert not (tmp_path / "config.yaml").exists()
    assert not (tmp_path / "registration.yaml").exists()


async def test_an_endpoint_that_is_there_is_left_alone(synapse: Synapse, tmp_path: Path) -> None:
    async with StripeEmulator.start() as stripe:
        stripe.add_webhook_endpoint("https://ppv.test/shop/webhooks/stripe")
        result = await call(*answers(synapse, stripe, tmp_path))
        assert len(stripe.all("webhook_endpoint")) == 1
    assert "put its secret into" in result.output


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"admin": "root"}, "must be your own Matrix ID"),
        ({"admin": "@root:elsewhere.test"}, "must be your own Matrix ID"),
        ({"domain": "https://ppv.test"}, "without https://"),
        ({"admin": "@root"}, "must be your own Matrix ID"),
        ({"public-url": "https://ppv.test/?shop"}, "must be a plain address"),
        ({"stripe-key": "pk_test_1234"}, "publishable key"),
        ({"homeserver": "matrix.test"}, "must be a plain address"),
    ],
)
async def test_a_typo_makes_nothing_anywhere(
    synapse: Synapse, tmp_path: Path, answer: dict[str, str], words: str
) -> None:
    async with StripeEmulator.start() as stripe:
        result = await call(*answers(synapse, stripe, tmp_path, **answer))
        assert not stripe.all("webhook_endpoint")
    assert result.exit_code in {1, 2}
    assert words in result.stderr
    assert not os.listdir(tmp_path)  # noqa: PTH208 - pathlib's own is blocking


async def test_the_name_by_which_a_homeserver_signs_is_its_domain(tmp_path: Path) -> None:
    """Synapse serves its keys together with federation."""

    async def versions(_: web.Request) -> web.Response:
        return web.json_response({"versions": ["v1.11"]})

    async def keys(_: web.Request) -> web.Response:
        return web.json_response({"server_name": "here.test"})

    app = web.Application()
    app.router.add_get("/_matrix/client/versions", versions)
    app.router.add_get("/_matrix/key/v2/server", keys)
    async with TestServer(app) as server, StripeEmulator.start() as stripe:
        home = f"http://{server.host}:{server.port}"
        for domain, words in (("elsewhere.test", "calls itself here.test"), ("here.test", "")):
            given = {
                "homeserver": home,
                "domain": domain,
                "admin": f"@root:{domain}",
                "public-url": "https://ppv.test",
                "stripe-key": stripe.secret_key,
                "stripe-api": stripe.url,
                "config": str(tmp_path / "config.yaml"),
                "registration": str(tmp_path / "registration.yaml"),
            }
            result = await call(*[f"--{name}={value}" for name, value in given.items()])
            assert words in result.stderr
            assert bool(result.exit_code) == bool(words) == (not stripe.all("webhook_endpoint"))


async def test_a_wrong_key_that_is_typed_is_asked_for_again_alone(
    synapse: Synapse, tmp_path: Path
) -> None:
    async with StripeEmulator.start() as stripe:
        given = [each for each in answers(synapse, stripe, tmp_path) if "--stripe-key" not in each]
        result = await call(*given, typed=f"sk_test_wrong0000000000\n{stripe.secret_key}\n")
    assert "Stripe does not take this key" in result.output
    assert result.exit_code == 0, result.output


async def test_a_second_run_goes_on_where_the_first_one_stopped(
    synapse: Synapse, tmp_path: Path
) -> None:
    """The process died after Stripe had made the endpoint, and before its secret was written down."""
    config, registration = tmp_path / "config.yaml", tmp_path / "registration.yaml"
    async with StripeEmulator.start() as stripe:
        assert (await call(*answers(synapse, stripe, tmp_path))).exit_code == 0
        (lost,) = stripe.all("webhook_endpoint")
        text = config.read_text()
        secret = yaml.safe_load(text)["stripe"]["webhook_secrets"][0]
        config.write_text(text.replace(secret, "whsec_replace_me_by_the_secret_of_your_endpoint"))
        registration.unlink()

        result = await call(f"--config={config}", f"--registration={registration}")
        assert result.exit_code == 0, result.output
        assert "going on with it" in result.output
        (endpoint,) = stripe.all("webhook_endpoint")
    assert endpoint["id"] != lost["id"]
    now = yaml.safe_load(config.read_text())
    assert now["stripe"]["webhook_secrets"][0] not in {secret, ""}
    assert now["stripe"]["webhook_secrets"][0].startswith("whsec_")
    assert now["appservice"] == yaml.safe_load(text)["appservice"]
    assert yaml.safe_load(registration.read_text())["as_token"] == now["appservice"]["as_token"]
