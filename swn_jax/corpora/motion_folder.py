"""Human motion: BVH files of one skeleton, such as the CMU dances of Zhou et al. 2018."""

from collections.abc import Mapping
from pathlib import Path

from swn_jax.data import split_lists
from swn_jax.data.corpus import Corpus
from swn_jax.data.index import Recording, SplitIndex, broken
from swn_jax.domains.motion import model, takes
from swn_jax.domains.motion.bvh_folder import Entry, find
from swn_jax.domains.motion.domain import MOTION
from swn_jax.errors import SwnError

FORM = "a .bvh below --manual_dir, in an archive as archive.zip:folder/name.bvh"
SHARE = 0.1  # of the recordings, to validate and to test each


def index(
    manual_dir: Path,
    split_file: Path | None = None,
    *,
    features: str,
    fps: int | float,
    recorded: str,
    edge: int | float,
    up: str,
) -> SplitIndex:
    """The BVH files below a folder and in its zip archives, split by a list, or else in shares of the sorted ids.

    The common skeleton, and the pose with which new samples begin, are those of the first readable recording in which
    something moves; its root is the first joint that moves.
    Options: `features` is "differences" or "poses"; `fps` frames per second are kept, or made by interpolation;
    `recorded`, as "salsa=60,indian=120" or "60", overrides the frame rate in the files; `edge` frames are dropped at
    both ends, where converters put a rest pose; `up` is the axis that points up in the files.
    Raises SwnError for a folder without BVH, a duplicate id, a bad list or option, and if no recording is readable.
    """
    entries, faults = find(manual_dir)
    how = takes.settings(features, fps, edge, recorded, up, {entry.group for entry in entries.values()})
    splits = _split(manual_dir, split_file, entries, faults)
    readable = [item for part in splits.values() for item in part if isinstance(item, Entry)]
    common = model.model(readable, how)
    skeleton = common.rooted.skeleton

    def recording(item: Entry | Recording) -> Recording:
        if isinstance(item, Recording):
            return item
        return Recording(item.id, item.group, lambda: [model.poses(item, how, common)], item.file)

    return SplitIndex(
        {split: tuple(map(recording, items)) for split, items in splits.items()},
        frame_size=3 * len(skeleton.names),
        rate=float(fps),
        notes=tuple(model.notes(common, readable, how)),
        extra={"skeleton": skeleton.to_json(), "features": features, "rest": common.rest.tolist()},
    )


def _split(
    manual_dir: Path, split_file: Path | None, entries: Mapping[str, Entry], faults: Mapping[str, SwnError]
) -> dict[str, list[Entry | Recording]]:
    """The items of each split; an unreadable archive is one item, in place of its members."""
    items: dict[str, Entry | Recording] = {**entries}
    if split_file is None:
        items |= {name: broken(name, manual_dir / name, error) for name, error in faults.items()}
        return split_lists.shares([items[id] for id in sorted(items)], manual_dir, SHARE, SHARE)
    for _, _, name in split_lists.read(split_file, FORM):
        archive = name.partition(":")[0]
        if archive in faults:
            items[name] = broken(name, manual_dir / archive, faults[archive])
    return split_lists.listed(split_file, items, form=FORM)


CORPUS = Corpus(
    name="motion",
    version="1.1.0",
    licence="CMU: free to use, copy, change and share, not to be sold; credit mocap.cs.cmu.edu and NSF EIA-0196217",
    source="https://github.com/papagina/Auto_Conditioned_RNN_motion, folder train_data_bvh, or any BVH files",
    index=index,
    domain=MOTION,
    needs=("manual_dir",),
    takes=("split_file",),
    options={"features": "differences", "fps": 30, "recorded": "", "edge": 10, "up": "y"},
    unit="take",
)
