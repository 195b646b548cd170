"""A file is written whole or not at all."""

import os

import pytest

from swn_jax import atomic


def test_a_crash_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    atomic.write_text(path, "é\n")
    monkeypatch.setattr(os, "fsync", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        atomic.write_text(path, "new")
    assert path.read_text("utf-8") == "é\n"
