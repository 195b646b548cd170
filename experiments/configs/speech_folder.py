"""Your own recordings, at a quarter of the paper's width."""

from experiments.configs.base import base


def get_config(model: str = "swavenet"):
    config = base(model)
    config.dataset = "speech_folder"
    config.model.update(layers=4, width=256, latent=100)
    return config
