# SPDX-License-Identifier: MIT
"""Bochs, a second machine, whose processor, BIOS and devices others have written.  Only long tests
need it."""

import os
import subprocess
import tempfile
import time

from guest import Patience, watched

# What is drawn counts, not who looks at it: SDL draws into memory.  The rfb display has room for
# 720x480 pixels and writes behind it.  The card on the PCI bus tells its BIOS where its memory is.
# Without a sound card in the host, ALSA's driver leaves the length of its packets to chance.
SETTINGS = """\
display_library: sdl2
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
sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy
panic: action=fatal
error: action=ignore
info: action=ignore
"""


def tail(path):
    """The end of a file that says why, if there is one."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="ascii", errors="replace") as file:
        return file.read()[-1000:]


def serial_line(image, cpu, last):
    """Starts the image; the lines of COM1 until one of them is `last`."""
    with tempfile.TemporaryDirectory() as folder:
        path = {name: os.path.join(folder, name)
                for name in ("settings", "commands", "serial", "said", "log")}
        with open(path["settings"], "w", encoding="ascii") as file:
            file.write(SETTINGS.format(cpu=cpu, image=image, **path))
        with open(path["commands"], "w", encoding="ascii") as file:
            file.write("c\n")           # Debian's Bochs has a debugger, which waits for this
        with open(path["serial"], "w+b") as serial, open(path["said"], "wb") as said, \
                subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", "bochs", "-q", "-f", path["settings"],
                     "-rc", path["commands"]], stdin=subprocess.DEVNULL, stdout=said,
                    stderr=said, env={**os.environ, "SDL_VIDEODRIVER": "dummy"}) as machine:
            watched.add(machine.pid)
            try:
                patience = Patience()
                while True:
                    over = machine.poll() is not None or patience.over()
                    serial.seek(0)
                    lines = serial.read().decode("ascii", "replace").replace("\r", "").split("\n")
                    if last in lines:
                        return lines
                    if over:
                        raise AssertionError(
                            f"no {last}: {lines[-12:]}, exit status {machine.returncode}\n"
                            f"{tail(path['said'])}\n{tail(path['log'])}")
                    time.sleep(0.1)
            finally:
                machine.kill()
                watched.discard(machine.pid)
