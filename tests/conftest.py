"""What holds for every test: four devices, no silent broadcasting, compiled programs kept between runs."""

import gc
import os
from pathlib import Path

import jax
import pytest
from absl import flags
from later import is_later

if "JAX_PLATFORMS" not in os.environ:
    jax.config.update("jax_platforms", "cpu")
jax.config.update("jax_num_cpu_devices", 4)
jax.config.update("jax_numpy_rank_promotion", "raise")
# these hold for the commands that tests start, too
for name, value in (
    ("jax_compilation_cache_dir", str(Path(__file__).parents[1] / ".cache" / "jax")),
    ("jax_persistent_cache_min_compile_time_secs", 0.0),
    ("jax_persistent_cache_min_entry_size_bytes", -1),
    ("jax_disable_most_optimizations", 1),  # programs here run once
):
    os.environ.setdefault(name.upper(), str(value))
    jax.config.update(name, type(value)(os.environ[name.upper()]))
# Threads for four devices: a loop waits in one for what its collectives do in another, and with as many threads as
# devices all may wait for ever.
os.environ.setdefault("PJRT_NPROC", "16")
options = [
    # a process ends where one of its devices waits 40 seconds for another, which happens on a busy machine
    "--xla_cpu_collective_call_warn_stuck_timeout_seconds=300",
    "--xla_cpu_collective_call_terminate_timeout_seconds=600",
]
if jax.__version_info__[:2] == (0, 10):  # its older emitters, gone since, compile in a third of the time
    options += ["--xla_cpu_use_fusion_emitters=false", "--xla_cpu_parallel_codegen_split_count=1"]
os.environ["XLA_FLAGS"] = " ".join([os.environ.get("XLA_FLAGS", ""), *options])
flags.FLAGS.mark_as_parsed()
pytest.register_assert_rewrite("contract")

# The longest first: whatever process is free at the end takes over short ones.
LONG = (
    "test_slurm.py", "test_hosts.py", "test_sweep_command.py", "test_commands.py", "test_readme.py", "test_runs.py",
    "test_typing.py", "test_embedding.py", "test_replicas.py",
)  # fmt: skip

MAPPINGS = 15_000  # of memory, past which compiled programs are forgotten


def pytest_collection_finish():
    """What was imported is never collected, and what tests leave is less often: an eighth of the time went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items):
    for item in items:
        if is_later(item.nodeid):
            item.add_marker(pytest.mark.slow)
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="module", autouse=True)
def few_programs():
    """Forget what earlier files compiled before a process ends by it.

    Programs take mappings of memory, of which Linux grants a process 65,530; past them jaxlib crashes in whatever test
    is next. The whole suite in one process came that far.
    """
    yield
    mappings = Path("/proc/self/maps")
    if mappings.exists() and mappings.read_bytes().count(b"\n") > MAPPINGS:
        jax.clear_caches()
        gc.collect()


@pytest.fixture(scope="session")
def shared(tmp_path_factory, worker_id):
    """A folder of all processes that run the tests: what is prepared in it is prepared once."""
    own = tmp_path_factory.getbasetemp()
    return own if worker_id == "master" else own.parent


@pytest.fixture
def elsewhere(monkeypatch):
    """What is computed on a GPU, on this machine; nothing traced before serves it, nor does it serve later."""
    jax.clear_caches()
    monkeypatch.setattr("jax.lax.platform_dependent", lambda *args, default, **forms: forms.get("cuda", default)(*args))
    yield
    jax.clear_caches()
