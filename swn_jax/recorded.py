"""Records of functions that know the call that made them: `build("swavenet", 200)` equals itself when called again.

The functions of such a record compare, hash and pickle by that call. So `jit` compiles an equal model once, and a model
can be sent to another process, which builds it again.
"""

import functools
import importlib
import inspect
import pickle
from collections.abc import Callable
from typing import Any, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R", bound=tuple)


class Call(NamedTuple):
    """A call of a builder with all its arguments, defaults included."""

    builder: Callable[..., Any]
    arguments: tuple[tuple[str, Any], ...]

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        where, name = self.builder.__module__, self.builder.__qualname__
        if "<" in name or resolved(where, name) is not self.builder:
            raise pickle.PicklingError(f"{where}.{name} is no function of a module: define it in one to pickle this")
        return call_of, (where, name, self.arguments)

    def __repr__(self) -> str:
        """As it is written, without defaults."""
        defaults = {name: parameter.default for name, parameter in inspect.signature(self.builder).parameters.items()}
        given = [(name, value) for name, value in self.arguments if name not in defaults or value != defaults[name]]
        first = ("name", "frame")  # given by place
        told = [repr(value) if name in first else f"{name}={value!r}" for name, value in given]
        return f"{self.builder.__name__}({', '.join(told)})"


class Part:
    """A function of a record, equal to that of an equal call."""

    def __init__(self, function: Callable[..., Any], call: Call, name: str):
        functools.update_wrapper(self, function)
        self.function, self.call, self.name = function, call, name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part) and (self.name, self.call) == (other.name, other.call)

    def __hash__(self) -> int:
        return hash((self.name, self.call))

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return part_of, (self.call, self.name)

    def __repr__(self) -> str:
        return f"{self.call}.{self.name}"


def recorded(builder: Callable[P, R]) -> Callable[P, R]:
    """Let the records that a function builds know their call, where its arguments can be hashed; a decorator."""
    if hasattr(builder, "builder"):
        return builder

    @functools.wraps(builder)
    def build(*args: P.args, **kwargs: P.kwargs) -> R:
        bound = inspect.signature(builder).bind(*args, **kwargs)
        bound.apply_defaults()
        call = Call(builder, tuple((name, hashable(value)) for name, value in unfolded(bound).items()))
        record = builder(*args, **kwargs)
        return with_call(record, call) if is_hashable(call) and not made_by(record) else record

    vars(build)["builder"] = builder
    return build


def unfolded(bound: inspect.BoundArguments) -> dict[str, Any]:
    """The arguments by name, those of a `**fields` among them."""
    given = dict(bound.arguments)
    for name, parameter in bound.signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            given |= given.pop(name)
    return given


def is_hashable(call: Call) -> bool:
    try:
        hash(call)
    except TypeError:  # an array or a dict among the arguments
        return False
    return True


def hashable(value: Any) -> Any:
    return tuple(map(hashable, value)) if isinstance(value, list | tuple) and not hasattr(value, "_fields") else value


def with_call(record: R, call: Call) -> R:
    """The record with functions that know this call."""
    fields: tuple[str, ...] = getattr(record, "_fields", ())
    parts = [
        Part(value.function if isinstance(value, Part) else value, call, name) if callable(value) else value
        for name, value in zip(fields, record, strict=True)
    ]
    kind: Any = type(record)
    return kind(*parts)


def made_by(record: tuple) -> Call | None:
    """The one call that all functions of a record come from; None for one that was put together by hand."""
    calls = [getattr(value, "call", None) for value in record if callable(value)]
    return calls[0] if calls and all(call == calls[0] for call in calls) else None


def described(record: tuple) -> str:
    """The call that made a record, or its type and the fields that are no functions."""
    fields: tuple[str, ...] = getattr(record, "_fields", ())
    plain = [f"{name}={value!r}" for name, value in zip(fields, record, strict=True) if not callable(value)]
    call = made_by(record)
    return repr(call) if call else f"{type(record).__name__}({', '.join(plain)})"


def resolved(module: str, name: str) -> Any:
    """The builder of this name, without what `recorded` adds to it."""
    found = functools.reduce(getattr, name.split("."), importlib.import_module(module))
    return getattr(found, "builder", found)


def call_of(module: str, name: str, arguments: tuple[tuple[str, Any], ...]) -> Call:
    return Call(resolved(module, name), arguments)


@functools.lru_cache(maxsize=64)
def rebuilt(call: Call) -> Any:
    return with_call(call.builder(**dict(call.arguments)), call)


def part_of(call: Call, name: str) -> Any:
    return getattr(rebuilt(call), name)
