"""The public names, and what importing them costs."""

import json
import subprocess
import sys

import pytest

import swn_jax

HEAVY = {
    "absl", "array_record", "experiments", "matplotlib", "ml_collections", "orbax", "soundfile", "soxr",
    "tensorboardX", "tensorflow", "tensorflow_datasets", "tqdm",
}  # fmt: skip
IMPORT = """
import json, sys, time
import flax.linen
flax_loads = set(sys.modules)
start = time.process_time()
import swn_jax
seconds = time.process_time() - start
print(json.dumps([seconds, sorted(set(sys.modules) - flax_loads)]))
"""


@pytest.fixture(scope="module")
def imported():
    """CPU seconds and modules that the package costs beyond flax alone."""
    out = subprocess.run([sys.executable, "-W", "error", "-c", IMPORT], capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def test_importing_loads_nothing_heavy(imported):
    modules = imported[1]
    assert "swn_jax.models.swavenet" in modules
    assert not HEAVY & {name.partition(".")[0] for name in modules}
    assert not [name for name in modules if name.startswith(("swn_jax.data", "swn_jax.train"))]


def test_importing_takes_little_more_than_flax(imported):
    assert imported[0] < 1.0


def test_every_public_name_is_there():
    assert sorted(swn_jax.__all__) == sorted(set(swn_jax.__all__))
    for name in swn_jax.__all__:
        assert getattr(swn_jax, name) is not None
