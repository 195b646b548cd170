"""The free sample of TIMIT with its list of speakers (prepared as timit/listed), at a quarter of the paper's width."""

from experiments.configs.base import base


def get_config(model: str = "swavenet"):
    config = base(model)
    config.dataset = "timit/listed"
    config.model.update(layers=4, width=256, latent=100)
    return config
