# SPDX-License-Identifier: MIT
"""Kill mode: a click locks a session out, and nobody else notices."""

import pytest
from guest import boot
from look import (BLACK, BLUE, DESKTOP, KILL, ORANGE, PAINTER, PAINTER2, STRIP, WHITE, painter_rows,
                  same_window, uniform)


@pytest.fixture
def painters():
    with boot("painters") as guest:
        guest.wait_line(r"^\[painter\] ready$")
        guest.wait_line(r"^\[painter2\] ready$")
        guest.click(300, 250)
        guest.wait_line(r"^\[painter\] release 272$")
        yield guest


def kill_mode(guest, key, on=True):
    mark = guest.mark()
    guest.key(key)
    guest.wait_line(rf"^\[nitpicker\] kill mode {'on' if on else 'off'}$", mark)
    screen = guest.screenshot()
    assert (screen.text(8, 4, 9, WHITE, KILL) == "KILL MODE") == on
    return screen


def lock_out(guest, mark, x, label):
    """Clicks at a view, to ask, and again until the second click is none of a double click."""
    guest.until(lambda: guest.since(mark, rf"^\[nitpicker\] locked out {label}$") or
                guest.click(x, 250), f"{label} is locked out")
    guest.idle()


@pytest.mark.parametrize("key", ["f11", "print"])
def test_lock_out(painters, key):
    mark = painters.mark()
    kill_mode(painters, key)
    lock_out(painters, mark, 600, "Second painter")
    # it stays as a hatched rectangle with its label while the mode lasts
    screen = painters.screenshot()
    assert screen.find_text("Second painter", BLACK, BLUE, STRIP)
    assert screen.colours(600, 200, 100, 40) == {BLACK, BLUE}
    kill_mode(painters, key, on=False)
    # its window is gone, the other one works as before
    screen = painters.screenshot()
    x, y, width, height = PAINTER2
    assert uniform(screen, x, y, width, 140, DESKTOP)
    assert same_window(screen, PAINTER, painter_rows())
    mark = painters.mark()
    painters.type("k")
    painters.wait_line(r"^\[painter\] release 37$", mark)
    painters.click(600, 250)
    painters.wait_line(r"^\[nitpicker\] focus nobody$", mark)
    painters.type("x")
    painters.click(300, 250)
    painters.wait_line(r"^\[painter\] release 272$", mark)
    assert painters.since(mark, r"^\[painter2\]") == []
    assert painters.since(mark, " 45$") == []


def test_clients_see_nothing_of_it(painters):
    mark = painters.mark()
    kill_mode(painters, "f11")
    painters.move(300, 250)
    painters.button(True, "right")
    painters.button(False, "right")
    painters.type("secret\n")
    assert painters.screenshot().text(8, 4, 9, WHITE, KILL) == "KILL MODE"
    kill_mode(painters, "esc", on=False)
    painters.type("z")
    painters.wait_line(r"^\[painter\] release 44$", mark)
    keys = painters.since(mark, r"^\[painter2?\] (press|release|text|repeat)")
    assert keys == ["[painter] press 44", "[painter] text 122", "[painter] release 44"]


def test_while_a_key_is_held(painters):
    mark = painters.mark()
    painters.press("a")
    painters.wait_line(r"^\[painter\] press 30$", mark)
    kill_mode(painters, "f11")
    painters.wait_line(r"^\[painter\] release 30$", mark)      # as far as it can see
    lock_out(painters, mark, 300, "Painter")
    kill_mode(painters, "f11", on=False)
    painters.release("a")
    assert uniform(painters.screenshot(), 100, 100, 190, 150, DESKTOP)


def test_xray_works_in_kill_mode(painters):
    kill_mode(painters, "f11")
    mark = painters.mark()
    painters.key("f12")
    painters.wait_line(r"^\[nitpicker\] x-ray on$", mark)
    kill_mode(painters, "f11", on=False)
    screen = painters.screenshot()
    assert screen.text(1024 - 48, 4, 5, BLACK, WHITE) == "X-RAY"
    assert screen.pixel(104, 200) == ORANGE


def test_strip_and_desktop_are_not_killed(painters):
    mark = painters.mark()
    kill_mode(painters, "f11")
    painters.click(300, 5)
    painters.click(20, 700)
    kill_mode(painters, "f11", on=False)
    assert painters.since(mark, "locked out") == []
    assert STRIP <= PAINTER[1]


def test_destroy():
    """Where the scenario says so, killing ends the component: this one never sleeps."""
    with boot("ringer") as guest:
        guest.wait_line(r"^\[ringer\] written ")
        mark = guest.mark()
        guest.key("f11")
        guest.wait_line(r"^\[nitpicker\] kill mode on$", mark)
        guest.until(lambda: guest.since(mark, r"^\[nitpicker\] destroyed Ringer$") or
                    guest.click(700, 550), "Ringer is destroyed")
        guest.wait_line(r"^\[init\] ringer: destroyed$", mark)
        guest.idle()
        guest.key("esc")
        guest.wait_line(r"^\[nitpicker\] kill mode off$", mark)
        guest.click(300, 250)
        guest.wait_line(r"^\[painter\] release 272$", mark)
        mark = guest.mark()
        guest.type("k")
        guest.wait_line(r"^\[painter\] release 37$", mark)
        assert guest.since(mark, r"^\[ringer\]") == []
