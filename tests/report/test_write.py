"""The whole report: what its tables say, what is on its pictures, and that the page shows them."""

import csv
import re

import browser
import matplotlib.image
import numpy as np
import pytest

from swn_jax.studies.report.pictures import Panel, draw_curves
from swn_jax.studies.report.write import write


@pytest.fixture
def made(study):
    """A study of layers on a corpus without published numbers, and two systems on one with them."""
    for seed in range(2):
        for S in (1, 2, 4):
            study.add(f"layers{S},{seed}", 100.0 * S + 2 * seed, seed=seed, model={"stochastic": S, "latent": 8 // S},
                      curve=[(50, -1e9), (75, 90.0 * S), (100, 100.0 * S)])  # fmt: skip
    study.add("layers3,0", error="first\nout of memory", model={"stochastic": 3, "latent": 2})
    whole = {"sequences": 1680}
    study.add("vrnn", 28000.0, dataset="timit", system="vrnn", result=whole, steps="400 epochs", curve=[(100, 3.0)])
    study.add("short", 27000.0, dataset="timit", system="rnn_gmm", result=whole, trained=60)
    study.add("waits", None, dataset="timit", system="vrnn", steps="400 epochs", seed=1)
    out = study.folder / "report"
    return out, write(study.folder, out)


def cells(text, start):
    """The cells of the line of a Markdown table that begins so."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {start} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables(made):
    out, files = made
    assert {file.name for file in files} == {path.name for path in out.iterdir()} == {
        "report.md", "index.html", "figure_4.png", "figure_4.csv", "curves.png", "curves.csv",
    }  # fmt: skip
    text = (out / "report.md").read_text()
    assert "## Table 1, speech: timit, test split" in text
    none, unit = "none: not this corpus", "nats each utterance"
    assert cells(text, "swavenet, latent=4, stochastic=2") == [
        "swavenet, latent=4, stochastic=2", "201.0 ± 1.4", "211.0 ± 1.4 (K = 16)", none, unit, "2", "0", "0", "1,234",
        "100", "b",
    ]  # fmt: skip
    assert cells(text, "swavenet, latent=2, stochastic=3")[5:8] == ["0", "1", "0"]
    assert cells(text, "vrnn") == [
        "vrnn", "28,000.0", "28,010.0 (K = 16)", "≥ 28,982 (VRNN)", unit, "1", "0", "1", "1,234",
        "100 (400 epochs)", "a",
    ]  # fmt: skip
    assert cells(text, "rnn_gmm")[3] == "26,643 (RNN)"
    assert cells(text, "rnn_gmm")[9] == "60 of 100: unfinished"
    assert cells(text, "a")[1:5] == ["utterance from its own start", "real sequences and frames only",
                                     "1,680 sequences", "log-scale -7"]  # fmt: skip
    assert cells(text, "b")[3] == "12 sequences"
    assert cells(text, "SWaveNet")[1:6] == [
        "≥ 72,463 ± 639", "Lai et al. 2018", "pieces of 40 frames, each from nothing",
        "padded rows too: 0.9375 of the mean at batch 128", "log-scale -12",
    ]  # fmt: skip
    assert cells(text, "layers3,0") == ["layers3,0", "failed", "out of memory"]
    assert cells(text, "waits")[1] == "no result yet"


def test_the_raw_numbers(made):
    out, _ = made
    found = {(row["run"], row["S"], row["latent"], row["total"], row["seed"], row["elbo"], row["iwae"], row["step"],
              row["parameters"]) for row in rows(out / "figure_4.csv")}  # fmt: skip
    assert found == {
        (f"layers{S},{seed}", str(S), str(8 // S), "8", str(seed), str(100.0 * S + 2 * seed),
         str(100.0 * S + 2 * seed + 10), "75", "1234")
        for S in (1, 2, 4) for seed in (0, 1)
    }  # fmt: skip
    curves = rows(out / "curves.csv")
    assert len(curves) == 3 * 6 + 1
    assert {row["valid_elbo"] for row in curves if row["run"] == "layers2,1"} == {"-1000000000.0", "180.0", "200.0"}


def test_the_pictures_are_pictures(made):
    out, _ = made
    for name in ("figure_4", "curves"):
        pixels = matplotlib.image.imread(out / f"{name}.png")
        assert min(pixels.shape[:2]) > 400
        assert np.std(pixels[..., :3]) > 0.02


def test_a_curve_is_on_the_picture(tmp_path):
    """The first colour stands on many columns of pixels, not in the legend alone."""
    curves = {"a": [np.array([[1.0, 5.0], [2.0, 5.5], [3.0, 6.0]])]}
    draw_curves(tmp_path / "a.png", {Panel("corpus", "nats"): curves})
    pixels = matplotlib.image.imread(tmp_path / "a.png")[..., :3]
    blue = np.abs(pixels - np.array([31, 119, 180]) / 255).max(-1) < 0.1
    assert blue.any(axis=0).sum() > 0.3 * pixels.shape[1]


def test_the_page_says_what_the_markdown_says(made):
    out, _ = made
    text, page = (out / "report.md").read_text(), (out / "index.html").read_text()
    assert set(re.findall(r'(?:src|href)="([^"]*)"', page)) == set(re.findall(r"\]\((\S+)\)", text)) == {
        "figure_4.png", "figure_4.csv", "curves.png", "curves.csv",
    }  # fmt: skip
    for heading in re.findall("^## (.*)", text, re.MULTILINE):
        assert heading in page
    assert page.count("<tr>") == sum(line.startswith("| ") for line in text.splitlines()) - page.count("<table>")


def test_a_bar_in_a_name_does_not_break_the_table(study):
    study.add("a", 1.0)
    study.add("b", error="1 | 2")
    write(study.folder, study.folder / "report")
    assert "| b | failed | 1 \\| 2 |" in (study.folder / "report" / "report.md").read_text()


@pytest.mark.slow
@pytest.mark.skipif(browser.CHROMIUM is None, reason="no Chromium is installed")
def test_a_browser_shows_the_page(made, tmp_path):
    found = browser.opened(made[0] / "index.html", tmp_path)
    assert len(found["images"]) == 2
    assert all(image["width"] > 400 for image in found["images"])
    assert "≥ 28,982 (VRNN)" in found["text"]


@pytest.mark.parametrize("key", ["frame_size", "frame"])  # the second is the key of older configs
def test_a_published_number_stands_beside_its_own_frames_alone(study, key):
    study.add("short", 1.0, dataset="timit", rate=1.0, result={"sequences": 1680}, **{key: 20})
    study.add("published", 1.0, dataset="timit", result={"sequences": 1680}, **{key: 0})
    write(study.folder, study.folder / "report")
    text = (study.folder / "report" / "report.md").read_text()
    assert re.findall(r"none: of frames of 200|≥ 72,463 ± 639 \(SWaveNet\)", text) == [
        "≥ 72,463 ± 639 (SWaveNet)", "none: of frames of 200",
    ]  # fmt: skip
