# SPDX-License-Identifier: MIT
"""Page tables and control registers as QEMU sees them while the system works."""

import re

import pytest
from guest import boot, make

USER_END, FRAME, UTCB, KIP = 1 << 47, 0x20000000, 0x3fffe000, 0x3ffff000
ROOT_WINDOW = 0x100000000       # only init sees all memory, there
PAGE = 4096


class Space:
    """What one page table maps: address -> (physical address, flags); all in pages of 4 KiB."""

    def __init__(self, text):
        self.user, self.kernel = {}, {}
        for address, physical, flags in re.findall(r"^(\w{16}): (\w{16}) ([-XGPDACTUW]{9})", text, re.M):
            address, physical = int(address, 16), int(physical, 16)
            pages = 512 if "P" in flags else 1
            rights = ("" if "X" in flags else "x") + ("w" if "W" in flags else "")
            where = self.user if "U" in flags else self.kernel
            if pages == 512 and where is self.kernel:
                where[address] = physical, rights       # the kernel's large ones stay one entry
                continue
            for i in range(pages):
                where[address + i * PAGE] = physical + i * PAGE, rights

    @property
    def is_root(self):
        return ROOT_WINDOW in self.user or any(a >= ROOT_WINDOW for a in self.user)


@pytest.fixture(scope="module")
def machine():
    """Registers, and the address spaces that were seen while everybody worked."""
    with boot("storm") as guest:
        guest.wait_line(r"^\[storm\] redrawn 100$")
        spaces, registers = {}, []

        def look():
            guest.move_by(3, 0)         # the input driver and nitpicker have something to do
            guest.qmp("stop")
            text = guest.monitor("info registers")
            root = re.search(r"CR3=(\w+)", text)[1]
            registers.append(text)
            if root not in spaces:
                spaces[root] = Space(guest.monitor("info tlb"))
            guest.qmp("cont")
            clients = [space for space in spaces.values() if not space.is_root]
            return len(clients) >= 4 or len(clients) >= 2 and len(registers) > 150
        guest.until(look, "several address spaces are seen")
        print(len(spaces), "address spaces in", len(registers), "samples")
        yield registers, list(spaces.values())


def test_control_registers(machine):
    for text in machine[0]:
        cr0, cr4 = (int(re.search(rf"{name}=(\w+)", text)[1], 16) for name in ("CR0", "CR4"))
        efer = int(re.search(r"EFER=(\w+)", text)[1], 16)
        assert cr0 >> 16 & 1                    # WP: the kernel cannot write what is read-only
        assert cr4 >> 11 & 1                    # UMIP
        assert cr4 >> 20 & 1                    # SMEP
        assert cr4 >> 21 & 1                    # SMAP
        assert not cr4 >> 8 & 1                 # PCE: no performance counters in user mode
        assert efer >> 11 & 1                   # NXE


def test_nothing_is_writable_and_executable(machine):
    for space in machine[1]:
        assert space.user and space.kernel
        for address, (_, rights) in {**space.user, **space.kernel}.items():
            assert "wx" not in rights and "xw" not in rights, hex(address)


def test_kernel_is_not_visible(machine):
    """User pages are in the lower half, kernel pages in the upper one."""
    for space in machine[1]:
        assert all(address < USER_END for address in space.user)
        assert all(address >= USER_END for address in space.kernel)


def test_code_of_one_is_not_data_of_another(machine):
    """No page that somebody executes can be written by anybody but init."""
    executed = {p for s in machine[1] for p, rights in s.user.values() if "x" in rights}
    executed |= {p for s in machine[1] for p, rights in s.kernel.values() if "x" in rights}
    assert executed
    for space in machine[1]:
        if not space.is_root:
            assert not executed & {p for p, rights in space.user.values() if "w" in rights}


def planned(component):
    """Page -> rights, as the plan says; the framebuffer apart."""
    pages, frame = {}, {}
    for first, end, rights, kind in re.findall(
            r"^  memory (\w+)\.\.(\w+) (\S+) region \d+ (.*)$", component, re.M):
        into = frame if kind.startswith("framebuffer") else pages
        for page in range(int(first, 16), int(end, 16), PAGE):
            into[page] = rights.replace("r", "").replace("-", "")
    return pages, frame


def test_memory_is_that_of_the_plan(machine):
    """Each task sees what the plan gives it, its UTCB, the kernel's information page, and for
    nitpicker the frame that the driver gave it; nothing else."""
    text = make("-s", "plan", "SCENARIO=storm", "OUT=build/system/storm").stdout
    plan = {re.match(r"\S+", part)[0]: planned(part)
            for part in re.split(r"^(?=\S+ \()", text, flags=re.M)[1:]}
    seen = []
    for space in machine[1]:
        if space.is_root:
            continue
        have = {a: rights for a, (_, rights) in space.user.items()}
        assert have.pop(UTCB) == "w" and have.pop(KIP) == ""
        given = {a for a in have if FRAME <= a < FRAME + (16 << 20)}
        for name, (pages, frame) in plan.items():
            rest = {a: r for a, r in have.items() if a not in frame and a not in given}
            if rest == pages:
                seen.append(name)
                assert not given or name == "nitpicker"
                break
        else:
            raise AssertionError("a task that sees something that is in no component's plan")
    assert {"nitpicker", "storm"} <= set(seen)
    assert len(seen) == len(set(seen))
