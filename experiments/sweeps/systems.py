"""The rows of tables 1 (speech) and 2 (ink), each from several seeds.

The rows RNN and WaveNet of table 1 are of mixtures of 20 Gaussians, those of table 2 of the plain pen.
`systems` names other rows, with another density by its word: `systems=srnn_gmm+swavenet_gmm`.
"""

from collections.abc import Iterator

from ml_collections import ConfigDict

SPEECH = ("rnn_gmm", "vrnn", "srnn", "zforcing", "zforcing_aux", "wavenet_gmm", "swavenet")
INK = ("rnn", "vrnn", "wavenet", "swavenet")


def trials(config: ConfigDict, seeds: int = 1, systems: tuple[str, ...] = ()) -> Iterator[dict[str, str | int]]:
    rows = systems or (INK if config.likelihood.name == "pen" else SPEECH)
    for seed in range(seeds):
        for system in rows:
            yield {"system": system, "seed": seed}
