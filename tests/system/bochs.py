# SPDX-License-Identifier: MIT
"""Bochs, a second machine, whose processor, BIOS and devices others have written.  Only long tests
need it."""

import os
import subprocess
import tempfile
import time

from guest import LIMIT

PATIENCE = 10 * LIMIT   # without the help of QEMU's translator

# 32 bits a pixel are more than any of Bochs' displays but X shows: what is drawn counts, not who
# looks at it.  The card on the PCI bus tells its BIOS where its memory is.
SETTINGS = """\
display_library: rfb, options="timeout=0"
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
vga: extension=vbe
pci: enabled=1, chipset=i440fx, slot1=pcivga
memory: guest=128, host=128
cpu: model={cpu}, ips=50000000, reset_on_triple_fault=0
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path="{image}", status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev="{serial}"
log: "{log}"
clock: sync=none, time0=1767225600
panic: action=fatal, rfb=report
error: action=ignore
info: action=ignore
"""


def serial_line(image, cpu, last):
    """Starts the image; the lines of COM1 until one of them is `last`."""
    with tempfile.TemporaryDirectory() as folder:
        path = {name: os.path.join(folder, name)
                for name in ("settings", "commands", "serial", "log")}
        with open(path["settings"], "w", encoding="ascii") as file:
            file.write(SETTINGS.format(cpu=cpu, image=image, **path))
        with open(path["commands"], "w", encoding="ascii") as file:
            file.write("c\n")           # Debian's Bochs has a debugger, which waits for this
        with open(path["serial"], "w+b") as serial, subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "bochs", "-q", "-f", path["settings"],
                 "-rc", path["commands"]], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL) as machine:
            try:
                end = time.monotonic() + PATIENCE
                while True:
                    serial.seek(0)
                    lines = serial.read().decode("ascii", "replace").replace("\r", "").split("\n")
                    if last in lines:
                        return lines
                    if machine.poll() is not None or time.monotonic() > end:
                        with open(path["log"], encoding="ascii", errors="replace") as file:
                            why = file.read()[-1000:]
                        raise AssertionError(f"no {last}: {lines[-12:]}\n{why}")
                    time.sleep(0.1)
            finally:
                machine.kill()
