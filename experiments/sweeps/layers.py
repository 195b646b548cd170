"""Figure 4: the top S of L layers are stochastic, and share a fixed number of latent dimensions (section 4.3)."""

from collections.abc import Iterator

from ml_collections import ConfigDict


def trials(config: ConfigDict, total: int = 500, seeds: int = 1) -> Iterator[dict[str, int]]:
    for seed in range(seeds):
        for stochastic in range(1, config.model.layers + 1):
            yield {"model.stochastic": stochastic, "model.latent": total // stochastic, "seed": seed}
