"""TIMIT at the paper's sizes (section 4.1)."""

from experiments.configs.base import base
from swn_jax.models.swavenet import PAPER


def get_config(model: str = "swavenet"):
    config = base(model)
    config.dataset = "timit"
    config.steps, config.warmup, config.eval_every = "400 epochs", "1 epochs", 1000
    config.batch = 128
    config.rate = 5e-4
    config.anneal.over = "200 epochs"
    config.model.update(PAPER["timit"])
    return config
