# SPDX-License-Identifier: MIT
"""make run without a display: it starts, says how to look, answers there, and stops cleanly."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time

import pytest
from guest import BUILD, HANG, ROOT, Failed, build, make
from strongswan import StrongSwan, namespace


class Run:
    """A make run in a process group of its own, with a pipe as its terminal."""

    def __init__(self, *arguments, within=(), **environment):
        make("image", *arguments)       # under the lock: make run then has nothing left to build
        self.path = os.path.join(BUILD, f"run-{os.getpid()}.log")
        env = {k: v for k, v in os.environ.items()
               if k not in ("DISPLAY", "WAYLAND_DISPLAY", "MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
        env.update(environment)
        with open(self.path, "wb") as log:
            self.process = subprocess.Popen(
                [*within, "make", "-C", ROOT, "run", *arguments], cwd=ROOT, env=env,
                stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)

    def output(self):
        with open(self.path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait(self, pattern, limit=HANG):
        end = time.monotonic() + limit
        while time.monotonic() < end:
            found = re.search(pattern, self.output(), re.M)
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise Failed(f"{pattern!r} is not in what make run said:\n{self.output()}")

    def keys(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # its own group: nothing else is hit, nothing stays behind
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process.stdin.close()


def banner(host, port):
    with socket.create_connection((host, int(port)), timeout=HANG) as connection:
        connection.settimeout(HANG)
        return connection.recv(12)


def listening(port):
    """The local addresses, as the kernel writes them, that somebody listens on at this port."""
    found = set()
    for path in "/proc/net/tcp", "/proc/net/tcp6":
        with open(path, encoding="ascii") as file:
            for line in file.readlines()[1:]:
                address, state = line.split()[1], line.split()[3]
                if state == "0A" and address.endswith(f":{port:04X}"):
                    found.add(address.split(":")[0])
    return found


def group_is_empty(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def group_ends(group):
    end = time.monotonic() + HANG
    while not group_is_empty(group) and time.monotonic() < end:
        time.sleep(0.02)
    return group_is_empty(group)


def test_headless():
    with Run("SCENARIO=painter", "OUT=build/system/run") as run:
        port = run.wait(r"VNC viewer at (127\.0\.0\.1):\d+ \(port (\d+)\)")
        assert "Leave: Ctrl-A, then X" in run.output()
        run.wait(r"^\[painter\] ready")
        assert banner(port[1], port[2]).startswith(b"RFB 003.")
        assert listening(int(port[2])) == {"0100007F"}          # 127.0.0.1 only
        run.keys(b"\x01x")
        assert run.process.wait(HANG) == 0
        assert group_ends(run.process.pid)


def test_two_at_once():
    """The second one finds another port."""
    with Run("SCENARIO=painter", "OUT=build/system/run") as one:
        first = one.wait(r"\(port (\d+)\)")[1]
        one.wait(r"^\[painter\] ready")
        os.rename(one.path, one.path + ".first")
        one.path += ".first"
        with Run("SCENARIO=painter", "OUT=build/system/run-2") as two:
            second = two.wait(r"\(port (\d+)\)")[1]
            two.wait(r"^\[painter\] ready")
            assert first != second
            assert banner("127.0.0.1", first) == banner("127.0.0.1", second)


def test_port_of_vnc_is_taken():
    """By a program that does not even answer: the next one is tried."""
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for port in range(5900, 6000):
            try:
                stranger.bind(("127.0.0.1", port))
                stranger.listen()
                break
            except OSError:
                continue
        with Run("SCENARIO=painter", "OUT=build/system/run") as run:
            found = int(run.wait(r"\(port (\d+)\)")[1])
            run.wait(r"^\[painter\] ready")
            assert found != port and banner("127.0.0.1", found).startswith(b"RFB 003.")


def test_interrupted():
    """Ended from outside, it leaves nothing behind."""
    with Run("SCENARIO=painter", "OUT=build/system/run") as run:
        run.wait(r"^\[painter\] ready")
        os.killpg(run.process.pid, signal.SIGINT)
        run.process.wait(HANG)
        assert group_ends(run.process.pid)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_only_make_is_ended(end):
    """Its machine does not run on without a terminal."""
    with Run("SCENARIO=painter", "OUT=build/system/run") as run:
        run.wait(r"^\[painter\] ready")
        run.process.send_signal(end)
        run.process.wait(HANG)
        assert group_ends(run.process.pid)


def test_display_that_is_gone():
    """As in a terminal that has outlived its login."""
    with Run("SCENARIO=painter", "OUT=build/system/run", DISPLAY="nowhere:9999") as run:
        run.wait(r"^run: if there is no display nowhere:9999 any more: env -u DISPLAY .* web page")
        assert run.process.wait(HANG) != 0
        assert group_ends(run.process.pid)


def test_folder_with_a_long_name(tmp_path):
    """For temporary files; sockets cannot have such names."""
    folder = tmp_path / (100 * "x")
    folder.mkdir()
    with Run("SCENARIO=painter", "OUT=build/system/run", TMPDIR=str(folder)) as run:
        run.wait(r"^\[painter\] ready")
        run.keys(b"\x01x")
        assert run.process.wait(HANG) == 0
    assert not list(folder.iterdir())


def test_vpn_and_its_world():
    """The VPN's peer is started, too, and a ping crosses the tunnel.  QEMU's
    options have commas between them."""
    with tempfile.TemporaryDirectory(prefix="a,b") as folder, \
            Run("SCENARIO=vpn-viaduct", "OUT=build/system/run", TMPDIR=folder) as run:
        run.wait(r"^\(peer\) on black: \d+ bytes of ESP: [0-9a-f]{8} 00000001 ")
        run.wait(r"^\(peer\) on red: answer \d+ from 10\.2\.0\.1 across the tunnel")
        run.keys(b"\x01x")
        assert run.process.wait(HANG) == 0
        assert group_ends(run.process.pid)


def test_vpn_without_strongswan():
    """Where nobody may make network interfaces, a second machine is the peer: we at both ends."""
    build("vpn-far", vpn="tests/configs/vpn/far.cfg")       # takes long the first time
    hidden = [*namespace(tunnels=False), "sh", "-c",
              'mount -t tmpfs none /dev/net && exec "$@"', "sh"]
    with Run("SCENARIO=vpn-viaduct", "OUT=build/system/run", within=hidden) as run:
        run.wait(r"^\(peer\) no strongSwan on black: /dev/net/tun cannot be opened")
        run.wait(r"^\(peer\) on red: answer \d+ from 10\.2\.0\.1 across the tunnel")
        run.keys(b"\x01x")
        assert run.process.wait(HANG) == 0
        assert group_ends(run.process.pid)


def test_vpn_on_taps(tmp_path):
    """On interfaces of the host, as docs/vpn.md says for a real network: here those of a
    namespace."""
    with StrongSwan(str(tmp_path)) as peer:
        peer.shell("for side in red black; do"
                   " ip tuntap add dev tap-$side mode tap && ip link set tap-$side up; done"
                   " && ip addr add 192.0.2.2/24 dev tap-black")
        with Run("SCENARIO=vpn-viaduct", "OUT=build/system/run", "VPN=configs/vpn/ike.cfg",
                 "TAPS=red=tap-red black=tap-black", within=peer.enter(peer.space)) as run:
            run.wait(r"^\[ike\] peer: tunnel up")
            peer.shell("ping -q -c 1 -w 60 -I 10.2.0.1 10.1.0.1")
            run.keys(b"\x01x")
            assert run.process.wait(HANG) == 0
