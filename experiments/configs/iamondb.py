"""IAM-OnDB at the sizes of the published code: five layers without latents below one with, whole lines."""

from experiments.configs.base import base


def get_config(model: str = "swavenet"):
    config = base(model, likelihood="pen")
    config.dataset = "iamondb"
    config.frames = config.stride = 2000
    config.steps, config.warmup, config.eval_every = "200 epochs", "1 epochs", 1000
    config.rate = 3e-4
    config.anneal.over = "100 epochs"
    config.model.update(layers=6, stochastic=1, width=200, latent=200)
    return config
