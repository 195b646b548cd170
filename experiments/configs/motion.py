"""Folders of BVH: windows of about two seconds, two layers without latents below four with."""

from experiments.configs.base import base


def get_config(model: str = "swavenet"):
    config = base(model)
    config.dataset = "motion"
    config.frames, config.stride = 64, 32
    config.model.update(layers=6, stochastic=4, width=256, latent=32)
    return config
