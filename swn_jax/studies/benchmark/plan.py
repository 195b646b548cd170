"""What the benchmarks measure: all that a preset has on an accelerator, tiny models on a processor."""

from collections.abc import Sequence
from typing import NamedTuple

import jax

from swn_jax.configs.systems import ROWS

DENSITIES = ("dct", "ar", "samplewise", "sourcefilter")
MAIN = ("swavenet", "vrnn", "srnn", "zforcing")  # of the systems those that a comparison over lengths begins with


class Plan(NamedTuple):
    """The sizes of the benchmarks, what is worth most first."""

    side: int  # of the matrices of a product
    mebibytes: int  # that are copied
    seconds: float  # to measure a row for, after it has compiled
    presets: Sequence[str]  # CORPUS:SYSTEM, whose steps are measured first
    others: Sequence[str]  # and later
    batch: int | None  # sequences in a train step, None for the preset's own
    compared: str  # corpus whose systems are of one size
    systems: Sequence[str]  # to compare over the lengths; of the first also several seeds in one program
    lengths: Sequence[int]  # frames per sequence
    rows: int  # sequences in a step over the lengths
    sampled: Sequence[str]  # presets to sample from at each number of sequences
    slowly: Sequence[str]  # presets that draw a frame sample by sample: one sequence at a time
    batches: Sequence[int]  # sequences at a time, for sampling
    frames: int  # to sample
    replicas: Sequence[int]  # seeds in one program, one first


FULL = Plan(
    side=8192, mebibytes=1024, seconds=0.8,
    presets=[f"{corpus}:swavenet" for corpus in ("timit", "blizzard", "iamondb")],
    others=[f"timit:{name}" for name in [*ROWS, *(f"swavenet_{word}" for word in DENSITIES)] if name != "swavenet"],
    batch=None, compared="timit_sample", systems=[*MAIN, *(name for name in ROWS if name not in MAIN)],
    lengths=(40, 400, 4000, 125, 1000, 2000), rows=4, sampled=["timit:swavenet"],
    slowly=["timit:swavenet_samplewise", "timit:swavenet_sourcefilter"], batches=(1, 64, 16, 256, 1024), frames=80,
    replicas=(1, 4, 16, 2, 8),
)  # fmt: skip
SMALL = Plan(
    side=1024, mebibytes=64, seconds=0.3, presets=[f"synthetic_{corpus}:swavenet" for corpus in ("speech", "ink")],
    others=["synthetic_speech:vrnn"], batch=4, compared="synthetic_speech", systems=MAIN[:2], lengths=(40, 80), rows=2,
    sampled=["synthetic_speech:swavenet"], slowly=["synthetic_speech:swavenet_samplewise"], batches=(1, 4), frames=8,
    replicas=(1, 2),
)  # fmt: skip


PLANS = {"full": FULL, "small": SMALL}


def plan_of(name: str | None = None, presets: Sequence[str] = ()) -> Plan:
    """The plan of a name, or where there is none the one that suits the device; of these presets alone, if any."""
    plan = PLANS[name or ("small" if jax.devices()[0].platform == "cpu" else "full")]
    return plan._replace(presets=presets, others=(), sampled=presets, slowly=()) if presets else plan
