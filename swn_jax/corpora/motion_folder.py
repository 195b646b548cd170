"""Human motion: BVH files of one skeleton, such as the CMU dances of Zhou et al. 2018."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from swn_jax.data import split_lists
from swn_jax.data.by_time import NOTE, by_time
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import Recording, SplitIndex, broken
from swn_jax.domains.motion import model, takes
from swn_jax.domains.motion.bvh_folder import Entry, find, left_out
from swn_jax.domains.motion.domain import MOTION
from swn_jax.domains.motion.frequent import by_skeleton
from swn_jax.errors import SwnError, unknown

FORM = "a .bvh below --manual_dir, in an archive as archive.zip:folder/name.bvh"
SHARE = 0.1  # of the recordings, to validate and to test each
FEW = "add some, or divide each by time with --option=by=time"

Items = Mapping[str, Sequence[Entry | Recording]]


def index(
    manual_dir: Path,
    split_file: Path | None = None,
    *,
    features: str,
    fps: int | float,
    recorded: str,
    edge: int | float,
    up: str,
    by: str,
) -> SplitIndex:
    """The BVH files below a folder and in its zip archives, split by a list, or else in shares of the sorted ids.

    The common skeleton is the one that most recordings have; it, and the pose with which new samples begin, are those
    of the first readable recording with it in which something moves; its root is the first joint that moves.
    Options: `features` is "differences", "poses", "rotations" or "planted"; `fps` frames per second are kept, or
    interpolated; `recorded`, as "salsa=60,indian=120" or "60", overrides the frame rate in the files; `edge` frames are
    dropped at both ends, where converters put a rest pose; `up` is the axis that points up in the files; `by` is
    "take", or "time": each take is in all splits.
    Raises SwnError for a folder without BVH, a duplicate id, a bad list or option, and if no recording is readable;
    for "rotations" and "planted", if a joint of the first one does more than turn.
    """
    if by not in ("take", "time"):
        raise unknown("way to split by", by, ("take", "time"))
    entries, faults = find(manual_dir)
    how = takes.settings(features, fps, edge, recorded, up, {entry.group for entry in entries.values()})
    items = _items(manual_dir, split_file, entries, faults)
    readable = [each for found in items.values() for each in found if isinstance(each, Entry)]
    common = model.model(by_skeleton(readable), how)
    skeleton = common.rooted.skeleton

    def recording(item: Entry | Recording) -> Recording:
        if isinstance(item, Recording):
            return item
        return Recording(item.id, item.group, lambda: [model.poses(item, how, common)], item.file)

    splits = {split: tuple(map(recording, found)) for split, found in items.items()}
    divided = _divided(splits, by, split_file, manual_dir)
    extra = {"skeleton": skeleton.to_json(), "features": features, "rest": common.rest.tolist()}
    notes = (*divided.notes, *model.notes(common, readable, how), *left_out(manual_dir))
    return divided._replace(notes=notes, frame_size=len(common.rest), rate=float(fps), extra=extra)


def _items(
    manual_dir: Path, split_file: Path | None, entries: Mapping[str, Entry], faults: Mapping[str, SwnError]
) -> Items:
    """The items of each split of a list, or all of them; an unreadable archive is one item, in place of its members."""
    items: dict[str, Entry | Recording] = {**entries}
    if split_file is None:
        items |= {name: broken(name, manual_dir / name, error) for name, error in faults.items()}
        return {"": [items[id] for id in sorted(items)]}
    for _, _, name in split_lists.read(split_file, FORM):
        archive = name.partition(":")[0]
        if archive in faults:
            items[name] = broken(name, None, faults[archive])
    return split_lists.listed(split_file, items, form=FORM)


def _divided(splits: Mapping[str, tuple[Recording, ...]], by: str, split_file: Path | None, where: Path) -> SplitIndex:
    if split_file is not None:
        if by == "time":
            raise SwnError(f"{split_file}: found by=time too, wanted one way to split: leave one of them out")
        return SplitIndex(splits)
    if by == "time":
        return SplitIndex({split: tuple(pieces) for split, pieces in by_time(splits[""]).items()}, (NOTE,))
    return SplitIndex.divided(splits[""], lambda left: split_lists.shares(left, where, SHARE, SHARE, FEW))


CORPUS = Corpus(
    name="motion",
    version="1.1.0",
    licence="CMU: free to use, copy, change and share, not to be sold; credit mocap.cs.cmu.edu and NSF EIA-0196217",
    source="https://github.com/papagina/Auto_Conditioned_RNN_motion, folder train_data_bvh, or any BVH files",
    index=index,
    domain=MOTION,
    needs=("manual_dir",),
    takes=("split_file",),
    options={"features": "differences", "fps": 30, "recorded": "", "edge": 10, "up": "y", "by": "take"},
    unit="take",
)
