# SPDX-License-Identifier: MIT
"""Clients are kept apart: keys, pixels, memory, devices, faults."""

import re

import pytest
from guest import boot, make
from look import (BLACK, BLUE, DESKTOP, PAINTER, PAINTER2, painter_rows, rgb, same_window, uniform)


@pytest.fixture(scope="module")
def painters():
    with boot("painters") as guest:
        guest.wait_line(r"^\[painter\] ready$")
        guest.wait_line(r"^\[painter2\] ready$")
        yield guest


def focus(guest, number):
    """Clicks into one of the painters' windows."""
    x, y, _, _ = (PAINTER, PAINTER2)[number - 1]
    mark = guest.mark()
    guest.click(x + 200, y + 150)
    guest.wait_line(rf"^\[painter{'2' * (number == 2)}\] release 272$", mark)


def test_only_the_focused_client_gets_keys(painters):
    for number, (mine, other) in ((1, ("painter", "painter2")), (2, ("painter2", "painter"))):
        focus(painters, number)
        mark = painters.mark()
        painters.type("Vitrine")
        painters.wait_line(rf"^\[{mine}\] release 18$", mark)          # the last e
        typed = painters.since(mark, rf"^\[{mine}\] text ")
        assert "".join(chr(int(line.split()[-1])) for line in typed) == "Vitrine"
        assert painters.since(mark, rf"^\[{other}\]") == []


def test_no_keys_without_focus(painters):
    mark = painters.mark()
    painters.click(500, 600)
    painters.wait_line(r"^\[nitpicker\] focus nobody$", mark)
    mark = painters.mark()
    painters.type("nobody")
    focus(painters, 1)
    assert painters.since(mark, r"\] (text|press [0-9]{1,2}$)") == []


def test_a_held_key_does_not_follow_the_focus(painters):
    """Its release goes where its press went, and nowhere else; a click goes to where it is."""
    focus(painters, 1)
    painters.move(740, 250)
    mark = painters.mark()
    painters.press("a")
    painters.wait_line(r"^\[painter\] press 30$", mark)
    painters.button(True)
    painters.button(False)
    painters.wait_line(r"^\[painter2\] release 272$", mark)
    painters.wait_line(r"^\[painter\] release 30$", mark)      # as it loses the focus
    painters.release("a")
    painters.key("z")
    painters.wait_line(r"^\[painter2\] release 44$", mark)
    assert painters.since(mark, r"^\[painter2\] (press|release) 30$") == []
    assert painters.since(mark, r"^\[painter\] press 272$") == []


def test_pointer_of_others_is_not_seen(painters):
    focus(painters, 1)
    painters.move(600, 500)
    mark = painters.mark()
    painters.move(560, 120)             # in the other one's window, which is not focused
    painters.move(700, 280)
    painters.move(900, 500)
    assert painters.since(mark, r"motion") == []
    painters.move(200, 200)
    painters.wait_line(r"^\[painter\] motion 100 100$", mark)
    assert painters.since(mark, r"^\[painter2\]") == []


def test_wheel(painters):
    focus(painters, 2)
    mark = painters.mark()
    painters.wheel(3)
    painters.wheel(-2)
    painters.until(lambda: len(painters.since(mark, r"^\[painter2\] wheel ")) == 5, "five notches")
    assert [line.split()[-1] for line in painters.since(mark, "wheel")] == ["1"] * 3 + ["-1"] * 2


def test_focus_cannot_be_stolen(painters):
    """When the first painter loses the focus it opens a view, goes to the front, calls itself
    "focus me" and asks for a confirmation: the second one keeps the focus."""
    focus(painters, 1)
    mark = painters.mark()
    painters.type("l")
    painters.wait_line(r"^\[painter\] release 38$", mark)
    focus(painters, 2)
    painters.wait_line(r"^\[painter\] asked$", mark)
    assert painters.since(mark, r"^\[painter\] confirm") == ["[painter] confirm 15"]     # refused
    mark = painters.mark()
    painters.type("q")
    painters.wait_line(r"^\[painter2\] release 16$", mark)
    assert painters.since(mark, r"^\[painter\]|\[nitpicker\] focus") == []
    screen = painters.screenshot()
    assert screen.text(8, 4, 14, BLACK, BLUE) == "Second painter"


def test_drag_and_stacking(painters):
    """A client moves its own window; the one it covers is seen again afterwards."""
    focus(painters, 1)
    mark = painters.mark()
    painters.type("r")                  # it goes to the front
    painters.wait_line(r"^\[painter\] asked$", mark)
    painters.drag(300, 250, 600, 350, "right")
    painters.wait_line(r"^\[painter\] at 400 200$", mark)
    painters.move(20, 700)
    screen = painters.screenshot()
    rows = painter_rows()
    assert uniform(screen, 100, 100, 300, 200, DESKTOP)
    assert same_window(screen, (400, 200, 320, 200), rows)
    assert same_window(screen, PAINTER2, painter_rows(BLUE), skip=[(400, 200, 320, 200)])
    mark = painters.mark()
    painters.drag(450, 350, 150, 250, "right")
    painters.wait_line(r"^\[painter\] at 100 100$", mark)
    painters.move(20, 700)
    assert same_window(painters.screenshot(), PAINTER, rows)


def test_fault_is_reported_and_contained(painters):
    """The last one with these painters: the second one ends here."""
    focus(painters, 2)
    mark = painters.mark()
    painters.type("f")
    painters.wait_line(r"^\[init\] painter2: fault at 0x[0-9a-f]+ "
                       r"\((crash|key|main)\+0x[0-9a-f]+\), page fault: write 0x8$", mark)
    focus(painters, 1)
    mark = painters.mark()
    painters.type("b")
    painters.wait_line(r"^\[painter\] release 48$", mark)
    screen = painters.wait_screen(lambda s: s.pixel(110, 110) == 0x2060a0, "it repaints")
    x, y, width, _ = PAINTER
    assert screen.row(x, y, width) == rgb(0x2060a0) * width


# What each component of tests/configs/probers.cfg tries, and the end of the report it gets.
FORBIDDEN = {
    "read_null": "page fault: read 0x8",
    "read_kernel": "page fault: read 0xffffffff80100000",
    "write_kernel": "page fault: write 0xffffffff80100000",
    "write_code": "page fault: write 0x400000",
    "write_startup": "page fault: write 0x3fff8000",
    "write_kip": "page fault: write 0x3ffff000",
    "read_window": "page fault: read 0x100000000",
    "map_window": "page fault: read 0x20000000",
    "map_writable": "page fault: write 0x20000000",
    "execute_stack": "page fault: execute 0x3fff....",
    "execute_data": "page fault: execute 0x40....",
    "read_port": "exception 0xd, error code 0x0",
    "write_port": "exception 0xd, error code 0x0",
    "stop_interrupts": "exception 0xd, error code 0x0",
    "halt": "exception 0xd, error code 0x0",
    "read_cr3": "exception 0xd, error code 0x0",
    "read_counter": "exception 0xd, error code 0x0",
    "read_clock": "exception 0xd, error code 0x0",
    "read_idt": "exception 0xd, error code 0x0",
}


@pytest.fixture(scope="module")
def probers():
    with boot("probers") as guest:
        guest.wait_line(r"^\[caps\] found")
        yield guest


@pytest.mark.parametrize("name", FORBIDDEN)
def test_forbidden(probers, name):
    symbol = r"[^)]*" if name.startswith("execute") else rf"{name}\+0x[0-9a-f]+"
    probers.wait_line(rf"^\[init\] {name}: fault at 0x[0-9a-f]+ \({symbol}\), {FORBIDDEN[name]}$")
    assert probers.since(0, rf"^\[{name}\]") == []


def test_capabilities_are_those_of_the_plan(probers):
    """A component that tries every index finds what the plan gives it and nothing else."""
    found = probers.wait_line(r"^\[caps\] found((?: \d+)*)$")[1].split()
    plan = make("-s", "plan", "SCENARIO=probers", "OUT=build/system/probers").stdout
    mine = re.search(r"^caps \(.*?(?=^\S|\Z)", plan, re.M | re.S)[0]
    assert re.findall(r"^  cap (\d+)", mine, re.M) == found != []


def test_the_others_go_on_working(probers):
    for name in FORBIDDEN:
        probers.wait_line(rf"^\[init\] {name}: fault")
    mark = probers.mark()
    probers.click(300, 250)
    probers.type("w")
    probers.wait_line(r"^\[painter\] text 119$", mark)
    assert same_window(probers.screenshot(), PAINTER, painter_rows(), skip=[(300, 250, 12, 19)])
