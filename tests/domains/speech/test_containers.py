import io
import os
import struct

import numpy as np
import pytest
import soundfile
from sound_files import write_riff

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
    with pytest.raises(SwnError, match="found 2 streams, wanted 1: write it anew with `ffmpeg"):
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


def promising(path, samples, length):
    """A WAV whose header has another length."""
    content = write_riff(path, samples).read_bytes()
    return written(path, content[:40] + struct.pack("<I", length) + content[44:])


def test_riff_that_promises_more(tmp_path, make):
    path = promising(tmp_path / "a.wav", make.speech(500), 0x7FFFFF00)
    with pytest.raises(SwnError, match="found 500 samples, the header promises 1073741696: copy"):
        total(path)


@pytest.mark.parametrize("length", [0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF, 0x80000000])
def test_a_stream_is_read_to_its_end(length, tmp_path, make):
    path, want = promising(tmp_path / "a.wav", make.speech(500), length), make.speech(500)
    np.testing.assert_array_equal(np.concatenate(list(audio.blocks(path, 16000))), want)
    np.testing.assert_array_equal(audio.read(path, 16000), want)


def test_a_stream_that_was_never_ended(tmp_path, make):
    path = promising(tmp_path / "a.wav", make.speech(500), 0)
    with pytest.raises(SwnError, match="found 500 samples, the header promises 0: write it anew with `ffmpeg"):
        total(path)


def streamed_au():
    content = encoded("AU", "PCM_16")
    return content[:8] + b"\xff\xff\xff\xff" + content[12:]


def mp3_in_wav(alignment, content=None):
    content = content or FILES["mp3"]()
    form = struct.pack("<HHIIHHHHIHHH", 0x55, 1, 48000, 16000, alignment, 0, 12, 1, 2, 576, 1, 1393)
    body = b"WAVEfmt " + struct.pack("<I", 30) + form + b"data" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


WHOLE = {
    "rf64": lambda: encoded("RF64", "PCM_16"),
    "w64": lambda: encoded("W64", "PCM_24"),
    "caf": lambda: encoded("CAF", "FLOAT"),
    "au": lambda: encoded("AU", "PCM_16"),
    "au, little": lambda: encoded("AU", "FLOAT", endian="LITTLE"),
    "au, streamed": streamed_au,
    "wav, big": lambda: encoded("WAV", "PCM_16", endian="BIG"),
    "mu-law": lambda: encoded("NIST", "ULAW"),
    "mp3 in wav": lambda: mp3_in_wav(1),
    "mp3 in wav, not aligned": lambda: mp3_in_wav(0),
    "a tag before wav": lambda: ID3 + FILES["wav"](),
    "a tag before aiff": lambda: ID3 + FILES["aiff"](),
    "two tags before mp3": lambda: ID3 + ID3 + FILES["mp3"](),
    "two tags before flac": lambda: ID3 + ID3 + FILES["flac"](),
}


@pytest.mark.parametrize("kind", WHOLE)
def test_what_the_decoder_reads_is_read(kind, tmp_path):
    path = written(tmp_path / "a", WHOLE[kind]())
    assert total(path) == 16000
    with soundfile.SoundFile(path) as file:
        assert file.frames == 48000


@pytest.mark.parametrize("kind", ["rf64", "w64", "caf", "au", "mp3 in wav", "a tag before wav", "wav, big"])
@pytest.mark.parametrize("by", [2, 5000])
def test_what_else_is_read_is_checked_too(kind, by, tmp_path):
    with pytest.raises(SwnError, match=f"a: (wrong length|cut short).*{COPY}"):
        total(written(tmp_path / "a", WHOLE[kind]()[:-by]))


def test_mp3_in_wav_that_ends_within_a_frame(tmp_path):
    with pytest.raises(SwnError, match="cut short: the last frame ends at byte"):
        total(written(tmp_path / "a", mp3_in_wav(1, headless("CONSTANT")[:-5])))


ODD = {
    "no count": (lambda: FILES["sph"]().replace(b"sample_count", b"sample_kount"), "found no sample_count"),
    "no width": (lambda: FILES["sph"]().replace(b"sample_n_bytes", b"sample_m_bytes"), "found no sample_n_bytes"),
    "another IFF": (lambda: encoded("SVX", "PCM_16"), "found an IFF file of the kind b'16SV'"),
    "a tag before Ogg": (lambda: ID3 + FILES["ogg"](), "found an ID3 tag before Ogg"),
    "a tag before CAF": (lambda: ID3 + encoded("CAF", "PCM_16"), "cannot be decoded"),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_cannot_be_decoded_is_to_be_written_anew(kind, tmp_path):
    content, what = ODD[kind]
    with pytest.raises(SwnError, match=f"a: {what}.*: write it anew with `ffmpeg -i IN OUT.flac`") as error:
        total(written(tmp_path / "a", content()))
    assert "Error(" not in str(error.value)


@pytest.mark.parametrize("content", [b"", b"R", b"RIFF", b"OggS", b"fLaC", b"FORM", b"ID3", b"NIST_1A\n", b"\xff\xfb"])
def test_hardly_a_header(content, tmp_path):
    with pytest.raises(SwnError, match="a.wav: .*: .*(copy|ffmpeg)"):
        total(written(tmp_path / "a.wav", content))


@pytest.mark.parametrize("content", [b"<html></html>" * 9, b"\0" * 500, b"PK\3\4" * 99, b"RIFY" + b"\0" * 99])
def test_no_sound_file(content, tmp_path):
    with pytest.raises(
        SwnError, match="not a sound file that can be read, wanted WAV, RF64, W64, AIFF, CAF, AU, NIST SPH"
    ):
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
