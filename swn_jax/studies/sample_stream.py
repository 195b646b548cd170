"""Stream one long sound per run into a file while it is sampled."""

from collections.abc import Callable, Mapping
from pathlib import Path

from swn_jax.errors import SwnError
from swn_jax.runs import Run, SampleRequest
from swn_jax.runs.sample import stream_rows


def stream_to(out: Path, runs: Mapping[str, Run], request: SampleRequest, tell: Callable[[str], None]) -> None:
    """Write NAME.wav of each run into the folder `out`; raises SwnError for runs on domains that cannot be streamed."""
    out.mkdir(parents=True, exist_ok=True)
    for name, run in runs.items():
        rate, open_stream = run.prepared.manifest.rate, run.corpus.domain.open_stream
        if open_stream is None or rate is None:
            raise SwnError(f"{run.corpus.name}: found no sound, and only sound can be streamed: take --what=generate")
        with open_stream(out / f"{name}.wav", rate) as put:
            for rows in stream_rows(run, request):
                put(rows)
        tell(f"{out / name}.wav: {request.frames * run.model.frame / rate:.1f} s")
