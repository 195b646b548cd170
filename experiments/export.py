"""`python -m experiments.export`: the command of `swn_jax.commands.export`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("export")
