"""Prepare a corpus once: plan, write beside the place, describe, and move into place as the last act."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from swn_jax.data import manifest as manifests
from swn_jax.data.builder import Progress, write
from swn_jax.data.corpora import CORPORA, corpus
from swn_jax.data.manifest import Manifest
from swn_jax.data.record import Corpus, Plan
from swn_jax.errors import SwnError, unknown


def folder(record: Corpus, data_dir: Path | str) -> Path:
    """Where a preparation lies, as tensorflow-datasets lays it out: name/version."""
    return Path(data_dir).expanduser() / record.folder / record.version


def prepare(
    name: str,
    data_dir: Path | str,
    *,
    manual_dir: Path | str | None = None,
    split_file: Path | str | None = None,
    progress: Progress | None = None,
    **options: int,
) -> Manifest:
    """Write the corpus `name` into `data_dir`, or return what it already holds of the same lists.

    `manual_dir` is the folder with the recordings; `split_file` has lines of `part path` (for "timit" it
    selects "timit/listed"); `progress(done, total)` is called after each recording; `options` are the corpus'
    own (`Corpus.options`). Processes that prepare the same place wait for each other.
    Raises SwnError for whatever is missing or wrong in the inputs, and if other lists lie there already.
    """
    if split_file is not None and f"{name}/listed" in CORPORA:
        name = f"{name}/listed"
    record = corpus(name)
    plan = record.plan(**_inputs(record, manual_dir, split_file, options))
    target = folder(record, data_dir)
    with _locked(target):
        found = manifests.load(target)
        if found:
            return _same(found, plan, target)
        shutil.rmtree(target, ignore_errors=True)  # without a valid manifest it is half written
        return _write(record, plan, target, progress)


def _inputs(record: Corpus, manual_dir: Path | str | None, split_file: Path | str | None, options: dict) -> dict:
    given = {"manual_dir": manual_dir, "split_file": split_file}
    given = {key: Path(value).expanduser() for key, value in given.items() if value is not None}
    for need in record.needs:
        if need not in given:
            where = f"get it from {record.source} ({record.licence})"
            raise SwnError(f"{record.name} needs {need}, found none: {where}, then `{record.command()}`")
    for key in given:
        if key not in record.needs:
            raise SwnError(f"{record.name} takes no {key}, found {given[key]}: leave it out")
    for key in options:
        if key not in record.options:
            raise unknown(f"option of {record.name}", key, record.options)
    return given | dict(record.options) | options


def _same(found: Manifest, plan: Plan, target: Path) -> Manifest:
    digests = plan.digests()
    other = [split for split in digests if found.digests.get(split) != digests[split]]
    if other:
        raise SwnError(
            f"{target}: found a preparation with other lists for {', '.join(other)}: "
            "choose another --data_dir, or remove that folder to prepare it anew"
        )
    return found


def _write(record: Corpus, plan: Plan, target: Path, progress: Progress | None) -> Manifest:
    mark = f".preparing-{record.version}-"
    for stale in target.parent.glob(f"{mark}*"):  # the lock is held, so nobody writes there any more
        shutil.rmtree(stale)
    with tempfile.TemporaryDirectory(prefix=mark, dir=target.parent) as beside:
        written = write(record, plan, Path(beside), progress)
        manifest = manifests.measure(record, plan, written)
        manifests.save(manifest, written)
        os.rename(written, target)
    return manifest


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the lock of one place; the system lets go of it when the process ends, however it ends."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = (target.parent / f".lock-{target.name}").open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        raise SwnError(f"{target.parent}: cannot be written ({error.strerror}): choose another --data_dir") from error
    with file:
        yield
