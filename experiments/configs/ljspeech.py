"""LJSpeech: one voice, half-second segments as of Blizzard, at a quarter of the paper's width."""

from experiments.configs.base import base, resize


def get_config(system: str = "swavenet"):
    config = base(system)
    config.dataset = "ljspeech"
    resize(config, layers=4, width=256, cells=256, latent=100)
    return config
