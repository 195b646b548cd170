"""Small corpora in the layout of each that cannot be shipped, out of the embedded ones: what commands are tried on."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import soundfile

from swn_jax.corpora import synthetic_ink, synthetic_motion
from swn_jax.corpora.synthetic_speech import synthesise
from swn_jax.domains.motion import bvh

Strokes = list[list[tuple[float, float]]]


def sounds(root: Path, names: Iterable[str], rate: int = 16000, cut: int | None = None) -> None:
    """Utterances of synthetic speech, each another, at whatever rate they are said to have."""
    for number, name in enumerate(names):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, synthesise(0, "train", number)[:cut], rate)


def columns(root: Path) -> None:
    """Two numbers beside each recording."""
    for number, path in enumerate(sorted(root.rglob("*.ogg"))):
        path.with_suffix(".csv").write_text(f"height,weight\n{number},{number**2}\n")


def sphere(path: Path, samples: np.ndarray) -> None:
    """A NIST SPHERE file."""
    fields = f"channel_count -i 1\nsample_count -i {len(samples)}\nsample_rate -i 16000\nsample_n_bytes -i 2\n"
    fields += "sample_byte_format -s2 01\nsample_sig_bits -i 16\n"
    header = f"NIST_1A\n   1024\n{fields}end_head\n".encode().ljust(1024, b" ")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(header + samples.astype("<i2").tobytes())


def timit(root: Path) -> None:
    """The whole tree of LDC93S1 in names and number, 462 and 168 speakers with ten sentences; noise, to be quick."""
    random = np.random.RandomState(0)
    for part, speakers in (("TRAIN", 462), ("TEST", 168)):
        for n in range(speakers):
            for sentence in range(10):
                name = f"{part}/DR{n % 8 + 1}/{'FM'[n % 2]}{part[:2]}{n:03d}/SX{sentence}.WAV"
                sphere(root / name, random.randint(-900, 900, 600))


def timit_sample(root: Path) -> None:
    who = ["dr1-fabc0", "dr4-mabc1", "dr2-faem0", "dr6-mbma1", "dr3-madc0", "dr8-fbcg1"]
    for number, name in enumerate(f"{each}/{sentence}.wav" for each in who for sentence in ("sa1", "si2", "sx3")):
        sphere(root / name, synthesise(0, "train", number))


def blizzard(root: Path) -> None:
    sounds(root, (f"chapter{n}.flac" for n in range(20)), rate=44100)


def ljspeech(root: Path) -> None:
    sounds(root, (f"wavs/LJ{n:03d}-{m:04d}.wav" for n in range(1, 5) for m in (1, 2, 3, 4)), rate=22050)


def vctk(root: Path) -> None:
    names = (f"p{n}/p{n}_{m:03d}_mic1.flac" for n in (225, 226, 227, 228) for m in (1, 2, 3))
    sounds(root / "wav48_silence_trimmed", names, rate=48000)


def spoken_digit(root: Path) -> None:
    names = (f"recordings/{d}_{who}_{n}.wav" for d in range(10) for who in ("ann", "bob") for n in (0, 5, 10))
    sounds(root, names, rate=8000, cut=4000)


def speech_folder(root: Path) -> None:
    sounds(root, (f"{who}/{n}.ogg" for who in ("ann", "bob", "eve") for n in range(8)), rate=48000)


def strokes(number: int) -> Strokes:
    """A line of synthetic ink, y downwards."""
    rows = synthetic_ink.write(0, "train", number)
    ends = np.flatnonzero(rows[:-1, 0]) + 1
    return [[(float(x), float(-y)) for _, x, y in stroke] for stroke in np.split(rows, ends)]


def iamondb(root: Path) -> None:
    forms = [f"a01-{n:03d}u" for n in range(6)]
    for number, form in enumerate(forms):
        folder = root / "lineStrokes" / "a01" / form[:-1]
        folder.mkdir(parents=True)
        for line in (1, 2, 3):
            body = "".join(
                "<Stroke>" + "".join(f'<Point x="{x:.0f}" y="{y:.0f}" time="0"/>' for x, y in stroke) + "</Stroke>"
                for stroke in strokes(3 * number + line)
            )
            text = f"<WhiteboardCaptureSession><StrokeSet>{body}</StrokeSet></WhiteboardCaptureSession>"
            (folder / f"{form}-{line:02d}.xml").write_text(text)
    (root / "train.txt").write_text("".join(f" {form}\n" for form in forms[:4]))
    (root / "valid.txt").write_text("".join(f" {form}\n" for form in forms[4:]))


def ink(root: Path) -> None:
    root.mkdir(parents=True)
    drawings = ({"id": f"line{n}", "writer": f"hand{n % 4}", "strokes": strokes(n)} for n in range(20))
    (root / "pen.jsonl").write_text("".join(json.dumps(drawing) + "\n" for drawing in drawings))


def motion(root: Path) -> None:
    for number in range(6):
        path = root / f"walks/{number}.bvh"
        path.parent.mkdir(parents=True, exist_ok=True)
        bvh.write(path, synthetic_motion.take(0, "train", number))


STAND_INS: dict[str, Callable[[Path], None]] = {
    make.__name__: make
    for make in (timit, timit_sample, blizzard, ljspeech, vctk, spoken_digit, speech_folder, iamondb, ink, motion)
}
