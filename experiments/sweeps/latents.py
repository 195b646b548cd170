"""Figure 5: the number of latent dimensions of a frame, shared by four stochastic layers (section 4.3).

The paper prints no numbers of dimensions; these totals are ours.
"""

from collections.abc import Iterator

from ml_collections import ConfigDict


def trials(
    config: ConfigDict, totals: tuple[int, ...] = (20, 50, 100, 200, 500), stochastic: int = 4, seeds: int = 1
) -> Iterator[dict[str, int]]:
    for seed in range(seeds):
        for total in totals:
            yield {"model.stochastic": stochastic, "model.latent": total // stochastic, "seed": seed}
