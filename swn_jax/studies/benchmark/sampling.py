"""The speed of sampling."""

import functools
import time
from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp

from swn_jax.sampling import generate
from swn_jax.studies.benchmark.plan import Plan
from swn_jax.studies.benchmark.row import Measured, Prepare, Row
from swn_jax.studies.benchmark.steps import built, of_preset
from swn_jax.studies.benchmark.timing import seconds_per_call

RATE = 16000  # Hz


def rows(plan: Plan) -> Iterator[Row]:
    """Sampling at each number of sequences; with densities that draw sample by sample, of one."""
    cases = [(preset, size, 0 if n < 2 else 2) for preset in plan.sampled for n, size in enumerate(plan.batches)]
    for preset, size, rank in cases + [(preset, 1, 1) for preset in plan.slowly]:
        labels = {"preset": preset, "batch": size, "frames": plan.frames}
        yield Row("sampling", labels, sampler(preset, size, plan), rank)


def sampler(preset: str, size: int, plan: Plan) -> Prepare:
    """Sampling so many sequences at once from a new model."""

    def prepare() -> Callable[[], Measured]:
        model = built(of_preset(preset))
        init = jax.jit(model.init).lower(jax.random.key(0)).compile()
        variables = jax.eval_shape(model.init, jax.random.key(0))
        before = jax.ShapeDtypeStruct((size, model.frame), "float32")
        start = time.perf_counter()
        lowered = jax.jit(functools.partial(generate, model, frames=plan.frames)).lower(
            variables, jax.random.key(0), before=before
        )
        between = time.perf_counter()
        compiled = lowered.compile()
        facts = {"trace_s": between - start, "compile_s": time.perf_counter() - between}

        def measure() -> Measured:
            variables, before = init(jax.random.key(0)), jnp.zeros((size, model.frame))
            call = functools.partial(compiled, variables, jax.random.key(0), before=before)
            taken = seconds_per_call(call, plan.seconds)
            sound = size * plan.frames * model.frame / RATE
            found = {"us_per_frame": 1e6 * taken / plan.frames, "frames_per_second": size * plan.frames / taken}
            return found | {"times_real_time": sound / taken, **facts}

        return measure

    return prepare
