import pytest

from swn_jax.data import split_lists
from swn_jax.errors import SwnError

COMPOSED, APART = "caf\u00e9.wav", "cafe\u0301.wav"
LINES = "train a.wav\nvalid b.wav\ntest {}\n"


@pytest.mark.parametrize(("in_list", "on_disk"), [(COMPOSED, APART), (APART, COMPOSED), (APART, APART)])
def test_names_match_in_either_form_of_unicode(in_list, on_disk, tmp_path):
    (tmp_path / "list").write_text(LINES.format(in_list), "utf-8")
    known = {name: name.upper() for name in ("a.wav", "b.wav", on_disk)}
    assert split_lists.listed(tmp_path / "list", known)["test"] == [on_disk.upper()]
    (tmp_path / "list").write_text(LINES.format(in_list) + f"train {on_disk}", "utf-8")
    with pytest.raises(SwnError, match="line 4: .* is already on line 3"):
        split_lists.listed(tmp_path / "list", known)


def test_byte_order_marks(tmp_path):
    """Of a file that an editor of Windows wrote, and of two that were joined."""
    (tmp_path / "list").write_text("\ufefftrain a.wav\nvalid b.wav\n\ufefftest c.wav\n", "utf-8")
    known = {f"{letter}.wav": letter for letter in "abc"}
    assert split_lists.listed(tmp_path / "list", known) == {"train": ["a"], "valid": ["b"], "test": ["c"]}


@pytest.mark.parametrize(("encoding", "found"), [("utf-16", "UTF-16"), ("latin-1", "invalid continuation byte")])
def test_other_encodings_are_to_be_saved_anew(encoding, found, tmp_path):
    (tmp_path / "list").write_bytes(LINES.format(COMPOSED).encode(encoding))
    with pytest.raises(SwnError, match=rf"list: cannot be read as text \(found {found}.*\): save it as UTF-8, or"):
        split_lists.read(tmp_path / "list")


def test_too_few_to_share():
    with pytest.raises(SwnError, match="^here: found 2 to split, wanted 3 or more: add some$"):
        split_lists.shares([1, 2], "here")
