import errno
from pathlib import Path

import numpy as np
import pytest

from swn_jax.data import groups
from swn_jax.data.fetch import folder, inside
from swn_jax.data.index import Recording
from swn_jax.domains.speech import sound_folder
from swn_jax.errors import SwnError


def test_order_is_natural_and_by_folder(tmp_path, sounds):
    names = ["b/10.wav", "b/9.WAV", "a1.flac", "a10.wav", "a2.Ogg", "c/d/e.mp3", "b/9/z.wav", "B.wav"]
    sounds(tmp_path, [name for name in names if not name.endswith("mp3")])
    (tmp_path / "c/d").mkdir(parents=True)
    (tmp_path / "c/d/e.mp3").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "._a1.wav").touch()
    found, _ = sound_folder.find(tmp_path)
    assert list(found) == ["B", "a1", "a2", "a10", "b/9", "b/9/z", "b/10", "c/d/e"]
    assert found["b/9"] == tmp_path / "b/9.WAV"


def test_ids_do_not_depend_on_the_place(tmp_path, sounds, monkeypatch):
    sounds(tmp_path / "one", ["x/a.wav", "b.wav"])
    sounds(tmp_path / "two/three", ["b.wav", "x/a.wav"])
    monkeypatch.chdir(tmp_path / "one")
    places = (Path("."), tmp_path / "two/three")
    assert [list(sound_folder.find(place)[0]) for place in places] == [["b", "x/a"]] * 2


@pytest.mark.parametrize("other", ["a.flac", "a.WAV", "a.ogg"])
def test_two_files_of_one_name(other, tmp_path, sounds):
    sounds(tmp_path, ["a.wav", "b.wav"])
    (tmp_path / other).touch()
    with pytest.raises(SwnError, match=r"/a\.\w+: found a\.\w+ with the same name beside it: remove one of the two"):
        sound_folder.find(tmp_path)


def test_links_in_a_circle(tmp_path, sounds):
    sounds(tmp_path, ["x/a.wav", "b.wav"])
    (tmp_path / "x/up").symlink_to(tmp_path)
    (tmp_path / "x/self").symlink_to("self")
    (tmp_path / "y").symlink_to("x")
    assert list(sound_folder.find(tmp_path)[0]) == ["b", "x/a"]


def test_links_to_elsewhere_are_followed(tmp_path, sounds):
    sounds(tmp_path / "disk", ["a.wav"])
    (tmp_path / "root").mkdir()
    (tmp_path / "root/far").symlink_to(tmp_path / "disk")
    assert list(sound_folder.find(tmp_path / "root")[0]) == ["far/a"]


def test_a_link_to_nothing_is_found_so_that_it_is_missed(tmp_path):
    (tmp_path / "a.wav").symlink_to("nowhere.wav")
    found = sound_folder.recordings(sound_folder.find(tmp_path)[0], 16000, lambda id: "me")
    with pytest.raises(SwnError, match="a.wav: cannot be read"):
        list(found["a"].read())


def test_no_folder(tmp_path, sounds):
    sounds(tmp_path, ["a.wav"])
    for root in (tmp_path / "missing", tmp_path / "a.wav"):
        with pytest.raises(SwnError, match="there is no such folder: give the folder"):
            sound_folder.find(root)


def test_nothing_in_it(tmp_path):
    (tmp_path / "a.txt").touch()
    (tmp_path / "b.wav").mkdir()
    with pytest.raises(SwnError, match=r"found no sound files, wanted some of \.wav, .*: give their folder"):
        sound_folder.find(tmp_path)


def test_what_is_left_out_is_told(tmp_path, sounds):
    sounds(tmp_path, ["a.wav", "x/b.WAV", "c.caf"])
    for name in ("x/d.m4a", "e.M4A", "f.wma", "g.txt", "README"):
        (tmp_path / name).touch()
    found, notes = sound_folder.find(tmp_path)
    assert list(found) == ["a", "c", "x/b"]
    assert notes == (
        "left out, as they cannot be decoded: 2 .m4a, 1 .wma; convert each with `ffmpeg -i IN OUT.flac`",
        "left out, as they are no sound: 1 without suffix, 1 .txt",
    )


def test_nothing_but_what_has_to_be_converted(tmp_path):
    (tmp_path / "a.m4a").touch()
    with pytest.raises(SwnError, match=r"found no sound files, .*: left out, .*: 1 .m4a; convert each with `ffmpeg"):
        sound_folder.find(tmp_path)


def test_a_folder_that_cannot_be_read(tmp_path, sounds, monkeypatch):
    sounds(tmp_path, ["a.wav", "x/b.wav"])
    listed = Path.iterdir

    def refuse(self):
        if self.name == "x":
            raise PermissionError(errno.EACCES, "Permission denied")
        return listed(self)

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(SwnError, match="/x: the folder cannot be read .Permission denied"):
        sound_folder.find(tmp_path)


@pytest.mark.parametrize("name", [b"\xff.wav", b"a\nb.wav", b"\xe9/a.wav"])
def test_names_that_are_no_text(name, tmp_path):
    path = Path(bytes(tmp_path).decode()) / name.decode("utf-8", "surrogateescape")
    path.parent.mkdir(exist_ok=True)
    path.touch()
    with pytest.raises(SwnError, match="found the name '.*', wanted printable text") as error:
        sound_folder.find(tmp_path)
    str(error.value).encode()


def test_recordings_read_in_blocks_at_the_rate(tmp_path, sounds):
    sounds(tmp_path, ["x/a.wav"], rate=48000)
    recording = sound_folder.recordings(sound_folder.find(tmp_path)[0], 16000, lambda id: id[:1])["x/a"]
    assert (recording.id, recording.speaker, recording.file) == ("x/a", "x", tmp_path / "x/a.wav")
    blocks = list(recording.read())
    assert sum(map(len, blocks)) == 133
    np.testing.assert_array_equal(np.concatenate(blocks), np.concatenate(list(recording.read())))


@pytest.mark.parametrize(("valid", "test", "counts"), [(0.05, 0.05, (18, 1, 1)), (0.2, 0.3, (10, 4, 6))])
def test_groups_stay_whole(valid, test, counts):
    recordings = [Recording(f"{i % 20}-{i}", str(i % 20), list) for i in range(60)]
    splits = groups.shares(recordings, lambda recording: recording.speaker, "here", valid, test)
    assert tuple(len(parts) // 3 for parts in splits.values()) == counts
    speakers = [{recording.speaker for recording in parts} for parts in splits.values()]
    assert sum(map(len, speakers)) == len(set.union(*speakers)) == 20
    with pytest.raises(SwnError, match="here: found 2 to split"):
        groups.shares(recordings[:2], lambda recording: recording.speaker, "here")


def test_folder_is_fetched_only_where_none_is_given(tmp_path):
    asked = []

    def fetch(url, sha256):
        asked.append((url, sha256))
        return tmp_path / "fetched"

    assert folder(tmp_path, fetch, "URL", "SUM") == tmp_path
    assert asked == []
    assert folder(None, fetch, "URL", "SUM") == tmp_path / "fetched"
    assert asked == [("URL", "SUM")]
    with pytest.raises(SwnError, match="found no --manual_dir, wanted .*URL"):
        folder(None, None, "URL", None)
    with pytest.raises(SwnError, match="missing: there is no such folder"):
        folder(tmp_path / "missing", fetch, "URL", None)


def test_the_part_of_a_folder(tmp_path):
    (tmp_path / "a/wavs").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    assert inside(tmp_path / "a", "wavs") == inside(tmp_path, "wavs") == tmp_path / "a/wavs"
    (tmp_path / "b/wavs").mkdir()
    with pytest.raises(SwnError, match="found .*/a/wavs and .*/b/wavs, wanted one folder wavs"):
        inside(tmp_path, "wavs")
    (tmp_path / "wavs").mkdir()
    assert inside(tmp_path, "wavs") == tmp_path / "wavs"
    with pytest.raises(SwnError, match="found none, wanted one folder wavs"):
        inside(tmp_path / "b/wavs", "wavs")
