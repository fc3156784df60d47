# SPDX-License-Identifier: MIT
"""The framebuffer driver with the card's own BIOS in an emulator: modes are listed and set
while the system runs.  The client runs directly on the drivers."""

import time

import pytest
from guest import boot

RED, GREEN, BLUE = 0xff0000, 0x00ff00, 0x0000ff


@pytest.fixture(scope="module")
def guest():
    with boot("modes", mode="1280x1024", wait=False) as running:
        running.wait_line(r"^\[modes\] drawn 1280 1024 5120$")
        yield running


def modes(guest):
    return [tuple(map(int, line.split()[2:])) for line in guest.since(0, r"^\[modes\] mode ")]


def complete(screen, width, height):
    """The client's red frame, green cross, blue rest, to the last line."""
    return (screen.width, screen.height) == (width, height) and \
        screen.colours(0, 0, width, 1) == {RED} == screen.colours(0, height - 1, width, 1) and \
        screen.colours(0, 0, 1, height) == {RED} == screen.colours(width - 1, 0, 1, height) and \
        screen.colours(1, height // 2, width - 2, 1) == {GREEN} and \
        screen.colours(width // 2, 1, 1, height - 2) == {GREEN} and \
        screen.colours(1, 1, width // 2 - 1, height // 2 - 1) == {BLUE}


def test_list(guest):
    guest.wait_line(r"^\[fb-drv\] modes of the VESA BIOS$")
    assert {(640, 480, 2560), (800, 600, 3200), (1024, 768, 4096), (1280, 1024, 5120)} <= \
        set(modes(guest))
    # also larger ones than the boot loader's, but no other than the card's memory has room for
    assert (1600, 1200, 6400) in modes(guest)
    assert all(pitch * height <= 16 << 20 for _, height, pitch in modes(guest))


def test_mode_session_has_no_frame(guest):
    guest.wait_line(r"^\[modes\] frame of a mode session [1-9]")


def test_boot_mode(guest):
    guest.wait_screen(lambda s: complete(s, 1280, 1024), "the first picture")


@pytest.mark.parametrize("again", [1, 2])
def test_each_mode(guest, again):
    for i, (width, height, pitch) in enumerate(modes(guest)[:9]):
        mark = guest.mark()
        guest.key(str(i + 1))
        guest.wait_line(r"^\[modes\] set 0$", mark)
        guest.wait_line(rf"^\[modes\] drawn {width} {height} {pitch}$", mark)
        guest.wait_screen(lambda s: complete(s, width, height), f"{width}x{height}, time {again}")


def test_no_such_mode(guest):
    before, mark = guest.screenshot(), guest.mark()
    guest.key("0")
    guest.wait_line(r"^\[modes\] set [1-9]", mark)
    assert guest.screenshot().data == before.data
    assert guest.since(mark, "drawn") == []


def test_far_mode(guest):
    mark = guest.mark()
    guest.key("minus")
    guest.wait_line(r"^\[modes\] far [1-9]", mark)


def test_crash_restores_the_first_mode():
    with boot("mortal-vesa", wait=False) as running:
        running.wait_line(r"^\[modes\] drawn 1024 768 4096$")
        for i, (width, height, pitch) in enumerate(modes(running)[:4]):
            mark = running.mark()
            running.key(str(i + 1))
            running.wait_line(rf"^\[modes\] drawn {width} {height} {pitch}$", mark)
            running.wait_screen(lambda s: complete(s, width, height), f"{width}x{height}")
            time.sleep(0.05)    # init lets what faults too early stay stopped
            mark = running.mark()
            running.key("minus")
            running.wait_line(r"^\[init\] fb-drv: started again$", mark)
            running.wait_line(r"^\[modes\] far [1-9]", mark)
            running.wait_line(r"^\[modes\] drawn 1024 768 4096$", mark)
            running.wait_screen(lambda s: complete(s, 1024, 768), "the first mode again")
