"""Measure everything, or what is named: python -m benchmarks [name…]. Exits 1 on a miss."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import (
    gate_delay,
    leak_window,
    sealing_memory,
    sealing_speed,
    start_and_idle,
    units_of_work,
    webhook_accept,
    webhook_burst,
)
from benchmarks.figure import Figure, table

MEASUREMENTS: dict[str, Callable[[Path], list[Figure]]] = {
    "sealing_speed": sealing_speed.measure,
    "sealing_memory": sealing_memory.measure,
    "webhook_accept": webhook_accept.measure,
    "webhook_burst": webhook_burst.measure,
    "units_of_work": units_of_work.measure,
    "start_and_idle": start_and_idle.measure,
    "gate_delay": gate_delay.measure,
    "leak_window": leak_window.measure,
}
"""Each gets an empty folder on a disk."""


def main() -> int:
    wanted = sys.argv[1:] or list(MEASUREMENTS)
    figures: list[Figure] = []
    # Not /tmp, which may be memory.
    with tempfile.TemporaryDirectory(prefix="matrix-ppv-", dir="/var/tmp") as folder:
        for number, name in enumerate(wanted, 1):
            print(f"{number}/{len(wanted)} {name} …", file=sys.stderr)
            figures += MEASUREMENTS[name](Path(folder))
    print(table(figures))
    return 0 if all(figure.met for figure in figures) else 1


sys.exit(main())
