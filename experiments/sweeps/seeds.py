"""One system from several seeds: the deviation that table 1 gives for SWaveNet is of ten."""

from collections.abc import Iterator

from ml_collections import ConfigDict


def trials(config: ConfigDict, seeds: int = 10) -> Iterator[dict[str, int]]:
    for seed in range(seeds):
        yield {"seed": seed}
