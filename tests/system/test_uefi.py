# SPDX-License-Identifier: MIT
"""One image for all: UEFI (OVMF) and BIOS start it, from CD, disk and USB stick.  A TPM measures
what UEFI has started, and tools/pcr knows what it will be.  OVMF takes its time, so each of its
starts serves several tests.  With TEST_LONG=1 also Bochs starts it."""

import os
import re
import subprocess

import pytest
from bochs import serial_line
from guest import ROOT, Guest, build, make
from image import Image, with_crc
from test_modes import complete
from tpm import Tpm

LONG = bool(os.environ.get("TEST_LONG"))
# in place of -cdrom and its file
CD, DISK = ("-cdrom", "{}"), ("-drive", "file={},format=raw,snapshot=on")
STICK = ("-device", "qemu-xhci", "-drive", "if=none,id=stick,file={},format=raw,snapshot=on",
         "-device", "usb-storage,drive=stick")
DRAWN = r"^\[modes\] drawn 1024 768 4096$"


def machine(scenario, medium, uefi=True):
    """Folder and options of a machine that has the image on this medium."""
    folder, options = build(scenario, uefi="1" if uefi else None)
    at = options.index("-cdrom")
    image = options[at + 1]
    boot = options.index("-boot")
    assert options[boot + 1] == "d"
    options = [o for i, o in enumerate(options) if i not in (at, at + 1, boot, boot + 1)]
    return folder, [*options, *(word.format(image) for word in medium)]


def expected(image):
    """PCR numbers and values, as `make tcb` prints them."""
    done = subprocess.run(["tools/pcr", image], cwd=ROOT, capture_output=True, text=True,
                          check=True)
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [line[:2] for line in lines] == [["PCR", "4"], ["PCR", "8"], ["PCR", "9"]]
    return {int(number): value for _, number, value in lines}


class Measured:
    """A start by UEFI with a TPM: what was said and shown, and the PCRs afterwards."""

    def __init__(self, medium, change=None):
        folder, options = machine("modes", medium)
        self.image = os.path.join(folder, "image.iso")
        if change:
            options = [o.replace(self.image, change) for o in options]
        with Tpm() as tpm, Guest(folder, options, tpm.options) as guest:
            guest.wait_line(DRAWN)
            self.lines = guest.lines()
            self.screen = guest.wait_screen(lambda s: complete(s, 1024, 768), "the picture")
            guest.stop()
            self.pcrs = {number: tpm.pcr(number) for number in (4, 8, 9)}


@pytest.fixture(scope="module")
def measured():
    return Measured(CD)


def test_uefi_from_cd(measured):
    """The picture is there, and the mode is the boot loader's."""
    assert complete(measured.screen, 1024, 768)
    assert "[fb-drv] no VESA BIOS, as on a machine with UEFI: the mode stays as it is" in \
        measured.lines
    assert [line for line in measured.lines if line.startswith("[modes] mode ")] == \
        ["[modes] mode 1024 768 4096"]


def test_the_tpm_has_what_was_computed(measured):
    assert measured.pcrs == expected(measured.image)


def test_each_part_counts(measured, tmp_path):
    """Another plan is another PCR 9, and no other."""
    image, other = Image(os.path.dirname(measured.image)), str(tmp_path / "other.iso")
    plan = image.content("plan")
    for part in "kernel", "init.img", "plan":
        image.flipped(other, part, 40000)
        assert expected(other) == {**measured.pcrs, 9: expected(other)[9]} != measured.pcrs
    if LONG:        # an adversary's plan is started, and the TPM tells
        plan = with_crc(plan.replace(b"modes\0", b"modem\0", 1))
        image.changed(other, "plan", plan)
        assert Measured(CD, other).pcrs == expected(other) != measured.pcrs


def test_tcb_prints_them(measured):
    done = make("-s", "tcb", "SCENARIO=modes")
    assert done.returncode == 0, done.stderr
    for number, value in expected(os.path.join(ROOT, "build", "modes", "image.iso")).items():
        assert f"  PCR {number}  {value}" in done.stdout.splitlines()


def test_no_image(tmp_path):
    (tmp_path / "none.iso").write_bytes(bytes(100000))
    done = subprocess.run(["tools/pcr", str(tmp_path / "none.iso")], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    assert done.returncode != 0 and "none.iso: not an image that tools/mkiso makes" in done.stderr


def test_uefi_argument():
    assert "UEFI=yes: must be 1, or nothing" in make("image", "UEFI=yes").stderr
    assert "-bios" not in make("-s", "qemu-args").stdout
    assert "-bios /usr/share/ovmf/OVMF.fd" in make("-s", "qemu-args", "UEFI=1").stdout


def starts(medium, uefi, extra=()):
    """What COM1 and COM2 said."""
    folder, options = machine("painter", medium, uefi)
    with Guest(folder, options, extra) as guest:
        guest.wait_line(r"^\[painter\] ready$")
        screen = guest.screenshot()
        assert (screen.width, screen.height) == (1024, 768)
        assert screen.find_pointer() == (512, 384)
        return guest.lines(), guest.com2()


def test_uefi_from_stick():
    starts(STICK, True)


@pytest.mark.parametrize("medium", [DISK, STICK], ids=["disk", "stick"])
def test_bios(medium, tmp_path):
    """GRUB has nothing to complain about: SeaBIOS shows on COM2 what it shows on the screen."""
    port = tmp_path / "port"
    port.write_bytes(b"\xf8\x02")
    lines, shown = starts(medium, False, ("-fw_cfg", f"name=etc/sercon-port,file={port}"))
    assert all(line == "" or line.startswith("[") for line in lines)
    # moves of the cursor, between any two characters when the host is busy
    text = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]", b"", shown)
    assert b"Welcome to GRUB!" in text and b"/boot/kernel: " in text and b"error" not in text


if LONG:
    def test_uefi_from_disk():
        starts(DISK, True)

    def test_the_medium_is_not_measured(measured):
        """GRUB's commands and files are the same from a disk.  PCR 4 also tells what the
        firmware tried before."""
        pcrs = Measured(DISK).pcrs
        assert (pcrs[8], pcrs[9]) == (measured.pcrs[8], measured.pcrs[9])

    def test_damage():
        folder, options = machine("painter", CD)
        image, other = Image(folder), os.path.join(folder, "damaged.iso")
        for part in "kernel", "plan":
            image.flipped(other, part, 50000)
            changed = [o.replace(os.path.join(folder, "image.iso"), other) for o in options]
            with Guest(folder, changed) as guest:
                guest.wait_line(
                    r"\[(grub|kernel)\] .*is damaged; copy or make (the image|it) again")
        os.unlink(other)

    @pytest.mark.parametrize("cpu", [
        "corei7_haswell_4770", "athlon64_clawhammer", "core2_penryn_t9600"])
    def test_bochs(cpu):
        folder, _ = build("painter")
        lines = serial_line(os.path.join(folder, "image.iso"), cpu, "[painter] ready")
        for line in "[init] painter: running", "[input-drv] keyboard, mouse", "[nitpicker] frame 1":
            assert line in lines
        assert not [line for line in lines if "fault" in line or "panic" in line]
