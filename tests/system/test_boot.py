# SPDX-License-Identifier: MIT
"""Booting: the lines on the serial port, the first picture, other screens, little memory."""

import pytest
from guest import POINTER, boot
from look import (BLACK, DESKTOP, PAINTER, STRIP, STRIP_INK, STRIP_PAPER, WHITE, painter_rows,
                  same_window, uniform)


@pytest.fixture(scope="module")
def painter():
    with boot("painter") as guest:
        guest.wait_line(r"^\[painter\] ready$")
        yield guest


def test_serial_lines(painter):
    lines = painter.lines()
    order = [next(i for i, line in enumerate(lines) if line.startswith(start)) for start in (
        "[kernel] ", "[init] painter: running", "[nitpicker] frame 1", "[painter] ready")]
    assert order == sorted(order)
    assert all(line == "" or line.startswith("[") and "] " in line for line in lines)


def test_first_picture(painter):
    """Every pixel is what it should be."""
    screen = painter.screenshot()
    assert (screen.width, screen.height) == (1024, 768)
    # the strip: nobody has the focus; the scenario's title to the right
    assert screen.colours(0, 0, 1024, STRIP) == {STRIP_PAPER, STRIP_INK}
    assert screen.text(8, 4, 8, STRIP_INK, STRIP_PAPER) == "no focus"
    assert screen.text(1024 - 8 * 8, 4, 7, STRIP_INK, STRIP_PAPER) == "Painter"
    # the window, and nothing around it but the pointer in the middle
    assert same_window(screen, PAINTER, painter_rows())
    x, y, width, height = PAINTER
    pointer = 512, 384, 12, 19
    assert uniform(screen, 0, STRIP, 1024, y - STRIP, DESKTOP)
    assert uniform(screen, 0, y, x, 768 - y, DESKTOP)
    assert uniform(screen, x + width, y, 1024 - x - width, pointer[1] - y, DESKTOP)
    assert uniform(screen, x, y + height, pointer[0] - x, 768 - y - height, DESKTOP)
    assert uniform(screen, pointer[0] + 12, pointer[1], 500, 19, DESKTOP)
    assert uniform(screen, pointer[0], pointer[1] + 19, 512, 365, DESKTOP)


def test_pointer_shape(painter):
    screen = painter.screenshot()
    at = screen.find_pointer()
    assert at == (512, 384)
    for line, row in enumerate(POINTER):
        for i, char in enumerate(row.ljust(12)):
            expected = {".": WHITE, "#": BLACK, " ": DESKTOP}[char]
            assert screen.pixel(at[0] + i, at[1] + line) == expected


def test_mouse_is_not_accelerated(painter):
    for dx, dy in (1, 0), (-1, 0), (0, 1), (127, -127), (-126, 99), (300, 200), (-300, -201):
        x, y = painter.pointer()
        painter.move_by(dx, dy)
        painter.wait_screen(lambda s: s.pointer_at(x + dx, y + dy), f"a move by {dx}, {dy}")


def test_pointer_stops_at_edges(painter):
    painter.move_by(-3000, -3000)
    painter.wait_screen(lambda s: s.pointer_at(0, 0), "the pointer is in the upper left corner")
    painter.move_by(3000, 3000)
    painter.wait_screen(lambda s: s.pixel(1023, 767) == WHITE, "the pointer is in the other one")
    painter.move(300, 400)


def test_pointer_leaves_no_trace(painter):
    before = painter.wait_screen(lambda s: s.find_pointer(), "the pointer is seen")
    x, y = before.find_pointer()
    for to in (110, 110), (300, 290), (415, 295), (600, 10), (2, 2):
        painter.move(*to)
    painter.move(x, y)
    assert painter.screenshot().data == before.data


def test_other_mode():
    with boot("painter", mode="1280x1024") as guest:
        guest.wait_line(r"\[painter\] ready")
        screen = guest.screenshot()
        assert (screen.width, screen.height) == (1280, 1024)
        assert screen.find_pointer() == (640, 512)
        assert same_window(screen, PAINTER, painter_rows())
        assert screen.text(1280 - 8 * 8, 4, 7, STRIP_INK, STRIP_PAPER) == "Painter"
        guest.move(1200, 1000)          # where a screen of 1024x768 has ended
        assert uniform(guest.screenshot(), 1000, 800, 190, 224, DESKTOP)


def test_little_memory():
    with boot("painter", mem="64M") as guest:
        guest.wait_line(r"\[painter\] ready")
        assert same_window(guest.screenshot(), PAINTER, painter_rows())


def test_too_little_kernel_memory():
    """What only init can know: it says who lacks what, and where."""
    with boot("poor", wait=False) as guest:
        guest.wait_line(r"^\[init\] cannot start: fb-drv: mapping at 0x[0-9a-f]+00000: "
                        r"no kernel memory left, set a larger quota$")
