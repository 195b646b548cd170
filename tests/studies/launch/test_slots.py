"""Free accelerators, from an nvidia-smi that says what the test wants."""

import os

import pytest

from swn_jax.errors import SwnError
from swn_jax.studies.launch.slots import accelerators, cores, nvidia

TWO = "GPU 0: NVIDIA H200 (UUID: GPU-aa)\nGPU 1: NVIDIA H200 (UUID: GPU-bb)\n"
DIVIDED = TWO + "  MIG 1g.18gb     Device  0: (UUID: MIG-c)\n  MIG 1g.18gb     Device  1: (UUID: MIG-d)\n"


@pytest.fixture
def smi(tmp_path, monkeypatch):
    """Sets what nvidia-smi lists and which devices are busy; returns what it was told."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")

    def say(listed, busy="", code=0):
        (folder / "listed").write_text(listed)
        (folder / "busy").write_text(busy)
        script = f'#!/bin/sh\ncase "$1" in -L) cat {folder}/listed;; *) cat {folder}/busy;; esac\nexit {code}\n'
        (folder / "nvidia-smi").write_text(script)
        (folder / "nvidia-smi").chmod(0o755)

    return say


def test_one_place_on_each_free_device(smi):
    smi(TWO)
    assert [place.env for place in accelerators({})] == [
        {"CUDA_VISIBLE_DEVICES": "GPU-aa"}, {"CUDA_VISIBLE_DEVICES": "GPU-bb"},
    ]  # fmt: skip
    smi(TWO, busy="GPU-aa\nGPU-aa\n")
    (place,) = accelerators({})
    assert place.env == {"CUDA_VISIBLE_DEVICES": "GPU-bb"}
    assert not place.lost()
    smi(TWO.splitlines()[0])
    assert place.lost()
    smi("", code=9)
    assert place.lost()


def test_the_variable_counts_more_than_what_is_listed(smi):
    smi(TWO)
    assert [place.env for place in accelerators({"CUDA_VISIBLE_DEVICES": "1"})] == [{"CUDA_VISIBLE_DEVICES": "GPU-bb"}]
    smi("", code=9)
    two = accelerators({"CUDA_VISIBLE_DEVICES": "0, 3"})
    assert [place.env for place in two] == [{"CUDA_VISIBLE_DEVICES": "0"}, {"CUDA_VISIBLE_DEVICES": "3"}]
    assert not two[0].lost()  # nobody can tell
    assert [place.env for place in accelerators({"HIP_VISIBLE_DEVICES": "2"})] == [{"HIP_VISIBLE_DEVICES": "2"}]
    (chip,) = accelerators({"TPU_VISIBLE_CHIPS": "2"})
    assert chip.env["TPU_VISIBLE_CHIPS"] == "2"
    assert chip.env["TPU_PROCESS_BOUNDS"] == "1,1,1"


def test_parts_of_a_divided_device(smi):
    smi(DIVIDED)
    assert list(nvidia().values()) == ["GPU-aa", "MIG-c", "MIG-d"]


@pytest.mark.parametrize(("listed", "busy", "environ", "words"), [
    ("", "", {}, "found no accelerator"),
    (TWO, "", {"CUDA_VISIBLE_DEVICES": ""}, "found no accelerator"),
    (TWO, "", {"CUDA_VISIBLE_DEVICES": "-1"}, "found no accelerator"),
    (TWO, "GPU-aa\nGPU-bb\n", {}, "none of 2 accelerators is free"),
    (TWO, "GPU-aa", {"CUDA_VISIBLE_DEVICES": "0"}, "none of 1 accelerators is free"),
])  # fmt: skip
def test_no_free_device(smi, listed, busy, environ, words):
    smi(listed, busy)
    with pytest.raises(SwnError, match=words):
        accelerators(environ)


def test_without_nvidia_smi(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SwnError, match="found no accelerator"):
        accelerators({})


def test_cores_are_divided(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {1, 4, 5, 7, 9})
    assert [place.cores for place in cores(2)] == [(1, 4), (5, 7)]
    assert [place.cores for place in cores(1)] == [(1, 4, 5, 7, 9)]
    assert cores(5)[4].env == {"JAX_PLATFORMS": "cpu"}
    for runs in (0, 6):
        with pytest.raises(SwnError, match=f"found {runs} runs at a time on 5 cores, wanted 1 to 5"):
            cores(runs)
