"""Runs PostgreSQL as somebody else than root, until it is told to stop: `serve.py FOLDER PORT [OPTION …]`.

SIGTERM, which a parent's death sends too, ends it in an orderly way.
"""

import signal
import subprocess
import sys
from types import FrameType

from sandbox.postgres.programs import as_owner, program


def main(folder: str, port: str, *options: str) -> int:
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder}
    arguments = [f"-c{name}={value}" for name, value in settings.items()]
    server: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
        [str(program("postgres")), "-D", folder, *arguments, *options], **as_owner()
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.send_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, stop)
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
