"""Sellers, buyers and bystanders: people with real Matrix clients.

They share no code with the product, so that what they can read is evidence.
"""

from sandbox.clients.client_event import RoomEvent
from sandbox.clients.client_pool import ClientPool
from sandbox.clients.session import MatrixError
from sandbox.clients.user import MatrixUser

__all__ = ["ClientPool", "MatrixError", "MatrixUser", "RoomEvent"]
