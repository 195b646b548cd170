"""The code length of FLAC: what is known of noise and silence, and where the first frame begins."""

import io

import numpy as np
import pytest
import soundfile

from swn_jax.domains.speech.baselines import flac


def test_noise_takes_its_bits_and_silence_almost_none():
    rng = np.random.default_rng(0)
    noise = rng.integers(-(2**15), 2**15, 20_000).astype(np.int16)
    assert 16 <= flac.bits(noise, 16000.0) / len(noise) < 16.1
    assert 8 <= flac.bits(noise // 256, 16000.0) / len(noise) < 8.7  # 8 of 16 bits, uniform
    assert flac.bits(np.zeros(20_000, np.int16), 16000.0) / 20_000 < 0.1


def test_the_header_ends_where_the_first_frame_begins():
    file = io.BytesIO()
    soundfile.write(file, np.arange(5000, dtype=np.int16), 16000, format="FLAC", subtype="PCM_16")
    content = file.getvalue()
    at = flac._header(content)
    assert content[at] == 0xFF
    assert content[at + 1] & 0xFC == 0xF8  # the sync code of a frame
    assert 8 * (len(content) - at) == pytest.approx(flac.bits(np.arange(5000, dtype=np.int16), 16000.0), rel=0.3)
