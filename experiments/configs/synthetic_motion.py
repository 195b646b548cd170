"""The embedded motion and a small model: a run of a few minutes on two cores."""

from experiments.configs import motion
from experiments.configs.base import resize


def get_config(system: str = "swavenet"):
    config = motion.get_config(system)
    config.dataset = "synthetic_motion"
    resize(config, layers=6, stochastic=4, width=96, cells=96, latent=32)
    config.steps, config.anneal.over, config.eval_every = "1200 steps", "600 steps", 300
    return config
