"""What the folder of a run remembers, its config and its data, so that no other run is trained there."""

import contextlib
import dataclasses
import hashlib
import json
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ml_collections import ConfigDict

from swn_jax.atomic import write_text
from swn_jax.configs.form import lacking, odd_value
from swn_jax.configs.keys import CONFIG_KEYS, FREE, changes, completed, renamed
from swn_jax.data import Prepared
from swn_jax.data.columns import KIND, Columns
from swn_jax.data.lock import held
from swn_jax.data.text import Text
from swn_jax.errors import SwnError
from swn_jax.sealed import opened

CONFIG, DATA = "config.json", "data.json"
LOCK = "train.lock"  # held, and the process named in it, while one trains there
CHECKPOINTS = "checkpoints"  # the folder of the newest
C = TypeVar("C")


def remember(config: ConfigDict, prepared: Prepared, workdir: Path) -> dict[str, tuple[Any, Any]]:
    """Write config and data into a workdir; returns what it changes of the config of a run that is there.

    Raises:
      SwnError: where a run of another config or other data is.
    """
    text = config.to_json_best_effort(indent=1, sort_keys=True)
    found: dict[str, tuple[Any, Any]] = {}
    if (workdir / CONFIG).exists():
        found = changes(recall(workdir).to_dict(), json.loads(text))
        if odd := {key: values for key, values in found.items() if not may_change(key, *values)}:
            was = ", ".join(f"{key}: {old} there, {new} now" for key, (old, new) in odd.items())
            remedy = "take another --workdir, or the same config"
            raise SwnError(f"{workdir} holds a run of another config ({was}): {remedy}")
    elif (workdir / CHECKPOINTS).exists():
        raise _gone(workdir)
    if odd_data := other_data(prepared, workdir):
        remedy = "give the --data_dir of its training, or take another --workdir"
        raise SwnError(f"{workdir} holds a run of other data than {prepared.path} ({odd_data}): {remedy}")
    workdir.mkdir(parents=True, exist_ok=True)
    write_text(workdir / CONFIG, text)
    write_text(workdir / DATA, json.dumps(facts_of(prepared), indent=1) + "\n")
    return found


def may_change(key: str, old: Any, new: Any) -> bool:
    """Whether a run can go on with this change of its config: of no number so far, or an extension."""
    return key in FREE or (key == "extended" and tuple(new)[: len(old)] == tuple(old))


@contextlib.contextmanager
def locked(workdir: Path) -> Iterator[None]:
    """Keep other trainings out of a workdir, which is made; raises SwnError where one is at work there."""
    if workdir.exists() and not workdir.is_dir():
        raise SwnError(f"{workdir} is a file, wanted a folder for the run: take another --workdir")
    workdir.mkdir(parents=True, exist_ok=True)
    path = workdir / LOCK
    with held(path) as lock:
        if lock is None:
            who = path.read_text().strip() or "another process"
            raise SwnError(f"{who} trains in {workdir}: wait for its end, or take another --workdir")
        os.ftruncate(lock, 0)
        os.write(lock, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        yield


def recall(workdir: Path) -> ConfigDict:
    """Read the config of a run, with old names and lacking keys; raises SwnError where there is none of use."""
    path = workdir / CONFIG
    if not path.exists():
        if (workdir / CHECKPOINTS).exists():
            raise _gone(workdir)
        raise SwnError(f"{workdir} holds no run (no {CONFIG}): train one with `swn train`")
    found = completed(renamed(read_object(path), CONFIG_KEYS))
    return ConfigDict(_checked(found, odd_value(found), path))


def recall_trained(workdir: Path) -> ConfigDict:
    """Read the config of a run that was trained, not fitted as baselines are; raises SwnError where a key lacks."""
    found = recall(workdir)
    return _checked(found, lacking(found.keys()), workdir / CONFIG)


def facts_of(prepared: Prepared) -> dict[str, Any]:
    """What tells the data of two runs apart: the lists of their recordings, and mean and deviation of training."""
    found, given = prepared.manifest, prepared.condition
    return {
        "corpus": found.corpus, "version": found.version, "digests": dict(found.digests), "rows": dict(found.rows),
        "mean": list(found.mean), "std": list(found.std),
        **({"condition": {given.kind: list(given.names)}} if given else {}),
        **({"letters": given.most} if isinstance(given, Text) else {}),
        **({"scaling": {"mean": list(given.mean), "std": list(given.std)}} if isinstance(given, Columns) else {}),
        **({"columns": found.columns.get("digest")} if isinstance(given, Columns) and given.kind == KIND else {}),
    }  # fmt: skip


def other_data(prepared: Prepared, workdir: Path) -> str:
    """How a corpus differs from the data that a run was trained on; "" where it does not, or nothing is recorded."""
    path = workdir / DATA
    if not path.exists():  # trained before data were recorded
        return ""
    there, now = read_object(path), facts_of(prepared)
    odd = {key: (there.get(key), value) for key, value in now.items() if there.get(key) != value}
    return ", ".join(f"{key}: {_brief(old)} there, {_brief(new)} now" for key, (old, new) in odd.items())


def as_trained(prepared: Prepared, workdir: Path) -> Prepared:
    """A corpus in the scaling of the data that a run was trained on.

    Raises:
      SwnError: for frames of another size.
    """
    mean, std = (tuple(read_object(workdir / DATA)[key]) for key in ("mean", "std"))
    if len(mean) != len(prepared.manifest.mean):
        found = f"{prepared.path} has {len(prepared.manifest.mean)} numbers per frame"
        raise SwnError(f"{found}, wanted {len(mean)}, on which {workdir} was trained: take data of the same kind")
    return dataclasses.replace(prepared, manifest=dataclasses.replace(prepared.manifest, mean=mean, std=std))


def mark_of(prepared: Prepared) -> str:
    """Eight letters that stand for a corpus in the name of a file."""
    return hashlib.sha256(json.dumps(facts_of(prepared)).encode()).hexdigest()[:8]


def _checked(config: C, fault: str, path: Path) -> C:
    if fault:
        raise SwnError(f"{path} {fault}: bring back the {CONFIG} of this run, or take another --workdir")
    return config


def _gone(workdir: Path) -> SwnError:
    """The error for checkpoints without a config."""
    remedy = "bring it back, the same command writes it anew into another folder, or take another --workdir"
    return SwnError(f"{workdir} holds checkpoints of a run whose {CONFIG} is gone: {remedy}")


def _brief(value: Any) -> str:
    """A value in a few letters: of a hash the first ones, of a list the first entry."""
    if isinstance(value, Mapping):
        return " ".join(f"{key} {_brief(each)}" for key, each in value.items())
    first = value[0] if isinstance(value, list) else value
    return f"{first:.6g}" if isinstance(first, float) else str(first)[:8]


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON object; raises SwnError for a file that holds none."""
    try:
        return opened(path.read_text())
    except ValueError as error:
        raise SwnError(f"{path} is no JSON object ({error}): copy it again, or train into another folder") from None
