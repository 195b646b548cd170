"""A folder of pen trajectories, with the model of the embedded ink."""

from experiments.configs import synthetic_ink


def get_config(system: str = "swavenet"):
    config = synthetic_ink.get_config(system)
    config.dataset = "ink"
    return config
