"""Compare web addresses as browsers do: one spelling for each.

https://url.spec.whatwg.org/#concept-url-serializer, https://html.spec.whatwg.org/multipage/browsers.html#origin
"""

from yarl import URL


def normalised(address: str) -> str:
    """Return `address` in lower case up to its path, the host in ASCII, without default port and last slash.

    The host is encoded by IDNA. Raises ValueError if it is no address with a scheme and a host.
    """
    url = URL(address.strip())
    if not url.scheme or not url.host:
        raise ValueError("not an address")
    return str(url).rstrip("/")


def origin_of(address: str) -> str:
    """Return scheme, host and port of `address`, in the spelling of the header `EventMeta`. Raises ValueError."""
    url = URL(normalised(address))
    return f"{url.scheme}://{url.host_port_subcomponent}"


def is_same_address(one: str, other: str) -> bool:
    """Return whether two addresses are the same in another spelling."""
    try:
        return normalised(one) == normalised(other)
    except ValueError:
        return one == other


def is_same_origin(one: str, other: str) -> bool:
    """Return whether two addresses have the same origin; False if one of them is no address."""
    try:
        return origin_of(one) == origin_of(other)
    except ValueError:
        return False
