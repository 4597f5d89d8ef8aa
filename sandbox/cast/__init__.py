"""Sellers, buyers and bystanders: people with real Matrix clients.

They share no code with the product, so that what they can read is evidence.
"""

from sandbox.cast.cast import Cast
from sandbox.cast.event import RoomEvent
from sandbox.cast.person import Person
from sandbox.cast.session import MatrixError

__all__ = ["Cast", "MatrixError", "Person", "RoomEvent"]
