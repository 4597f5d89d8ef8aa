"""Programs of the sandbox that run in processes of their own."""

from sandbox.processes.child import ChildFailedError, ChildProcess, spawn
from sandbox.processes.ports import free_port

__all__ = ["ChildFailedError", "ChildProcess", "free_port", "spawn"]
