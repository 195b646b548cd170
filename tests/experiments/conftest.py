"""What the commands are tried on."""

import pytest

from swn_jax.corpora import prepare


@pytest.fixture(scope="session")
def data_dir(shared):
    """Where a few utterances of the embedded speech lie, prepared."""
    prepare("synthetic_speech", shared / "few", train=6, valid=2, test=2)
    return shared / "few"
