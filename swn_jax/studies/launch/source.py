"""Functions that users write in files of their own, and their arguments behind the file's name."""

import importlib.util
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from swn_jax.errors import SwnError, unknown


def function_of(path: str, name: str) -> Callable[..., Any]:
    """The function `name` of the Python file `path`.

    Raises:
      SwnError: for a file that is not there, that cannot be read as Python, or that has no such function.
    """
    if not Path(path).is_file():
        raise SwnError(f"there is no file {path}: wanted a Python file that defines {name}")
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise SwnError(f"{path} is no Python file: wanted one, with a name that ends in .py, that defines {name}")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SwnError(f"{path} cannot be read: {type(error).__name__}: {error}") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise SwnError(f"{path} defines no function {name}")
    return function


def trials_of(text: str, config: Any) -> list[Any]:
    """What the `trials(config, ...)` of a sweep file yields.

    Args:
      text: the file, and behind a colon arguments in place of the defaults: `layers.py:total=64,seeds=3`. Where a
        default is a tuple, `+` stands between its values: `latents.py:totals=20+50`.
      config: handed on as it is.
    Raises:
      SwnError: for a file that cannot be read, an unknown argument, a value of another kind than the default's.
    """
    path, _, words = text.partition(":")
    if (old := Path(path)).is_file() and re.search(r"^def cells\(", old.read_text(errors="replace"), re.MULTILINE):
        raise SwnError(f"{path} defines cells(config, ...): the function is called trials now, rename it")
    trials = function_of(path, "trials")
    defaults = {each.name: each.default for each in list(inspect.signature(trials).parameters.values())[1:]}
    arguments = {}
    for word in filter(None, words.split(",")):
        name, _, value = word.partition("=")
        if name not in defaults:
            raise unknown(f"argument of {path}", name, defaults)
        arguments[name] = _like(defaults[name], value, word)
    try:
        return list(trials(config, **arguments))
    except SwnError:
        raise
    except Exception as error:
        raise SwnError(f"{text} makes no trials: {type(error).__name__}: {error}") from error


def _like(default: Any, value: str, word: str) -> Any:
    """The value as what the default is: whole number, number or text, or a tuple of these."""
    one = (default or ("",))[0] if isinstance(default, tuple) else default
    kind = type(one) if isinstance(one, int | float) else str
    try:
        return tuple(map(kind, value.split("+"))) if isinstance(default, tuple) else kind(value)
    except ValueError:
        raise SwnError(f"{word}: wanted {kind.__name__}, as in the default {default!r}") from None
