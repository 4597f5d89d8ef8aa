"""File descriptors: as many as the system lets us have, and so many for everything but the public pages."""

import resource

_WANTED = 65536
_RESERVE = 512
"""For database, blobs, calls of ours, homeserver and operator; half of what there is where that is less."""
_LEAST_CONNECTIONS = 16


def raise_limit() -> int:
    """Raise the soft limit to the hard one, as servers do that use no select(). Return it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    return soft


def public_connections(wanted: int, descriptors: int) -> int:
    """Return how many connections the public pages may have, at most `wanted`."""
    left = max(descriptors - _RESERVE, descriptors // 2)
    return max(_LEAST_CONNECTIONS, min(wanted, left))
