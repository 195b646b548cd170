"""The embedded corpus and a small model: a run of a few minutes on two cores."""

from experiments.configs.base import base, resize


def get_config(system: str = "swavenet"):
    config = base(system)
    resize(config, layers=4, width=96, cells=96, latent=32)
    config.steps, config.anneal.over, config.eval_every = "1200 steps", "600 steps", 300
    return config
