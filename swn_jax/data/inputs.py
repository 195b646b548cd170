"""The inputs of a corpus that a person gives: folder, list and options."""

from pathlib import Path

from swn_jax.data.corpus import Corpus
from swn_jax.errors import SwnError, unknown


def checked_paths(corpus: Corpus, manual_dir: Path | str | None, split_file: Path | str | None) -> dict[str, Path]:
    """The given paths by name; raises SwnError for one that the corpus needs and lacks, or does not take."""
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


def checked_options(corpus: Corpus, options: dict) -> dict:
    """The given options; raises SwnError for one that the corpus does not have, or a value of another type."""
    for key, value in options.items():
        if key not in corpus.options:
            raise unknown(f"option of {corpus.name}", key, corpus.options)
        wanted = type(corpus.options[key])
        if not isinstance(value, wanted) and not (wanted is float and isinstance(value, int)):
            raise SwnError(
                f"{corpus.name}: found {key}={value!r}, wanted a value like {corpus.options[key]!r}: change it"
            )
    return options
