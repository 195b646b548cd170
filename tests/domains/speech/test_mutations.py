import contextlib
import io
import resource
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from swn_jax.domains.speech import audio
from swn_jax.errors import SwnError

NUMBERS = [b"nan", b"1e400", b"-1", b"2147483648", b"9" * 30, b"\xff\xff\xff\xff", b"\x80\0\0\0", b"\0\0\0\0", b""]
MEMORY = 2**28  # bytes, for files of some ten thousand


def small(form, subtype):
    samples = 0.3 * np.sin(np.arange(6000) / 9) + 0.05 * np.random.RandomState(0).standard_normal(6000)
    file = io.BytesIO()
    soundfile.write(file, samples, 24000, format=form, subtype=subtype)
    return file.getvalue()


KINDS = {
    "WAV": ("WAV", "PCM_16"),
    "FLOAT": ("WAV", "FLOAT"),
    "AIFF": ("AIFF", "PCM_24"),
    "SPHERE": ("NIST", "PCM_16"),
    "FLAC": ("FLAC", "PCM_16"),
    "OGG": ("OGG", "VORBIS"),
    "OPUS": ("OGG", "OPUS"),
    "MP3": ("MP3", "MPEG_LAYER_III"),
}

PLACES = st.one_of(st.integers(0, 120), st.integers(0, 40000))  # headers are damaged as often as all the rest
EDITS = st.tuples(
    st.sampled_from(["delete", "insert", "replace", "double", "cut", "number", "flip"]),
    PLACES,
    st.integers(1, 300),
    st.binary(min_size=1, max_size=40),
    st.sampled_from(NUMBERS),
)


def edited(content, edit):
    kind, at, length, data, number = edit
    at %= max(1, len(content))
    before, middle, after = content[:at], content[at : at + length], content[at + length :]
    if kind == "cut":
        return before
    if kind == "number":
        return before + number + content[at + len(number) :]
    if kind == "flip":
        return before + bytes(255 - byte for byte in middle[:1]) + content[at + 1 :]
    changed = {"delete": b"", "insert": data + middle, "replace": data[: len(middle)], "double": middle * 2}[kind]
    return before + changed + after


@contextlib.contextmanager
def memory(more):
    """Allocating more than so many bytes fails, whether they are touched or not."""
    now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (now + more, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_an_error_or_other_sound(kind, tmp_path):
    valid = small(*KINDS[kind])
    path = tmp_path / "a.bin"

    @settings(max_examples=200, deadline=3000, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(EDITS, min_size=1, max_size=3))
    @example([("number", 22, 1, b"x", b"\xff\xff\xff\xff")])  # FLAC's own count: 2^32 samples
    def holds(edits):
        content = valid
        for edit in edits:
            content = edited(content, edit)
        path.write_bytes(content)
        with memory(MEMORY):
            try:
                for block in audio.blocks(path, 16000):
                    assert block.dtype == np.int16
                    assert 0 < len(block) <= 4 * audio.BLOCK
            except SwnError as error:
                assert str(path) in str(error)  # noqa: PT017

    holds()
