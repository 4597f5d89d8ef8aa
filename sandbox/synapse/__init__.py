"""A real homeserver for the sandbox: one Synapse process on 127.0.0.1, with SQLite."""

from sandbox.synapse.accounts import Account
from sandbox.synapse.server import Synapse

__all__ = ["Account", "Synapse"]
