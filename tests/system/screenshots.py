# SPDX-License-Identifier: MIT
"""Takes the pictures of README.md and docs/: `make screenshots`.  Not a test."""

import pathlib
import struct
import sys
import zlib

import signer
import test_demo
from guest import ROOT, boot

PICTURES = pathlib.Path(ROOT, "docs")


def write_png(screen, path):
    """PNG (ISO/IEC 15948), truecolour, without filters."""
    def chunk(name, data):
        return (struct.pack(">I", len(data)) + name + data +
                struct.pack(">I", zlib.crc32(name + data)))

    rows = b"".join(b"\0" + screen.bytes_of(0, y, screen.width, 1) for y in range(screen.height))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" +
                     chunk(b"IHDR", struct.pack(">IIBBBBB", screen.width, screen.height, 8, 2, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))
    print(path)


def main():
    with signer.start() as guest:
        signer.submit(guest, 3)
        signer.read_all(guest)
        guest.move(600, 330)
        write_png(guest.screenshot(), PICTURES / "mail-signer.png")
        mark = guest.mark()
        guest.key("f12")
        guest.wait_line("x-ray on", mark)
        write_png(guest.screenshot(), PICTURES / "mail-signer-xray.png")
        mark = guest.mark()
        guest.key("f12")
        guest.key("f11")
        guest.wait_line("kill mode on", mark)
        write_png(guest.screenshot(), PICTURES / "mail-signer-kill.png")
    with boot("demo") as guest:
        guest.wait_line(r"^\[viewer\] ready$")
        guest.click(*test_demo.CONTENTS)
        guest.wait_line(r"^\[viewer\] page contents")
        guest.screenshot()
        test_demo.go_to(guest, "docs/viewer.md")
        guest.key("end")
        guest.move(900, 720)
        write_png(guest.screenshot(), PICTURES / "viewer.png")
        mark = guest.mark()
        guest.key("f12")
        guest.wait_line("x-ray on", mark)
        write_png(guest.screenshot(), PICTURES / "viewer-xray.png")


if __name__ == "__main__":
    sys.exit(main())
