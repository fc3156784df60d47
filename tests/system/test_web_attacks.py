# SPDX-License-Identifier: MIT
"""tools/web against those who know its source: users, pages and a machine that mean harm.

webscreen runs alone, without a machine, as another user than the attacker where that can be."""

import os
import re
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

import pytest

from browser import Browser
from guest import LIMIT
from webscreen import NOBODY, Server, as_user, eventually, frame, read

OWNER = os.getuid() or NOBODY - 1
SAME_PORT = """
import socket, struct, sys
c = socket.socket()
c.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
c.bind(("127.0.0.1", int(sys.argv[2])))
c.connect(("127.0.0.1", int(sys.argv[1])))
c.sendall(sys.argv[3].encode())
if sys.argv[3] == "EVIL":
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()                                   # by a reset: the port is free at once
print("done", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module", name="server")
def _server():
    with Server(OWNER) as server:
        yield server


def test_vnc_from_a_port_that_was_another_users(server):
    """What somebody sent and left does not get in with the connection that follows it: somebody
    else, or, where only root can be two users, the same."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])

    def start(user, text):
        command = [*as_user(user), sys.executable, "-c", SAME_PORT, str(server.vnc), port, text]
        process = subprocess.Popen(command, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"done\n"
        return process
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        start(NOBODY if os.getuid() == 0 else OWNER, "EVIL").communicate()
        owner = start(OWNER, "GOOD")
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    server.machine.settimeout(LIMIT)
    with server.machine.accept()[0] as machine:         # the owner's, and no other before it
        owner.communicate()
        assert read(machine, 100) == b"GOOD"


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_no_descriptors_left():
    """A viewer who cannot be let in waits, and so does the server; then he gets in."""
    with Server(os.getuid()) as server:
        pid = server.process.pid
        limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (descriptors(pid), limits[1]))
        with socket.create_connection(("127.0.0.1", server.vnc), timeout=LIMIT) as viewer:
            def ticks():
                with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                    return sum(map(int, file.read().rsplit(")", 1)[1].split()[11:13]))
            before = ticks()
            time.sleep(1)
            assert ticks() - before < os.sysconf("SC_CLK_TCK") // 10
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
            viewer.sendall(b"let me in")
            server.machine.settimeout(LIMIT)
            with server.machine.accept()[0] as machine:
                assert read(machine, 9) == b"let me in"


@pytest.mark.parametrize("limit, starts", [("-Sn 20", True), ("-n 20", False)])
def test_few_descriptors_allowed(server, limit, starts):
    """The shell's own limit is raised; where nobody may, that is said."""
    with subprocess.Popen(
            ["bash", "-c", f'ulimit {limit}; exec "$0" "$@"', f"{server.folder}/webscreen",
             f"{server.folder}/web", f"{server.folder}/vnc"], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        said, why = process.communicate()
    if starts:
        assert said.startswith("http://127.0.0.1:") and why == ""
    else:
        assert said == "" and re.fullmatch(r"webscreen: (\d+) open files are needed: "
                                           r"say ulimit -n \1 first\n", why)


def test_many_who_say_little(server):
    """They come again and again, stay and never finish: who knows the token gets in."""
    stop = threading.Event()
    gone = []

    def crowd():
        connections = []
        while not stop.is_set():
            while len(connections) < 40:
                connection = socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT)
                connection.setblocking(False)
                connections.append(connection)
            for connection in list(connections):
                try:
                    connection.send(b"G" if connection not in gone else b"")
                    ended = connection.recv(1) == b""
                except BlockingIOError:
                    continue
                except OSError:
                    ended = True
                if ended:
                    connections.remove(connection)
                    connection.close()
                    gone.append(connection)
            stop.wait(0.01)
        for connection in connections:
            connection.close()
    attacker = threading.Thread(target=crowd)
    attacker.start()
    try:
        eventually(lambda: len(gone) > 100, "nobody had to leave")
        for _ in range(10):
            assert server.get(f"/{server.token}/page.css")[0] == 200
    finally:
        stop.set()
        attacker.join()


def test_who_knows_the_token_is_not_pushed_out(server):
    """A connection that has shown it stays, whoever comes."""
    asking = f"GET /{server.token}/made HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()
    css = f"HEAD /{server.token}/page.css HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) as known:
        known.sendall(css)
        assert read(known, 15) == b"HTTP/1.1 200 OK"
        strangers = [socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT)
                     for _ in range(40)]
        assert strangers[0].recv(1) == b""              # had to leave
        for stranger in strangers:
            stranger.close()
        known.sendall(asking)
        rest = b""
        while b"404 Not Found" not in rest:
            data = known.recv(4096)
            assert data
            rest += data


def test_answer_comes_before_the_body(server):
    """Who is not let in sends no gigabytes."""
    for more in {"Content_Length": "1000000000000"}, {"Transfer_Encoding": "chunked"}:
        for method in "POST", "PUT", "GET":
            status, headers, _ = server.get("/", method, **more)
            assert status == 403 and headers["connection"] == "close", (method, more)
        assert server.get(f"/{server.token}/", "POST", **more)[0] == 405


def test_requests_within_requests(server):
    """Each is looked at by itself; what is not quite one is none."""
    good = f"GET /{server.token}/page.css HTTP/1.1\r\nHost: {server.host}\r\n"
    evil = f"GET /{server.token}/page.css HTTP/1.1\r\nHost: vitrine.example\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=LIMIT) as connection:
        connection.sendall(f"{good}\r\n{evil}\r\n{good}\r\n".encode())
        answers = read(connection, 1 << 20).split(b"HTTP/1.1 ")
        assert [a[:3] for a in answers[1:]] == [b"200", b"403"]
    for request in (good.replace("/", f"http://{server.host}/", 1),
                    good.replace("Host:", "Host: vitrine.example\r\n"), good.replace(":", " :", 1),
                    good.replace("HTTP/1.1", ""), good.replace("\r\nHost", "\r\nX: y\rHost"),
                    good.replace("Host: ", "Host: user@"), good.replace("\r\n", ".\r\n", 1),
                    good.replace(server.host, f"{server.host}."),
                    good.replace("127.0.0.1", "2130706433"), good.replace("127.0.0.1", "[::1]"),
                    good.replace("127.0.0.1", "127.0.0.1."), good.replace("127.0.0.1", "0.0.0.0")):
        status = server.send(f"{request}Connection: close\r\n\r\n".encode())[0]
        assert status in (400, 403, 505), request
    for path in "page.js;x", "%5c..%5cmade", "%252e%252e/made", "page.js/", "./page.js":
        assert server.get(f"/{server.token}/{path}")[0] == 404, path


NAME = "QEMU (<img src=x onerror='window.harm=1'><script>window.harm=1</script>\u202e)"


def test_machine_that_means_harm(server, tmp_path):
    """Its name is text, its clipboard goes nowhere, and it makes no elements and no requests."""
    with Browser(tmp_path) as browser:
        page = browser.open(server.address)
        server.machine.settimeout(LIMIT)
        with server.machine.accept()[0] as machine:
            for said, answer in ((b"RFB 003.008\n", 12), (b"\1\1", 1), (b"\0\0\0\0", 1)):
                machine.sendall(said)
                read(machine, answer)
            name = NAME.encode()
            screen = struct.pack(">HHBBBBHHHBBBxxx", 640, 480, 32, 24, 0, 1, *[255] * 3, 16, 8, 0)
            machine.sendall(screen + struct.pack(">I", len(name)) + name)
            page.until("document.body.dataset.state === 'live'")
            text = b"<img src=x onerror='window.harm=1'>"
            machine.sendall(struct.pack(">BxxxI", 3, len(text)) + text + b"\2")
            assert page.value("document.querySelector('#scenario').textContent") == NAME[6:-1]
            assert page.value("document.title") == f"{NAME[6:-1]} · Vitrine"
            machine.sendall(b"\xfe")                    # no message of RFB
            page.until("document.body.dataset.state === 'lost'")
        assert page.value("[window.harm, document.images.length, document.scripts.length]"
                          ".join()") == ",0,1"


def test_frames_of_a_machine_are_not_read_as_ours(server):
    """Whatever the machine says comes in binary frames, and the client's text is no machine's."""
    status, _, client = server.websocket()
    assert status == 101
    server.machine.settimeout(LIMIT)
    with client, server.machine.accept()[0] as machine:
        machine.sendall(b"\x88\x02\x03\xe8")
        assert read(client, 6) == b"\x82\x04\x88\x02\x03\xe8"
        client.sendall(frame(b"HTTP/1.1 200 OK\r\n\r\n"))
        assert read(machine, 19) == b"HTTP/1.1 200 OK\r\n\r\n"
