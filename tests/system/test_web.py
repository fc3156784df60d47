# SPDX-License-Identifier: MIT
"""make run without a display: the web page shows and drives the screen, only for whom it should.

One machine for all of them; the last test ends it."""

import os
import re
import socket
import stat
import subprocess
import sys

import pytest

from browser import Browser
from guest import LIMIT
from look import BLACK, KILL, WHITE
from test_run import banner, group_is_empty, listening
from webscreen import (ANSWER, CANVAS, NOBODY, Machine, Server, as_user, click, eventually, frame,
                       place, read)

CONNECT = """
import socket, sys
try:
    c = socket.socket(); c.settimeout(60)
    c.connect(("127.0.0.1", int(sys.argv[1])))
    c.sendall(sys.argv[2].encode())
    print(c.recv(12))
except OSError as error:
    print(error)
"""


@pytest.fixture(scope="module", name="machine")
def _machine(tmp_path_factory):
    with Machine(tmp_path_factory.mktemp("machine")) as machine:
        yield machine


@pytest.fixture(scope="module", name="browser")
def _browser(tmp_path_factory):
    rebound = "--host-resolver-rules=MAP vitrine.example 127.0.0.1"
    with Browser(tmp_path_factory.mktemp("browser"), rebound) as browser:
        yield browser


@pytest.fixture(scope="module", name="page")
def _page(machine, browser):
    page = browser.open(machine.address)
    page.until("document.body.dataset.state === 'live'")
    return page


def is_xray(screen):
    return screen.find_text("X-RAY", BLACK, WHITE) is not None


def is_kill(screen):
    return screen.find(KILL, 0, 0, screen.width, 24) is not None


def test_page_shows_what_the_screen_shows(machine, page):
    """Pixel by pixel, before and after the X-ray button."""
    machine.wait_same(page)
    page.click("#xray")
    machine.wait_screen(is_xray, "X-ray mode")
    machine.wait_same(page)
    page.click("#xray")
    machine.wait_screen(lambda s: not is_xray(s), "X-ray mode ends")
    machine.wait_same(page)


def test_attention_keys_by_keyboard(machine, page):
    """The browser hands them on where it can; the button of one and the key of the other."""
    page.value(f"{CANVAS}.focus()")
    page.key("ScrollLock", "ScrollLock", 145)
    machine.wait_screen(is_xray, "X-ray mode")
    page.key("F12", "F12", 123)
    machine.wait_screen(lambda s: not is_xray(s), "X-ray mode ends")
    page.click("#kill")
    machine.wait_screen(is_kill, "kill mode")
    page.key("Escape", "Escape", 27)            # the button left the keyboard to the screen
    machine.wait_screen(lambda s: not is_kill(s), "kill mode ends")


def click_and_see(machine, page, corner, x, y):
    """A click in a painter's window: it says where, and the screen shows the pointer there."""
    name = "painter" if corner == 100 else "painter2"
    seen = len(machine.output())
    click(page, corner + x, 100 + y)

    def said():
        return machine.output()[seen:].partition(f"[{name}] release 272\n")
    eventually(lambda: said()[1], f"no click in {name} at {x}, {y}")
    assert machine.screen().find_pointer() == (corner + x, 100 + y)
    motions = re.findall(rf"\[{name}\] motion (\d+) (\d+)", said()[0])
    assert not motions or motions[-1] == (str(x), str(y))


def test_click_lands_where_it_was_made(machine, page):
    """From far away, one after the other, in two windows."""
    for corner, x, y in ((540, 319, 199), (100, 0, 0), (540, 0, 199), (100, 319, 1),
                         (100, 160, 100)):
        click_and_see(machine, page, corner, x, y)


def test_pointer_that_was_moved_by_others(machine, page):
    """What another viewer does to the mouse is noticed before a button goes down."""
    for axis, value in ("x", 60), ("y", -35):
        motion = {"type": "rel", "data": {"axis": axis, "value": value}}
        machine.qmp("input-send-event", events=[motion])
    machine.wait_screen(lambda s: s.pointer_at(320, 165), "the pointer has moved")
    machine.wait_same(page)
    click_and_see(machine, page, 100, 160, 100)


def test_dragging(machine, page):
    """The right button moves the window."""
    page.mouse("Moved", *place(page, 300, 250))
    page.mouse("Pressed", *place(page, 300, 250), "right", buttons=2, clickCount=1)
    for x, y in (700, 500), (310, 255), (300, 250 + 400), (500, 350):
        page.mouse("Moved", *place(page, x, y), "right", buttons=2)
    page.mouse("Released", *place(page, 500, 350), "right", clickCount=1)
    machine.wait(r"\[painter\] at 300 200$")
    page.mouse("Pressed", *place(page, 500, 350), "right", buttons=2, clickCount=1)
    page.mouse("Moved", *place(page, 300, 250), "right", buttons=2)
    page.mouse("Released", *place(page, 300, 250), "right", clickCount=1)
    machine.wait(r"\[painter\] at 100 100$")


def test_smaller_window(machine, page):
    """The picture is scaled; a click is off by no more than a pixel of the window."""
    page.call("Emulation.setDeviceMetricsOverride", width=800, height=600, deviceScaleFactor=1,
              mobile=False)
    page.until(f"{CANVAS}.getBoundingClientRect().width < 700")
    click(page, 700, 202)

    def is_there(screen):
        x, y = screen.find_pointer() or (0, 0)
        return abs(x - 700) < 3 and abs(y - 202) < 3
    machine.wait_screen(is_there, "the pointer is there")
    page.call("Emulation.clearDeviceMetricsOverride")
    page.until(f"{CANVAS}.getBoundingClientRect().width === 1024")


def test_page_is_only_for_who_knows_the_token(machine):
    status, headers, body = machine.get(f"/{machine.token}/")
    assert status == 200 and b"<title>Vitrine</title>" in body
    assert headers["referrer-policy"] == "no-referrer" and headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    rfb = f"/{machine.token}/core/rfb.js"
    assert machine.get(rfb, Host=f"localhost:{machine.port}")[0] == 200
    last = "0" if machine.token[-1] != "0" else "1"
    for path in ("/", "/index.html", "/page.js", "/screen", f"/{'0' * 32}/",
                 f"/{machine.token[:-1]}{last}/", f"/{machine.token}", f"/{machine.token[:-1]}/",
                 f"/{machine.token}0/", f"//{machine.token}/"):
        status, headers, body = machine.get(path)
        assert status == 403 and machine.token.encode() not in body, path
        assert "location" not in headers


def test_page_is_asked_for_by_its_own_name(machine):
    """A name that was made to mean 127.0.0.1 (DNS rebinding), and pages of others."""
    page = f"/{machine.token}/"
    for host in ("vitrine.example", f"vitrine.example:{machine.port}", "127.0.0.1",
                 f"127.0.0.1:{machine.port}0", f"127.0.0.2:{machine.port}",
                 f"127.0.0.1.example:{machine.port}", "", None, [machine.host, machine.host],
                 [machine.host, "vitrine.example"]):
        assert machine.get(page, Host=host)[0] in (400, 403), host
        assert machine.websocket(Host=host)[0] in (400, 403), host
    for origin in ("http://vitrine.example", "null", "", f"https://{machine.host}",
                   f"http://127.0.0.1:{machine.port}0", "http://127.0.0.1",
                   f"http://{machine.host}/", [f"http://{machine.host}"] * 2):
        assert machine.get(page, Origin=origin)[0] == 403, origin
        assert machine.websocket(Origin=origin)[0] == 403, origin
    assert machine.websocket(Origin=None)[0] == 403
    # what is right
    status, headers, connection = machine.websocket()
    assert status == 101 and headers["sec-websocket-accept"] == ANSWER
    connection.close()


def test_files_outside_the_folder(machine):
    for path in ("../made", "..%2fmade", "%2e%2e/host/webscreen", "core/../page.js", ".git",
                 "core/", "core", "made", "vendor/pako/LICENSE", "core//rfb.js", "/etc/passwd",
                 "x.js", "a" * 4000 + ".js"):
        status, _, body = machine.get(f"/{machine.token}/{path}")
        assert status == 404 and len(body) < 100, path
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "X"):
        status = machine.get(f"/{machine.token}/", method=method, Content_Length="0")[0]
        assert status in (400, 405), method


def test_requests_that_are_none(machine):
    """Answered or not: the next one is."""
    for data in (b"\0" * 100, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\0",
                 b"GET / HTTP/1.1\r\nX: " + b"y" * 100000 + b"\r\n\r\n",
                 b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10000 + b"\r\n"):
        with socket.create_connection(("127.0.0.1", machine.port), timeout=LIMIT) as connection:
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):
                    pass
            except OSError:                     # reset, or no longer connected
                pass
        assert machine.get(f"/{machine.token}/page.css")[0] == 200
    # half a request, for ever
    idle = [socket.create_connection(("127.0.0.1", machine.port)) for _ in range(8)]
    for connection in idle:
        connection.sendall(b"GET / HT")
    assert machine.get(f"/{machine.token}/page.css")[0] == 200
    for connection in idle:
        connection.close()


def test_frames(machine):
    """VNC in frames, a ping, and what ends the connection."""
    def fresh():
        connection = machine.websocket()[2]
        assert read(connection, 14) == b"\x82\x0cRFB 003.008\n"
        return connection

    with fresh() as connection:
        connection.sendall(frame(b"hello", 0x89))
        assert read(connection, 7) == b"\x8a\x05hello"
        # in pieces, and byte by byte
        pieces = frame(b"RFB 0", 0x02) + frame(b"", 0x00) + frame(b"x", 0x8a)
        for byte in pieces + frame(b"03.008\n", 0x80):
            connection.sendall(bytes([byte]))
        assert read(connection, 4) == b"\x82\x02\x01\x01"       # the server's ways to log in
        connection.sendall(frame(b"\x03\xe8", 0x88))
        assert read(connection, 2) == b"\x88\x02"
    for bad in (b"\x82\x01x", frame(b"x", 0x81), frame(b"x", 0xc2), frame(b"x", 0x80),
                frame(b"x", 0x09), frame(b"x", 0x83), b"\x82\xff" + b"\xff" * 8 + b"abcd",
                b"\x82\xfe\0\x01abcd", b"\x89\xfe\0\x7eabcd"):
        with fresh() as connection:
            connection.sendall(bad)
            assert read(connection, 100) == b"\x88\x02\x03\xea", bad     # 1002: protocol error


def test_many_viewers(machine, page):
    """Eight at a time; those who read nothing hold up nobody."""
    def more():
        status, _, connection = machine.websocket()
        return connection if status == 101 else None

    viewers = [eventually(more, "no connection") for _ in range(7)]       # and the page
    assert machine.websocket()[0] == 503
    assert banner("127.0.0.1", machine.vnc) == b""
    page.click("#xray")
    machine.wait_screen(is_xray, "X-ray mode")
    page.click("#xray")
    for viewer in viewers:
        viewer.close()
    eventually(lambda: banner("127.0.0.1", machine.vnc).startswith(b"RFB 003."), "room again")


def test_viewer_that_wants_to_be_alone(machine, page):
    """It shares the screen with the page all the same."""
    version = b"RFB 003.008\n"

    def room():
        """A connection, as soon as those of the test before are seen to have ended."""
        viewer = socket.create_connection(("127.0.0.1", machine.vnc), timeout=LIMIT)
        return viewer if read(viewer, len(version)) == version else viewer.close()

    with eventually(room, "no room for a viewer") as viewer:
        viewer.sendall(version)
        for said, answer in (b"\1\1", b"\1"), (b"\0" * 4, b"\0"):
            assert read(viewer, len(said)) == said
            viewer.sendall(answer)
        assert read(viewer, 24)[:4] == b"\4\0\3\0"     # 1024 x 768: it is in
        page.click("#xray")
        machine.wait_screen(is_xray, "X-ray mode")
        machine.wait_same(page)
        page.click("#xray")


def test_connection_lost(machine, page):
    """The page says so and does nothing by itself; reloaded, it is as it was."""
    page.value("""const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (...data) {
            window.used = this;
            send.apply(this, data);
        };""")
    click(page, 260, 200)
    page.until("!!window.used")
    page.value("used.close()")
    page.until("document.body.dataset.state === 'lost' && !!document.querySelector('#still')")
    page.call("Page.reload")
    page.until("!window.used && document.body.dataset.state === 'live'")
    machine.wait_same(page)
    # this viewer has never seen the pointer, which is not where it was at the start; a hand
    # goes on moving it until it is where it should be

    def there(screen):
        for x in (310, 300):
            page.mouse("Moved", *place(page, x, 300))
        return screen.pointer_at(300, 300)
    machine.wait_screen(there, "the pointer is there")


def test_other_users(machine):
    """Nothing is open to them but two ports of loopback."""
    assert listening(machine.port) == listening(machine.vnc) == {"0100007F"}
    sockets = []
    with open("/proc/net/unix", encoding="ascii") as file:
        for line in file:
            path = line.split()[-1]
            if path.endswith("/vnc") and os.path.exists(path):
                sockets.append(path)
    assert sockets
    for path in sockets:
        mode = os.stat(os.path.dirname(path))
        assert stat.S_IMODE(mode.st_mode) == 0o700 and mode.st_uid == os.getuid()


def said_by(user, port, data):
    command = [sys.executable, "-c", CONNECT, str(port), data]
    return subprocess.check_output([*as_user(user), *command], cwd="/", text=True)


REFUSED = "b''\n", "[Errno 104] Connection reset by peer\n"


def test_vnc_of_other_users(machine):
    assert "RFB 003.008" in said_by(os.getuid(), machine.vnc, "")
    if os.getuid() == 0:                        # only root can also be somebody else
        assert said_by(NOBODY, machine.vnc, "") in REFUSED
        machine.wait(r"^webscreen: refused a VNC viewer of another user$")
        without = f"GET / HTTP/1.1\r\nHost: {machine.host}\r\n\r\n"
        assert "HTTP/1.1 403" in said_by(NOBODY, machine.port, without)


def test_page_of_other_users():
    """Where not root runs the machine, they cannot even ask."""
    me = os.getuid() or NOBODY
    with Server(me) as server:
        asking = f"GET / HTTP/1.1\r\nHost: {server.host}\r\n\r\n"
        assert "HTTP/1.1 403" in said_by(me, server.port, asking)
        if os.getuid() == 0:
            assert "HTTP/1.1 403" in said_by(0, server.port, asking)
            assert said_by(NOBODY - 1, server.port, asking) in REFUSED
            assert said_by(0, server.vnc, "") in REFUSED
            assert said_by(NOBODY - 1, server.vnc, "") in REFUSED
        server.process.stdin.close()            # it ends with whoever started it
        assert server.process.wait(LIMIT) == 0


def test_token_is_told_to_the_terminal_only(machine):
    """Not in what ps shows of any process, nor in its environment."""
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            for file in "cmdline", "environ":
                try:
                    with open(f"/proc/{name}/{file}", "rb") as content:
                        text = content.read()
                except OSError:
                    continue
                assert machine.token.encode() not in text or b"chromium" in text, (name, file)


def test_foreign_pages(machine, browser, page):
    """One that knows the address gets no socket, no frame and, by another name, no page."""
    assert page.value("document.body.dataset.state") == "live"
    stranger = browser.open("data:text/html,<title>stranger</title><body>")
    stranger.until("document.title === 'stranger'")
    address = machine.address.replace("http:", "ws:") + "screen"
    attempt = (f"new Promise((done) => {{ const s = new WebSocket('{address}');"
               " s.onopen = () => done('open'); s.onerror = () => done('refused'); })")
    assert stranger.value(attempt) == "refused"
    assert page.value(attempt) == "open"
    framed = browser.open("data:text/html,<title>f</title>"
                          f"<iframe src='{machine.address}' onload='document.title=1'>")
    framed.until("document.title === '1'")
    title = "(() => { try { return frames[0].document.title; } catch { return 'closed'; } })()"
    assert framed.value(title) == "closed"
    other = browser.open(machine.address.replace("127.0.0.1", "vitrine.example"))
    other.until("document.body.innerText.includes('Open the address that make run printed')")


def test_machine_ends(machine, page):
    """The page says so, keeps the last picture, and nothing is left."""
    machine.keys(b"\x01x")
    assert machine.process.wait(LIMIT) == 0
    page.until("document.body.dataset.state === 'ended' && document.querySelector('#still') &&"
               " document.body.innerText.includes('The machine has ended')")
    assert group_is_empty(machine.process.pid)
    assert listening(machine.port) == listening(machine.vnc) == set()
