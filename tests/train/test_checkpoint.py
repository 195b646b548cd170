"""Checkpoints: what is saved comes back to the bit, and damage of every kind is seen and named."""

import collections
import resource
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
import pytest
import runs

from swn_jax.errors import SwnError
from swn_jax.train import checkpoint, storage
from swn_jax.train.checkpoint import Checkpoints
from swn_jax.train.host import Copy, bare, checksums, to_host
from swn_jax.train.state import TrainState


def filled(folder, steps=(1, 2, 3)):
    """A folder with a checkpoint of each step; the states differ."""
    state, saved = runs.first(), {}
    checkpoints = Checkpoints(folder, keep=len(steps))
    for number in range(1, max(steps) + 1):
        state, _ = runs.compiled(1)(state, runs.batch_at(number))
        if number in steps:
            checkpoints.save(Copy(state), {"best": number})
            saved[number] = runs.bits(state)
    checkpoints.close()
    return saved


def reopened(folder, like=None):
    checkpoints = Checkpoints(folder, keep=3)
    found = checkpoints.restore(like if like is not None else runs.first())
    checkpoints.close()
    return found


def test_a_state_comes_back_to_the_bit_with_its_note(tmp_path):
    saved = filled(tmp_path)
    found = reopened(tmp_path)
    assert runs.bits(found.state) == saved[3]
    assert found.meta == {"best": 3}
    assert found.damaged == ()


def test_a_state_of_before_it_had_lanes_comes_back(tmp_path, monkeypatch):
    before = collections.namedtuple("TrainState", TrainState._fields[:-1])
    assert TrainState._fields[-1] == "lanes"
    with monkeypatch.context() as then:
        then.setattr(checkpoint, "present", lambda state: before(*state[:-1]))
        saved = filled(tmp_path, steps=(2,))
    assert runs.bits(reopened(tmp_path).state) == saved[2]


def test_shapes_are_enough_to_restore(tmp_path):
    saved = filled(tmp_path, steps=(2,))
    assert runs.bits(reopened(tmp_path, jax.eval_shape(runs.first)).state) == saved[2]


def test_an_empty_folder_holds_none(tmp_path):
    assert reopened(tmp_path) is None


def test_only_the_newest_are_kept(tmp_path):
    checkpoints = Checkpoints(tmp_path, keep=2)
    state = runs.first()
    for number in range(4):
        state, _ = runs.compiled(1)(state, runs.batch_at(number))
        checkpoints.save(Copy(state), {})
    checkpoints.close()
    assert sorted(int(p.name) for p in tmp_path.iterdir() if p.name.isdigit()) == [3, 4]


def data_files(folder, step):
    """The files that hold the arrays; parts of them are dead, which part is orbax's affair."""
    return [p for p in (folder / str(step) / "state").rglob("*") if p.is_file() and p.parent.name == "d"]


def flip(path):
    content = bytearray(path.read_bytes())
    content[::256] = (byte ^ 1 for byte in content[::256])
    path.write_bytes(bytes(content))


def cut(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [flip, cut, lambda p: p.unlink()], ids=["flipped bytes", "cut files", "missing files"])
def test_a_damaged_newest_is_named_and_the_one_before_is_used(tmp_path, harm, capfd):
    saved = filled(tmp_path)
    for path in data_files(tmp_path, 3):
        harm(path)
    found = reopened(tmp_path)
    assert int(found.state.step) == 2
    assert runs.bits(found.state) == saved[2]
    assert len(found.damaged) == 1
    assert str(tmp_path / "3") in found.damaged[0]
    assert "Traceback" not in capfd.readouterr().err


def test_arrays_are_read_one_after_another(tmp_path, monkeypatch):
    """Those under way when another is found damaged would outlive the event loop, each with a traceback of its own."""
    read, together = storage.ocp.type_handlers.NumpyHandler.deserialize, []

    async def watched(self, infos, args):
        together.append(len(infos))
        return await read(self, infos, args)

    monkeypatch.setattr(storage.ocp.type_handlers.NumpyHandler, "deserialize", watched)
    saved = filled(tmp_path, steps=(1,))
    assert runs.bits(reopened(tmp_path).state) == saved[1]
    assert len(together) > 10
    assert set(together) == {1}


def test_a_copy_is_not_what_the_next_step_overwrites():
    state = runs.first()
    copy = Copy(state)
    for leaf in jax.tree.leaves(copy.host):
        assert leaf.flags.owndata
        assert not any(np.shares_memory(leaf, np.asarray(a)) for a in jax.tree.leaves(bare(state)))


def test_what_orbax_restores_in_silence_is_caught_by_the_checksums(tmp_path, monkeypatch):
    def other(host):  # as if a byte had changed on the disk after the sums were taken
        return checksums(host._replace(key=host.key ^ 1))

    checkpoints = Checkpoints(tmp_path, keep=2)
    state, _ = runs.compiled(1)(runs.first(), runs.batch_at(0))
    checkpoints.save(Copy(state), {})
    saved = runs.bits(state)
    state, _ = runs.compiled(1)(state, runs.batch_at(1))
    monkeypatch.setattr("swn_jax.train.host.checksums", other)
    checkpoints.save(Copy(state), {})
    monkeypatch.undo()
    checkpoints.close()
    found = reopened(tmp_path)
    assert runs.bits(found.state) == saved
    assert found.damaged == (f"{tmp_path / '2'}: an array differs from its checksum",)


def test_a_lost_note_counts_as_damage(tmp_path):
    saved = filled(tmp_path)
    for path in (tmp_path / "3" / "meta").rglob("*"):
        path.unlink()
    found = reopened(tmp_path)
    assert runs.bits(found.state) == saved[2]
    assert str(tmp_path / "3") in found.damaged[0]


def test_a_checkpoint_that_a_training_beside_replaces_is_no_damage(tmp_path, monkeypatch):
    saved = filled(tmp_path)
    checkpoints = Checkpoints(tmp_path, keep=3)
    read = checkpoints._read

    def replaced(step, target):
        if step == 3:
            shutil.rmtree(tmp_path / "3")
        return read(step, target)

    monkeypatch.setattr(checkpoints, "_read", replaced)
    found = checkpoints.restore(runs.first())
    checkpoints.close()
    assert (runs.bits(found.state), found.damaged) == (saved[2], ())


def save_and_close(checkpoints, state):
    checkpoints.save(Copy(state), {})
    checkpoints.close()


def test_a_full_disk_is_told_and_what_was_saved_stays(tmp_path):
    saved = filled(tmp_path, steps=(1,))
    state = runs.first()
    for number in (0, 1):
        state, _ = runs.compiled(1)(state, runs.batch_at(number))
    checkpoints, (_, hard) = Checkpoints(tmp_path, keep=1), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, hard))  # as if the disk were full
    try:
        with pytest.raises(SwnError, match=f"{tmp_path}: cannot be written .*goes on from the last whole checkpoint"):
            save_and_close(checkpoints, state)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    assert runs.bits(reopened(tmp_path).state) == saved[1]


def test_when_all_are_damaged_a_run_does_not_start_afresh(tmp_path):
    filled(tmp_path, steps=(1, 2))
    for path in (*data_files(tmp_path, 1), *data_files(tmp_path, 2)):
        path.unlink()
    with pytest.raises(SwnError, match="no checkpoint is whole.*remove it to start anew"):
        reopened(tmp_path)


def test_a_state_that_is_not_finite_is_never_saved(tmp_path):
    state = runs.first()
    params = jax.tree.map(lambda a: a.at[0].set(np.nan), state.params)
    checkpoints = Checkpoints(tmp_path, keep=1)
    with pytest.raises(SwnError, match="step 0.*not finite"):
        checkpoints.save(Copy(state._replace(params=params)), {})
    checkpoints.close()
    assert reopened(tmp_path) is None


def test_checksums_tell_arrays_apart():
    host = to_host(runs.first())
    sums = checksums(host)
    changed = checksums(host._replace(step=host.step + 1))
    assert [name for name in sums if sums[name] != changed[name]] == [".step"]
    assert len(sums) == len(jax.tree.leaves(host))


def test_no_two_saves_begin_at_once():
    """orbax numbers its saves by a counter of the process, by which their threads find each other."""

    class Manager:
        busy, most = 0, 0

        def save(self, step, args):
            self.busy += 1
            self.most = max(self.most, self.busy)
            time.sleep(0.05)
            self.busy -= 1

    manager = Manager()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda step: storage.write(manager, step, {"a": np.zeros(1)}, {}), range(3)))
    assert manager.most == 1
