"""The world on one machine: a homeserver, a payment processor, matrix-ppv, and room for people."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.app_process import PROGRAM, Addresses, AppProcess, Configuration
from sandbox.clients import ClientPool
from sandbox.gate import GATE_SECRET, gate_settings
from sandbox.processes import free_port
from sandbox.registration import write_registration
from sandbox.stripe import StripeEmulator
from sandbox.synapse import Synapse
from sandbox.synapse.federation import federation_settings
from sandbox.synapse.server import SERVER_NAME


@dataclass(frozen=True, slots=True)
class Environment:
    synapse: Synapse
    stripe: StripeEmulator
    product: AppProcess
    cast: ClientPool

    @property
    def bot(self) -> str:
        return self.product.configuration.bot


@asynccontextmanager
async def open_environment(
    folder: Path,
    *,
    sellers: tuple[str, ...],
    changes: Mapping[str, Mapping[str, Any]] | None = None,
    say: Callable[[str], None] = lambda _: None,
    program: Sequence[str] = PROGRAM,
    gate: bool = False,
    gate_config: Mapping[str, Any] | None = None,
    federated: bool = False,
) -> AsyncIterator[Environment]:
    """Everything on 127.0.0.1, on free ports; gone when the block ends.

    `changes` are settings of the product by section; `say` is told what is being started; `program` is
    what runs as the product; with a `gate`, the homeserver takes out what is for sale, and `gate_config`
    adds to its configuration; `federated` homeservers talk with each other.
    """
    addresses, homeserver_port = Addresses(), free_port()
    settings = federation_settings(folder / "synapse", homeserver_port) if federated else {}
    async with AsyncExitStack() as stack:
        say("starting the Stripe emulator")
        stripe = await stack.enter_async_context(
            StripeEmulator.start(webhook_url=addresses.webhook)
        )
        configuration = Configuration(
            folder=folder / "matrix-ppv",
            domain=settings.get("server_name", SERVER_NAME),
            homeserver=f"http://127.0.0.1:{homeserver_port}",
            stripe=stripe.url,
            sellers=sellers,
            addresses=addresses,
            changes={**(changes or {}), **({"gate": {"secret": GATE_SECRET}} if gate else {})},
        )
        configuration.write()
        registration = await write_registration(configuration)
        say("starting Synapse, a real Matrix homeserver")
        synapse = await stack.enter_async_context(
            Synapse.start(
                folder / "synapse",
                registration,
                port=homeserver_port,
                settings=settings
                | (gate_settings(configuration, **(gate_config or {})) if gate else {}),
            )
        )
        say("starting matrix-ppv")
        product = await stack.enter_async_context(AppProcess.start(configuration, program))
        cast = await stack.enter_async_context(ClientPool(synapse, folder / "people"))
        yield Environment(synapse, stripe, product, cast)
