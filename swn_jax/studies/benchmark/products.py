"""How fast the device multiplies large matrices and copies: what a step is measured by."""

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp

from swn_jax.studies.benchmark.plan import Plan
from swn_jax.studies.benchmark.row import Measured, Prepare, Row
from swn_jax.studies.benchmark.timing import seconds_per_call


def rows(plan: Plan) -> Iterator[Row]:
    """Products of float32, by default and exact, and of bfloat16 as the models have them; and a copy."""
    for dtype, precision in (("float32", "default"), ("bfloat16", "default"), ("float32", "highest")):
        labels = {"of": "product", "dtype": dtype, "precision": precision, "size": plan.side}
        yield Row("device", labels, product(plan, dtype, precision))
    yield Row("device", {"of": "copy", "dtype": "float32", "size": plan.mebibytes}, copy(plan))


def product(plan: Plan, dtype: str, precision: str) -> Prepare:
    """A product of square matrices with sums in float32."""

    def multiply(a: jax.Array) -> jax.Array:
        return jnp.matmul(a, a, precision=precision, preferred_element_type=jnp.float32)

    def numbers(seconds: float) -> Measured:
        return {"ms": 1e3 * seconds, "tflops": 2e-12 * plan.side**3 / seconds}

    return of_array(multiply, (plan.side, plan.side), dtype, numbers, plan.seconds)


def copy(plan: Plan) -> Prepare:
    """A sum with one, which reads and writes so many mebibytes."""

    def numbers(seconds: float) -> Measured:
        return {"ms": 1e3 * seconds, "gigabytes_per_second": 2e-9 * plan.mebibytes * 2**20 / seconds}

    return of_array(lambda a: a + 1, (plan.mebibytes, 2**18), "float32", numbers, plan.seconds)


def of_array(
    function: Callable[[jax.Array], jax.Array], shape: tuple[int, int], dtype: str,
    numbers: Callable[[float], Measured], seconds: float,
) -> Prepare:  # fmt: skip
    """A function of one random array."""

    def prepare() -> Callable[[], Measured]:
        make: Any = jax.jit(lambda key: jax.random.normal(key, shape).astype(dtype))
        make, compiled = make.lower(jax.random.key(0)).compile(), jax.jit(function).lower(like).compile()

        def measure() -> Measured:
            array = make(jax.random.key(0))
            return numbers(seconds_per_call(lambda: compiled(array), seconds))

        return measure

    like = jax.ShapeDtypeStruct(shape, dtype)
    return prepare
