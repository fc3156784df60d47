# SPDX-License-Identifier: MIT
"""Page tables and control registers as QEMU has them while the system works.  Of every task: the
tables are searched for in all of the memory and counted, not taken from the kernel's lists."""

import collections
import mmap
import os
import re
import struct
import subprocess

import pytest
from guest import ROOT, boot, make
from test_demo import DESKTOP, button

SUBSYSTEM = "desktop"           # of demo; is started, too
USER_END, FRAME, UTCB, KIP = 1 << 47, 0x20000000, 0x3fffe000, 0x3ffff000
ROOT_WINDOW = 0x100000000       # only init sees all memory, there
PHYS_BASE, KERNEL_BASE = 0xffff800000000000, 0xffffffff80000000
PAGE, LOW = 4096, 1 << 20       # below LOW there are devices between the memory
PRESENT, WRITABLE, USER, LARGE, NX, ADDRESS = 1, 2, 4, 128, 1 << 63, 0x000ffffffffff000
PHYS_WINDOW, IMAGE_WINDOW = 256, 511            # the kernel's entries of a top-level table

Entry = collections.namedtuple("Entry", "address physical size user writable executable")


class Memory:
    """What was in the machine's memory at one moment, and the tables in it."""

    def __init__(self, guest, size, path):
        guest.qmp("pmemsave", val=LOW, size=size - LOW, filename=str(path))
        self.size = size
        with open(path, "rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        os.unlink(path)

    def table(self, physical):
        return struct.unpack_from("<512Q", self.data, physical - LOW)

    def roots(self, like):
        """Every page that would do as a top-level table: the processor needs the kernel's half, as
        it is in the table `like`, to enter the kernel."""
        kernel = {i: self.table(like)[i] & (ADDRESS | PRESENT) for i in (PHYS_WINDOW, IMAGE_WINDOW)}
        assert all(entry & PRESENT for entry in kernel.values())
        for at in range(0, len(self.data), PAGE):
            if all(struct.unpack_from("<Q", self.data, at + 8 * i)[0] & (ADDRESS | PRESENT) == entry
                   for i, entry in kernel.items()):
                yield LOW + at

    def walk(self, physical, tables, part=range(512), level=3, above=(0, True, True, True)):
        """Entries that map something, with what all levels together allow; collects the tables."""
        base, user, writable, executable = above
        tables.add(physical)
        table = self.table(physical)
        for i in part:
            entry = table[i]
            if not entry & PRESENT:
                continue
            address = base + (i << 12 + 9 * level)
            if level == 3 and i >= 256:
                address |= 0xffff << 48
            rights = (user and bool(entry & USER), writable and bool(entry & WRITABLE),
                      executable and not entry & NX)
            if level == 0 or entry & LARGE:
                size = 1 << 12 + 9 * level
                yield Entry(address, entry & ADDRESS & -size, size, *rights)
            else:
                yield from self.walk(entry & ADDRESS, tables, range(512), level - 1,
                                     (address, *rights))


class Space:
    """What one task sees: its half entry by entry, and its tables."""

    def __init__(self, memory, root):
        self.top, self.size = memory.table(root), memory.size
        self.tables = set()
        self.user = list(memory.walk(root, self.tables, range(256)))

    @property
    def is_root(self):
        return any(e.address >= ROOT_WINDOW for e in self.user)

    def pages(self):
        """Address -> rights of all pages of 4 KiB."""
        return {e.address + at: "w" * e.writable + "x" * e.executable
                for e in self.user for at in range(0, e.size, PAGE)}

    def frames(self, right="user"):
        """The pages of the machine's memory that it has that right on."""
        return {p for e in self.user if getattr(e, right)
                for p in range(e.physical, min(e.physical + e.size, self.size), PAGE)}


class Machine:
    def __init__(self, guest, scenario, size, path):
        self.registers = []
        for _ in range(10):             # the input driver and nitpicker have something to do
            guest.move_by(3, 0)
            self.registers.append(guest.monitor("info registers"))
        guest.idle()
        guest.qmp("stop")
        seen = {int(re.search(r"CR3=(\w+)", text)[1], 16) & ADDRESS for text in self.registers}
        memory = Memory(guest, size, path)
        roots = set(memory.roots(min(seen)))
        assert seen <= roots            # what was used is among what was found
        names = subprocess.run(["nm", os.path.join(ROOT, "build/kernel/kernel.elf")], check=True,
                               text=True, stdout=subprocess.PIPE).stdout
        self.symbols = {name: int(value, 16)
                        for value, _, name in map(str.split, names.splitlines())}
        self.own = self.symbols["boot_pml4"] - KERNEL_BASE
        assert self.own in roots        # what the kernel uses while a task ends
        assert list(memory.walk(self.own, set(), range(256))) == []
        self.spaces = [Space(memory, root) for root in sorted(roots - {self.own})]
        self.tables = set().union(*(space.tables for space in self.spaces))
        self.kernel_top = memory.table(self.own)
        self.kernel = list(memory.walk(self.own, self.tables, range(256, 512)))

        self.plan = plan(scenario, guest.folder)


def plan(scenario, out):
    """(component, its part of the printed plan), also those of the started subsystem."""
    text = make("-s", "plan", f"SCENARIO={scenario}", f"OUT={os.path.relpath(out, ROOT)}").stdout
    return [(re.match(r"\S+", part)[0], part)
            for one in re.split(r"^(?=.*\bplan of )", text, flags=re.M)
            if re.search(rf"\bplan of ({scenario}|{SUBSYSTEM}):", one)
            for part in re.split(r"^(?=\S+ \()", one, flags=re.M)[1:]]


@pytest.fixture(scope="module", params=["mail-signer", "demo"])
def machine(request, tmp_path_factory):
    with boot(request.param, mem="64M") as guest:
        if request.param == "demo":     # tasks that init does not make
            guest.wait_line(r"^\[launcher\] ready$")
            guest.click(*button(DESKTOP, "start"))
            guest.wait_line(rf"{SUBSYSTEM}/nitpicker: frame 1$")
            for name in "views", "gauge":
                guest.wait_line(rf"{SUBSYSTEM}/{name}: ready$")
        yield Machine(guest, request.param, 64 << 20, tmp_path_factory.mktemp("memory") / "ram")


def test_control_registers(machine):
    for text in machine.registers:
        cr0, cr4 = (int(re.search(rf"{name}=(\w+)", text)[1], 16) for name in ("CR0", "CR4"))
        efer = int(re.search(r"EFER=(\w+)", text)[1], 16)
        assert cr0 >> 16 & 1                    # WP: the kernel cannot write what is read-only
        assert cr4 >> 11 & 1                    # UMIP
        assert cr4 >> 20 & 1                    # SMEP
        assert cr4 >> 21 & 1                    # SMAP
        assert not cr4 >> 8 & 1                 # PCE: no performance counters in user mode
        assert efer >> 11 & 1                   # NXE


def test_every_task_is_seen(machine):
    """As many page tables as there are components, and init's."""
    assert len(machine.spaces) == len(machine.plan) + 1
    assert sum(space.is_root for space in machine.spaces) == 1


def test_nothing_is_writable_and_executable(machine):
    for entries in [machine.kernel, *(space.user for space in machine.spaces)]:
        assert entries
        for e in entries:
            assert not (e.writable and e.executable), e


def test_kernel_is_not_visible(machine):
    """User pages are in the lower half, kernel pages, the same for all, in the upper one."""
    present = [i for i in range(256, 512) if machine.kernel_top[i] & PRESENT]
    assert present == [PHYS_WINDOW, IMAGE_WINDOW]
    assert not any(e.user for e in machine.kernel)
    for space in machine.spaces:
        assert all(e.user and e.address + e.size <= USER_END for e in space.user)
        for i in range(256, 512):
            assert space.top[i] & (ADDRESS | PRESENT) \
                == machine.kernel_top[i] & (ADDRESS | PRESENT), i


def test_kernel_has_the_rights_that_it_needs(machine):
    """Code is not writable, data is not executable, through both of the kernel's windows."""
    s = machine.symbols
    image = {e.address: (e.writable, e.executable) for e in machine.kernel
             if e.address >= KERNEL_BASE}
    expected = {page: (page >= s["kernel_rodata_end"], page < s["kernel_text_end"])
                for page in range(s["kernel_start"], s["kernel_end"], PAGE)
                if page != s["kstack_guard"]}
    assert image == expected
    text = range(s["kernel_start"] - KERNEL_BASE, s["kernel_rodata_end"] - KERNEL_BASE)
    for e in machine.kernel:
        if e.address < KERNEL_BASE:
            assert e.address == PHYS_BASE + e.physical and not e.executable
            assert not (e.writable and e.physical < text.stop and text.start < e.physical + e.size)


def test_code_of_one_is_not_data_of_another(machine):
    """No page that somebody executes can be written by anybody but init; init's own by nobody."""
    executed = set().union(*(space.frames("executable") for space in machine.spaces))
    for space in machine.spaces:
        if space.is_root:
            own = space.frames("executable")
            assert own and not own & space.frames("writable")
        else:
            assert not executed & space.frames("writable")


def test_kernel_memory_is_nobodys(machine):
    """No task, nor init, sees a page table or the kernel's image, but for the information page."""
    first, end = (machine.symbols[name] - KERNEL_BASE for name in ("kernel_start", "kernel_end"))
    kernel = machine.tables | set(range(first, end, PAGE))
    for space in machine.spaces:
        kip = {e.physical for e in space.user if e.address == KIP and not e.writable}
        assert len(kip) == 1
        assert not kernel & space.frames() - kip


def planned(component, have):
    """Page -> rights, as the plan says; and pages that may be there besides: the framebuffer's, and
    where a subsystem's rest of memory goes on."""
    pages, besides = {}, set()
    for first, end, rights, kind in re.findall(
            r"^  memory (\w+)\.\.(\w+) (\S+) region \d+ (.*)$", component, re.M):
        span = range(int(first, 16), int(end, 16), PAGE)
        if kind.startswith("framebuffer"):
            besides.update(span)
            continue
        pages.update(dict.fromkeys(span, rights.replace("r", "").replace("-", "")))
        more = span.stop
        while kind == "rest" and have.get(more) == "w":
            besides.add(more)
            more += PAGE
    return pages, besides


def differences(component, have):
    pages, besides = planned(component, have)
    return sorted((hex(a), rights) for a, rights in have.items() ^ pages.items()
                  if a not in besides)


def test_memory_is_that_of_the_plan(machine):
    """Each task sees what the plan gives it, its UTCB, the kernel's information page, and a
    nitpicker the frame that its driver gave it; nothing else."""
    missing = list(machine.plan)
    for space in machine.spaces:
        if space.is_root:
            continue
        have = space.pages()
        assert have.pop(UTCB) == "w" and have.pop(KIP) == ""
        given = {a for a in have if FRAME <= a < FRAME + (32 << 20)}
        own = {a: rights for a, rights in have.items() if a not in given}
        nearest = min(missing, key=lambda part: len(differences(part[1], own)))
        assert differences(nearest[1], own) == [], nearest[0]
        assert not given or nearest[0] == "nitpicker"
        assert all(have[a] == "w" for a in given)
        missing.remove(nearest)
    assert not missing
