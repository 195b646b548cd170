"""`python -m experiments.sweep`: the command of `swn_jax.commands.sweep`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("sweep")
