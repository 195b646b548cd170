"""Prepare a corpus once: index it, write it to a temporary folder, describe it, and move the folder into place."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from swn_jax.data import manifest as manifests
from swn_jax.data import unmixed
from swn_jax.data.column_files import Table, read
from swn_jax.data.corpus import Corpus
from swn_jax.data.download import download
from swn_jax.data.index import SplitIndex
from swn_jax.data.inputs import checked_options, checked_paths
from swn_jax.data.kept_columns import digest, keep
from swn_jax.data.manifest import Manifest
from swn_jax.data.notes import noted
from swn_jax.data.reading import without_skipping
from swn_jax.data.screening import screened
from swn_jax.data.store import Progress, write
from swn_jax.errors import SwnError


def folder(corpus: Corpus, data_dir: Path | str) -> Path:
    """The folder of a prepared corpus in the layout of tensorflow-datasets: name/version."""
    return Path(data_dir).expanduser() / corpus.folder / corpus.version


def prepare_corpus(
    corpus: Corpus,
    data_dir: Path | str,
    *,
    manual_dir: Path | str | None = None,
    split_file: Path | str | None = None,
    columns: Path | str | None = None,
    skip_bad: bool = False,
    progress: Progress | None = None,
    **options: int | float | str,
) -> Manifest:
    """Write a corpus into `data_dir`, or return the manifest that is there for the same lists and options.

    Args:
      corpus: what to prepare.
      data_dir: the folder of prepared corpora.
      manual_dir: the folder with the recordings.
      split_file: a list with lines of `part path`.
      columns: a folder of CSV files, `ID.csv` for each recording, of numbers that a model can be given along it.
      skip_bad: leave out recordings that cannot be read, before the others are divided, and list them in the manifest,
        instead of raising.
      progress: `progress(done, total)` is called after each recording; with `skip_bad` each is read twice.
      options: values for `Corpus.options`.
    Processes that prepare the same folder wait for each other.
    Raises SwnError for missing or faulty inputs, and if the folder holds other lists or options.
    """
    chosen = dict(corpus.options) | checked_options(corpus, options)
    target = folder(corpus, data_dir)
    inputs = checked_paths(corpus, manual_dir, split_file)
    fetch = {"fetch": partial(download, Path(data_dir).expanduser())} if corpus.downloads else {}
    with _locked(target), _advising(skip_bad):
        index = corpus.index(**inputs, **chosen, **fetch)
        unmixed.check(corpus, index)
        found = manifests.load(target)
        if found:
            index = index.without(found.skipped)
            return _same(found, index, dict(corpus.options), chosen, target, _table(columns, index))
        shutil.rmtree(target, ignore_errors=True)  # without a valid manifest it is incomplete
        with noted() as heard:
            return _write(corpus, index, target, chosen, skip_bad, progress, heard, columns)


def _same(
    found: Manifest, index: SplitIndex, defaults: dict, options: dict, target: Path, table: Table | None
) -> Manifest:
    digests, old = index.digests(), defaults | dict(found.options)  # which lack those that came later
    changed = [f"{key}={old.get(key)!r} (now {options[key]!r})" for key in options if old.get(key) != options[key]]
    changed = changed or [f"other lists for {name}" for name in digests if found.digests.get(name) != digests[name]]
    if not changed and table and digest(table, found.ids) != found.columns.get("digest"):
        changed = ["other columns beside recordings" if found.columns else "no columns beside recordings"]
    if changed:
        raise SwnError(
            f"{target}: found a preparation with {', '.join(changed)}: "
            "choose another --data_dir, or remove that folder to prepare it again"
        )
    return found


def _table(columns: Path | str | None, index: SplitIndex) -> Table | None:
    """The columns of all recordings of an index, from a folder where one is given."""
    if columns is None:
        return None
    return read(Path(columns).expanduser(), (each.id for found in index.splits.values() for each in found))


def _write(
    corpus: Corpus, index: SplitIndex, target: Path, options: dict, skip_bad: bool, progress: Progress | None,
    heard: list[str], columns: Path | str | None,
) -> Manifest:  # fmt: skip
    skipped: dict[str, str] = {}
    if skip_bad:
        index, skipped = screened(corpus, index, progress and partial(_share, progress, 0))
        progress = progress and partial(_share, progress, 1)
    table = _table(columns, index)  # what is wrong with them is told before hours of sound are written
    prefix = f".preparing-{corpus.version}-"
    for stale in target.parent.glob(f"{prefix}*"):  # we hold the lock, so no other process writes there
        shutil.rmtree(stale)
    try:
        with tempfile.TemporaryDirectory(prefix=prefix, dir=target.parent) as temporary:
            written = write(corpus, index, Path(temporary), progress)
            index = index._replace(notes=(*index.notes, *dict.fromkeys(heard)))
            manifest = manifests.measure(corpus, index, written, options, skipped)
            manifest = manifest if table is None else keep(table, corpus, manifest, written)
            manifests.save(manifest, written)
            os.rename(written, target)
    except OSError as error:
        raise SwnError(f"{target}: cannot be written ({error.strerror}): free disk space; nothing was kept") from error
    return manifest


@contextlib.contextmanager
def _advising(skip_bad: bool) -> Iterator[None]:
    """Errors within do not advise --skip_bad where it was given."""
    try:
        yield
    except SwnError as error:
        raise (SwnError(without_skipping(error)) if skip_bad else error) from error.__cause__


def _share(progress: Progress, rounds: int, done: int, total: int) -> None:
    """Tell of one of two rounds."""
    progress(rounds * total + done, 2 * total)


@contextlib.contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Hold the lock of a target folder; the system releases it when the process ends, however it ends."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = (target.parent / f".lock-{target.name}").open("w")
        fcntl.flock(file, fcntl.LOCK_EX)
    except OSError as error:
        raise SwnError(f"{target.parent}: cannot be written ({error.strerror}): choose another --data_dir") from error
    with file:
        yield
