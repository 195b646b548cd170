"""What the commands are tried on."""

import command_line
import pytest


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory):
    """Where a small corpus lies."""
    path = tmp_path_factory.mktemp("data")
    command_line.small_corpus(path)
    return path
