"""The embedded ink and a small model: a run of a few minutes on two cores."""

from experiments.configs.base import base


def get_config(model: str = "swavenet"):
    config = base(model, likelihood="pen")
    config.dataset = "synthetic_ink"
    config.frames = config.stride = 1000
    config.batch = 16
    config.model.update(layers=6, stochastic=1, width=96, latent=32)
    config.steps, config.anneal.over, config.eval_every = "1200 steps", "600 steps", 300
    return config
