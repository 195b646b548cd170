"""Benchmarks: the train step against a large product and over length, sampling against recomputing the prefix."""

from collections.abc import Sequence

import jax

from swn_jax.errors import unknown
from swn_jax.studies.benchmark.sampling import bench_sampling
from swn_jax.studies.benchmark.sizes import Sizes, Tell
from swn_jax.studies.benchmark.training import bench_lengths, bench_replicas, bench_step

__all__ = ["Sizes", "measure"]


def measure(names: Sequence[str], sizes: Sizes, tell: Tell) -> None:
    """Run the named benchmarks; raises SwnError, with the nearest known name, for an unknown one."""
    benchmarks = {"step": bench_step, "lengths": bench_lengths, "replicas": bench_replicas, "sampling": bench_sampling}
    for name in names:
        if name not in benchmarks:
            raise unknown("measure", name, benchmarks)
    device = jax.devices()[0]
    tell(f"jax {jax.__version__}, {device.platform} ({device.device_kind})")
    for name in names:
        benchmarks[name](sizes, tell)
