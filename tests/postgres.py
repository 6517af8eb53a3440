"""A PostgreSQL server of a test's own: unprivileged, in a folder, reached by a socket in it, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = "nobody"
"""Who runs the server where root runs the tests: PostgreSQL refuses to run as root."""


class ServerMissing(Exception):
    """PostgreSQL is not installed."""


def binaries() -> Path:
    """Where the server's programs are; raises ``ServerMissing``."""
    found = shutil.which("initdb")
    folder = Path(found).resolve().parent if found else max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if folder is None:
        raise ServerMissing("PostgreSQL is not installed (Debian's package is called postgresql)")
    return folder


@contextmanager
def server(programs: Path) -> Iterator[str]:
    """The address of a fresh server."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    # Sockets have short names: not below pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), "-D", str(folder / "data"), *arguments],
            user=user, check=True, cwd=folder, stdout=subprocess.DEVNULL, timeout=60,
        )  # fmt: skip

    if user:
        shutil.chown(folder, user)
    try:
        run("initdb", "--username=reader", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql:///postgres?host={folder}&user=reader"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
