import io
import os
import struct

import numpy as np
import pytest
import soundfile

from swn_jax.domains.speech import audio
from swn_jax.domains.speech.containers import check, mpeg
from swn_jax.errors import SwnError

COPY = "copy the file again from the original"


def encoded(form, subtype, n=48000, rate=48000, seed=0, **options):
    noise = np.random.RandomState(seed).standard_normal(n)
    samples = 0.3 * np.sin(np.arange(n) / 20) * (np.arange(n) > n // 2) + 0.02 * noise  # VBR: first half is cheap
    file = io.BytesIO()
    soundfile.write(file, samples, rate, format=form, subtype=subtype, **options)
    return file.getvalue()


FILES = {
    "wav": lambda: encoded("WAV", "PCM_16"),
    "wav24": lambda: encoded("WAV", "PCM_24"),
    "aiff": lambda: encoded("AIFF", "PCM_16"),
    "sph": lambda: encoded("NIST", "PCM_16"),
    "flac": lambda: encoded("FLAC", "PCM_16"),
    "ogg": lambda: encoded("OGG", "VORBIS"),
    "opus": lambda: encoded("OGG", "OPUS"),
    "mp3": lambda: encoded("MP3", "MPEG_LAYER_III"),
}


def written(path, content):
    path.write_bytes(content)
    return path


def total(path):
    return sum(len(block) for block in audio.blocks(path, 16000))


@pytest.mark.parametrize("kind", FILES)
def test_whole_files_are_read_whole(kind, tmp_path):
    assert total(written(tmp_path / f"a.{kind}", FILES[kind]())) == 16000


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9, 0.999])
def test_cut_short(kind, share, tmp_path):
    content = FILES[kind]()
    path = written(tmp_path / "a", content[: int(share * len(content))])
    with pytest.raises(SwnError, match=f"a: .*({COPY}|ffmpeg)"):
        total(path)


@pytest.mark.parametrize("by", [1, 2, 17])
@pytest.mark.parametrize("kind", FILES)
def test_a_few_bytes_short(kind, by, tmp_path):
    with pytest.raises(SwnError):
        total(written(tmp_path / "a", FILES[kind]()[:-by]))


def test_lengths_are_told_in_samples(tmp_path):
    for kind, unit in (("wav", 2), ("wav24", 3), ("aiff", 2), ("sph", 2)):
        path = written(tmp_path / kind, FILES[kind]()[: -100 * unit])
        with pytest.raises(SwnError, match=f"{kind}: wrong length: found 47900 samples, the header promises 48000: "):
            total(path)


def headless(mode, **options):
    """An MP3 without the frame that holds the header of its length."""
    content = encoded("MP3", "MPEG_LAYER_III", bitrate_mode=mode, compression_level=0.5, **options)
    return content[mpeg.header(content[:4]).length :]


def test_mp3_of_constant_rate_needs_no_header(tmp_path):
    path = written(tmp_path / "a.mp3", headless("CONSTANT"))
    assert check(path) == 1152 * 43  # frames hold 1.024 s at least: 1 s, the encoder's delay, its padding
    assert abs(total(path) - 1152 * 43 / 3) <= 2 * 1152 / 3


def test_mp3_of_variable_rate_needs_one(tmp_path):
    path = written(tmp_path / "a.mp3", headless("VARIABLE", n=480000))
    with pytest.raises(SwnError, match="found 48[0-9]{4} samples but no length header.*ffmpeg -i IN OUT.flac"):
        total(path)


def test_mp3_joined_to_another(tmp_path):
    content = FILES["mp3"]()
    with pytest.raises(SwnError, match="wrong length: found 8[0-9] frames, the header promises 4[0-9]: .*ffmpeg"):
        total(written(tmp_path / "a.mp3", content + content))


def test_ogg_joined_to_another(tmp_path):
    content = FILES["ogg"]()
    with pytest.raises(SwnError, match="found 2 streams, wanted 1: join them with `ffmpeg"):
        total(written(tmp_path / "a.ogg", content + content))


def test_headless_mp3_cut_within_a_frame(tmp_path):
    content = headless("CONSTANT")
    with pytest.raises(SwnError, match=f"cut short: the last frame ends at byte {len(content)}, the file at"):
        total(written(tmp_path / "a.mp3", content[:-5]))


@pytest.mark.parametrize(
    ("four", "length", "samples"),
    [
        ("fffb9000", 417, 1152),  # version 1, 128 kbit/s, 44100 Hz: 144 * 128000 / 44100
        ("fffb9200", 418, 1152),  # the same, padded
        ("fffb94c4", 384, 1152),  # 48000 Hz
        ("fff38000", 208, 576),  # version 2, 64 kbit/s, 22050 Hz: 72 * 64000 / 22050
        ("ffe3e8c0", 1440, 576),  # version 2.5, 160 kbit/s, 8000 Hz
    ],
)
def test_mp3_frame_lengths(four, length, samples):
    frame = mpeg.header(bytes.fromhex(four))
    assert (frame.length, frame.samples) == (length, samples)


@pytest.mark.parametrize("four", ["fffb0000", "fffbf000", "fffb9c00", "fffd9000", "ffeb9000", "fffb90", "00fb9000"])
def test_no_mp3_frame(four):
    assert mpeg.header(bytes.fromhex(four)) is None


def test_ogg_cut_between_pages(tmp_path):
    content = encoded("OGG", "VORBIS", n=480000)
    last = content.rindex(b"OggS")
    with pytest.raises(SwnError, match="cut short: found no page marked as the last"):
        total(written(tmp_path / "a.ogg", content[:last]))


ID3 = b"ID3\4\0\0\0\0\1\2" + bytes(130)
TAGS = {
    "in front": (ID3, b""),
    "old": (b"", b"TAG" + b"x" * 125),
    "APE": (b"", b"APETAGEX" + struct.pack("<IIIIQ", 2000, 2000, 1, 0, 0) + bytes(range(250)) * 8),
    "padding": (b"", bytes(1000)),
    "all": (ID3, b"APETAGEX" + struct.pack("<IIIIQ", 2000, 20, 1, 0, 0) + b"x" * 20 + b"TAG" + b"x" * 125),
}


@pytest.mark.parametrize("tag", TAGS)
def test_mp3_with_tags(tag, tmp_path):
    front, back = TAGS[tag]
    assert total(written(tmp_path / "a.mp3", front + FILES["mp3"]() + back)) == 16000


def test_flac_behind_a_tag(tmp_path):
    assert total(written(tmp_path / "a.flac", ID3 + FILES["flac"]())) == 16000


@pytest.mark.parametrize("kind", ["ogg", "flac", "mp3"])
def test_a_damaged_middle_is_no_gap(kind, tmp_path):
    content = bytearray(
        encoded(*{"ogg": ("OGG", "VORBIS"), "flac": ("FLAC", "PCM_16")}.get(kind, ("MP3", None)), n=480000)
    )
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    with pytest.raises(SwnError, match=COPY):
        total(written(tmp_path / "a", bytes(content)))


def flac_promising(count):
    content = bytearray(FILES["flac"]())
    word = int.from_bytes(content[18:26], "big")
    content[18:26] = (word >> 36 << 36 | count).to_bytes(8, "big")
    return bytes(content)


@pytest.mark.parametrize("count", [48001, 2**31, 2**36 - 1])
def test_flac_that_promises_more(count, tmp_path):
    with pytest.raises(SwnError, match=f"cut short: found 48000 samples, the header promises {count}"):
        total(written(tmp_path / "a.flac", flac_promising(count)))


def test_flac_of_unknown_length_is_read_to_its_end(tmp_path):
    assert total(written(tmp_path / "a.flac", flac_promising(0))) == 16000


@pytest.mark.parametrize("count", [2**31, 2**62, -1, 10**400])
@pytest.mark.parametrize("read", [lambda path: total(path), lambda path: audio.read(path, 16000)])
def test_sphere_that_promises_more(count, read, tmp_path, make):
    path = make.sphere(tmp_path / "a.wav", make.speech(500), sample_count=f"-i {count}")
    with pytest.raises(SwnError, match="wrong length: found 500 samples|header is damaged"):
        read(path)


def test_riff_that_promises_more(tmp_path, make):
    path = make.riff(tmp_path / "a.wav", make.speech(500))
    content = path.read_bytes()
    path.write_bytes(content[:40] + b"\xff\xff\xff\xff" + content[44:])
    with pytest.raises(SwnError, match="found 500 samples, the header promises 2147483647"):
        total(path)


@pytest.mark.parametrize("content", [b"", b"R", b"RIFF", b"OggS", b"fLaC", b"FORM", b"ID3", b"NIST_1A\n", b"\xff\xfb"])
def test_hardly_a_header(content, tmp_path):
    with pytest.raises(SwnError, match="a.wav: .*: .*(copy|ffmpeg)"):
        total(written(tmp_path / "a.wav", content))


@pytest.mark.parametrize("content", [b"<html></html>" * 9, b"\0" * 500, b"PK\3\4" * 99, b"RIFX" + b"\0" * 99])
def test_no_sound_file(content, tmp_path):
    with pytest.raises(SwnError, match="not a sound file that can be read, wanted WAV, AIFF, NIST SPHERE, FLAC, Ogg"):
        total(written(tmp_path / "a.wav", content))


def test_not_readable(tmp_path):
    (tmp_path / "folder.wav").mkdir()
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "link.wav").symlink_to("nowhere.wav")
    for name in ("folder", "pipe", "link", "missing"):
        with pytest.raises(SwnError, match=f"{name}.wav: cannot be read"):
            total(tmp_path / f"{name}.wav")


@pytest.mark.parametrize("rate", [8000, 16000, 24000, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_mp3_frames_are_as_long_as_the_next_begins(rate, channels):
    file = io.BytesIO()
    soundfile.write(file, np.zeros((rate, channels)), rate, format="MP3", bitrate_mode="CONSTANT")
    content, at, count = file.getvalue(), 0, 0
    while at < len(content):
        frame = mpeg.header(content[at : at + 4])
        at, count = at + frame.length, count + 1
    assert at == len(content)
    assert content[frame.info - 4 :][4:8] in (b"Xing", b"Info")
    assert (count - 1) * frame.samples >= rate
