"""Runs a module for as long as the process that started it lives: `tethered.py MODULE [ARGUMENT ...]`.

Started as a script. Its standard input is a pipe that nobody writes to: it ends when the parent
closes it or dies, by whatever signal, and the program is then asked to stop.
"""

import os
import runpy
import signal
import sys
import threading


def _stop_with_parent() -> None:
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_stop_with_parent, daemon=True).start()
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
