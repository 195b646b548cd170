"""A small skeleton as people write it, with mixed line ends, and what breaks it."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st

TREE = (
    b"HIERARCHY\r\nROOT hip\n{\n\tOFFSET 1 2 3\r\n  CHANNELS 6 Xposition Yposition Zposition Zrotation Yrotation "
    b"Xrotation \n\tJOINT Left Arm\n\t{\n\t\tOFFSET\t0 10 0\n\t\tchannels 3 Zrotation Xrotation Yrotation\n"
    b"\t\tJoint lHand {\n\t\tOFFSET 0 5e0 0\n\t\tCHANNELS 1 Yrotation\n"
    b"\t\tEnd Site\n\t\t{ OFFSET 1 0 0 }\n\t\t}\n\t}\n\n\tEND SITE\n\t{\n\t\tOFFSET 0 -8 .5\n\t}\n}\n"
)
NAMES = ("hip", "Left Arm", "lHand", "lHand_end", "hip_end")
WIDTH = 10


def bvh(motion, seconds=0.0083333, tree: bytes = TREE) -> bytes:
    """A whole file of the frames `motion`."""
    rows = b"".join(b" ".join(b"%.9g" % value for value in row) + b" \r\n" for row in motion)
    return tree + b"MOTION\r\nFrames:\t%d\r\nFrame Time: %.9g\r\n" % (len(motion), seconds) + rows


def angles(frames: int, seed: int = 0, width: int = WIDTH) -> np.ndarray:
    """A random motion of moderate angles that walks off."""
    random = np.random.RandomState(seed)
    motion = np.cumsum(random.uniform(-3, 3, (frames, width)), 0)
    return np.round(motion, 4)


ODD = [b"nan", b"-inf", b"1e400", b"-1", b"1e308", b"99999999999999999999", b"1_0", b"0x1", b"", b"{", b"}", b"MOTION"]


@st.composite
def damaged(draw, valid: bytes):
    """`valid` with one to four ranges deleted, inserted, replaced, doubled or cut off, or words made absurd."""
    data = valid
    for _ in range(draw(st.integers(1, 4))):
        a, b = sorted(draw(st.integers(0, len(data))) for _ in range(2))
        kind = draw(st.sampled_from(["delete", "insert", "replace", "double", "cut", "word", "word", "word"]))
        if kind == "word":
            words = data.split(b" ")
            words[draw(st.integers(0, len(words) - 1))] = draw(st.sampled_from(ODD))
            data = b" ".join(words)
        elif kind == "cut":
            data = data[:a]
        else:
            noise = draw(st.binary(max_size=9))
            middle = {"delete": b"", "double": data[a:b] * 2}.get(kind, noise)
            data = data[:a] + middle + data[a if kind == "insert" else b :]
    return data


SIX = "Xposition Yposition Zposition Zrotation Xrotation Yrotation"
BODY = (
    f"JOINT Hips {{\nOFFSET 0 90 0\nCHANNELS 6 {SIX}\n"
    "JOINT Spine {\nOFFSET 0 40 0\nCHANNELS 3 Zrotation Xrotation Yrotation\nEnd Site {\nOFFSET 0 30 0\n}\n}\n"
    "JOINT LeftFoot {\nOFFSET 10 -88 0\nCHANNELS 3 Zrotation Xrotation Yrotation\nEnd Site {\nOFFSET 0 0 15\n}\n}\n}\n"
)
ROOTS = {
    "no channels": ("CHANNELS 0\n", ""),
    "six zeros": (f"CHANNELS 6 {SIX}\n", "0 0 0 0 0 0 "),
    "turned": ("CHANNELS 3 Zrotation Xrotation Yrotation\n", "0 0 180 "),
}
UPRIGHT = ("CHANNELS 3 Zrotation Xrotation Yrotation\n", "0 90 0 ")  # y up becomes z up
HIGH = 88.3  # of the hips


def walk(
    path,
    root: str,
    seed: int,
    hips=(0.0, HIGH, 0.0),
    step=(1.0, 0.0, 2.0),
    frames: int = 60,
    more: str = "",
    fps: float = 30.0,
):
    """A walk of hips that keep their height, below a root of that kind."""
    random = np.random.RandomState(seed)
    channels, zeros = ROOTS.get(root, UPRIGHT)
    rows = []
    for place in np.arange(frames)[:, None] * step + hips:
        turn = random.uniform(-9, 9, 9)
        rows.append(zeros + " ".join(f"{number:.6f}" for number in (*place, *turn)) + " 5 5 5" * bool(more))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"HIERARCHY\nROOT Armature\n{{\nOFFSET 0 0 0\n{channels}{BODY}{more}}}\n"
        f"MOTION\nFrames: {frames}\nFrame Time: {1 / fps:.7f}\n" + "\n".join(rows) + "\n"
    )


class Make:
    """The writers above, for tests that need files of their own."""

    tree, names, width = TREE, NAMES, WIDTH
    bvh = staticmethod(bvh)
    angles = staticmethod(angles)
    damaged = staticmethod(damaged)

    @staticmethod
    def tree_of_files(root: Path, seconds: float = 1 / 60) -> Path:
        """Six open recordings in two folders and four in an archive, each of another length."""
        for n in range(6):
            file = root / "open" / ("solo" if n < 3 else "pair") / f"{n}.bvh"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bvh(angles(40 + n, n), seconds))
        with zipfile.ZipFile(root / "more.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(6, 10):
                archive.writestr(f"tango/{n}.BVH", bvh(angles(40 + n, n), seconds))
            archive.writestr("tango/readme.txt", "no motion")
            archive.writestr("__MACOSX/tango/._6.bvh", "no motion")
        return root


@pytest.fixture(scope="session")
def make():
    return Make


@pytest.fixture(scope="session")
def sample():
    """The folder of the real recordings."""
    folder = Path(os.environ.get("SWN_DATA", "")) / "motion"
    if "SWN_DATA" not in os.environ or not folder.is_dir():
        pytest.skip("SWN_DATA names no folder with motion, the real recordings")
    return folder
