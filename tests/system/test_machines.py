# SPDX-License-Identifier: MIT
"""Many machines: each works, or says in one sentence why it does not, on the screen and on the
serial line.  The machines and what they do stand in docs/machines.md, whose table is read here.
All of them with TEST_LONG=1, else those of SHORT."""

import contextlib
import os
import re
import shutil
import subprocess

import bochs
import pytest
from guest import ROOT, Guest, build, make

LONG = os.environ.get("TEST_LONG") == "1"

SHORT = {
    "the usual one", "the least processor that works", "no long mode", "no NX", "no local APIC",
    "no 8254", "no PS/2 controller", "too little memory", "Cirrus, which has 800x600",
    "no graphics card",
}
TABLE = os.path.join(ROOT, "docs", "machines.md")
WHITE, BLACK = 0xffffff, 0
SENTENCE = r"cannot start: |\[kernel\] panic: "
VGA_TEXT, VGA_TEXT_SIZE = 0xb8000, 80 * 25 * 2


def rows():
    """(name, make's settings, QEMU's options, result) of each machine in the table."""
    with open(TABLE, encoding="ascii") as file:
        for name, options, result in re.findall(r"^\| ([^|]+) \| `([^`|]*)` \| ([^|]+) \|$",
                                                file.read(), re.M):
            words = options.split()
            settings = [w for w in words if re.match("[A-Z]+=", w)]
            yield (name, {k.lower(): v for k, v in (w.split("=", 1) for w in settings)},
                   words[len(settings):], result)


MACHINES = {row[0]: row for row in rows()}


def text_on_screen(guest):
    """All that is written on the screen, without white space: in VGA's text memory, or white on
    black in the label font."""
    path = os.path.join(guest.temporary.name, "vga")
    screen = guest.snapshot()
    written = "".join(screen.text(0, y, screen.width // 8, WHITE, BLACK)
                      for y in range(0, min(screen.height, 80), 16))
    guest.qmp("pmemsave", val=VGA_TEXT, size=VGA_TEXT_SIZE, filename=path)
    with open(path, "rb") as file:
        written += file.read()[::2].decode("cp437")
    return re.sub(r"\s|\0", "", written)


def says(guest, sentence):
    """The sentence comes on the serial line, once, and stands on the screen."""
    guest.wait_line(SENTENCE)
    said = [line for line in guest.lines() if re.search(SENTENCE, line)]
    assert len(said) == 1 and re.search(sentence, said[0]), said
    what = re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\s", "", said[0])        # GRUB clears a terminal
    # the memory of VGA's text is there without a card, too
    guest.until(lambda: what in text_on_screen(guest), "the sentence stands on the screen")


def works(guest):
    """Keys arrive, and nothing has failed."""
    guest.wait_line(r"^\[nitpicker\] frame 1$")
    guest.wait_line(r"^\[input-drv\] keyboard")
    guest.key("f12")
    guest.wait_line(r"^\[nitpicker\] x-ray on$")
    assert guest.since(0, r"fault|stopped|" + SENTENCE) == []


def works_without_keyboard(guest):
    """It is drawn, and the strip says so."""
    guest.wait_line(r"^\[nitpicker\] frame 1$")
    guest.wait_line(r"^\[input-drv\] no PS/2 controller")
    guest.wait_screen(lambda s: s.find_text("no keyboard", WHITE, 0xd01818), "the strip says so")
    assert guest.since(0, r"fault|stopped|" + SENTENCE) == []


@pytest.mark.parametrize("name", [
    name for name in MACHINES if name in SHORT or LONG])
def test_machine(name):
    _, settings, options, result = MACHINES[name]
    folder, usual = build(settings.pop("scenario", "painter"), **settings)
    with Guest(folder, usual, options) as guest:
        if result == "works":
            works(guest)
        elif result == "works without keyboard":
            works_without_keyboard(guest)
        else:
            says(guest, re.escape(result))


def test_table():
    assert SHORT <= set(MACHINES)
    assert len(MACHINES) >= 30


# The clock

def ticks_per_millisecond(guest):
    """What the kernel has measured: tsc_khz in the page that all tasks see."""
    symbols = subprocess.run(["nm", os.path.join(ROOT, "build/kernel/kernel.elf")], check=True,
                             text=True, stdout=subprocess.PIPE).stdout
    address = int(re.search(r"^(\w+) . page$", symbols, re.M)[1], 16) - 0xffffffff80000000
    return int(guest.monitor(f"xp /1wd {address + 12:#x}").split(":")[1])


@pytest.mark.parametrize("machine", ["pc", "pc,pit=off", "q35,pit=off"])
def test_clock(machine):
    """QEMU counts 10^9 instructions a second here, and as many TSC ticks."""
    folder, usual = build("painter")
    with Guest(folder, usual, ["-icount", "shift=0,sleep=off", "-machine", machine]) as guest:
        guest.wait_line(r"^\[nitpicker\] frame 1$")
        assert abs(ticks_per_millisecond(guest) - 1000000) < 2000


# x2APIC, which Bochs has

def x2apic(tmp_path):
    """A firmware has switched to it: the timer fires, interrupts arrive."""
    folder, _ = build("painter")
    done = make("build/kernel-x2apic/kernel.elf")
    assert done.returncode == 0, done.stdout + done.stderr
    iso = tmp_path / "image.iso"
    make_iso(iso, f"{ROOT}/build/kernel-x2apic/kernel.elf", f"{ROOT}/build/target/init.img",
             f"{folder}/plan", f"{folder}/grub.cfg")
    bochs.serial_line(iso, "corei7_haswell_4770", "[nitpicker] frame 1")


if LONG:
    def test_x2apic(tmp_path):
        x2apic(tmp_path)


# Images with something missing

def make_iso(iso, *parts):
    subprocess.run([f"{ROOT}/tools/mkiso", iso, *parts], check=True, cwd=ROOT,
                   env={**os.environ, "SOURCE_DATE_EPOCH": "1767225600"})


@contextlib.contextmanager
def image(change):
    """Boots the image of `painter` after change(folder) of what it is made of."""
    folder, usual = build("painter")
    parts = os.path.join(folder, "parts")
    shutil.rmtree(parts, ignore_errors=True)
    os.mkdir(parts)
    for path in (f"{ROOT}/build/kernel/kernel.elf", f"{ROOT}/build/target/init.img",
                 f"{folder}/plan", f"{folder}/grub.cfg"):
        shutil.copy(path, parts)
    change(parts)
    iso = os.path.join(parts, "image.iso")
    make_iso(iso, *(os.path.join(parts, name) for name in (
        "kernel.elf", "init.img", "plan", "grub.cfg")))
    options = [iso if option.endswith("/image.iso") else option for option in usual]
    with Guest(parts, options) as guest:
        yield guest


def edit(name, old, new):
    def change(parts):
        path = os.path.join(parts, name)
        with open(path, encoding="ascii") as file:
            text = file.read()
        assert old in text
        with open(path, "w", encoding="ascii") as file:
            file.write(text.replace(old, new))
    return change


def cut(name, part):
    def change(parts):
        path = os.path.join(parts, name)
        os.truncate(path, int(os.path.getsize(path) * part))
    return change


@pytest.mark.parametrize("change,sentence", [
    (edit("grub.cfg", "if module2 /boot/plan plan", "if true"),
     r"^\[init\] .* no plan; make the image"),
    (edit("grub.cfg", "if module2 /boot/init.img init", "if true"),
     r"^\[kernel\] .* no init image; make the image"),
    (cut("plan", 0.5), r"^\[kernel\] .*the plan is damaged; copy or make the image"),
    (cut("plan", 0.00001), r"^\[kernel\] .*the plan is damaged; copy or make the image"),
    (cut("init.img", 0.5), r"^\[kernel\] .*init is damaged; copy or make the image"),
    (cut("init.img", 0.001), r"^\[kernel\] .*init is damaged; copy or make the image"),
], ids=["no-plan", "no-init", "half-plan", "bit-of-plan", "half-init", "bit-of-init"])
def test_incomplete_image(change, sentence):
    with image(change) as guest:
        says(guest, sentence)


def test_fault_of_the_root_task():
    done = make("build/kcrash.iso")
    assert done.returncode == 0, done.stdout + done.stderr
    with Guest(os.path.join(ROOT, "build"), [
            "-accel", "tcg", "-cpu", "max", "-m", "64M", "-cdrom", f"{ROOT}/build/kcrash.iso",
            "-boot", "d", "-vga", "std", "-nic", "none", "-no-reboot"]) as guest:
        says(guest, r"^\[kernel\] panic: the root task has faulted$")
        assert guest.since(0, r"vector 14 error \w+ cr2 dead0000$")
