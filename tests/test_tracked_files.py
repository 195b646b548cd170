"""No file tells of one machine, none is large, and all are as editors are told to write them."""

import configparser
import functools
import re
from pathlib import Path

import pytest
from shipped import ROOT, tracked

LARGEST = 300_000  # bytes of a tracked file that is no picture
MEDIA = {".png", ".jpg", ".svg", ".gif", ".flac", ".safetensors"}  # and sounds, and weights

# Put together from parts, so that this file does not hold what it looks for.
FOREIGN = {
    "a machine's path": ("/ro" + "ot/", "/wo" + r"rk/\w", "/ho" + r"me/\w", "/Us" + r"ers/\w", "/t" + r"mp/\w"),
    "a package registry": (
        "py" + r"pi\.org", "python" + r"hosted\.", "index" + "-url", "arti" + "factory", "pkg" + r"\.dev",
    ),
    "an address": (r"\b\d+\.\d+\.\d+\.\d+" + r":\d+", "local" + r"host:\d+"),
}  # fmt: skip


@pytest.mark.parametrize("kind", FOREIGN)
def test_no_file_holds(kind):
    pattern = re.compile("|".join(FOREIGN[kind]), re.IGNORECASE)
    found = []
    for path in tracked():
        if path.suffix not in MEDIA:
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
                found += [f"{path.relative_to(ROOT)}:{number}: {match[0]}" for match in pattern.finditer(line)]
    assert not found, f"{kind} says nothing to a reader elsewhere"


@pytest.mark.parametrize(("kind", "line"), [
    ("a machine's path", "see /ro" + "ot/x"), ("a package registry", "https://py" + "pi.org/simple"),
    ("an address", "10.0.0.1" + ":80"),
])  # fmt: skip
def test_the_patterns_find(kind, line):
    assert re.search("|".join(FOREIGN[kind]), line)


def test_no_file_is_large():
    large = [f"{path.relative_to(ROOT)}: {size}" for path in tracked() if (size := path.stat().st_size) > LARGEST]
    assert not [each for each in large if Path(each.split(":")[0]).suffix not in MEDIA]


@functools.cache
def editor() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(default_section="")
    parser.read_string((ROOT / ".editorconfig").read_text().replace("root = true\n", ""))
    return parser


def test_editors_and_ruff_agree_on_the_line():
    assert editor()["*"]["max_line_length"] == re.search(r"line-length = (\d+)", (ROOT / "ruff.toml").read_text())[1]


def test_texts_are_as_editors_are_told():
    for path in tracked():
        if path.suffix in MEDIA:
            continue
        text = path.read_bytes().decode(editor()["*"]["charset"])
        assert text.endswith("\n") or not text, f"{path}: the last line has no end"
        assert "\r" not in text, f"{path}: the lines do not end in {editor()['*']['end_of_line']}"
        blank = [n for n, line in enumerate(text.split("\n"), start=1) if line != line.rstrip()]
        assert not blank, f"{path}: spaces at the end of lines {blank}"
        assert path.name == "Makefile" or not re.search("^ *\t", text, re.MULTILINE), f"{path}: indented by tabs"
