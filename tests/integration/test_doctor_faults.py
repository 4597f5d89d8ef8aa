"""Every check of `matrix-ppv doctor` with a fault that was planted for it, and the remedy that it names."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiosmtpd.controller import Controller

from appservice.db.store import open_store
from appservice.doctor.all_checks import all_checks
from appservice.doctor.check_result import run_checks
from bot.jobs.offer_jobs import Cleanup
from config.loading import load
from sandbox.processes.ports import free_port
from sandbox.stripe.emulator import DEFAULT_WEBHOOK_SECRET
from sandbox.synapse.federation import federation_settings
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_vault import VAULT
from tests.support.synapse.encrypted_bot import eventually
from tests.support.synapse.encrypted_environment import EncryptedTown, open_encrypted_town
from tests.support.synapse.older_homeserver import proxied, unrecognized

pytestmark = pytest.mark.asyncio(loop_scope="module")
PING = "/_matrix/client/v1/appservice/ppv/ping"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedTown]:
    async with open_encrypted_town(tmp_path_factory.mktemp("town")) as town:
        yield town


class Doctor:
    """Asks it about the running product, by a configuration with a fault in it."""

    def __init__(self, town: EncryptedTown, folder: Path) -> None:
        self._tree: dict[str, Any] = yaml.safe_load(
            town.town.product.configuration.file.read_text()
        )
        self._file = folder / "config.yaml"

    async def says(self, check: str, **changes: dict[str, Any]) -> tuple[bool, str]:
        tree = {**self._tree}
        for section, values in changes.items():
            tree[section] = tree.get(section, {}) | values
        self._file.write_text(yaml.safe_dump(tree))
        checks = all_checks(load(self._file, {}))
        (finding,) = await run_checks({check: checks[check]})
        return finding.ok, finding.message


@pytest.fixture
def doctor(town: EncryptedTown, tmp_path: Path) -> Doctor:
    return Doctor(town, tmp_path)


def behind(
    town: EncryptedTown,
    path: str,
    answer: Callable[[], web.StreamResponse | None],
    changed: Callable[[web.StreamResponse], None] = lambda _: None,
) -> AbstractAsyncContextManager[str]:
    """The real homeserver, behind something that answers `path` itself."""

    async def meddled(request: web.Request) -> web.StreamResponse | None:
        return answer() if request.path.startswith(path) else None

    return proxied(town.town.synapse.url, meddled, changed=changed)


async def test_another_token_and_another_domain_are_told_apart(doctor: Doctor) -> None:
    well, words = await doctor.says("appservice", appservice={"as_token": "x" * 32})
    assert not well
    assert "with the same as_token" in words
    well, words = await doctor.says("appservice", homeserver={"domain": "elsewhere.test"})
    assert not well
    assert "own domain is ppv.localhost: change homeserver.domain" in words


async def test_another_id_than_the_registration_has(doctor: Doctor) -> None:
    well, words = await doctor.says("appservice", appservice={"id": "shop"})
    assert not well
    assert "is its id “shop”" in words


async def test_a_homeserver_without_a_ping_is_not_taken_for_one_that_reaches_us(
    town: EncryptedTown, doctor: Doctor
) -> None:
    async with behind(town, PING, unrecognized) as url:
        well, words = await doctor.says("appservice", homeserver={"url": url})
        assert well
        assert "could not be tried" in words
        nobody = {"listen": f"127.0.0.1:{free_port()}"}
        well, words = await doctor.says("appservice", homeserver={"url": url}, appservice=nobody)
    assert not well
    assert "matrix-ppv does not run" in words


async def test_an_answer_without_a_date_or_with_an_old_one(
    town: EncryptedTown, doctor: Doctor
) -> None:
    def undated(answer: web.StreamResponse) -> None:
        answer.headers.pop("Date", None)

    def old(answer: web.StreamResponse) -> None:
        answer.headers["Date"] = "Tue, 01 Jan 2019 00:00:00 GMT"

    async with behind(town, "/nothing", lambda: None, undated) as url:
        well, words = await doctor.says("clock", homeserver={"url": url})
    assert well
    assert "not compared" in words
    async with behind(town, "/nothing", lambda: None, old) as url:
        well, words = await doctor.says("clock", homeserver={"url": url})
    assert not well
    assert "time synchronisation" in words


async def test_a_connection_that_is_closed_in_the_middle(doctor: Doctor) -> None:
    async def close(request: web.Request) -> web.StreamResponse:
        assert request.transport
        request.transport.close()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", close)
    async with TestServer(app, host="127.0.0.1") as server:
        home = {"url": f"http://127.0.0.1:{server.port}"}
        for check in ("homeserver", "clock", "appservice", "encryption"):
            well, words = await doctor.says(check, homeserver=home)
            assert not well
            assert words
            assert "this check itself failed" not in words


async def test_a_certificate_that_is_not_trusted(doctor: Doctor, tmp_path: Path) -> None:
    paths = federation_settings(tmp_path / "tls", free_port())
    own_certificate = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    own_certificate.load_cert_chain(paths["tls_certificate_path"], paths["tls_private_key_path"])
    server = TestServer(web.Application(), host="127.0.0.1", scheme="https")
    await server.start_server(ssl=own_certificate)
    try:
        at = f"https://127.0.0.1:{server.port}"
        for check, section in (("homeserver", "homeserver"), ("public", "public")):
            well, words = await doctor.says(check, **{section: {"url": at}})
            assert not well
            assert "does not trust the certificate" in words
    finally:
        await server.close()


async def test_something_else_at_the_public_address(town: EncryptedTown, doctor: Doctor) -> None:
    well, words = await doctor.says("public", public={"url": town.town.synapse.url})
    assert not well
    assert "something else answers" in words


async def test_the_bot_is_not_in_the_room_of_the_admins(
    town: EncryptedTown, doctor: Doctor
) -> None:
    lonely = await town.seller.create_room("Admins")
    for room, remedy in (("#no:ppv.localhost", "there is no room"), (lonely, "invite @ppvbot")):
        for check, setting in (("admins", {"room": room}), ("lists", {"policy_lists": [room]})):
            well, words = await doctor.says(check, admins=setting)
            assert not well
            assert remedy in words
    joined = await town.room()
    assert (await doctor.says("admins", admins={"room": joined}))[0]
    assert (await doctor.says("lists", admins={"policy_lists": [joined]}))[0]


class Inbox:
    """Takes nothing, for nothing is sent."""


@pytest.fixture
def mail_server() -> Iterator[int]:
    server = Controller(Inbox(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield server.port
    server.stop()


async def test_a_mail_server_that_is_away_or_knows_no_passwords(
    doctor: Doctor, mail_server: int
) -> None:
    settings = {"server": "127.0.0.1", "sender": "a@b.test", "security": "none"}
    well, words = await doctor.says("mail", mail=settings | {"port": free_port()})
    assert not well
    assert "does not take our letters" in words
    assert (await doctor.says("mail", mail=settings | {"port": mail_server}))[0]
    named = settings | {"port": mail_server, "username": "ann"}
    assert not (await doctor.says("mail", mail=named))[0]


async def test_a_gate_that_is_not_there(doctor: Doctor) -> None:
    well, words = await doctor.says("gate", gate={"secret": "a secret of the gate's"})
    assert not well
    assert "Look at the module" in words


async def test_a_device_that_is_not_there(doctor: Doctor, tmp_path: Path) -> None:
    well, words = await doctor.says("encryption", encryption={"folder": str(tmp_path / "none")})
    assert not well
    assert "no device yet" in words


async def test_a_job_that_was_laid_aside(doctor: Doctor, tmp_path: Path) -> None:
    url, clock = f"sqlite:///{tmp_path / 'other.db'}", FrozenClock()
    async with open_store(url, clock, VAULT) as store:
        async with store.begin() as uow:
            await uow.jobs.add(Cleanup())
        claimed = await store.queue.claim(clock.now())
        assert claimed
        await store.queue.fail(claimed, "planted")
    well, words = await doctor.says("jobs", database={"url": url})
    assert not well
    assert "matrix-ppv jobs" in words


async def test_a_homeserver_that_knows_no_openid(town: EncryptedTown, doctor: Doctor) -> None:
    apps = {"widget_clients": ["https://app.element.io"]}
    assert (await doctor.says("widget", public=apps))[0]
    async with behind(town, "/_matrix/federation/v1/openid", unrecognized) as url:
        well, words = await doctor.says("widget", public=apps, homeserver={"url": url})
    assert not well
    assert "openid" in words


async def test_a_wrong_signing_secret_is_found_once_stripe_has_something_to_tell(
    town: EncryptedTown, doctor: Doctor
) -> None:
    product, stripe = town.town.product, town.town.stripe
    file = product.configuration.file
    right = file.read_text()
    file.write_text(right.replace(DEFAULT_WEBHOOK_SECRET, "whsec_of_another_endpoint"))
    try:
        await product.restart()
        assert (await doctor.says("webhook"))[0], "nothing has come yet, so nothing is known"
        checkout = await stripe.foreign_checkout()
        await stripe.pay(checkout["id"])

        async def _was_refused() -> bool:
            return any(not each.accepted for each in stripe.deliveries)

        await eventually(_was_refused)
        well, words = await doctor.says("webhook")
        assert not well
        assert "stripe.webhook_secrets" in words
    finally:
        file.write_text(right)
        await product.restart()


async def test_a_product_that_is_stopped_and_one_with_another_hs_token(
    town: EncryptedTown, doctor: Doctor
) -> None:
    """Last, for the product does not come back."""
    product = town.town.product
    await product.stop()
    well, words = await doctor.says("appservice")
    assert not well
    assert "is matrix-ppv running" in words
    for status, remedy in ((403, "the hs_token in the registration file"), (500, "something else")):
        async with _answering(product.configuration.addresses.private, status):
            well, words = await doctor.says("appservice")
        assert not well
        assert remedy in words


@asynccontextmanager
async def _answering(port: int, status: int) -> AsyncIterator[None]:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response({"errcode": "M_FORBIDDEN"}, status=status)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    async with TestServer(app, host="127.0.0.1", port=port):
        yield
