# SPDX-License-Identifier: MIT
"""A make run without a display, and its web page in a browser; requests made by hand."""

import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

from guest import LIMIT, ROOT, Failed, Patience, Screen, make
from test_run import Run

# of RFC 6455, 1.3
KEY, ANSWER = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
NOBODY = 65534
CANVAS = "document.querySelector('#screen canvas')"
PIXELS = """(async () => {
    const c = document.querySelector("#screen canvas");
    const all = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
    const some = all.filter((_, i) => i % 4 !== 3);
    const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", some));
    return [...sum].map((b) => b.toString(16).padStart(2, "0")).join("");
})()"""


def eventually(condition, what):
    patience = Patience()
    while not (value := condition()):
        if patience.over():
            raise Failed(what)
        time.sleep(0.02)
    return value


class Asking:
    """Requests to self.port; self.host and self.token are the right ones."""

    def send(self, data):
        """Status, headers and body of the answer; the connection if it became a WebSocket's."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=LIMIT)
        head = body = b""
        try:
            connection.sendall(data)
            while not head.endswith(b"\r\n\r\n") and (byte := connection.recv(1)):
                head += byte
            if head.startswith(b"HTTP/1.1 101 "):
                body = connection
            else:
                while chunk := connection.recv(65536):
                    body += chunk
                connection.close()
        except ConnectionError:
            connection.close()
        status, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in lines)}
        return int(status.split()[1]) if status else 0, headers, body

    def get(self, path, method="GET", **headers):
        """Names of headers have _ for -; None leaves one out, a list sends it more than once."""
        lines = [f"{method} {path} HTTP/1.1"]
        for name, values in {"Host": self.host, "Connection": "close", **headers}.items():
            for value in values if isinstance(values, list) else [values]:
                lines += [f"{name.replace('_', '-')}: {value}"] if value is not None else []
        return self.send("\r\n".join([*lines, "", ""]).encode())

    def websocket(self, **changes):
        return self.get(f"/{self.token}/screen", **{
            "Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13",
            "Sec_WebSocket_Key": KEY, "Origin": f"http://{self.host}", **changes})


class Machine(Run, Asking):
    """A make run that tells its address.  Its QEMU also has a monitor for us."""

    def __init__(self, folder, scenario="painters"):
        self.folder = str(folder)
        with open(f"{folder}/qemu-system-x86_64", "w", encoding="ascii") as file:
            file.write(f"#!/bin/sh\nexec {shutil.which('qemu-system-x86_64')} \"$@\""
                       f" -qmp 'unix:{folder}/qmp,server=on,wait=off'\n")
        os.chmod(file.name, 0o755)
        super().__init__(f"SCENARIO={scenario}", "OUT=build/system/web",
                         PATH=f"{folder}:{os.environ['PATH']}")
        try:
            address = r"in a browser: (http://(127\.0\.0\.1:(\d+))/([0-9a-f]{32})/)$"
            self.address, self.host, port, self.token = self.wait(address).groups()
            self.port = int(port)
            self.vnc = int(self.wait(r"VNC viewer at 127\.0\.0\.1:\d+ \(port (\d+)\)")[1])
            self.wait(rf"^\[init\] {scenario}: running")
            self.wait(r"^\[nitpicker\] frame 1$")
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(f"{folder}/qmp")
                self.monitor = connection.makefile("rwb", buffering=0)
            self.monitor.readline()
            self.qmp("qmp_capabilities")
        except BaseException:
            self.__exit__()
            raise

    def qmp(self, command, **arguments):
        line = json.dumps({"execute": command, "arguments": arguments})
        self.monitor.write(line.encode() + b"\n")
        while "event" in (answer := json.loads(self.monitor.readline())):
            pass
        return answer["return"]

    def screen(self):
        self.qmp("screendump", filename=f"{self.folder}/screen.ppm")
        return Screen.read(f"{self.folder}/screen.ppm")

    def wait_screen(self, condition, what):
        def taken():
            screen = self.screen()
            return screen if condition(screen) else None
        return eventually(taken, what)

    def wait_same(self, page):
        """Until the page shows what the screen shows, pixel by pixel."""
        eventually(lambda: page.value(PIXELS) == hashlib.sha256(self.screen().data).hexdigest(),
                   "the page does not show what the screen shows")


class Server(Asking):
    """webscreen alone, run by some user; the machine behind it is ours: self.machine listens."""

    def __init__(self, user):
        assert make("build/host/webscreen", "build/web/made").returncode == 0
        self.folder = tempfile.mkdtemp()
        os.chmod(self.folder, 0o755)
        shutil.copy(f"{ROOT}/build/host/webscreen", self.folder)
        shutil.copytree(f"{ROOT}/build/web", f"{self.folder}/web")
        self.machine = socket.socket(socket.AF_UNIX)
        self.machine.bind(f"{self.folder}/vnc")
        self.machine.listen()
        os.chmod(f"{self.folder}/vnc", 0o777)
        self.process = subprocess.Popen(
            [*as_user(user), f"{self.folder}/webscreen", f"{self.folder}/web",
             f"{self.folder}/vnc"],
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.address = self.process.stdout.readline().strip()
        self.host, self.token = re.fullmatch(r"http://(.*)/(.*)/", self.address).groups()
        self.port = int(self.host.split(":")[1])
        self.vnc = int(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.machine.close()
        shutil.rmtree(self.folder)


def as_user(user):
    """The beginning of a command that another user is to run; only root can be somebody else."""
    return ["setpriv", f"--reuid={user}", "--clear-groups"] if user != os.getuid() else []


def place(page, x, y):
    """Where a pixel of the screen is on the page."""
    left, top, width, height, columns, rows = page.value(
        "((c, r) => [r.x, r.y, r.width, r.height, c.width, c.height])"
        f"({CANVAS}, {CANVAS}.getBoundingClientRect())")
    return left + (x + 0.5) * width / columns, top + (y + 0.5) * height / rows


def click(page, x, y):
    page.mouse("Moved", *place(page, x, y))
    page.press(*place(page, x, y))
    page.release(*place(page, x, y))


def frame(payload, first=0x82, mask=b"abcd"):
    """A short frame as clients send it."""
    masked = bytes(b ^ mask[i % 4] for i, b in enumerate(payload))
    return bytes([first, 0x80 | len(payload)]) + mask + masked


def read(connection, n):
    """n bytes, or all that come until the end."""
    data = b""
    while len(data) < n and (chunk := connection.recv(n - len(data))):
        data += chunk
    return data
