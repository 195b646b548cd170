"""Compile time with the cache of compiled programs on disk: as a second run has it."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import jax
from jax.experimental.compilation_cache import compilation_cache

from swn_jax.studies.benchmark import steps
from swn_jax.studies.benchmark.plan import Plan
from swn_jax.studies.benchmark.row import Measured, Row

CACHE = {
    "jax_persistent_cache_min_compile_time_secs": 0.0, "jax_persistent_cache_min_entry_size_bytes": -1,
    "jax_persistent_cache_enable_xla_caches": "none",
}  # fmt: skip


@contextmanager
def new_cache() -> Iterator[None]:
    """A cache that is empty at first, so that compile times are of programs that were never compiled."""
    before = {name: getattr(jax.config, name) for name in ("jax_compilation_cache_dir", *CACHE)}
    with tempfile.TemporaryDirectory() as folder:
        use({**CACHE, "jax_compilation_cache_dir": folder})
        try:
            yield
        finally:
            use(before)


def use(values: Mapping[str, Any]) -> None:
    """Set what a cache is told, and forget the one before."""
    for name, value in values.items():
        jax.config.update(name, value)
    compilation_cache.reset_cache()


def rows(plan: Plan) -> Iterator[Row]:
    """The step of the first preset once more, after it has compiled."""
    preset = plan.presets[0]
    settings = steps.of_preset(preset)

    def facts() -> Measured:
        return steps.program(settings, *steps.sizes(settings, plan), replicas=1).facts

    def prepare() -> Callable[[], Measured]:
        facts()
        return lambda: {name: value for name, value in facts().items() if name in ("trace_s", "compile_s")}

    yield Row("warm_compile", {"preset": preset, "dtype": "float32"}, prepare, rank=1)
