"""Archives are fetched from a server on this machine."""

import hashlib
import io
import logging
import shutil
import socket
import tarfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pooch
import pytest

from swn_jax.data import download as module
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


def test_what_was_no_archive_is_fetched_again(server, tmp_path):
    folder, address, asked = server
    (folder / "corpus.tar.gz").write_bytes(b"<html>log in first</html>")
    with pytest.raises(SwnError, match="cannot be fetched"):
        download(tmp_path / "data", f"{address}/corpus.tar.gz", None)
    archive(folder / "corpus.tar.gz")
    assert (download(tmp_path / "data", f"{address}/corpus.tar.gz", None) / "corpus-1.0").is_dir()
    assert len(asked) == 2


def test_a_server_that_does_not_answer_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a.zip"
        with pytest.raises(SwnError, match=rf"{url}: cannot be fetched \(.*read timeout=0.2"):
            download(tmp_path / "data", url, None)


def outside(path):
    """An archive with one file inside and one that wants to be written beside the folder."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as z:
            z.writestr("a.txt", "hello")
            z.writestr("../../evil.txt", "hello")
        return
    with tarfile.open(path, "w:gz") as tar:
        for name in ("a.txt", "../../evil.txt"):
            tar.addfile(tarfile.TarInfo(name))


@pytest.mark.parametrize("name", ["corpus.tar.gz", "corpus.zip"])
def test_nothing_is_written_outside_of_the_folder(name, server, tmp_path):
    folder, address, _ = server
    outside(folder / name)
    if name.endswith(".zip"):
        assert [path.name for path in download(tmp_path / "data", f"{address}/{name}", None).iterdir()] == ["a.txt"]
    else:
        with pytest.raises(SwnError, match=r"OutsideDestinationError|evil\.txt leads out of the folder"):
            download(tmp_path / "data", f"{address}/{name}", None)
    assert not list(tmp_path.rglob("evil.txt"))


@pytest.mark.parametrize(("name", "kind"), [("../a", tarfile.REGTYPE), ("/a", tarfile.REGTYPE), ("a", tarfile.SYMTYPE)])
def test_an_older_python_refuses_what_leads_out(tmp_path, name, kind):
    """Before 3.11.4 there is no filter in the standard library."""
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc" if kind == tarfile.SYMTYPE else ""
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        tar.addfile(member)
    with pytest.raises(tarfile.ExtractError, match="leads out of the folder"):
        module._check(tmp_path / "a.tar")


def test_an_extraction_that_was_cut_short_leaves_nothing(server, tmp_path, monkeypatch):
    folder, address, asked = server
    digest, url, unpack = archive(folder / "corpus.tar.gz"), f"{address}/corpus.tar.gz", shutil.unpack_archive

    def full(path, whole, **options):
        unpack(path, whole, **options)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "unpack_archive", full)
    with pytest.raises(SwnError, match="No space left on device"):
        download(tmp_path / "data", url, digest)
    assert not list((tmp_path / "data" / "downloads" / "extracted").iterdir())
    monkeypatch.setattr(shutil, "unpack_archive", unpack)
    assert (download(tmp_path / "data", url, digest) / "corpus-1.0" / "a.txt").exists()
    assert len(asked) == 1  # the archive was right


def test_nothing_is_said(server, tmp_path, monkeypatch):
    folder, address, _ = server
    logger, heard = pooch.get_logger(), io.StringIO()
    monkeypatch.setattr(logger, "handlers", [logging.StreamHandler(heard)])
    logger.setLevel("INFO")
    archive(folder / "corpus.tar.gz")
    download(tmp_path / "data", f"{address}/corpus.tar.gz", None)
    assert not heard.getvalue()
