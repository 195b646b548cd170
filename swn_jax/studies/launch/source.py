"""Load functions from Python files of the user, with arguments behind the file name."""

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
      SwnError: for a file that is missing, cannot be imported, or has no such function.
    """
    if not Path(path).is_file():
        raise SwnError(f"there is no file {path}, wanted a Python file that defines {name}: correct the path")
    spec = importlib.util.spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise SwnError(f"{path} is no Python file, wanted one that defines {name}: give it a name that ends in .py")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise SwnError(f"{path} cannot be imported ({type(error).__name__}: {error}): correct it") from error
    function = getattr(module, name, None)
    if not callable(function):
        raise SwnError(f"{path}: found no function {name}, wanted one: define it")
    return function


def trials_of(text: str, config: Any) -> list[Any]:
    """The trials that `trials(config, ...)` of a sweep file yields.

    Args:
      text: the file and, after a colon, arguments that replace defaults: `layers.py:total=64,seeds=3`. The values of
        a tuple are separated by `+`: `latents.py:totals=20+50`.
      config: passed to the function.
    Raises:
      SwnError: for a file that cannot be imported, an unknown argument, or a value of another type than the default.
    """
    path, _, words = text.partition(":")
    if (old := Path(path)).is_file() and re.search(r"^def cells\(", old.read_text(errors="replace"), re.MULTILINE):
        raise SwnError(f"{path} defines cells(config, ...), wanted trials(config, ...): rename the function")
    trials = function_of(path, "trials")
    defaults = {
        parameter.name: parameter.default for parameter in list(inspect.signature(trials).parameters.values())[1:]
    }
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
        raise SwnError(f"{text} makes no trials ({type(error).__name__}: {error}): correct it") from error


def _like(default: Any, value: str, word: str) -> Any:
    """The value converted to the type of the default: integer, float or text, or a tuple of these."""
    one = (default or ("",))[0] if isinstance(default, tuple) else default
    kind = type(one) if isinstance(one, int | float) else str
    try:
        return tuple(map(kind, value.split("+"))) if isinstance(default, tuple) else kind(value)
    except ValueError:
        raise SwnError(f"found {word}, wanted {kind.__name__}, as in the default {default!r}: change it") from None
