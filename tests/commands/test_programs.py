"""Compiled programs are kept for the next command, where the user can write, and within a limit."""

import os
import warnings

import jax
import jax.numpy as jnp
import pytest
from jax.experimental.compilation_cache import compilation_cache

from swn_jax.commands import programs
from swn_jax.errors import SwnError

NAMES = (programs.FOLDER, *programs.SETTINGS)


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """A user's cache folder, and jax as it is without any of its settings; both are as before afterwards."""
    before = {name.lower(): getattr(jax.config, name.lower()) for name in NAMES}
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compilation_cache.reset_cache()
    with warnings.catch_warnings(action="default"):
        yield tmp_path / "swn_jax" / "programs"
    compilation_cache.reset_cache()
    for name, value in before.items():
        jax.config.update(name, value)
        os.environ.pop(name.upper(), None)  # monkeypatch then puts back what was there


def test_jax_and_started_processes_are_told_the_folder(cache):
    programs.keep()
    folder = cache / programs.kind_of_machine()
    assert folder.is_dir()
    assert jax.config.jax_compilation_cache_dir == os.environ[programs.FOLDER] == str(folder)
    assert jax.config.jax_persistent_cache_min_compile_time_secs == 0
    assert jax.config.jax_persistent_cache_min_entry_size_bytes == -1


def test_a_program_that_is_half_written_is_made_anew(cache, recwarn):
    programs.keep()
    folder = cache / programs.kind_of_machine()

    def run() -> bytes:
        def twice_the_sine(x):
            return 2 * jnp.sin(x)

        jax.block_until_ready(jax.jit(twice_the_sine)(jnp.ones(3)))
        (file,) = folder.glob("jit_twice_the_sine-*")
        return file.read_bytes()

    whole = run()
    (file,) = folder.glob("jit_twice_the_sine-*")
    file.write_bytes(whole[: len(whole) // 2])
    jax.clear_caches()
    assert len(run()) > 0.9 * len(whole)  # it tells how long it took to compile, in numbers of its own length
    assert not recwarn


def test_other_warnings_are_shown(cache):
    with warnings.catch_warnings(record=True) as seen:
        programs.keep()
        warnings.warn("mind the step", stacklevel=1)
    assert [str(each.message) for each in seen] == ["mind the step"]


def test_a_folder_that_the_user_has_set_stays(cache, monkeypatch):
    monkeypatch.setenv(programs.FOLDER, "elsewhere")
    programs.keep()
    assert os.environ[programs.FOLDER] == "elsewhere"
    assert not cache.exists()


def test_what_was_longest_unused_goes_where_the_limit_is_exceeded(tmp_path):
    for age in range(10):
        file = tmp_path / f"kind{age % 2}" / f"program{age}"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"x" * 100)
        os.utime(file, (1e9 - age, 1e9 - age))
    os.utime(tmp_path / "kind1" / "program9", (1e9 + 1, 1e9 - 9))  # written first, read last
    programs.prune(tmp_path, 1000)
    assert len(list(tmp_path.glob("*/program*"))) == 10
    programs.prune(tmp_path, 999)
    assert sorted(file.name for file in tmp_path.glob("*/program*")) == [f"program{age}" for age in (0, 1, 2, 9)]


def test_a_file_that_is_gone_meanwhile_does_not_count(tmp_path):
    (tmp_path / "program").write_bytes(b"x" * 10)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert [(file.name, about.st_size) for file, about in programs.found(tmp_path)] == [("program", 10)]
    programs.prune(tmp_path, 5)
    assert not (tmp_path / "program").exists()


def test_a_folder_that_cannot_be_made_is_told_with_both_ways_out(cache, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(
        SwnError, match=r"cannot be kept in .*set JAX_COMPILATION_CACHE_DIR .*or pass --nokeep_programs"
    ):
        programs.keep()
