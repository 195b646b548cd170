"""The page shows what it was given, in a real browser, without network."""

import re

import browser
import numpy as np
import pytest

from swn_jax.data.written import WrittenFiles
from swn_jax.domains.speech import files
from swn_jax.studies.page import Table, number, page

RATE = 16000.0


@pytest.fixture
def made(tmp_path):
    """A page of two origins with one sound each, names that need escaping, and a table."""
    sine = (8000 * np.sin(np.arange(8000) * 2 * np.pi * 440 / RATE)).astype(np.int16)
    folder = tmp_path / "a run & more"
    folder.mkdir()
    one = files.write(folder, "0", sine, RATE, {})
    two = files.write(folder, "1", sine[:4000], RATE, {}, real=sine, clipped=3)
    table = Table("numbers", ("what", "value"), [("a < b", "1.5"), ("c", "2")])
    path = tmp_path / "index.html"
    page(path, 'runs "a" & <b>', ["a note"], ["recording", "a & b"], [("0", [one, two]), ("1", [None, two])], [table])
    return path


def test_the_page_names_nothing_outside_of_its_folder(made):
    text = made.read_text()
    assert "<script" not in text
    assert not re.findall(r"(?:https?:)?//[^\s\"']+", text)
    for where in re.findall(r'(?:src|href)="([^"]*)"', text):
        assert not where.startswith(("/", "..")), where


def test_numbers_are_short():
    assert [number(v) for v in (0.123456, 12, "silence", 1234.5)] == ["0.123", "12", "silence", "1.23e+03"]


def test_an_empty_page_is_a_page(tmp_path):
    page(tmp_path / "index.html", "nothing", [], [], [])
    assert "nothing" in (tmp_path / "index.html").read_text()
    assert WrittenFiles((), (), {}) == ((), (), {})


@pytest.mark.slow
@pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed")
def test_a_browser_plays_and_shows_all_of_it(made, tmp_path):
    found = browser.opened(made, tmp_path)
    assert found["title"] == 'runs "a" & <b>'
    assert len(found["images"]) == len(found["sounds"]) == 3
    assert all(image["width"] > 100 and image["shown"] > 100 for image in found["images"]), found["images"]
    assert all(sound["played"] and not sound["fault"] for sound in found["sounds"]), found["sounds"]
    assert sorted(round(sound["seconds"], 2) for sound in found["sounds"]) == [0.25, 0.25, 0.5]
    for text in ("a note", "recording", "a & b", "a < b", "numbers clipped 3"):
        assert text in found["text"]


@pytest.mark.slow
@pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed")
def test_the_browser_tells_of_what_is_missing(made, tmp_path):
    """The test above can fail: a picture that is gone has no width, a broken sound cannot be played."""
    folder = tmp_path / "a run & more"
    (folder / "0.png").unlink()
    (folder / "0.wav").write_bytes(b"no sound")
    found = browser.opened(made, tmp_path)
    assert [image["width"] for image in found["images"] if image["src"].endswith("/0.png")] == [0]
    assert [sound["played"] for sound in found["sounds"] if sound["src"].endswith("/0.wav")] == [False]
