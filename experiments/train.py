"""`python -m experiments.train`: the command of `swn_jax.commands.train`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("train")
