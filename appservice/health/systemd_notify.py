"""Telling systemd how we are: ready, alive, stopping. Without systemd nothing happens.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import asyncio
import os
import socket


def notify(state: str) -> None:
    """Such as `READY=1`."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = f"\0{address[1:]}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as systemd:
        systemd.connect(address)
        systemd.sendall(state.encode())


async def keep_alive() -> None:
    """As often as the unit's `WatchdogSec` asks for, as long as the event loop turns; until it is cancelled."""
    microseconds = int(os.environ.get("WATCHDOG_USEC", "0"))
    while microseconds:
        notify("WATCHDOG=1")
        await asyncio.sleep(microseconds / 2_000_000)
