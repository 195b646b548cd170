"""Whether new sequences are what was asked for: in texts, in words, and in what is measured along recordings."""

from pathlib import Path

import numpy as np
from jaxtyping import Int

from swn_jax.data import Prepared
from swn_jax.data.columns import Columns
from swn_jax.data.condition import Condition
from swn_jax.data.domain import Rows
from swn_jax.data.examples import Examples
from swn_jax.runs import SampleRequest
from swn_jax.studies.followed import followed
from swn_jax.studies.legibility import CORPUS as LETTERS
from swn_jax.studies.legibility import REAL, legibility
from swn_jax.studies.page import Table
from swn_jax.studies.sample_quality import write_json
from swn_jax.studies.spoken import CORPUS as WORDS
from swn_jax.studies.spoken import rightly, spoken


def answers(
    folder: Path, name: str, prepared: Prepared, request: SampleRequest, split: str, own: Examples, samples: list[Rows]
) -> list[Table]:
    """Write what is measured of new sequences into a folder, as tables too; none where nothing measurable was asked.

    Args:
      folder: that exists.
      name: of the run.
      prepared: its corpus, with the condition of the run.
      request: what was asked for.
      split: of real sequences to tell beside the samples.
      own: the recordings that samples were given columns of.
      samples: raw rows.
    """
    given, corpus = prepared.condition, prepared.corpus
    if isinstance(given, Columns) and given.kind in corpus.domain.tracks:
        real = [*map(prepared.rows, own.batch.x, own.starts)]
        return [following(folder, name, prepared, given.kind, real, samples)]
    if request.text and corpus.name == LETTERS:
        return [written(folder, name, prepared, in_turn(request.text, request.num), samples, split)]
    if isinstance(given, Condition) and given.kind == "label" and corpus.name == WORDS:
        return [said(folder, name, prepared, in_turn(request.condition, request.num), samples, split)]
    return []


def in_turn(asked: tuple[str, ...], num: int) -> list[str]:
    """What each of `num` sequences was asked for."""
    return [asked[i % len(asked)] for i in range(num)]


def written(folder: Path, name: str, prepared: Prepared, texts: list[str], samples: list[Rows], split: str) -> Table:
    """Write legibility.json into a folder, how many of the letters asked for can be read; returns it as a table.

    Arguments as of `answers`, with the texts of the samples and the split of real lines.
    """
    real = prepared.split(split)
    count = min(REAL, len(real))
    known = prepared.manifest.names["text"][split][:count]
    found = legibility(texts, samples, known, [real[i] for i in range(count)])
    write_json(folder / "legibility.json", {**found._asdict(), "texts": texts})
    cells = ("letters read, %", *(f"{100 * share:.0f}" for share in (found.written, found.real)))
    return Table(f"{name}: {found.letters} letters of {len(texts)} lines", ("", "samples", f"{split} split"), [cells])


def said(folder: Path, name: str, prepared: Prepared, asked: list[str], samples: list[Rows], split: str) -> Table:
    """Write words.json into a folder, which of the words asked for can be told; returns it as a table.

    Arguments as of `answers`, with the words of the samples and the split of real ones.
    """
    found = spoken(prepared, split, asked, samples)
    counts = {"samples": found.made, split: found.real}
    write_json(folder / "words.json", {"names": found.names, **{key: each.tolist() for key, each in counts.items()}})
    body = [("all", *(text for each in counts.values() for text in (f"{100 * rightly(each):.0f}", "")))]
    for place, word in enumerate(found.names):
        cells = (_told(each[place], place, found.names) for each in counts.values())
        body.append((word, *(text for pair in cells for text in pair)))
    head = ("word", "samples, %", "mostly taken for", f"{split} split, %", "mostly taken for")
    return Table(f"{name}: words that are told rightly", head, body)


def _told(counts: Int[np.ndarray, " K"], place: int, names: tuple[str, ...]) -> tuple[str, str]:
    """How much of one word is told rightly, in percent, and what most of it is taken for; dashes for none."""
    if not counts.any():
        return "-", "-"
    return f"{100 * counts[place] / counts.sum():.0f}", names[counts.argmax()]


def following(folder: Path, name: str, prepared: Prepared, kind: str, real: list[Rows], samples: list[Rows]) -> Table:
    """Write followed.json into a folder, how far samples have what they were given; returns it as a table.

    Arguments as of `answers`, with the kind of what was measured along the recordings `real`, one for each sample.
    """
    manifest = prepared.manifest
    found = followed(prepared.corpus.domain.tracks[kind], real, samples, manifest.rate, manifest.frame)
    write_json(folder / "followed.json", [row._asdict() for row in found])
    body = [(row.name, f"{row.given:.3g}", f"{row.made:.3g}", f"{row.correlation:.2f}") for row in found]
    return Table(f"{name}: the {kind} that was given, and that of the samples", ("", "given", "samples", "r"), body)
