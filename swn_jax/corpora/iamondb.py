"""IAM-OnDB (Liwicki & Bunke 2005), English handwriting on a whiteboard, as Graves 2013 and Chung et al. 2015 use it.

The protocol has no test split: published results are means over the lines of the validation list. A line that begins
with a dot is joined to it, as in the published code: no frame holds the pen of the first point.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from swn_jax.corpora import iam_splits
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import Recording, SplitIndex
from swn_jax.data.natural import natural
from swn_jax.domains.ink import transcripts, whiteboard
from swn_jax.domains.ink.domain import INK, WIDTH
from swn_jax.domains.ink.entry import Entry
from swn_jax.domains.ink.strokes import with_ends
from swn_jax.errors import SwnError

SPLITS = ("train", "valid")
FORMS = {"train": 1535, "valid": 192}
LINES = {"train": 10826}  # in the code of Chung et al.
SCALE = 56.04462  # of the published scaling on the complete training list
SCALED = f"on the complete training list the published scaling divides both offsets by {SCALE}"


def index(manual_dir: Path, split_file: Path | None = None, end: int = 0) -> SplitIndex:
    """The lines of the forms in each list, in the order of the list, the lines of a form by number.

    The lists are train.txt and valid.txt, or trainset.txt, testset_t.txt, testset_f.txt (train) and testset_v.txt
    (valid), in `manual_dir` or one of its folders, or `split_file` with lines of `part form`.
    With `end` 1 the ends of lines are marked, which the protocol does not know. Texts are those of the folder ascii,
    where that is in `manual_dir` too.
    Raises SwnError if lines or lists are missing, or a form is listed twice.
    """
    root = _root(manual_dir)
    parts = iam_splits.listed(split_file, SPLITS) if split_file else iam_splits.find(manual_dir)
    found = {part: {form: _lines(root, form) for form in parts[part]} for part in SPLITS}
    for part, lines in found.items():
        if not any(lines.values()):
            first = next(iter(lines), "no form")
            raise SwnError(
                f"{root}: found no lines for {part} ({first}, ...), wanted a01/a01-000/a01-000u-01.xml: "
                "copy lineStrokes unchanged, or correct the lists"
            )
    splits = {
        part: tuple(entry.recording for form in lines.values() for entry in form) for part, lines in found.items()
    }
    ascii = _folder(manual_dir, "ascii")
    if ascii:
        splits = {part: tuple(one._replace(text=transcripts.of_line(ascii, one.id)) for one in lines)
                  for part, lines in splits.items()}  # fmt: skip
    return with_ends(SplitIndex(splits, (*_notes(found), *_untold(splits, ascii), SCALED)), end, "iamondb")


def _root(manual_dir: Path) -> Path:
    root = _folder(manual_dir, "lineStrokes")
    if root is None:
        raise SwnError(f"{manual_dir}: found no folder lineStrokes: give the folder of IAM-OnDB as --manual_dir")
    return root


def _folder(manual_dir: Path, name: str) -> Path | None:
    """A folder of the database, as its archive unpacks beside others."""
    places = (manual_dir / name, manual_dir / f"{name}-all" / name, manual_dir)
    return next((place for place in places if place.name == name and place.is_dir()), None)


def _untold(splits: Mapping[str, Sequence[Recording]], ascii: Path | None) -> list[str]:
    """The note on lines without a text."""
    if ascii is None:
        return ["no transcripts (no folder ascii beside lineStrokes): --config.condition=text needs them"]
    lacking = [one.id for lines in splits.values() for one in lines if not one.text]
    return [f"{len(lacking)} lines have no transcript, the first is {lacking[0]}"] if lacking else []


def _lines(root: Path, form: str) -> list[Entry]:
    """The lines of a form (a01-000u is in a01/a01-000), by number."""
    folder = f"{form.partition('-')[0]}/{form.rstrip('abcdefghijklmnopqrstuvwxyz')}"
    names = sorted((path.name for path in (root / folder).glob(f"{form}-*.xml")), key=natural)
    return [entry for name in names for entry in whiteboard.entries(root / folder / name, f"{folder}/{name}", True)]


def _notes(found: dict[str, dict[str, list[Entry]]]) -> list[str]:
    notes = []
    for part, lines in found.items():
        count, missing = sum(map(len, lines.values())), [form for form, entries in lines.items() if not entries]
        if len(lines) != FORMS[part]:
            notes.append(f"{part}: found {len(lines)} forms, the published list has {FORMS[part]}")
        if missing:
            notes.append(f"{part}: {len(missing)} of {len(lines)} forms have no lines, the first is {missing[0]}")
        if count != LINES.get(part, count):
            notes.append(f"{part}: found {count} lines, the published protocol has {LINES[part]}")
    return notes


CORPUS = Corpus(
    name="iamondb",
    version="1.0.0",
    licence="free for non-commercial research after registration; not to be passed on",
    source="https://fki.tic.heia-fr.ch/databases/iam-on-line-handwriting-database",
    index=index,
    domain=INK,
    needs=("manual_dir",),
    takes=("split_file",),
    options={"end": 0},
    frame_size=WIDTH,
    unit="line",
    splits=SPLITS,
    # Lai et al. 2018, table 2: mean nats per line; those of VRNN and SWaveNet are lower bounds.
    published={"RNN": 1016.0, "VRNN": 1334.0, "WaveNet": 1021.0, "SWaveNet": 1301.0},
)
