"""A folder of pen trajectories, with the model of the embedded ink."""

from experiments.configs import synthetic_ink


def get_config(model: str = "swavenet"):
    config = synthetic_ink.get_config(model)
    config.dataset = "ink"
    return config
