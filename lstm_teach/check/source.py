"""What can be seen in a function besides its numbers: what it reads, keeps, calls and returns."""

from __future__ import annotations

import dis
import inspect
import math
import os
import pickle
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

import numpy as np

import lstm_teach
from lstm_teach.check.exercise import Function
from lstm_teach.parameters import Gate, Parameters, Step
from lstm_teach.variants import GRUParameters, GRUStep

# ---- a function and its helpers ----------------------------------------------------------------


def functions(function: object) -> list[FunctionType]:
    """Give the student's function and those of the same notebook that it calls."""
    found: list[FunctionType] = []
    todo = [function]
    while todo:
        one = todo.pop()
        # of a partial, of a method
        todo += [getattr(one, inside) for inside in ("func", "__func__") if hasattr(one, inside)]
        if isinstance(one, FunctionType) and one not in found:
            found.append(one)
            held = [cell_value(cell) for cell in one.__closure__ or ()]
            named = [one.__globals__.get(name) for name in global_names(one.__code__)]
            todo += [
                other
                for other in (*held, *named)
                if isinstance(other, FunctionType) and other.__globals__ is one.__globals__
            ]
    return found


def cell_value(cell: object) -> object:
    """Give what a variable of an enclosing function holds; None as long as it holds nothing."""
    try:
        return cell.cell_contents  # type: ignore[attr-defined]
    except ValueError:
        return None


def codes(code: CodeType) -> Iterator[CodeType]:
    """Give the code of a function, and of the functions and comprehensions inside."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from codes(inner)


def global_names(code: CodeType) -> list[str]:
    """Which names of its notebook a function reads or writes.

    Not `inspect.getclosurevars`: before Python 3.13 it takes the attribute in `moment.h` for the
    notebook's `h`.
    """
    return list(dict.fromkeys(i.argval for i in _steps(code) if i.opname.endswith("_GLOBAL")))


def _steps(code: CodeType) -> Iterator[dis.Instruction]:
    return (step for inner in codes(code) for step in dis.get_instructions(inner))


def constants(function: Function) -> set[object]:
    """Give the numbers that are typed in a function."""
    return {value for value in _typed(function) if type(value) is int}


def has_dots(function: Function) -> bool:
    """Whether a `...` is left in a function, or in those of the notebook that it calls."""
    return any(value is ... for value in _typed(function))


def _typed(function: Function) -> Iterator[object]:
    """What is typed in a function, or in those of the notebook that it calls; tuples in parts."""
    for one in functions(function):
        for step in _steps(one.__code__):
            if step.opname.startswith(("LOAD_", "RETURN_CONST")):  # the second since Python 3.12
                yield from step.argval if isinstance(step.argval, tuple) else [step.argval]


def computes(function: Function) -> bool:
    """Whether a function does something, and no `...` is left in it."""
    code = getattr(function, "__code__", None)
    if code is None or ... in code.co_consts:
        return False
    working = ("STORE_FAST", "BINARY", "CALL", "UNARY")
    return any(i.opname.startswith(working) for i in dis.get_instructions(code))


# ---- the notebook's numbers --------------------------------------------------------------------


def notebook_names(function: Function) -> list[str]:
    """The notebook's numbers and arrays that a function reads, or that its helpers there read."""
    found = [
        name
        for one in functions(function)
        for name in global_names(one.__code__)
        if _holds_numbers(one.__globals__.get(name)) and not _imported(name, one.__globals__[name])
    ]
    return list(dict.fromkeys(found))


def _holds_numbers(value: object) -> bool:
    """Whether this is a number, an array, weights, or a list that has one of them in it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(_holds_numbers, value))
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iufc"
    if isinstance(value, bool | str | type | FunctionType | ModuleType):
        return False
    kinds = (int, float, complex, np.number, Gate, Parameters, GRUParameters, Step, GRUStep)
    return isinstance(value, kinds) or hasattr(type(value), "__array__")


def _imported(name: str, value: object) -> bool:
    """Whether a number comes from a module: π and e, or one of lstm_teach's."""
    modules = [m for key, m in sys.modules.items() if key.split(".")[0] == "lstm_teach"]
    return any(getattr(module, name, None) is value for module in (math, np, *modules))


# ---- what is kept from one call to the next ----------------------------------------------------

_RANDOM = frozenset(
    "random rng default_rng rand randn randint normal uniform choice permutation shuffle integers "
    "standard_normal sample RandomState gauss".split()
)


def kept(function: Function) -> dict[str, bytes]:
    """What a function can keep from one call to the next, by name, in a form that can be compared.

    The values of its defaults and attributes, of the notebook's names that it uses, and of the
    function around it.
    """
    places: dict[str, object] = {}
    if not isinstance(function, FunctionType):  # a method's object, or one that can be called
        places |= getattr(getattr(function, "__self__", function), "__dict__", {})
    for one in functions(function):
        code, takes = one.__code__, inspect.signature(one, follow_wrapped=False).parameters
        places |= {name: of.default for name, of in takes.items() if of.default is not of.empty}
        places |= zip(code.co_freevars, map(cell_value, one.__closure__ or ()), strict=True)
        places |= vars(one)
        places |= {n: one.__globals__.get(n) for n in global_names(code)}
    callables = (FunctionType, ModuleType, type, np.random.Generator, np.random.RandomState)
    return {name: _bytes(v) for name, v in places.items() if not isinstance(v, callables)}


def _bytes(value: object) -> bytes:
    try:
        return pickle.dumps(value)
    except Exception:  # what cannot be pickled is compared by its kind
        return repr(type(value)).encode()


def draws_random_numbers(function: Function) -> bool:
    """Whether a name in it says that it draws random numbers."""
    return any(
        _RANDOM & {*inner.co_names, *inner.co_freevars}
        for one in functions(function)
        for inner in codes(one.__code__)
    )


# ---- what it calls of lstm_teach ---------------------------------------------------------------

_PACKAGE = str(Path(lstm_teach.__file__).parent) + os.sep
_CHECK = str(Path(__file__).parent) + os.sep
#: These make and read parameters and steps, or look at arguments: they compute nothing.
_NEUTRAL_FILES = ("parameters.py", "_arrays.py", "_style.py")
#: These follow equations that they are given: what is told is whose, by this name of theirs.
_FOLLOWED = {"checked_equation": "equation", "checked_step": "equations"}
_NEUTRAL = frozenset({"__init__", "__post_init__", "kept", "added", "<module>"})


def watched(function: Function, given: Iterable[object]) -> tuple[object, tuple[str, ...]]:
    """Call a function; give its result, and which functions of lstm_teach were called from outside.

    What is told is where the code of a call lies, so a lambda, an alias or an attribute hides
    nothing. A profiler that runs already goes on, and is back in its place afterwards; debuggers
    and coverage trace, which is something else.
    """
    called: list[str] = []
    before: Any = sys.getprofile()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if callable(before):
            before(frame, event, argument)
        caller = frame.f_back
        if event != "call" or not _in(_PACKAGE, frame):
            return
        if caller and _in(_PACKAGE, caller) and (_in(_CHECK, frame) or not _in(_CHECK, caller)):
            return
        code = frame.f_code
        equation = frame.f_locals.get(_FOLLOWED.get(code.co_name, ""))
        if isinstance(equation, FunctionType):
            called.append(equation.__name__)
        elif code.co_name not in _NEUTRAL and Path(code.co_filename).name not in _NEUTRAL_FILES:
            called.append(code.co_name)

    sys.setprofile(note)
    try:
        return function(*given), tuple(called)
    finally:
        if before is None or callable(before):
            sys.setprofile(before)
        else:  # cProfile before Python 3.12
            before.enable()


def _in(folder: str, frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(folder)


def is_ours(function: object) -> bool:
    """Whether a function is one of lstm_teach's own."""
    return str(getattr(function, "__module__", "")).split(".")[0] == "lstm_teach"
