"""The embedded corpus and a small model: a run of a few minutes on two cores."""

from experiments.configs.base import base


def get_config(model: str = "swavenet"):
    config = base(model)
    config.model.update(layers=4, width=96, latent=32)
    config.steps, config.anneal.over, config.eval_every = "1200 steps", "600 steps", 300
    return config
