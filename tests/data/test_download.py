"""Archives are fetched from a server on this machine."""

import hashlib
import io
import tarfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from swn_jax.data.download import download
from swn_jax.errors import SwnError


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    """A folder, its address, and the paths that were asked for."""
    folder, asked = tmp_path / "www", []
    folder.mkdir()

    class Counting(Quiet):
        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Counting, directory=str(folder))) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{http.server_port}", asked
        http.shutdown()


def archive(path):
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo("corpus-1.0/a.txt")
        member.size = 5
        tar.addfile(member, io.BytesIO(b"hello"))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_is_fetched_once_checked_and_extracted(server, tmp_path):
    folder, address, asked = server
    digest = archive(folder / "corpus.tar.gz")
    for sha256 in (digest, digest, None):
        found = download(tmp_path / "data", f"{address}/corpus.tar.gz", sha256)
        assert (found / "corpus-1.0" / "a.txt").read_text() == "hello"
        assert tmp_path / "data" / "downloads" in found.parents
    assert asked == ["/corpus.tar.gz"]  # the second time it is there; without a sha256 the archive is


def test_another_content_is_refused_and_fetched_again(server, tmp_path):
    folder, address, asked = server
    digest, url = archive(folder / "corpus.tar.gz"), f"{address}/corpus.tar.gz"
    whole = (folder / "corpus.tar.gz").read_bytes()
    (folder / "corpus.tar.gz").write_bytes(whole[:-7])
    with pytest.raises(SwnError, match=rf"{url}: found sha256 \w+, wanted {digest}: it changed or was cut short"):
        download(tmp_path / "data", url, digest)
    (folder / "corpus.tar.gz").write_bytes(whole)
    download(tmp_path / "data", url, digest)
    assert len(asked) == 2


@pytest.mark.parametrize("case", ["missing", "no server", "no archive"])
def test_what_cannot_be_fetched(case, server, tmp_path):
    folder, address, _ = server
    nobody = f"{address.rpartition(':')[0]}:9"  # the port of a service that is run nowhere any more
    url = {"missing": f"{address}/none.zip", "no server": f"{nobody}/a.zip", "no archive": f"{address}/x.zip"}
    (folder / "x.zip").write_bytes(b"no zip")
    with pytest.raises(SwnError, match=rf"{url[case]}: cannot be fetched \(.*give its folder as --manual_dir"):
        download(tmp_path / "data", url[case], None)
