"""A key vault for the databases of the benchmarks."""

import secrets

from appservice.keys.local import LocalKek
from appservice.keys.vault import KekVault
from bot.ids import KekId


def fresh_vault() -> KekVault:
    kek = KekId("benchmark")
    return KekVault({kek: LocalKek(kek, secrets.token_bytes(32))}, kek)
