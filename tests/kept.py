"""What tests make once and share."""

import functools
from collections.abc import Callable

import jax


def kept(make: Callable) -> Callable:
    """What `make` returns, made once for the same arguments.

    Whoever asks first may be tracing a program, whose tracers must not be kept for others: it is evaluated at once.
    """

    @functools.cache
    @functools.wraps(make)
    def made(*args, **kwargs):
        with jax.ensure_compile_time_eval():
            return make(*args, **kwargs)

    return made
