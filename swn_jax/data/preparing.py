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
from swn_jax.data.corpus import Corpus
from swn_jax.data.download import download
from swn_jax.data.index import SplitIndex
from swn_jax.data.manifest import Manifest
from swn_jax.data.store import Progress, write
from swn_jax.errors import SwnError, unknown


def folder(corpus: Corpus, data_dir: Path | str) -> Path:
    """The folder of a prepared corpus in the layout of tensorflow-datasets: name/version."""
    return Path(data_dir).expanduser() / corpus.folder / corpus.version


def prepare_corpus(
    corpus: Corpus,
    data_dir: Path | str,
    *,
    manual_dir: Path | str | None = None,
    split_file: Path | str | None = None,
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
      skip_bad: leave out recordings that cannot be read, and list them in the manifest, instead of raising.
      progress: `progress(done, total)` is called after each recording.
      options: values for `Corpus.options`.
    Processes that prepare the same folder wait for each other.
    Raises SwnError for missing or faulty inputs, and if the folder holds other lists or options.
    """
    chosen = dict(corpus.options) | _checked(corpus, options)
    target = folder(corpus, data_dir)
    inputs = _inputs(corpus, manual_dir, split_file)
    fetch = {"fetch": partial(download, Path(data_dir).expanduser())} if corpus.downloads else {}
    with _locked(target):
        index = corpus.index(**inputs, **chosen, **fetch)
        _check(corpus, index)
        found = manifests.load(target)
        if found:
            return _same(found, index, chosen, target)
        shutil.rmtree(target, ignore_errors=True)  # without a valid manifest it is incomplete
        return _write(corpus, index, target, chosen, skip_bad, progress)


def _inputs(corpus: Corpus, manual_dir: Path | str | None, split_file: Path | str | None) -> dict[str, Path]:
    given = {"manual_dir": manual_dir, "split_file": split_file}
    paths = {key: Path(value).expanduser() for key, value in given.items() if value is not None}
    for need in corpus.needs:
        if need not in paths:
            where = f"get it from {corpus.source} ({corpus.licence})"
            raise SwnError(f"{corpus.name} needs {need}, found none: {where}, then `{corpus.command()}`")
    for key in paths:
        if key not in (*corpus.needs, *corpus.takes):
            raise SwnError(f"{corpus.name} takes no {key}, found {paths[key]}: leave it out")
    return paths


def _checked(corpus: Corpus, options: dict) -> dict:
    for key, value in options.items():
        if key not in corpus.options:
            raise unknown(f"option of {corpus.name}", key, corpus.options)
        wanted = type(corpus.options[key])
        if not isinstance(value, wanted) and not (wanted is float and isinstance(value, int)):
            raise SwnError(
                f"{corpus.name}: found {key}={value!r}, wanted a value like {corpus.options[key]!r}: change it"
            )
    return options


def _check(corpus: Corpus, index: SplitIndex) -> None:
    """Raise SwnError for an empty split, a duplicate id, or a file in two splits."""
    ids: dict[str, str] = {}
    files: dict[Path, tuple[str, str]] = {}
    for split in corpus.splits:
        if not index.splits.get(split):
            raise SwnError(
                f"{corpus.name}: found no recording for {split}, wanted one or more: add some, or give another list"
            )
        for recording in index.splits[split]:
            if recording.id in ids:
                raise SwnError(
                    f"{corpus.name}: found {recording.id} twice ({ids[recording.id]}, {split}): "
                    "rename one of them, or remove it"
                )
            ids[recording.id] = split
            if recording.file is not None:
                other, first = files.setdefault(recording.file.resolve(), (split, recording.id))
                if other != split:
                    raise SwnError(
                        f"{recording.file}: found in two splits, as {first} ({other}) and {recording.id} ({split}): "
                        "remove it from one of them"
                    )


def _same(found: Manifest, index: SplitIndex, options: dict, target: Path) -> Manifest:
    digests, old = index.digests(), found.options
    changed = [f"{key}={old.get(key)!r} (now {options[key]!r})" for key in options if old.get(key) != options[key]]
    changed = changed or [f"other lists for {name}" for name in digests if found.digests.get(name) != digests[name]]
    if changed:
        raise SwnError(
            f"{target}: found a preparation with {', '.join(changed)}: "
            "choose another --data_dir, or remove that folder to prepare it again"
        )
    return found


def _write(
    corpus: Corpus, index: SplitIndex, target: Path, options: dict, skip_bad: bool, progress: Progress | None
) -> Manifest:
    prefix = f".preparing-{corpus.version}-"
    for stale in target.parent.glob(f"{prefix}*"):  # we hold the lock, so no other process writes there
        shutil.rmtree(stale)
    try:
        with tempfile.TemporaryDirectory(prefix=prefix, dir=target.parent) as temporary:
            written, skipped = write(corpus, index, Path(temporary), progress, skip_bad)
            manifest = manifests.measure(corpus, index, written, options, skipped)
            manifests.save(manifest, written)
            os.rename(written, target)
    except OSError as error:
        raise SwnError(f"{target}: cannot be written ({error.strerror}): free disk space; nothing was kept") from error
    return manifest


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
