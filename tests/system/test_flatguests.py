# SPDX-License-Identifier: MIT
"""Hostile guests in virtual machines (tests/guests): what each may do, and what others notice."""

import re

import pytest

from guest import boot

DRAWN = 501, 400                # in the window of the guest that draws all the time
PAINTER = 150, 150


@pytest.fixture(scope="module")
def machine():
    with boot("flatguests") as guest:
        guest.wait_line(r"^\[painter\] ready$")
        yield guest


def said(machine, who, what):
    return machine.wait_line(rf"^\[{who}\] {what}")


def test_instructions_ports_and_modes(machine):
    """Each instruction of SVM is undefined; MSRs and ports answer; paging goes off and on."""
    said(machine, "processor", "instructions, unexpected: 0$")
    said(machine, "processor", "MSRs: 5120$")
    said(machine, "processor", r"ports: 1\d{4}$")
    said(machine, "processor", "EFER without paging: 256$")
    said(machine, "processor", "processor done")


def test_lies_in_rings(machine):
    """The device breaks, and works again after a reset."""
    said(machine, "rings", "status after a loop: 79$")
    assert int(said(machine, "rings", r"rings broken, out of 5000: (\d+)$")[1]) > 100
    assert int(said(machine, "rings", r"requests done: (\d+)$")[1]) > 1000
    said(machine, "rings", ".*the last words were honest$")
    said(machine, "rings", "rings done, status 0$")


def test_lies_to_a_disk(machine):
    assert int(said(machine, "disk", r"rings broken, out of 5000: (\d+)$")[1]) > 100
    said(machine, "disk", f"the disk's first word: {0x457f}$")
    said(machine, "disk", "rings done, status 0$")


@pytest.mark.parametrize("who", ["left", "right"])
def test_registers_are_ones_own(machine, who):
    """Two guests on one processor."""
    said(machine, who, "registers of others: 0$")
    said(machine, who, "registers kept, rounds: 500$")


@pytest.mark.parametrize("who, why", [
    ("halt", "it has stopped its processor"),
    ("nowhere", f"access to memory that is not there, 0x{1 << 39:x} at 0x"),
    ("strings", "string I/O with memory that is not there"),
    ("triple", "its kernel has panicked, or lost control"),
])
def test_their_own_end(machine, who, why):
    said(machine, who, why)


def test_others_notice_nothing(machine):
    """Beside a guest that draws without end."""
    before = machine.snapshot()
    machine.wait_screen(lambda s: s.pixel(*DRAWN) != before.pixel(*DRAWN), "it draws")
    mark = machine.mark()
    machine.click(*PAINTER)
    machine.wait_line(r"^\[nitpicker\] focus Painter$", mark)
    machine.type("a")
    machine.wait_line(r"^\[painter\] release 30$", mark)
    machine.key("f12")
    machine.wait_line(r"^\[nitpicker\] x-ray on$", mark)
    machine.key("f12")
    machine.wait_line(r"^\[nitpicker\] x-ray off$", mark)


def test_killed(machine):
    """The guest that draws, while it does."""
    mark = machine.mark()
    machine.key("f11")
    machine.wait_line(r"^\[nitpicker\] kill mode on$", mark)
    machine.until(lambda: machine.since(mark, r"^\[nitpicker\] destroyed Drawing$") or
                  machine.click(*DRAWN), "it is destroyed")
    machine.wait_line(r"^\[init\] drawing: destroyed$", mark)
    machine.key("esc")
    machine.wait_line(r"^\[nitpicker\] kill mode off$", mark)
    machine.click(*PAINTER)
    machine.wait_line(r"^\[painter\] release 272$", mark)


def test_no_component_has_faulted(machine):
    assert not [line for line in machine.lines() if re.search("fault|exception|panic:", line)]
