"""A release of any version so far is loaded by this one, and gives what it gave."""

import json

import numpy as np
import pytest
from golden_release import GOLDEN, OUTPUTS, outputs_of

import swn_jax

RELEASES = sorted(GOLDEN.glob("*/*"))
# Other compilers and devices sum in another order; the last changes here were below 1e-6.
NEAR = dict(rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("folder", RELEASES, ids=lambda folder: f"{folder.parent.name}-{folder.name}")
def test_a_release_gives_what_it_gave(folder):
    wanted = json.loads((folder / OUTPUTS).read_text())
    found = outputs_of(swn_jax.load(folder))
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        np.testing.assert_allclose(found[name], value, **NEAR, err_msg=name)


def test_each_is_of_the_version_that_it_stands_under():
    assert {folder.parent.name for folder in RELEASES} >= {"0.1.0"}
    for folder in RELEASES:
        assert json.loads((folder / "config.json").read_text())["swn_jax"] == folder.parent.name
        assert sum(path.stat().st_size for path in folder.iterdir()) < 100_000
