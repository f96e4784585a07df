"""What can be seen in a function without calling it: the notebook's names, a missing return."""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType

from lstm_teach.check.exercise import Function


def notebook_names(function: Function) -> list[str]:
    """The notebook's numbers and arrays that a function reads, or that its helpers there read.

    Not `inspect.getclosurevars`: before Python 3.13 it takes the attribute in `moment.h` for the
    notebook's `h`.
    """
    found: list[str] = []
    todo, seen = [function], set()
    while todo:
        code = getattr(todo[-1], "__code__", None)
        notebook = getattr(todo.pop(), "__globals__", {})
        if code is None or code in seen:
            continue
        seen.add(code)
        for name in _global_names(code):
            value = notebook.get(name)
            if isinstance(value, FunctionType) and value.__globals__ is notebook:
                todo.append(value)
            elif not (value is None or callable(value) or isinstance(value, ModuleType | str)):
                found.append(name)
    return list(dict.fromkeys(found))


def _global_names(code: CodeType) -> Iterator[str]:
    for instruction in dis.get_instructions(code):
        if instruction.opname == "LOAD_GLOBAL":
            yield instruction.argval
    for inner in code.co_consts:  # functions and comprehensions inside
        if isinstance(inner, CodeType):
            yield from _global_names(inner)


def computes(function: Function) -> bool:
    """Whether a function does something, and no `...` is left in it."""
    code = getattr(function, "__code__", None)
    if code is None or ... in code.co_consts:
        return False
    working = ("STORE_FAST", "BINARY", "CALL", "UNARY")
    return any(i.opname.startswith(working) for i in dis.get_instructions(code))
