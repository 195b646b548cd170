"""What holds for every test: four devices, no silent broadcasting, compiled programs kept between runs."""

import os
from pathlib import Path

import jax
import pytest
from absl import flags

CACHE = Path(__file__).parents[1] / ".cache" / "jax"

if "JAX_PLATFORMS" not in os.environ:
    jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_num_cpu_devices", 4)
jax.config.update("jax_numpy_rank_promotion", "raise")
jax.config.update("jax_compilation_cache_dir", str(CACHE))
jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
jax.config.update("jax_disable_most_optimizations", True)  # programs here run once
os.environ["JAX_DISABLE_MOST_OPTIMIZATIONS"] = "1"  # so do those of the commands that tests start
flags.FLAGS.mark_as_parsed()
pytest.register_assert_rewrite("contract")

LONG = ("test_readme.py", "test_hosts.py", "test_commands.py", "test_sweep_command.py", "test_slurm.py")


def pytest_collection_modifyitems(items):
    """The longest first: whatever process is free at the end takes over short ones."""
    items.sort(key=lambda item: item.path.name not in LONG)
