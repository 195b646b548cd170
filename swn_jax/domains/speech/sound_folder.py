"""Sound files below a folder, as recordings by id, in an order that is the same on every machine."""

import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path, PurePosixPath

from swn_jax.data.index import Recording
from swn_jax.data.left_out import counted
from swn_jax.data.natural import natural, natural_path
from swn_jax.domains.speech import audio
from swn_jax.errors import SwnError

SUFFIXES = (
    *(".wav", ".wave", ".rf64", ".w64", ".caf", ".au", ".snd", ".flac", ".ogg", ".oga", ".opus", ".mp3"),
    *(".sph", ".aif", ".aiff", ".aifc"),
)
OTHERS = (  # sound that the decoder does not know
    *(".m4a", ".m4b", ".mp4", ".aac", ".wma", ".amr", ".3gp", ".webm", ".weba", ".mka", ".mkv", ".mov", ".avi"),
    *(".ape", ".wv", ".tta", ".alac", ".ac3", ".dts", ".mp2", ".spx", ".ra", ".voc", ".shn"),
)
FORM = "a path below --manual_dir, with or without suffix"


def find(root: Path) -> tuple[dict[str, Path], tuple[str, ...]]:
    """The sound files below `root` by id (the path without suffix), in natural order of the ids; and what was left out.

    Suffixes match in either case; names that begin with a dot are ignored; a folder that is reached by several links is
    visited once.
    Raises SwnError for a folder that is missing, unreadable or without sound files, and for two files with one id.
    """
    if not root.is_dir():
        raise SwnError(f"{root}: there is no such folder: give the folder of the recordings as --manual_dir")
    found: dict[str, Path] = {}
    others: list[Path] = []
    for path in _walk(root, set()):
        if path.suffix.lower() not in SUFFIXES:
            others.append(path)
            continue
        id = name(path.relative_to(root).as_posix())
        if not id.isprintable():  # ids are lines of text
            raise SwnError(f"{root}: found the name {id!a}, wanted printable text: rename it")
        if id in found:
            raise SwnError(f"{path}: found {found[id].name} with the same name beside it: remove one of the two")
        found[id] = path
    notes = _notes(others)
    if not found:
        remedy = next((note for note in notes if "convert" in note), "give their folder")
        raise SwnError(f"{root}: found no sound files, wanted some of {', '.join(SUFFIXES)}: {remedy}")
    return {id: found[id] for id in sorted(found, key=natural_path)}, notes


def _notes(others: list[Path]) -> tuple[str, ...]:
    """What to say of files that are left out: sound of other kinds can be converted."""
    sounds = [path for path in others if path.suffix.lower() in OTHERS]
    rest = [path for path in others if path.suffix.lower() not in OTHERS]
    convert = f"left out, as they cannot be decoded: {counted(sounds)}; convert each with `ffmpeg -i IN OUT.flac`"
    return (convert,) * bool(sounds) + (f"left out, as they are no sound: {counted(rest)}",) * bool(rest)


def _walk(folder: Path, seen: set[str]) -> Iterator[Path]:
    """All files below a folder."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        entries = [(entry, entry.is_dir()) for entry in sorted(folder.iterdir(), key=lambda entry: natural(entry.name))]
    except OSError as error:
        raise SwnError(f"{folder}: the folder cannot be read ({error.strerror}): change its permissions") from error
    for entry, is_folder in entries:
        if entry.name.startswith("."):
            continue
        if is_folder:
            yield from _walk(entry, seen)
        else:
            yield entry


def name(path: str) -> str:
    """The id of a file named in a list: its path without the suffix of a sound file."""
    pure = PurePosixPath(path)
    return str(pure.with_suffix("") if pure.suffix.lower() in SUFFIXES else pure)


def recordings(
    files: Mapping[str, Path], rate: int, speaker: Callable[[str], str], label: Callable[[str], str] = lambda id: ""
) -> dict[str, Recording]:
    """The `files` as recordings at `rate` Hz, by the speakers `speaker(id)`, of what `label(id)` says."""
    return {
        id: Recording(id, speaker(id), partial(audio.blocks, path, rate), path, label=label(id))
        for id, path in files.items()
    }
