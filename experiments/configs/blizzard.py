"""Blizzard 2013 at the paper's sizes (section 4.1): half-second segments."""

from experiments.configs.base import base
from swn_jax.models.swavenet import PAPER


def get_config(model: str = "swavenet"):
    config = base(model)
    config.dataset = "blizzard"
    config.steps, config.warmup, config.eval_every = "40 epochs", "1000 steps", 5000
    config.batch = 128
    config.rate = 1e-4
    config.anneal.over = "20 epochs"
    config.model.update(PAPER["blizzard"])
    return config
