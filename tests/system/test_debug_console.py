# SPDX-License-Identifier: MIT
"""The kernel's debug console on COM1 (make run DEBUG=1), and that the ordinary
kernel has nothing of it."""

import os
import random
import re
import subprocess
import threading
import time

import pytest

import guest
from guest import ROOT

STOP = b"\x0b"          # Ctrl-K
PROMPT = b"kernel> "


class Console:
    """A machine whose COM1 is a pair of pipes."""

    def __init__(self):
        folder, options = guest.build("painter", debug=1)
        del folder
        self.said = bytearray()
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", *options, "-display", "none",
             "-monitor", "none", "-serial", "stdio"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        guest.watched.add(self.process.pid)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            data = self.process.stdout.read1(4096)
            if not data:
                return
            self.said += data

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        guest.watched.discard(self.process.pid)

    def wait(self, text, start=0):
        """Waits for `text` after `start`; returns where it ends."""
        patience = guest.Patience()
        while True:
            at = self.said.find(text, start)
            if at >= 0:
                return at + len(text)
            assert not patience.over(), f"{text} did not come: ...{bytes(self.said[-500:])}"
            time.sleep(0.01)

    def type(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def stop(self):
        mark = len(self.said)
        self.type(STOP)
        self.wait(PROMPT, self.wait(b"stopped", mark))

    def command(self, text):
        """The lines a command prints."""
        mark = len(self.said)
        self.type(text.encode() + b"\r")
        start = self.wait(b"\n", mark)
        end = self.wait(PROMPT, start)
        return self.said[start:end - len(PROMPT)].decode().splitlines()

    def go(self):
        mark = len(self.said)
        self.type(b"go\r")
        self.wait(b"goes on", mark)


@pytest.fixture(name="console", scope="module")
def running_console():
    with Console() as c:
        c.wait(b"[painter] ready")
        yield c


def test_what_it_shows(console):
    console.stop()
    ps = console.command("ps")
    tasks = [line.split()[0] for line in ps if " task  1 threads" in line]
    threads = [line.split()[0] for line in ps if re.search(r" thread +task \d+ +priority", line)]
    assert len(tasks) == len(threads) == 5          # init, two drivers, nitpicker, painter
    assert not any("task 0 " in line for line in ps)
    caps = console.command(f"caps {tasks[1]}")
    assert re.match(rf"0 task [0-9a-f]+  rights 2  number {tasks[1]}$", caps[0])
    assert any(re.match(r"\d+ irq ", line) for line in caps)
    maps = console.command(f"maps {tasks[1]}")
    assert maps[0].startswith("400000-") and " r-x at " in maps[0]
    assert not any("rwx" in line for line in maps)
    assert maps[-1].startswith("3ffff000-40000000 r-- at ")         # kernel information
    assert console.command(f"msg {threads[1]}")[-1].startswith("mr7 ")
    assert re.match(r"\d+ KiB free$", console.command("mem")[0])
    trace = console.command("trace 50")
    assert len(trace) == 50
    times = [int(line.split()[0]) for line in trace]
    assert times == sorted(times)
    assert any(" flags 3 label " in line for line in trace)
    help_lines = console.command("help")
    assert {line.split()[0] for line in help_lines} == {
        "ps", "caps", "maps", "msg", "trace", "mem", "help", "go"}
    console.go()


def test_nothing_typed_hurts(console):
    chance = random.Random(4711)
    words = ["ps", "caps", "maps", "msg", "trace", "mem", "help", "psx", "", " ", "-1", "0", "3",
             "4", "99999999999999999999", "x" * 200, "%s%s%x", "\b\b\b", "caps", "maps"]
    console.stop()
    for _ in range(60):
        line = " ".join(chance.choice(words) for _ in range(chance.randrange(4)))
        if chance.random() < 0.2:
            line = "".join(chr(chance.randrange(1, 256)) for _ in range(chance.randrange(90)))
        line = line.encode("latin-1").replace(b"\r", b"").replace(b"\n", b"")
        mark = len(console.said)
        console.type(line + b"\r")
        console.wait(PROMPT, console.wait(b"\n", mark))
    for wrong in ("caps", "caps 0", "caps 2", "maps 9999", "msg 1", "msg x"):
        assert "ps lists them" in console.command(wrong)[0]
    assert console.command("hello") == ["no such command; try help"]
    console.go()
    assert b"panic" not in console.said
    console.stop()          # it has gone on
    console.go()


def test_the_ordinary_kernel_has_no_console():
    def symbols(kernel):
        elf = os.path.join(ROOT, "build", kernel, "kernel.elf")
        assert guest.make("-s", f"build/{kernel}/kernel.elf").returncode == 0
        with open(elf, "rb") as file:
            has_prompt = PROMPT in file.read()
        return set(subprocess.run(["nm", elf], check=True, capture_output=True, text=True)
                   .stdout.split()), has_prompt

    release, release_prompt = symbols("kernel")
    debug, debug_prompt = symbols("kernel-debug")
    assert debug_prompt and not release_prompt
    assert {"show_ps", "__wrap_syscall"} <= debug
    assert not {name for name in release if name.startswith(("show_", "__wrap_", "__real_"))}
