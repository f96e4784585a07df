"""What every server that a test starts needs: ports of its own, and somebody who waits for it."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable

import psutil

OUR_HOST = "127.0.0.1"
PATIENCE = 600.0  # seconds for anything that has to happen, on a machine that is busy with more


def free_ports(count: int) -> list[int]:
    """Find ports that nobody has; all are held until the last is found, so that none is twice."""
    sockets = [socket.create_server((OUR_HOST, 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_until_up(
    process: subprocess.Popen | psutil.Popen, ask: Callable[[], object], seconds: float = PATIENCE
) -> bool:
    """Ask a server until it answers; False when its process ends, or it takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            ask()
        except OSError:
            time.sleep(0.2)
        else:
            return True
    return False
