# SPDX-License-Identifier: MIT
"""Takes the pictures of README.md and docs/: `make screenshots`.  Not a test."""

import contextlib
import pathlib
import struct
import sys
import tempfile
import zlib

import signer
import test_demo
import test_linux_text
import test_notes
import test_trojan
from browser import Browser
from guest import ROOT, boot
from webscreen import Machine, place

PICTURES = pathlib.Path(ROOT, "docs")


def write_png(screen, path):
    """PNG (ISO/IEC 15948), truecolour; each line as it is, or as its difference from the one
    above."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data +
                struct.pack(">I", zlib.crc32(name + data)))

    plain, above, differences = [], bytes(screen.width * 3), []
    for y in range(screen.height):
        row = screen.row(0, y, screen.width)
        plain.append(b"\0" + row)
        differences.append(b"\2" + bytes((a - b) & 255 for a, b in zip(row, above)))
        above = row
    packed = min((zlib.compress(b"".join(rows), 9) for rows in (plain, differences)), key=len)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" +
                     chunk(b"IHDR", struct.pack(">IIBBBBB", screen.width, screen.height,
                                                8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", packed) + chunk(b"IEND", b""))
    print(path)


def take(guest, name):
    write_png(guest.screenshot(), PICTURES / f"{name}.png")


def take_all(guest, name):
    """As it is, in X-ray mode, in kill mode."""
    take(guest, name)
    for key, line, ending in ("f12", "x-ray on", "xray"), ("f11", "kill mode on", "kill"):
        mark = guest.mark()
        guest.key(key)
        guest.wait_line(rf"^\[nitpicker\] {line}$", mark)
        take(guest, f"{name}-{ending}")
        mark = guest.mark()
        guest.key(key)
        guest.wait_line(rf"^\[nitpicker\] {line.replace('on', 'off')}$", mark)


def mail_signer():
    with signer.start() as guest:
        signer.submit(guest, 3)
        signer.read_all(guest)
        guest.move(600, 330)
        take_all(guest, "mail-signer")


def demo():
    with boot("demo") as guest:
        for name in "viewer", "launcher", "logview", "backdrop":
            guest.wait_line(rf"^\[{name}\] ready$")
        guest.click(*test_demo.CONTENTS)
        guest.wait_line(r"^\[viewer\] page contents")
        test_demo.go_to(guest, "docs/viewer.md")
        guest.key("end")
        guest.move(900, 590)
        take(guest, "viewer")
        guest.click(*test_demo.button(test_demo.VIEWS, "start"))
        guest.wait_line(r"views/views: ready$")
        guest.move(470, 600)
        take_all(guest, "demo")
        guest.click(*test_demo.button(test_demo.VIEWS, "destroy"))
        guest.wait_line(r"^\[subsystems\] views: destroyed$")
        guest.click(*test_demo.button(test_demo.DESKTOP, "start"))
        for name in "views", "gauge":
            guest.wait_line(rf"desktop/{name}: ready$")
        guest.click(560, 330)
        guest.wait_line(r"desktop/nitpicker: focus Views$")
        guest.click(850, 178)
        guest.wait_line(r"desktop/nitpicker: x-ray on$")
        take(guest, "desktop")
        mark = guest.mark()
        guest.key("f12")
        guest.wait_line(r"^\[nitpicker\] x-ray on$", mark)
        take(guest, "desktop-xray")


def testviews():
    with boot("testviews") as guest:
        for name in "views", "glass":
            guest.wait_line(rf"^\[{name}\] ready$")
        guest.click(300, 90)
        guest.move(700, 640)
        take_all(guest, "testviews")


def trojan():
    with test_trojan.booted() as guest:
        test_trojan.attack(guest, "a")
        take_all(guest, "trojan")


def viewer():
    with boot("viewer", wait=False) as guest:
        guest.wait_line(r"^\[viewer\] ready$")
        guest.move(700, 200)
        take(guest, "viewer-alone")


def notes():
    with contextlib.contextmanager(test_notes.notes.__wrapped__)() as guest:
        test_notes.write(guest, "shopping", "cheese, bread, two apples")
        guest.move(500, 700)
        take_all(guest, "notes")


def linux_text():
    with boot("linux-text") as guest:
        test_linux_text.wait_cursor(guest, test_linux_text.PROMPT, "the prompt")
        guest.click(500, 500)
        guest.type("uname -srm; id; free -m\n")
        test_linux_text.wait_cursor(guest, test_linux_text.PROMPT, "the prompt", 9)
        take(guest, "linux-text")


def web():
    with tempfile.TemporaryDirectory() as folder, Machine(folder, "mail-signer") as machine, \
            Browser(folder) as browser:
        machine.wait(r"^\[mail\] ready$")
        page = browser.open(machine.address)
        page.until("document.body.dataset.state === 'live'")
        page.mouse("Moved", *place(page, 600, 330))
        machine.wait_screen(lambda s: s.pointer_at(600, 330), "the pointer is there")
        page.click("#xray")
        machine.wait(r"^\[nitpicker\] x-ray on$")
        machine.wait_same(page)
        page.picture(PICTURES / "web-screen.png")


def main():
    """All of them, or those named."""
    for scenario in mail_signer, demo, testviews, trojan, viewer, notes, linux_text, web:
        if len(sys.argv) == 1 or scenario.__name__ in sys.argv[1:]:
            scenario()


if __name__ == "__main__":
    sys.exit(main())
