"""A real PostgreSQL for the sandbox: a cluster of its own on 127.0.0.1."""

from sandbox.postgres.cluster import Cluster

__all__ = ["Cluster"]
