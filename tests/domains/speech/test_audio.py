import re

import numpy as np
import pytest
import soundfile

from swn_jax.domains.speech.audio import read
from swn_jax.errors import SwnError


def test_reads_what_was_written(tmp_path, make):
    want = make.speech(1234)
    np.testing.assert_array_equal(read(make.sphere(tmp_path / "a.wav", want), 16000), want)
    np.testing.assert_array_equal(read(make.riff(tmp_path / "b.wav", want), 16000), want)
    soundfile.write(tmp_path / "c.flac", want, 16000)
    got = read(tmp_path / "c.flac", 16000)
    np.testing.assert_array_equal(got, want)
    assert got.dtype == np.int16


def test_high_byte_first(tmp_path, make):
    want = make.speech(500)
    path = make.sphere(tmp_path / "a.wav", want.byteswap(), sample_byte_format="-s2 10")
    np.testing.assert_array_equal(read(path, 16000), want)


def test_float_file_of_16_bit_samples(tmp_path, make):
    want = np.array([-32768, -1, 0, 5, 32767] * 100, np.int16)
    path = make.riff(tmp_path / "a.wav", (want / 32768).astype(np.float32))
    np.testing.assert_array_equal(read(path, 16000), want)


def test_chunks_around_the_samples(tmp_path, make):
    want = make.speech(500)
    plain = make.riff(tmp_path / "a.wav", want).read_bytes()
    odd = b"LIST" + (3).to_bytes(4, "little") + b"abc\0"
    path = tmp_path / "b.wav"
    path.write_bytes(plain[:36] + odd + plain[36:] + odd)
    np.testing.assert_array_equal(read(path, 16000), want)


def cut(path, by):
    path.write_bytes(path.read_bytes()[:-by])
    return path


def grown(path):
    path.write_bytes(path.read_bytes() + b"\0\0")
    return path


def raw(path, content):
    path.write_bytes(content)
    return path


def pcm24(path, samples):
    soundfile.write(path, samples, 16000, subtype="PCM_24")
    return path


HALF = np.full(500, 0.5, np.float32)
NAN = np.where(np.arange(500) == 7, np.nan, HALF).astype(np.float32)
COPY = "copy the file again"

BAD = {
    "cut SPHERE": (lambda p, m: cut(m.sphere(p, m.speech(1000)), 400), "found 800 samples.* promises 1000", COPY),
    "cut into the header": (lambda p, m: cut(m.sphere(p, m.speech(9)), 900), "found 0 samples.* promises 9", COPY),
    "grown SPHERE": (lambda p, m: grown(m.sphere(p, m.speech(1000))), "found 1001 samples.* promises 1000", COPY),
    "no count": (lambda p, m: m.sphere(p, m.speech(9), sample_count="-i many"), "header is damaged", COPY),
    "shorten": (
        lambda p, m: m.sphere(p, m.speech(9), sample_coding="-s26 pcm,embedded-shorten-v2.00"),
        "found 'pcm,embedded-shorten-v2.00' coding",
        "sph2pipe -p",
    ),
    "cut RIFF": (lambda p, m: cut(m.riff(p, m.speech(1000)), 400), "found 800 samples.* promises 1000", COPY),
    "RIFF without samples": (lambda p, m: raw(p, m.riff(p, m.speech(9)).read_bytes()[:36]), "ends before", COPY),
    "empty file": (lambda p, m: raw(p, b""), "not a sound file", COPY),
    "text": (lambda p, m: raw(p, b"<html>not found</html>"), "not a sound file", COPY),
    "missing": (lambda p, m: p, "cannot be read", COPY),
    "no samples": (lambda p, m: m.sphere(p, m.speech(0)), "found no samples", "leave it out"),
    "rate": (lambda p, m: m.riff(p, m.speech(500), rate=8000), "found 8000 Hz, wanted 16000 Hz", "sox IN -r 16000"),
    "stereo": (lambda p, m: m.riff(p, m.speech(500), channels=2), "found 2 channels, wanted 1", "sox IN -c 1"),
    "24 bits": (lambda p, m: pcm24(p, m.speech(500)), "found PCM_24 samples", "sox IN -b 16"),
    "NaN": (lambda p, m: m.riff(p, NAN), "found nan as sample 7, wanted", COPY),
    "off the grid": (lambda p, m: m.riff(p, HALF / 3), "off the 16-bit grid", "sox IN -b 16"),
    "too loud": (lambda p, m: m.riff(p, HALF * 2), "off the 16-bit grid", "sox IN -b 16"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_file(case, tmp_path, make):
    write, found, remedy = BAD[case]
    path = write(tmp_path / "bad.wav", make)
    with pytest.raises(SwnError) as error:
        read(path, 16000)
    text = str(error.value)
    assert text.startswith(f"{path}: ")
    assert re.search(found, text)
    assert remedy in text
