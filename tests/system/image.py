# SPDX-License-Identifier: MIT
"""What is in an image, and images with something changed in them."""

import functools
import os
import subprocess
import tempfile

PARTS = "kernel", "init.img", "plan"


class Image:
    """image.iso of a scenario; the contents of its files, and where they are."""

    def __init__(self, folder):
        with open(os.path.join(folder, "image.iso"), "rb") as file:
            self.data = file.read()
        self.files = {}
        for name in (*PARTS, "kernel.sha256"):
            content = self._extract(folder, name)
            at = self.data.index(content)
            assert self.data.find(content, at + 1) < 0
            self.files[name] = at, len(content)

    @staticmethod
    def _extract(folder, name):
        with tempfile.TemporaryDirectory() as to:
            subprocess.run(["xorriso", "-osirrox", "on", "-indev", f"{folder}/image.iso",
                            "-extract", f"/boot/{name}", f"{to}/file"], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            with open(f"{to}/file", "rb") as file:
                return file.read()

    def content(self, name):
        at, size = self.files[name]
        return self.data[at:at + size]

    def changed(self, path, name, content):
        """Writes an image in which this file has another content of the same size."""
        at, size = self.files[name]
        assert len(content) == size
        with open(path, "wb") as file:
            file.write(self.data[:at] + content + self.data[at + size:])

    def flipped(self, path, name, bit):
        """Writes an image in which one bit of this file is another."""
        content = bytearray(self.content(name))
        content[bit // 8] ^= 1 << bit % 8
        self.changed(path, name, bytes(content))


@functools.cache
def _table():
    table = []
    for crc in range(256):
        for _ in range(8):
            crc = crc >> 1 ^ (0x82f63b78 if crc & 1 else 0)
        table.append(crc)
    return table


def with_crc(content):
    """A boot module with these bytes, whose last four become right: what an adversary does."""
    crc, table = 0xffffffff, _table()
    for byte in content[:-4]:
        crc = crc >> 8 ^ table[crc & 255 ^ byte]
    return content[:-4] + (crc ^ 0xffffffff).to_bytes(4, "little")
