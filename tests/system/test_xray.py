# SPDX-License-Identifier: MIT
"""X-ray mode: the key works at every moment and belongs to nobody else, and no client can
paint what nitpicker paints."""

import pytest
from guest import boot
from look import (BLACK, BLUE, DESKTOP_XRAY, GREEN, LEGACY, ORANGE, PAINTER, PAINTER2, STRIP,
                  STRIP_PAPER, TITLE_INK, TITLE_PAPER, WHITE, dimmed, painter_rows, rgb,
                  same_window, uniform)

LEGEND = 20                     # height, of one line
XRAY_KEYS = "f12", "scroll_lock"
ATTENTION_CODES = r"(press|release|repeat) (70|87|88|99)$"     # of Linux


@pytest.fixture(scope="module")
def painters():
    with boot("painters") as guest:
        guest.wait_line(r"^\[painter\] ready$")
        guest.wait_line(r"^\[painter2\] ready$")
        guest.click(300, 250)
        guest.wait_line(r"^\[painter\] release 272$")
        yield guest


def shows_xray(screen):
    return screen.text(1024 - 6 * 8, 4, 5, BLACK, WHITE) == "X-RAY"


def switch(guest, key, on):
    mark = guest.mark()
    guest.key(key)
    guest.wait_line(rf"^\[nitpicker\] x-ray {'on' if on else 'off'}$", mark)
    return guest.screenshot()


@pytest.mark.parametrize("key", XRAY_KEYS)
def test_on_and_off(painters, key):
    before = painters.screenshot()
    screen = switch(painters, key, True)
    assert shows_xray(screen)
    assert uniform(screen, 0, STRIP, 1024, 100 - STRIP, DESKTOP_XRAY)
    assert uniform(screen, 0, 320, 1024, 768 - LEGEND - 320, DESKTOP_XRAY)
    for name, colour in ("Painter", ORANGE), ("Second painter", BLUE):
        assert screen.find_text(name, BLACK, colour, 768 - LEGEND)
    screen = switch(painters, key, False)
    assert screen.data == before.data


@pytest.mark.parametrize("key", XRAY_KEYS)
@pytest.mark.parametrize("held", ["a", "shift", "ctrl", "alt"])
def test_while_a_key_is_held(painters, key, held):
    mark = painters.mark()
    painters.press(held)
    painters.wait_line(r"^\[painter\] press", mark)
    assert shows_xray(switch(painters, key, True))
    assert not shows_xray(switch(painters, key, False))
    painters.release(held)
    painters.wait_line(r"^\[painter\] release", mark)
    assert painters.since(mark, ATTENTION_CODES) == []


def test_while_a_button_is_held(painters):
    painters.move(300, 250)
    mark = painters.mark()
    painters.button(True)
    painters.wait_line(r"^\[painter\] press 272", mark)
    assert shows_xray(switch(painters, "f12", True))
    assert not shows_xray(switch(painters, "f12", False))
    painters.button(False)
    painters.wait_line(r"^\[painter\] release 272", mark)


def test_keys_never_reach_a_client(painters):
    mark = painters.mark()
    for key in XRAY_KEYS * 3:
        painters.key(key)
    painters.key("x")
    painters.wait_line(r"^\[painter\] release 45$", mark)
    assert painters.since(mark, r"^\[painter2?\]") == [
        "[painter] press 45", "[painter] text 120", "[painter] release 45"]


def test_frames_and_labels(painters):
    """Label of the plan first, the client's own title second, in nitpicker's colours."""
    screen = switch(painters, "f12", True)
    # the focused window: black, white, its colour
    x, y, width, height = PAINTER
    rings = [BLACK] + 2 * [WHITE] + 4 * [ORANGE]
    for i, colour in enumerate(rings):
        assert screen.pixel(x + i, y + 30) == screen.pixel(x + width - 1 - i, y + 30) == colour
        assert screen.pixel(x + 30, y + i) == screen.pixel(x + 30, y + height - 1 - i) == colour
    # the other one
    x2, y2 = PAINTER2[:2]
    assert [screen.pixel(x2 + i, y2 + 30) for i in range(3)] == [BLACK, BLUE, BLUE]
    for (label, title, colour), area in zip(
            (("Painter", "painter", ORANGE), ("Second painter", "painter2", BLUE)),
            (PAINTER, PAINTER2)):
        at = screen.find_text(label, BLACK, colour, STRIP)
        assert area[0] <= at[0] < area[0] + area[2] and area[1] <= at[1] < area[1] + 30
        # between them is what the client rests on (test_tcb.py)
        title_x, title_y = screen.find_text(title, TITLE_INK, TITLE_PAPER, at[1])
        assert title_y == at[1] and at[0] + 8 * len(label) < title_x < area[0] + area[2]
    # between the frame and below the label: the clients' pixels, dimmed and tinted
    rows = [dimmed(row, ORANGE) for row in painter_rows()]
    inner = x + 7, y + 30, width - 14, height - 37
    pointer = (*screen.find_pointer(), 12, 19)
    assert same_window(screen, inner, [row[21:-21] for row in rows[30:]], skip=[pointer])
    switch(painters, "f12", False)


def test_focus_and_strip(painters):
    """The strip says who has the focus, in X-ray mode and out of it."""
    for key in "f12", "f12":
        for (x, y), name, colour in (((600, 250), "Second painter", BLUE),
                                     ((300, 250), "Painter", ORANGE)):
            mark = painters.mark()
            painters.click(x, y)
            painters.wait_line(rf"^\[nitpicker\] focus {name}$", mark)
            screen = painters.screenshot()
            assert screen.text(8, 4, len(name), BLACK, colour) == name
            assert screen.text(8 * (len(name) + 3), 4, 6, LEGACY, STRIP_PAPER) == "legacy"
        painters.key(key)


def ours(screen, window, label):
    """The colours of strip, frame and label: nitpicker's in X-ray mode."""
    x, y, width, height = window
    return (screen.colours(0, 0, screen.width, STRIP) | screen.colours(*label)
            | screen.colours(x, y, width, 3) | screen.colours(x, y + height - 3, width, 3))


def test_all_colours_of_a_client():
    """A client paints each of the 2^24 colours: none becomes one of nitpicker's, and the
    other way round."""
    with boot("cube") as guest:
        guest.wait_line(r"^\[cube\] painted from 0$")
        guest.click(500, 500)
        guest.wait_line(r"^\[nitpicker\] focus Colour cube$")
        guest.move(5, 5)
        guest.key("f12")
        guest.wait_line(r"^\[nitpicker\] x-ray on$")
        guest.idle()
        x, y, width, height = 8, STRIP + 40, 1024 - 16, 768 - STRIP - 48 - LEGEND
        screen = guest.screenshot()
        label = screen.find_text("Colour cube", BLACK, GREEN, STRIP)
        end = screen.find_text("all colours", TITLE_INK, TITLE_PAPER, STRIP)[0] + 11 * 8 + 6
        label = label[0] - 6, label[1] - 2, end - label[0] + 6, 20
        mine, theirs, first = set(), set(), 0
        while first < 1 << 24:
            screen = guest.screenshot()
            mine |= ours(screen, (0, STRIP, 1024, 768 - STRIP - LEGEND), label)
            theirs |= screen.colours(x, y, width, height)
            # it did paint these colours, and they are shown as they must be
            expected = dimmed(b"".join(rgb(first + i & 0xffffff) for i in range(width)), GREEN)
            assert screen.row(x, y, width) == expected
            first += width * height
            if first >= 1 << 24:
                break
            switch(guest, "f12", False)         # the picture stands still in X-ray mode
            mark = guest.mark()
            guest.key("spc")
            guest.wait_line(rf"^\[cube\] painted from {first}$", mark)
            switch(guest, "f12", True)
        assert len(theirs) == 1 << 18           # six bits of each channel are left
        assert {BLACK, WHITE, GREEN, TITLE_INK, TITLE_PAPER} <= mine
        assert not mine & theirs
