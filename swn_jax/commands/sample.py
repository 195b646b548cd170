"""Sample from runs: generate, continue, reconstruct or interpolate, as files and a page to hear, see and compare.

python -m experiments.sample --workdir=run --data_dir=data --what=generate --num=8 --seconds=2 --out=samples
python -m experiments.sample --workdir=run-a,run-b --data_dir=data --what=reconstruct,generate --seconds=4 --out=samples
"""

from pathlib import Path

from absl import flags

from swn_jax.commands import common, run_flags
from swn_jax.errors import SwnError

OUT = flags.DEFINE_string("out", "samples", "the folder for what is made")
WHAT = flags.DEFINE_list("what", ["generate"], "what to draw: generate, continue, reconstruct, or several of these, "
    "side by side; interpolate; stream: one long sound, to disk")  # fmt: skip
NUM = flags.DEFINE_integer("num", 8, "how many sequences; of interpolate, steps from one to the other", lower_bound=1)
SECONDS = flags.DEFINE_float("seconds", None, "length of each; 2 without it and --frames, and for ink, which has no "
    "clock, the median length of the recordings, or where ends are marked, the longest", lower_bound=0.0)  # fmt: skip
FRAMES = flags.DEFINE_integer("frames", None, "length of each in frames; a limit where drawings end", lower_bound=1)
PREFIX = flags.DEFINE_float("prefix", 0.5, "the share of the length that continue is given", 0.0, 1.0)
SPLIT = flags.DEFINE_string("split", "", "of the real sequences; the corpus' last one if not given")
DRAW = flags.DEFINE_bool("draw", False, "reconstruct: draw each frame in place of its mean")
TEMPERATURE = flags.DEFINE_float("temperature", 1.0, "factor on the deviations of x", lower_bound=0.0)
TEMPERATURE_Z = flags.DEFINE_float("temperature_z", 1.0, "factor on the deviations of z", lower_bound=0.0)
CONDITION = flags.DEFINE_list("condition", [], "names that generate gives to the sequences in turn, of a run that was "
    "trained with --config.condition")  # fmt: skip
TEXT = flags.DEFINE_multi_string("text", [], "what to write, of a run that was trained with --config.condition=text; "
    "several in turn; continue goes on with it in the hand of a recording")  # fmt: skip


def main(_: list[str]) -> None:
    runs, out = run_flags.load_several(), Path(OUT.value)
    from swn_jax.data.examples import usual_frames
    from swn_jax.runs import SampleRequest
    from swn_jax.sampling import Temperature
    from swn_jax.studies import sample_page, sample_stream

    first = next(iter(runs.values())).prepared
    usual = usual_frames(first, SPLIT.value or first.corpus.splits[-1])
    frames = FRAMES.value or (usual if SECONDS.value is None else first.frames_in(SECONDS.value))
    request = SampleRequest(
        frames, NUM.value, run_flags.SEED.value,
        Temperature(TEMPERATURE.value, TEMPERATURE_Z.value), PREFIX.value, DRAW.value,
        tuple(CONDITION.value), tuple(TEXT.value),
    )  # fmt: skip
    if not WHAT.value:
        raise SwnError("what shall be drawn? pass --what=generate")
    if WHAT.value == ["stream"]:
        sample_stream.stream_to(out, runs, request, tell=print)
        return
    command = common.command_line("sample")
    print(f"open {sample_page.write(out, runs, WHAT.value, request, SPLIT.value, command, tell=print)}")
