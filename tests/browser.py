"""A headless Chromium that opens a page and tells what has come of its pictures and sounds."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--allow-file-access-from-files", "--autoplay-policy=no-user-gesture-required", "--window-size=1400,1000",
]  # fmt: skip
# Waits until every picture and sound has loaded or failed, starts the sounds, and leaves a report in the page.
PROBE = """
<script>
const told = e => new Promise(done => { e.addEventListener('loadedmetadata', done); e.addEventListener('error', done);
  if (e.readyState > 0 || e.error) done(); });
const heard = async e => { await told(e); let fault = e.error && e.error.message;
  if (!fault) { e.muted = true; await e.play().catch(x => { fault = String(x) }); }
  return {src: e.getAttribute('src'), seconds: e.duration, played: !fault && e.readyState > 1, fault}; };
addEventListener('load', async () => {
  const images = [...document.images].map(i => ({src: i.getAttribute('src'), width: i.naturalWidth, shown: i.width}));
  const sounds = await Promise.all([...document.querySelectorAll('audio')].map(heard));
  const links = [...document.links].map(a => a.getAttribute('href'));
  const out = document.createElement('pre'); out.id = 'report';
  out.textContent = JSON.stringify({images, sounds, links, title: document.title, text: document.body.innerText});
  document.body.append(out);
});
</script>
"""


def opened(page: Path, scratch: Path) -> dict:
    """What the browser found on the page: pictures with their sizes, sounds with their lengths, links and text."""
    copy = page.with_name("opened.html")  # beside it, so that what it names is found
    copy.write_text(page.read_text(encoding="utf-8").replace("</html>", PROBE + "</html>"), encoding="utf-8")
    dom = chromium(["--virtual-time-budget=20000", "--dump-dom", copy.as_uri()], scratch)
    copy.unlink()
    found = re.search(r'<pre id="report">(.*?)</pre>', dom, re.DOTALL)
    assert found, dom[-2000:]
    return json.loads(unescape(found[1]))


def photographed(page: Path, picture: Path, scratch: Path) -> None:
    """A PNG of the page as it is shown."""
    chromium([f"--screenshot={picture}", "--virtual-time-budget=5000", page.absolute().as_uri()], scratch)


def chromium(words: list[str], scratch: Path) -> str:
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={scratch / 'profile'}", *words]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr[-2000:]
    return run.stdout
