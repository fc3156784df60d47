# SPDX-License-Identifier: MIT
"""Everything can be done by keys, and text goes from one client to another by the user's
chord alone; no client sees the keys that do it."""

import pytest
from guest import Failed, boot
from look import STRIP_PAPER

STRIP_INK = 0xd5dde5
CHORD_CODES = r"(press|release|text) (15|28|46|47|87|88|9|99|118)$"


@pytest.fixture()
def painters():
    with boot("painters") as guest:
        guest.wait_line(r"^\[painter\] ready$")
        guest.wait_line(r"^\[painter2\] ready$")
        yield guest


@pytest.fixture()
def views():
    with boot("testviews") as guest:
        guest.wait_line(r"^\[views\] ready$")
        guest.wait_line(r"^\[glass\] ready$")
        yield guest


def chord(guest, *keys):
    guest.burst("+f12", *keys, "-f12")


def transfer(guest, key, line):
    """A chord until it works: the keys or the client's answer may be late on a slow machine."""
    for _ in range(9):
        chord(guest, key)
        try:
            return guest.wait_line(line, limit=10)
        except Failed:
            continue
    return guest.wait_line(line)


def test_focus_by_keys(painters):
    mark = painters.mark()
    chord(painters, "tab", "tab", "ret")
    painters.wait_line(r"^\[nitpicker\] focus Second painter$", mark)
    painters.wait_line(r"^\[painter2\] focus 1$", mark)
    mark = painters.mark()
    painters.key("a")
    painters.wait_line(r"^\[painter2\] release 30$", mark)
    chord(painters, "tab")
    chord(painters, "tab")
    assert painters.since(0, CHORD_CODES) == []
    # the X-ray key is up: Tab is the client's
    mark = painters.mark()
    painters.key("tab")
    painters.wait_line(r"^\[painter2\] release 15$", mark)


def test_kill_by_keys(painters):
    mark = painters.mark()
    painters.key("f11")
    painters.key("tab")
    painters.key("ret")
    painters.wait_line(r"^\[nitpicker\] locked out Painter$", mark)
    painters.key("esc")
    painters.wait_line(r"^\[nitpicker\] kill mode off$", mark)
    assert painters.since(0, CHORD_CODES) == []
    mark = painters.mark()
    painters.click(200, 200)
    painters.click(640, 200)
    painters.wait_line(r"^\[painter2\] focus 1$", mark)
    assert painters.since(mark, r"^\[painter\]") == []


def test_one_transfer(views):
    views.click(200, 200)
    views.wait_line(r"^\[nitpicker\] focus Views$")
    views.type("for Glass")
    transfer(views, "c", r"^\[nitpicker\] copied from Views$")
    views.wait_screen(lambda s: s.find_text("copied from", STRIP_INK, STRIP_PAPER), "whence")
    views.click(700, 200)
    views.wait_line(r"^\[nitpicker\] focus Glass$")
    transfer(views, "v", r"^\[nitpicker\] pasted to Glass$")
    views.wait_screen(lambda s: s.find_text("pasted to", STRIP_INK, STRIP_PAPER), "where it went")
    mark = views.mark()
    chord(views, "v")
    views.click(200, 200)
    views.wait_line(r"^\[nitpicker\] focus Views$", mark)
    assert views.since(mark, "pasted") == []


def test_move_and_close(views):
    before = views.screenshot()
    views.drag(200, 515, 300, 615)                  # the window "Fixed", by its bar
    moved = views.wait_screen(lambda s: s.bytes_of(192, 635, 120, 40) ==
                              before.bytes_of(92, 535, 120, 40), "the window moved")
    views.click(396, 614)                           # its close button
    views.wait_screen(lambda s: s.pixel(250, 650) != moved.pixel(250, 650), "the window closed")
