# SPDX-License-Identifier: MIT
"""Boots a scenario in QEMU and drives it: keys, mouse, screen, serial line.

    from guest import boot

    with boot("painter", mem="64M") as g:       # QEMU ends with the block
        mark = g.mark()                         # remember how many lines there are
        g.click(200, 150)
        g.wait_line(r"\\[painter\\] press 272", mark)
        assert g.screenshot().pixel(100, 100) == 0x400000

Nothing here waits for seconds: every wait is for a condition, and has a limit
after which it fails with the serial line's last lines.  The limit counts the time that
the machine had: a busy host changes nothing.  The image is built by `make image` into
build/system/, one folder for each set of parameters.  Several modules may run at once:
make runs under a lock.  Long, because a test needs all of it, from one place.
"""

import contextlib
import fcntl
import functools
import glob
import hashlib
import json
import os
import re
import shlex
import socket
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, "build", "system")
LIMIT = 90              # seconds that the machine had until a wait has failed
HANG = 10 * LIMIT       # seconds of the host
# nitpicker's pointer: '.' white, '#' black, ' ' what lies below
POINTER = """
..
.#.
.##.
.###.
.####.
.#####.
.######.
.#######.
.########.
.#########.
.##########.
.######.....
.###.##.
.##..##.
.#.  .##.
..   .##.
      .##.
      .##.
       ..""".split("\n")[1:]
WIDEST = POINTER.index(".######.....")

# QEMU's names of what is on the keys of an American keyboard, for type()
PLAIN = dict(zip("`-=[]\\;',./ \n\t", (
    "grave_accent minus equal bracket_left bracket_right backslash semicolon apostrophe "
    "comma dot slash spc ret tab").split()))
SHIFTED = dict(zip('~_+{}|:"<>?!@#$%^&*()', "`-=[]\\;',./1234567890"))


class Failed(AssertionError):
    """A wait's condition did not come true, or QEMU ended."""


watched = set()         # processes whose time Patience counts: machines, and their peers


def starved():
    """Seconds that the threads of those and of this process have waited for a processor."""
    waited = 0
    for pid in [os.getpid(), *watched]:
        for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
            with contextlib.suppress(OSError), open(path, encoding="ascii") as file:
                waited += int(file.read().split()[1])
    return waited / 1e9


class Patience:
    """Is over after `limit` seconds in which nobody watched had to wait for a processor, and
    after ten times as many in any case.  Where the host does not tell, only these count."""

    def __init__(self, limit=LIMIT):
        known = os.path.exists("/proc/self/schedstat")
        self.limit, self.hang = limit if known else 10 * limit, 10 * limit
        self.begin, self.before = time.monotonic(), starved()

    def over(self):
        took = time.monotonic() - self.begin
        return took > self.hang or \
            took > self.limit and took - (starved() - self.before) > self.limit


@contextlib.contextmanager
def locked():
    """Nobody else builds in this tree meanwhile; may be entered again."""
    locked.depth = getattr(locked, "depth", 0) + 1
    try:
        if locked.depth == 1:
            os.makedirs(BUILD, exist_ok=True)
            locked.file = open(os.path.join(BUILD, "lock"), "wb")
            fcntl.flock(locked.file, fcntl.LOCK_EX)
        yield
    finally:
        locked.depth -= 1
        if locked.depth == 0:
            locked.file.close()


def make(*arguments, **environment):
    """Runs make in the repository; returns the finished process with its output."""
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    env.update(environment)
    with locked():
        return subprocess.run(["make", "-C", ROOT, *arguments], env=env, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def build(scenario, **settings):
    """Builds the image; returns its folder and the QEMU options it needs."""
    given = {k.upper(): str(v) for k, v in settings.items() if v is not None}
    name = scenario
    if given:
        name += "-" + hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:8]
    out = os.path.join("build", "system", name)
    arguments = [f"SCENARIO={scenario}", f"OUT={out}", *(f"{k}={v}" for k, v in given.items())]
    done = make("--no-print-directory", "image", "qemu-args", *arguments)
    if done.returncode != 0:
        raise Failed(f"make image {shlex.join(arguments)}:\n{done.stdout}{done.stderr}")
    folder = os.path.join(ROOT, out)
    os.makedirs(folder, exist_ok=True)          # app=...: made in that app's tree
    return folder, shlex.split(next(line for line in reversed(done.stdout.splitlines())
                                    if line.startswith("-accel ")))


class Screen:
    """A picture of the screen.  Colours are numbers 0xRRGGBB."""

    def __init__(self, width, height, data):
        self.width, self.height, self.data = width, height, data

    @classmethod
    def read(cls, path):
        """From a binary PPM with 8 bits per channel, as screendump writes it."""
        with open(path, "rb") as file:
            content = file.read()
        head = re.match(rb"P6\s+(\d+)\s+(\d+)\s+255\s", content)
        if not head:
            raise ValueError("not a PPM file")
        width, height = int(head[1]), int(head[2])
        data = content[head.end():]
        if len(data) != width * height * 3:
            raise ValueError("a PPM file of the wrong length")
        return cls(width, height, data)

    def row(self, x, y, width):
        """The bytes (red, green, blue, ...) of some pixels in a line."""
        if not (0 <= x and x + width <= self.width and 0 <= y < self.height):
            raise IndexError(f"pixels {x}..{x + width}, {y} are not on the screen")
        at = (y * self.width + x) * 3
        return self.data[at:at + width * 3]

    def pixel(self, x, y):
        return int.from_bytes(self.row(x, y, 1), "big")

    def bytes_of(self, x, y, width, height):
        return b"".join(self.row(x, y + i, width) for i in range(height))

    def colours(self, x, y, width, height):
        """The set of colours in a rectangle."""
        data = self.bytes_of(x, y, width, height)
        return {r << 16 | g << 8 | b for r, g, b in set(zip(data[::3], data[1::3], data[2::3]))}

    def find(self, colour, x=0, y=0, width=None, height=None):
        """(x, y) of the first pixel of that colour in a rectangle, or None."""
        width = self.width - x if width is None else width
        height = self.height - y if height is None else height
        wanted = colour.to_bytes(3, "big")
        for line in range(y, y + height):
            row, at = self.row(x, line, width), -1
            while (at := row.find(wanted, at + 1)) >= 0:
                if at % 3 == 0:
                    return x + at // 3, line
        return None

    def find_pointer(self):
        """Where nitpicker's pointer points to, if its widest row can be seen."""
        row = b"".join(b"\xff\xff\xff" if c == "." else b"\0\0\0" for c in POINTER[WIDEST])
        for x, y in self._find_row(row):
            if self.pointer_at(x, y - WIDEST):
                return x, y - WIDEST
        return None

    def pointer_at(self, x, y):
        """Is the pointer drawn here?  Its tip is x, y; edges of the screen cut it off."""
        return y >= 0 and all(
            self.pixel(x + i, y + line) == (0xffffff if c == "." else 0)
            for line, row in enumerate(POINTER[:self.height - y])
            for i, c in enumerate(row[:self.width - x]) if c != " ")

    def _find_row(self, row):
        """Each (x, y) where these bytes of pixels are in a line."""
        at = -1
        while (at := self.data.find(row, at + 1)) >= 0:
            x, y = at // 3 % self.width, at // 3 // self.width
            if at % 3 == 0 and x + len(row) // 3 <= self.width:
                yield x, y

    def text(self, x, y, length, ink, paper):
        """Reads characters of the label font; '\\0' for what is none."""
        return "".join(_glyphs().get(self._glyph(x + 8 * i, y, ink, paper), "\0")
                       for i in range(length))

    def _glyph(self, x, y, ink, paper):
        rows = []
        for line in range(16):
            bits = 0
            for i in range(8):
                colour = self.pixel(x + i, y + line)
                if colour not in (ink, paper):
                    return None
                bits = bits << 1 | (colour == ink)
            rows.append(bits)
        return bytes(rows)

    def find_text(self, text, ink, paper, top=0):
        """(x, y) of the first place from line `top` on where that text is drawn so, or None."""
        picture = {char: rows for rows, char in _glyphs().items()}
        colours = paper.to_bytes(3, "big"), ink.to_bytes(3, "big")
        bits = [[picture[c][line] >> 7 - i & 1 for c in text for i in range(8)]
                for line in range(16)]
        rows = [b"".join(colours[bit] for bit in row) for row in bits]
        # look for the row that is least like others
        key = max(range(16), key=lambda n: sum(a != b for a, b in zip(bits[n], bits[n][1:])))
        for x, y in self._find_row(rows[key]):
            if top <= y - key <= self.height - 16 and \
                    self.bytes_of(x, y - key, 8 * len(text), 16) == b"".join(rows):
                return x, y - key
        return None

    def save(self, path):
        with open(path, "wb") as file:
            file.write(b"P6\n%d %d\n255\n" % (self.width, self.height) + self.data)


@functools.cache
def _glyphs():
    """The label font that the build made: sixteen bytes of a picture -> character."""
    with open(os.path.join(ROOT, "build", "gen", "label_font.c"), encoding="ascii") as file:
        rows = re.findall(r"\{ ((?:0x\w\w, ){16})\}", file.read())
    assert len(rows) == 95
    return {bytes(int(n, 16) for n in row.split(", ")[:16]): chr(32 + i)
            for i, row in enumerate(rows)}


class Guest:
    """A running machine.  Made by boot()."""

    def __init__(self, folder, options, extra=()):
        self.folder = folder
        self._lines, self._rest = [], b""
        self.temporary = tempfile.TemporaryDirectory(dir=folder, prefix="run-")
        self.serial_path = os.path.join(self.temporary.name, "com1")
        self.com2_path = os.path.join(self.temporary.name, "com2")
        for path in (self.serial_path, self.com2_path):
            with open(path, "wb"):
                pass
        ours, theirs = socket.socketpair()
        # setpriv: QEMU ends when we do, whatever ends us
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", *options, "-display", "none",
             "-serial", f"file:{self.serial_path}", "-serial", f"file:{self.com2_path}",
             "-chardev", f"socket,id=qmp,fd={theirs.fileno()}", "-mon", "chardev=qmp,mode=control",
             *extra],
            pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        watched.add(self.process.pid)
        theirs.close()
        self._qmp = ours.makefile("rwb", buffering=0)
        ours.settimeout(HANG)
        ours.close()
        try:
            self._receive()
            self.qmp("qmp_capabilities")
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    # The machine

    def stop(self):
        """Ends QEMU; may be called again."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        watched.discard(self.process.pid)
        self.lines()
        self._qmp.close()
        self.process.stderr.close()
        self.temporary.cleanup()

    def _receive(self):
        """The next line that QEMU says."""
        line = self._qmp.readline()
        if not line:
            self.process.wait(HANG)
            raise Failed("QEMU ended: " + self.process.stderr.read().decode(errors="replace"))
        return json.loads(line)

    def _command(self, command, **arguments):
        self._qmp.write(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")

    def qmp(self, command, **arguments):
        """A QMP command; returns what it returns."""
        self._command(command, **arguments)
        return self._answer(command)

    def _answer(self, command):
        while True:
            answer = self._receive()
            if "error" in answer:
                raise Failed(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def monitor(self, line):
        """A command of QEMU's human monitor; returns its text."""
        return self.qmp("human-monitor-command", **{"command-line": line})

    def until(self, condition, what, limit=LIMIT):
        """Polls until condition() is true; returns what it returned."""
        patience = Patience(limit)
        while True:
            value = condition()
            if value:
                return value
            if self.process.poll() is not None or patience.over():
                raise Failed(f"{what}: did not happen; the serial line ended with\n  "
                             + "\n  ".join(self.lines()[-12:]))
            time.sleep(0.01)

    # The serial line

    def lines(self):
        """All complete lines on COM1 so far."""
        if os.path.exists(self.serial_path):
            with open(self.serial_path, "rb") as file:
                data = file.read()
            *full, _ = data.split(b"\n")
            self._lines = [line.decode("ascii", "replace").rstrip("\r") for line in full]
        return self._lines

    def mark(self):
        """For wait_line and since: what was said before now does not count."""
        return len(self.lines())

    def since(self, mark, pattern=""):
        """The lines after the mark that match."""
        return [line for line in self.lines()[mark:] if re.search(pattern, line)]

    def wait_line(self, pattern, mark=0, limit=LIMIT):
        """Waits for a line that matches; returns the match."""
        def found():
            matches = (re.search(pattern, line) for line in self.lines()[mark:])
            return next(filter(None, matches), None)
        return self.until(found, f"line {pattern!r}", limit)

    def com2(self):
        """All bytes that the guest sent through its second serial port so far."""
        with open(self.com2_path, "rb") as file:
            return file.read()

    # Keyboard and mouse

    def events(self, *events):
        """input-send-event, then waits until the guest has taken them all: nothing
        is lost in the little queues of the keyboard controller."""
        self.qmp("input-send-event", events=list(events))
        # reading the status port changes nothing; bit 0: something waits to be read
        self.until(lambda: int(self.monitor("i /b 0x64").split("=")[1], 0) & 1 == 0,
                   "the keyboard controller's queue becomes empty")

    def press(self, name):
        """A key goes down, by its QEMU name: a, ret, f12, scroll_lock, shift ..."""
        self._key(name, True)

    def release(self, name):
        self._key(name, False)

    def _key(self, name, down):
        self.events(self._key_event(name, down))

    @staticmethod
    def _key_event(name, down):
        return {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": name}}}

    def key(self, *names):
        """Keys go down in this order and up in the reverse one: key("ctrl", "a")."""
        for name in names:
            self.press(name)
        for name in reversed(names):
            self.release(name)

    def burst(self, *names):
        """Keys down and up so fast that what takes longer on a busy host does not matter: "a" goes
        down and up, "+f12" only down, "-f12" only up.  Five keys at most: the controller's queue
        is short."""
        assert sum(3 if name[0] not in "+-" else 2 for name in names) <= 16
        self.events(*(self._key_event(name.lstrip("+-"), down)
                      for name in names for down in (True, False) if name[0] != "+-"[down]))

    def type(self, text):
        """Types printable ASCII, newline and tab on an American keyboard."""
        for char in text:
            shift = char in SHIFTED or char.isupper()
            char = SHIFTED.get(char, char.lower())
            self.key(*["shift"] * shift, PLAIN.get(char, char))

    def button(self, down, name="left"):
        self.events({"type": "btn", "data": {"down": down, "button": name}})

    def double_click(self, name="left"):
        """Where the pointer is, so fast that what takes longer on a busy host does not matter."""
        for down in True, False, True, False:
            self._command("input-send-event", events=[
                {"type": "btn", "data": {"down": down, "button": name}}])
        for _ in range(4):
            self._answer("input-send-event")
        self.events()

    def move_by(self, dx, dy):
        """Relative motion; one packet of a PS/2 mouse carries at most 127."""
        while dx or dy:
            x, y = (max(-127, min(127, d)) for d in (dx, dy))
            self.events({"type": "rel", "data": {"axis": "x", "value": x}},
                        {"type": "rel", "data": {"axis": "y", "value": y}})
            dx, dy = dx - x, dy - y

    def pointer(self):
        """Where the pointer is; moves it to the upper left corner if that cannot be seen."""
        at = self.snapshot().find_pointer()
        if at is None:
            self.move_by(-8192, -8192)
            at = self.until(lambda: self.snapshot().find_pointer(), "the pointer is seen")
        return at

    def move(self, x, y):
        """The pointer goes to a place on the screen."""
        at = self.pointer()
        self.move_by(x - at[0], y - at[1])
        self.wait_screen(lambda s: s.pointer_at(x, y), f"the pointer is at {x}, {y}")

    def click(self, x, y, name="left"):
        self.move(x, y)
        self.button(True, name)
        self.button(False, name)

    def drag(self, x, y, to_x, to_y, name="left"):
        self.move(x, y)
        self.button(True, name)
        self.move(to_x, to_y)
        self.button(False, name)

    def wheel(self, notches):
        """Positive: towards the user, scrolls down."""
        for _ in range(abs(notches)):
            self.button(True, "wheel-down" if notches > 0 else "wheel-up")
            self.button(False, "wheel-down" if notches > 0 else "wheel-up")

    # The screen

    def idle(self):
        """Returns when the processor was seen halted: all that followed from what was sent before
        is done, but for what waits for a time.  A guest that is flooded never is idle."""
        self.until(lambda: "HLT=1" in self.monitor("info registers"), "nothing is left to do")

    def screenshot(self):
        """The screen when nothing is left to do."""
        self.idle()
        return self.snapshot()

    def snapshot(self):
        """The screen of this moment, perhaps half painted."""
        path = os.path.join(self.temporary.name, "screen.ppm")
        self.qmp("screendump", filename=path)
        return Screen.read(path)

    def wait_screen(self, condition, what, limit=LIMIT):
        """Takes pictures until condition(picture) is true; returns that picture: of it, only
        what the condition asks for is sure."""
        def taken():
            screen = self.snapshot()
            return screen if condition(screen) else None
        return self.until(taken, what, limit)

    def wait_pixel(self, x, y, colour, limit=LIMIT):
        return self.wait_screen(lambda s: s.pixel(x, y) == colour,
                                f"pixel {x}, {y} is {colour:06x}", limit)


def boot(scenario, extra=(), wait=True, **settings):
    """Builds and boots a scenario; settings are parameters of make: mem="64M".  With wait,
    returns when every component has been started and the screen shows its first frame."""
    folder, options = build(scenario, **settings)
    guest = Guest(folder, options, extra)
    if wait:
        try:
            guest.wait_line(rf"^\[init\] {re.escape(scenario)}: running$")
            guest.wait_line(r"^\[nitpicker\] frame 1$")
        except BaseException:
            guest.stop()
            raise
    return guest
