# SPDX-License-Identifier: MIT
"""Third-party sources: who is asked when the Debian mirror has the pinned version no more, and that
the pinned SHA-256 decides.  Mirror and project are a small server on loopback."""

import functools
import hashlib
import http.server
import io
import os
import shutil
import subprocess
import tarfile
import threading

import pytest

from guest import ROOT
from strongswan import namespace

FILE = "thing_1.0.orig.tar.gz"


def tarball(text):
    """A source package with one file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        info = tarfile.TarInfo("thing-1.0/README")
        info.size = len(text)
        tar.addfile(info, io.BytesIO(text))
    return out.getvalue()


GOOD, OTHER = tarball(b"the pinned one\n"), tarball(b"another\n")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path):
    """(folder, address): what is in the folder is served."""
    folder = tmp_path / "served"
    folder.mkdir()
    with http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as it:
        threading.Thread(target=it.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{it.server_address[1]}"
        it.shutdown()


class Tree:
    """As much of a tree as fetch-source needs, in a folder whose name has a space and an umlaut;
    this machine's Debian mirror is the server, which has no Debian."""

    def __init__(self, folder, address, upstream):
        self.folder, self.address = folder / "mit Ümlaut", address
        (self.folder / "tools").mkdir(parents=True)
        shutil.copy2(f"{ROOT}/tools/fetch-source", self.folder / "tools")
        (self.folder / "tools" / "sources.txt").write_text(
            f"thing 1.0 {FILE} {hashlib.sha256(GOOD).hexdigest()}{upstream and ' ' + upstream}\n")
        (folder / "sources.list").write_text(f"deb {address}/debian bookworm main\n")
        self.conf = folder / "apt.conf"
        self.conf.write_text(f'Dir::Etc::sourcelist "{folder}/sources.list";\n'
                             'Dir::Etc::sourceparts "/dev/null";\nAcquire::Retries "0";\n')

    def fetch(self, **settings):
        env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        done = subprocess.run(
            [self.folder / "tools" / "fetch-source", "thing", self.folder / "build" / "src"],
            env={**env, "APT_CONFIG": str(self.conf), **settings},
            text=True, capture_output=True, check=False)
        if done.returncode == 0:
            assert (self.folder / "build" / "src" / "README").read_text() == "the pinned one\n"
        else:
            assert not (self.folder / "build" / "src").exists()
        return done


def test_full_disk(tmp_path):
    """Where it is unpacked to, and where it is kept: one line, not one for each file."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "build").mkdir()
    shutil.copy2(f"{ROOT}/tools/fetch-source", tmp_path / "tools")
    with tarfile.open(tmp_path / FILE, "w:gz") as tar:
        for number in range(50):
            info = tarfile.TarInfo(f"thing-1.0/{number}")
            info.size = 65536
            tar.addfile(info, io.BytesIO(bytes(info.size)))
    digest = hashlib.sha256((tmp_path / FILE).read_bytes()).hexdigest()
    (tmp_path / "tools/sources.txt").write_text(f"thing 1.0 {FILE} {digest}\n")
    fetch = "tools/fetch-source thing build/src"
    script = (f"mount -t tmpfs -o size=512k small build && ! {fetch} && cp {FILE} build/dl &&"
              f" ! {fetch} && [ ! -e build/src ] && mount -o remount,size=8m small build &&"
              f" {fetch}")
    done = subprocess.run([*namespace(tunnels=False), "sh", "-c", script], cwd=tmp_path, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    kept, unpacked = done.stderr.splitlines()
    assert kept == "fetch-source: thing cannot be fetched: there is no room in build/dl"
    assert f"build/dl/{FILE} cannot be unpacked: tar: " in unpacked
    assert unpacked.endswith("No space left on device")


def test_from_the_project(tmp_path, server):
    served, address = server
    tree = Tree(tmp_path, address, f"{address}/releases/thing-1.0.tgz")
    (served / "releases").mkdir()
    (served / "releases" / "thing-1.0.tgz").write_bytes(GOOD)
    done = tree.fetch()
    assert done.returncode == 0, done.stderr
    assert done.stdout == "  FETCH   thing 1.0\n"
    (served / "releases" / "thing-1.0.tgz").unlink()
    assert tree.fetch().stdout == ""        # it is here


@pytest.mark.parametrize("how", ["folder", "address"])
def test_from_mirror(tmp_path, server, how):
    """The project has another file under that name: MIRROR is asked."""
    served, address = server
    tree = Tree(tmp_path, address, f"{address}/thing-1.0.tgz")
    (served / "thing-1.0.tgz").write_bytes(OTHER)
    (served / "kept here").mkdir()
    (served / "kept here" / FILE).write_bytes(GOOD)
    mirror = {"folder": str(served / "kept here"), "address": f"{address}/kept%20here/"}[how]
    assert tree.fetch().returncode != 0
    done = tree.fetch(MIRROR=mirror)
    assert done.returncode == 0, done.stderr


def test_what_is_there_already(tmp_path, server):
    """By half or as something else: fetched again, or named."""
    served, address = server
    tree = Tree(tmp_path, address, f"{address}/{FILE}")
    (served / FILE).write_bytes(GOOD)
    here = tree.folder / "build/dl" / FILE
    here.parent.mkdir(parents=True)
    here.write_bytes(GOOD[:20])
    done = tree.fetch()
    assert done.returncode == 0 and here.read_bytes() == GOOD, done.stderr
    shutil.rmtree(tree.folder / "build")
    for make_it in os.mkdir, os.mkfifo:
        here.parent.mkdir(parents=True)
        make_it(here)
        done = tree.fetch()
        assert done.returncode == 1 and done.stdout == ""
        assert done.stderr == f"fetch-source: build/dl/{FILE} is no plain file: remove it\n"
        shutil.rmtree(here.parent)


def test_nobody_has_it(tmp_path, server):
    """All that was tried is named, with what was wrong there."""
    served, address = server
    tree = Tree(tmp_path, address, f"{address}/thing-1.0.tgz")
    (served / "thing-1.0.tgz").write_bytes(OTHER)
    done = tree.fetch(MIRROR=f"{address}/nowhere")
    lines = done.stderr.splitlines()
    assert done.returncode != 0 and len(lines) == 4, done.stderr
    assert lines[0].startswith(f"  Debian's mirror, {address}/debian")
    assert "not have a Release file" in lines[0]
    assert lines[1] == \
        f"  the project, {address}/thing-1.0.tgz: another file: its SHA-256 is not the pinned one"
    assert lines[2].startswith(f"  MIRROR, {address}/nowhere/{FILE}: E: ") and "404" in lines[2]
    assert lines[3].startswith(
        f"fetch-source: nobody has {FILE} (thing 1.0) with the pinned SHA-256; say MIRROR=")


def test_repacked_by_debian(tmp_path, server):
    """No address of the project's: that is said, too."""
    _, address = server
    done = Tree(tmp_path, address, "").fetch(MIRROR=str(tmp_path))
    assert "  the project: publishes no such file: Debian has repacked it\n" in done.stderr
    assert f"  MIRROR, {tmp_path}/{FILE}: there is no such file, or it cannot be read\n" \
        in done.stderr


def test_addresses_are_those_of_projects():
    """Each is an https address with the version in it, and no package mirror's."""
    with open(f"{ROOT}/tools/sources.txt", encoding="utf-8") as file:
        pins = [line.split() for line in file if not line.startswith("#")]
    assert {len(pin) for pin in pins} == {4, 5}
    for pin in pins:
        if len(pin) == 5:
            assert pin[4].startswith("https://") and pin[1] in pin[4] and "debian" not in pin[4]
        else:
            assert "dfsg" in pin[2] or pin[2].endswith(".xz")
