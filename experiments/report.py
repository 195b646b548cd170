"""`python -m experiments.report`: the command of `swn_jax.commands.report`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("report")
