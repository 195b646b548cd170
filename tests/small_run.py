"""A run of a few steps on the embedded corpus, for tests of what lies around it."""

from ml_collections import ConfigDict

from swn_jax import configs

STEPS = 4


def config_of(system: str = "swavenet", **changes) -> ConfigDict:
    config = configs.get_config(f"synthetic_speech:{system}")
    layers = {"model.layers": 2} if "layers" in config.model else {}
    config.update_from_flattened_dict({
        "steps": f"{STEPS} steps", "warmup": "1 steps", "anneal.over": "2 steps", "eval_every": 2, "log_every": 1,
        "batch": 4, "sequence_length": 6, "model.width": 8, **layers, **changes,
    })  # fmt: skip
    return config
