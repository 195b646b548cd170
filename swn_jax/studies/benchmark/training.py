"""The tables of train steps: of presets, of several seeds in one program, and over the length of sequences."""

from collections.abc import Iterator

from swn_jax.studies.benchmark.plan import Plan
from swn_jax.studies.benchmark.row import Row
from swn_jax.studies.benchmark.steps import of_preset, sizes, step

DTYPES = ("float32", "bfloat16")


def rows(plan: Plan) -> Iterator[Row]:
    """All of them."""
    for preset in plan.presets:
        for dtype in DTYPES:
            yield of_step(plan, preset, dtype, rank=0)
    for preset in plan.others:
        for dtype, rank in zip(DTYPES, (1, 3), strict=True):
            yield of_step(plan, preset, dtype, rank)
    for number, seeds in enumerate(plan.replicas):
        yield of_seeds(plan, seeds, rank=2 if number < 3 else 4)
    for number, frames in enumerate(plan.lengths):
        for place, system in enumerate(plan.systems):
            first = number < 3 and place < 2  # what shows how two kinds of system grow
            yield of_length(plan, system, frames, rank=2 if first else 4 if number < 3 else 5)


def of_step(plan: Plan, preset: str, dtype: str, rank: int) -> Row:
    """The step of a preset at its own sizes."""
    settings = of_preset(preset, dtype)
    size, frames = sizes(settings, plan)
    labels = {"preset": preset, "dtype": dtype, "batch": size, "frames": frames}
    return Row("step", labels, step(settings, size, frames, 1, plan.seconds), rank)


def of_seeds(plan: Plan, seeds: int, rank: int) -> Row:
    """The step of several seeds of the first of the systems that are compared."""
    preset = f"{plan.compared}:{plan.systems[0]}"
    settings = of_preset(preset)
    size, frames = sizes(settings, plan)
    labels = {"preset": preset, "replicas": seeds, "batch": size, "frames": frames}
    return Row("replicas", labels, step(settings, size, frames, seeds, plan.seconds), rank)


def of_length(plan: Plan, system: str, frames: int, rank: int) -> Row:
    """The step of one of the systems that are compared, on sequences of one length."""
    preset = f"{plan.compared}:{system}"
    labels = {"preset": preset, "frames": frames, "batch": plan.rows}
    return Row("lengths", labels, step(of_preset(preset), plan.rows, frames, 1, plan.seconds), rank)
