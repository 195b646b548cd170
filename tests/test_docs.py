"""The site is built without a warning and fetches nothing; links of the pages at the root lead somewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [page for page in ("README.md", "BUILD.md", "CONTRIBUTING.md", "CHANGELOG.md") if (ROOT / page).exists()]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as strictly as can be: a link or an anchor that leads nowhere is an error."""
    pytest.importorskip("mkdocs", reason="the site needs mkdocs-material and mkdocstrings[python]")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_the_site_has_all_pages(site):
    pages = {path.relative_to(ROOT / "docs").with_suffix("") for path in (ROOT / "docs").rglob("*.md")}
    built = {page.parent if page.name == "index" else page for page in pages}
    assert all((site / page / "index.html").exists() for page in built)


def test_the_reference_shows_the_fields_of_records(site):
    text = (site / "api" / "core" / "index.html").read_text()
    fields = re.findall(r'id="swn_jax\.types\.Terms\.(\w+)"', text)
    assert fields == ["log_px", "kl", "log_ratio", "aux", "at_floor", "carry"]


def test_nothing_is_fetched_from_elsewhere(site):
    loads = re.compile(r"<(?:script|img|iframe|source)[^>]* src=\"?(?:https?:)?//|<link[^>]* href=\"?(?:https?:)?//")
    loaded = [(page.name, loads.findall(page.read_text())) for page in site.rglob("*.html")]
    assert len(loaded) > 10
    assert not [each for each in loaded if each[1]]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    assert [link for link in links((ROOT / page).read_text()) if not leads_somewhere(link, page)] == []


def test_a_broken_link_is_found():
    text = "[a](README.md) ![b](docs/none.png) [c](BUILD.md#nowhere) [d](https://example.com) `[e](none)` [f](#none)"
    broken = [link for link in links(text) if not leads_somewhere(link, "README.md")]
    assert broken == ["docs/none.png", "BUILD.md#nowhere", "#none"]


def test_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 110


def links(text: str) -> list[str]:
    """The relative links of a page, outside of code."""
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]


def leads_somewhere(link: str, page: str) -> bool:
    """Whether a link of a page at the root leads to a file, and to a heading in it."""
    path, _, anchor = link.partition("#")
    target = ROOT / (path or page)
    return target.exists() and (not anchor or anchor in anchors(target.read_text()))


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, outside of code."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
