"""`python -m experiments.sample`: the command of `swn_jax.commands.sample`, from a clone."""

from swn_jax.commands.cli import launch

if __name__ == "__main__":
    launch("sample")
