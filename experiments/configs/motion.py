"""Folders of BVH: windows of about two seconds, two layers without latents below four with."""

from experiments.configs.base import base, resize


def get_config(system: str = "swavenet"):
    config = base(system)
    config.dataset = "motion"
    config.frames, config.stride = 64, 32
    resize(config, layers=6, stochastic=4, width=256, cells=256, latent=32)
    return config
