"""A student on a hub, as the browser's page is one: a server, a kernel, sliders that move.

Requests go through the hub's proxy. A kernel is spoken to over its websocket, in the protocol that
JupyterLab takes; `Kernel` knows the widgets that the kernel has made.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable
from datetime import datetime, timezone
from html import escape
from itertools import accumulate, count
from typing import Any
from uuid import uuid4

from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

from lstm_teach.explore.view import _APART, _SLOT
from tests.hub.hub import Hub
from tests.servers import PATIENCE

PROTOCOL = "v1.kernel.websocket.jupyter.org"


class Student:
    """A student with a server on a hub."""

    def __init__(self, hub: Hub, name: str) -> None:
        self.hub, self.name = hub, name
        self._headers = {"Authorization": f"token {hub.token}"}

    async def ask(
        self,
        path: str,
        method: str = "GET",
        body: object = None,
        raise_error: bool = True,
        **more: Any,
    ) -> HTTPResponse:
        """Ask the hub, or the student's server when the path does not begin with /hub/."""
        path = path if path.startswith("/hub/") else f"/user/{self.name}/{path}"
        request = HTTPRequest(
            self.hub.url + path,
            method,
            self._headers,
            json.dumps(body) if body is not None else None,
            request_timeout=PATIENCE,
            allow_nonstandard_methods=True,
            **more,
        )
        return await AsyncHTTPClient(max_clients=1000).fetch(request, raise_error)

    async def start(self) -> None:
        """Start the server and wait until it is there, as the hub's page does."""
        user = f"/hub/api/users/{self.name}"
        await self.ask(user, "POST", raise_error=False)  # refused when they have been here before
        await self.ask(f"{user}/server", "POST")
        said: list[bytes] = []
        await self.ask(f"{user}/server/progress", streaming_callback=said.append)
        events = b"".join(said).decode().split("data: ")[1:]
        last = json.loads(events[-1])
        if not last.get("ready"):
            raise RuntimeError(f"{self.name}'s server did not start: {last['message']}")

    async def stop(self) -> None:
        """Stop the server; the work stays."""
        await self.ask(f"/hub/api/users/{self.name}/server", "DELETE")

    async def is_running(self) -> bool:
        """Whether the hub says that there is a server."""
        user = json.loads((await self.ask(f"/hub/api/users/{self.name}")).body)
        return bool(user["servers"])

    async def open(self, path: str) -> Kernel:
        """Open a notebook with a kernel of its own."""
        kernel = {"name": "python3"}
        body = {"path": path, "name": path, "type": "notebook", "kernel": kernel}
        session = json.loads((await self.ask("api/sessions", "POST", body)).body)
        kernel_id = session["kernel"]["id"]
        url = f"{self.hub.url}/user/{self.name}/api/kernels/{kernel_id}/channels"
        made = Kernel()
        made.websocket = await websocket_connect(
            HTTPRequest(
                url.replace("http", "ws", 1) + f"?session_id={made.session}",
                headers=self._headers,
                request_timeout=PATIENCE,
            ),
            on_message_callback=made.hear,
            subprotocols=[PROTOCOL],
        )
        return made


class Kernel:
    """A kernel as the page sees it.

    Attributes
    ----------
    widgets : dict of str to dict
        The state of each widget, as far as the kernel has told it.
    errors : list of str
        What went wrong in the kernel.
    """

    websocket: WebSocketClientConnection

    def __init__(self) -> None:
        self.session = uuid4().hex
        self.widgets: dict[str, dict[str, Any]] = {}
        self.errors: list[str] = []
        self._made_by: dict[str, str] = {}
        self._replies: dict[str, asyncio.Future[None]] = {}
        self._answers: dict[str, tuple[str, asyncio.Future[float]]] = {}

    def _send(self, kind: str, content: dict[str, Any], **metadata: object) -> str:
        header = {
            "msg_id": uuid4().hex,
            "msg_type": kind,
            "username": "student",
            "session": self.session,
            "date": datetime.now(timezone.utc).isoformat(),
            "version": "5.4",
        }
        parts = [json.dumps(part).encode() for part in (header, {}, metadata, content)]
        self.websocket.write_message(serialize_msg_to_ws_v1(parts, "shell"), binary=True)
        return header["msg_id"]

    async def run(self, source: str, cell: str = "") -> str:
        """Run a code cell; gives the number of the request, which `explorer` wants."""
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        message = self._send("execute_request", content | {"stop_on_error": True}, cellId=cell)
        self._replies[message] = asyncio.get_running_loop().create_future()
        await asyncio.wait_for(self._replies[message], PATIENCE)
        if self.errors:
            raise RuntimeError("\n".join(self.errors))
        return message

    def explorer(self, message: str) -> tuple[str, dict[str, str]]:
        """Give the view and the sliders, by label, that a request has made."""
        made = {k: self.widgets[k] for k, by in self._made_by.items() if by == message}
        (view,) = (k for k, state in made.items() if state.get("still"))
        sliders = {
            state["description"]: k
            for k, state in made.items()
            if state["_model_name"] == "FloatSliderModel"
        }
        return view, sliders

    def move(self, slider: str, value: float, view: str) -> Awaitable[float]:
        """Move a slider; what is awaited gives the time at which the view has answered."""
        update = {"method": "update", "state": {"value": value}, "buffer_paths": []}
        message = self._send("comm_msg", {"comm_id": slider, "data": update}, version="2.1.0")
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._answers[message] = view, answer
        return answer

    def hear(self, data: bytes | None) -> None:
        """Take a message of the kernel, or the end of the connection."""
        if data is None:
            for reply in self._replies.values():
                reply.set_exception(ConnectionError("the kernel's websocket was closed"))
            return
        _, (header, parent, _, content, *_) = deserialize_msg_from_ws_v1(data)
        kind, about = json.loads(header)["msg_type"], json.loads(parent).get("msg_id", "")
        if kind == "comm_msg":
            self._hear_widget(json.loads(content), about)
        elif kind == "comm_open":
            opened = json.loads(content)
            if opened["target_name"] == "jupyter.widget":
                self.widgets[opened["comm_id"]] = opened["data"]["state"]
                self._made_by[opened["comm_id"]] = about
        elif kind == "error":
            self.errors.append("\n".join(json.loads(content)["traceback"]))
        elif kind == "status" and b'"idle"' in content and about in self._replies:
            # the last message about a request, after all that it has shown
            self._replies.pop(about).set_result(None)

    def _hear_widget(self, content: dict[str, Any], about: str) -> None:
        data = content["data"]
        if data.get("method") not in ("update", "echo_update"):
            return
        state = data["state"]
        _, changed = state.get("values") or (0, None)  # of a view: what differs in its parts
        widget = self.widgets[content["comm_id"]]
        widget.update(state)
        for part, entries in (changed or {}).items():
            slots, new = (
                accumulate(map(int, entries.split(_APART)[::2])),
                entries.split(_APART)[1::2],
            )
            widget[part] = with_values(widget[part], dict(zip(slots, new, strict=True)))
        view, answer = self._answers.get(about, (None, None))
        if answer is not None and content["comm_id"] == view and "values" in state:
            del self._answers[about]
            answer.set_result(time.perf_counter())


def with_values(markup: str, changed: dict[int, str]) -> str:
    """Put new values into the slots of a view's part, as view.js does."""
    slots = count()

    def value(slot: re.Match[str]) -> str:
        text = changed.get(next(slots))
        if text is None:
            return slot[0]
        return f'="{escape(text)}"' if slot[0].startswith("=") else f">{escape(text)}"

    return _SLOT.sub(value, markup)
