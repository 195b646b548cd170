import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from swn_jax.domains.motion.bvh_folder import find
from swn_jax.errors import SwnError


def test_finds_open_files_and_members_of_archives(make, tmp_path):
    entries, faults = find(make.tree_of_files(tmp_path))
    assert list(entries) == [
        *(f"more.zip:tango/{n}.BVH" for n in range(6, 10)),
        *(f"open/pair/{n}.bvh" for n in range(3, 6)),
        *(f"open/solo/{n}.bvh" for n in range(3)),
    ]
    assert [entries[id].group for id in ("more.zip:tango/6.BVH", "open/solo/0.bvh")] == ["tango", "solo"]
    assert not faults
    for n, id in ((7, "more.zip:tango/7.BVH"), (4, "open/pair/4.bvh")):
        assert entries[id].load() == make.bvh(make.angles(40 + n, n), 1 / 60)
    assert entries["more.zip:tango/7.BVH"].where == f"{tmp_path}/more.zip:tango/7.BVH"


def test_groups_at_the_top_are_named_after_what_holds_them(make, tmp_path):
    root = tmp_path / "salsa"
    root.mkdir()
    (root / "1.bvh").write_bytes(b"")
    with zipfile.ZipFile(root / "indian.zip", "w") as archive:
        archive.writestr("2.bvh", "")
    assert [entry.group for entry in find(root)[0].values()] == ["salsa", "indian"]


def test_a_missing_or_empty_folder_is_refused(tmp_path):
    with pytest.raises(SwnError, match="no such folder"):
        find(tmp_path / "none")
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(SwnError, match=r"found no .bvh files, wanted some"):
        find(tmp_path)


def test_a_folder_named_as_a_recording_is_looked_into(make, tmp_path):
    (tmp_path / "a.bvh").mkdir()
    (tmp_path / "a.bvh" / "b.bvh").write_bytes(b"")
    assert list(find(tmp_path)[0]) == ["a.bvh/b.bvh"]


def test_a_member_twice_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.bvh", "")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("x.bvh", "")
    with pytest.raises(SwnError, match="found 'a.zip:x.bvh' twice: rename"):
        find(tmp_path)


@pytest.mark.parametrize("name", ["a\nb.bvh", "a\udcff.bvh"])
def test_names_that_no_list_can_hold_are_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(SwnError, match="characters that do not print"):
        find(tmp_path)


def test_what_cannot_be_read_says_so(make, tmp_path):
    make.tree_of_files(tmp_path)
    (tmp_path / "gone.bvh").symlink_to(tmp_path / "nowhere")
    entries, _ = find(tmp_path)
    (tmp_path / "more.zip").unlink()
    (tmp_path / "more.zip").mkdir()
    for id in ("gone.bvh", "more.zip:tango/6.BVH"):
        with pytest.raises(SwnError, match="cannot be (read|unpacked)"):
            entries[id].load()


def test_a_damaged_archive_leaves_the_others(make, tmp_path):
    make.tree_of_files(tmp_path)
    (tmp_path / "bad.zip").write_bytes((tmp_path / "more.zip").read_bytes()[:-30])
    entries, faults = find(tmp_path)
    assert len(entries) == 10
    assert "bad.zip: cannot be opened as a zip archive" in str(faults["bad.zip"])


def test_a_damaged_archive_alone_is_the_error(tmp_path):
    (tmp_path / "bad.zip").write_bytes(b"PK\3\4")
    with pytest.raises(SwnError, match=r"bad.zip: cannot be opened"):
        find(tmp_path)


def test_a_member_that_claims_too_much_is_not_unpacked(make, tmp_path):
    make.tree_of_files(tmp_path)
    data = bytearray((tmp_path / "more.zip").read_bytes())
    at = data.index(b"PK\1\2")  # the first entry of the directory: its unpacked size stands 24 bytes on
    data[at + 24 : at + 28] = (2**32 - 2).to_bytes(4, "little")
    (tmp_path / "more.zip").write_bytes(data)
    with pytest.raises(SwnError, match="6.BVH has 4294967294 bytes"):
        find(tmp_path)[0]["more.zip:tango/6.BVH"].load()


@settings(
    max_examples=200,
    deadline=2000,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_survives_any_damage_to_an_archive(make, tmp_path, data):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(2):
            archive.writestr(f"x/{n}.bvh", make.bvh(np.zeros((3, make.width))))
    valid = (tmp_path / "a.zip").read_bytes()
    broken = bytearray(valid)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        a = data.draw(st.integers(0, len(broken)))
        del broken[a : a + data.draw(st.integers(0, 40))]
    (tmp_path / "a.zip").write_bytes(broken)
    try:
        for entry in find(tmp_path)[0].values():
            entry.load()
    except SwnError as error:
        assert str(tmp_path) in str(error)  # noqa: PT017
