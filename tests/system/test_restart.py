# SPDX-License-Identifier: MIT
"""Drivers that crash are started again: no client is lost, no key stays held, and the
attention keys work at once.  RESTARTS says how many crashes of each driver to see:
25, or 1,000 with TEST_LONG."""

import os
import time

import pytest
from guest import boot
from look import DESKTOP, PAINTER, WHITE, painter_rows, same_window, uniform

TIMES = int(os.environ.get("RESTARTS", "1000" if "TEST_LONG" in os.environ else "25"))
STORM = 0x602020
FAULT = r"^\[init\] {0}: fault at "
AGAIN = r"^\[init\] {0}: started again$"
READY = r"^\[input-drv\] keyboard, wheel mouse with five buttons$"


@pytest.fixture(scope="module", params=["mortal", "mortal-load"])
def guest(request):
    """The boot loader's mode; the VESA driver under load.  The driver of the screen crashes
    all the time."""
    with boot(request.param, wait=False) as running:
        running.wait_line(r"^\[painter\] ready$")
        yield running


def kill_input(guest):
    """Returns where the serial line was before; the driver works again."""
    time.sleep(0.05)        # init lets what faults within 10 ms of its start stay stopped
    mark = guest.mark()
    guest.press("f9")
    guest.wait_line(AGAIN.format("input-drv"), mark)
    guest.wait_line(READY, mark)
    guest.release("f9")
    return mark


def focus(guest):
    mark = guest.mark()
    guest.click(300, 250)
    guest.wait_line(r"^\[painter\] release 272$", mark)


def test_held_keys_are_released(guest):
    focus(guest)
    mark = guest.mark()
    for key in "ctrl", "a":
        guest.press(key)
    guest.wait_line(r"^\[painter\] press 30$", mark)
    kill_input(guest)
    guest.wait_line(r"^\[painter\] release 30$", mark)
    guest.wait_line(r"^\[painter\] release 29$", mark)
    for key in "ctrl", "a":
        guest.release(key)
    mark = guest.mark()
    guest.key("d")          # Ctrl is not held: the key types
    guest.wait_line(r"^\[painter\] text 100$", mark)


def test_held_button_is_released(guest):
    guest.move(300, 250)
    mark = guest.mark()
    guest.button(True)
    guest.wait_line(r"^\[painter\] press 272$", mark)
    kill_input(guest)
    guest.wait_line(r"^\[painter\] release 272$", mark)
    guest.button(False)
    focus(guest)


def test_attention_keys_after_each_crash(guest):
    lines = guest.mark()
    for i in range(TIMES):
        guest.press("shift")
        mark = kill_input(guest)
        guest.key("f12")
        guest.wait_line(rf"^\[nitpicker\] x-ray {'off' if i % 2 else 'on'}$", mark)
        guest.release("shift")
    if TIMES % 2:
        guest.key("scroll_lock")
    assert len(guest.since(lines, FAULT.format("input-drv"))) == TIMES
    mark = guest.mark()
    guest.key("c")
    guest.wait_line(r"^\[painter\] text 99$", mark)
    guest.wait_line(r"^\[painter\] release 46$", mark)


def test_kill_mode_after_a_crash(guest):
    for key in "f11", "print":
        mark = kill_input(guest)
        guest.key(key)
        guest.wait_line(r"^\[nitpicker\] kill mode on$", mark)
        mark = kill_input(guest)
        guest.key("esc")
        guest.wait_line(r"^\[nitpicker\] kill mode off$", mark)
    focus(guest)


def whole(screen):
    """The painter, the pointer at 700, 600, and on the right the storm or nothing."""
    right = screen.pixel(900, 100)
    return (same_window(screen, PAINTER, painter_rows()) and screen.pixel(700, 600) == WHITE and
            right in (DESKTOP, STORM) and uniform(screen, 520, 30, 500, 560, right))


def test_attention_keys_while_the_framebuffer_driver_crashes(guest):
    for i in range(TIMES):
        mark = guest.mark()
        guest.wait_line(AGAIN.format("fb-drv"), mark)
        guest.key("f12")
        guest.wait_line(rf"^\[nitpicker\] x-ray {'off' if i % 2 else 'on'}$", mark)
    if TIMES % 2:
        guest.key("f12")
    focus(guest)


def test_picture_stays_while_the_framebuffer_driver_crashes(guest):
    def crashes():
        return len(guest.since(0, AGAIN.format("fb-drv")))

    guest.move(700, 600)
    before, count = guest.wait_screen(whole, "everything is on the screen"), crashes()
    guest.until(lambda: crashes() >= count + TIMES, f"{TIMES} crashes of fb-drv",
                limit=60 + 2 * TIMES)
    guest.wait_screen(lambda s: s.data == before.data, "the picture is as before")
    assert guest.since(0, r"^\[init\] fb-drv: stopped$") == []
    mark = guest.mark()
    guest.move(300, 250)
    guest.wait_line(r"^\[painter\] motion", mark)


def test_who_spoils_its_task_starts_as_at_first():
    """Capabilities everywhere, its log lost, kernel memory used up: see tests/apps/junker.  Its
    client calls the same gate all the time.  In a new task, and in the same, for a driver."""
    with boot("junkers", wait=False) as guest:
        for server, client in ("junker", "client"), ("driver", "user"):
            guest.wait_line(rf"^\[{client}\] as at first: {TIMES} ")
            assert len(guest.since(0, AGAIN.format(server))) >= TIMES
            have, fits = guest.since(0, rf"^\[{client}\] as at first: ")[0].split()[-2:]
            assert int(have) > 0 and 0 < int(fits) < 1024
        assert guest.since(0, "not as at first|no answer|it lives|stopped$") == []


def test_nobody_else_was_lost(guest):
    faults = guest.since(0, r"^\[init\] \S+: (fault|stopped)")
    assert [line for line in faults if "input-drv" not in line and "fb-drv" not in line] == []
