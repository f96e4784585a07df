"""One explorer through thousands of events, without a browser: time, bytes and memory.

    python tests/benchmarks/events.py "forget_gate(1)" W_f 5000

Messages come in as the browser sends them and go out as JSON, as in a kernel. `latency.py` runs
this in a process of its own for each explorer, so that the memory is that of one explorer alone.
"""

from __future__ import annotations

import json
import sys
import time

import comm
import ipywidgets as widgets
import numpy as np
import psutil
from comm.base_comm import BaseComm

from lstm_teach import explore
from lstm_teach.check import wire_forget_gate

WARM_UP = 300  # caches fill and the allocator settles


def _json(comm_id: str, data: object) -> bytes:
    """As Jupyter's messages are written: UTF-8, without escapes."""
    return json.dumps({"comm_id": comm_id, "data": data}, ensure_ascii=False).encode()


class JsonComm(BaseComm):
    """Turns every message into JSON, as a kernel does, and counts the bytes."""

    sent = 0

    def publish_msg(self, msg_type: str, data: object = None, **more: object) -> None:
        JsonComm.sent += len(_json(self.comm_id, data))


def values(slider: widgets.Widget, rng: np.random.Generator) -> float:
    """Anywhere that the slider can stand."""
    steps = round((slider.max - slider.min) / slider.step)
    value = slider.min + slider.step * rng.integers(steps + 1)
    return int(value) if isinstance(slider, widgets.IntSlider) else float(value)


def measure(make: str, label: str, count: int) -> dict[str, float]:
    """Move the sliders whose label starts with `label`, one after the other, `count` times."""
    comm.create_comm = JsonComm
    explorer = eval(make, {**vars(explore), "wire_forget_gate": wire_forget_gate})
    if label == "pinned at":
        explorer.controls["pin"].value = "forget"
    sliders = [
        control
        for name, control in explorer.controls.items()
        if name.startswith(label) and isinstance(control, widgets.FloatSlider | widgets.IntSlider)
    ]
    rng, process, seconds, sizes = np.random.default_rng(0), psutil.Process(), [], []
    for k in range(WARM_UP + count):
        if k == WARM_UP:
            before = process.memory_info().rss
        slider = sliders[k % len(sliders)]
        data = {"method": "update", "state": {"value": values(slider, rng)}, "buffer_paths": []}
        sent, start = JsonComm.sent, time.perf_counter()
        slider._handle_msg({"content": {"data": data}, "buffers": []})
        seconds.append(time.perf_counter() - start)
        sizes.append(JsonComm.sent - sent)
    after = process.memory_info().rss
    seconds, sizes = np.array(seconds[WARM_UP:]), np.array(sizes[WARM_UP:])
    moved = sizes > 500  # a slider that was sent to where it stands moves nothing
    return {
        "p50": float(np.median(seconds[moved])) * 1000,
        "p95": float(np.quantile(seconds[moved], 0.95)) * 1000,
        "bytes": float(np.quantile(sizes[moved], 0.95)),
        "before": before / 2**20,
        "after": after / 2**20,
    }


if __name__ == "__main__":
    make, label, count = sys.argv[1:]
    print(json.dumps(measure(make, label, int(count))))
