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
flags.FLAGS.mark_as_parsed()
pytest.register_assert_rewrite("contract")
