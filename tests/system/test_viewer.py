# SPDX-License-Identifier: MIT
"""The viewer without nitpicker, directly on the drivers: the same program, the same interfaces."""

import pytest

from guest import boot

PAPER = 0xffffff
CONTENTS = 127, 50


@pytest.fixture(scope="module")
def viewer():
    with boot("viewer", mem="64M", wait=False) as machine:
        machine.wait_line(r"^\[viewer\] ready$")
        yield machine


def test_there_is_no_nitpicker(viewer):
    assert "nitpicker" not in "\n".join(viewer.lines())
    screen = viewer.wait_screen(lambda s: s.pixel(500, 100) == PAPER, "a page from edge to edge")
    assert screen.pixel(0, 300) == screen.pixel(1023, 300) == 0x98a2b0


def test_pointer_and_click(viewer):
    """It draws the pointer itself, which leaves nothing behind."""
    viewer.move(600, 200)
    clean = viewer.screenshot()
    viewer.move(300, 600)
    viewer.move(600, 200)
    assert viewer.wait_screen(lambda s: s.data == clean.data, "as before")
    mark = viewer.mark()
    viewer.click(*CONTENTS)
    viewer.wait_line(r"^\[viewer\] page contents", mark)
    viewer.wait_screen(lambda s: s.data != clean.data, "another page")


def test_keys_and_wheel(viewer):
    mark = viewer.mark()
    viewer.click(*CONTENTS)
    viewer.wait_line(r"^\[viewer\] page contents", mark)
    mark = viewer.mark()
    viewer.key("tab")
    viewer.key("ret")
    viewer.wait_line(r"^\[viewer\] page \S+\.md: ", mark)
    viewer.move(600, 400)
    before = viewer.screenshot()
    viewer.wheel(2)
    viewer.wait_screen(lambda s: s.bytes_of(30, 80, 500, 200) != before.bytes_of(30, 80, 500, 200),
                       "the page has moved")


def test_window_cannot_be_moved(viewer):
    """It is the screen."""
    viewer.drag(500, 14, 300, 200)
    screen = viewer.screenshot()
    assert screen.pixel(0, 300) == screen.pixel(1023, 300) == 0x98a2b0


def test_attention_keys_are_plain_keys_here(viewer):
    """Nobody is there to take them: that is what nitpicker is for."""
    before = viewer.screenshot().data
    viewer.key("f12")
    viewer.key("f11")
    assert viewer.screenshot().data == before


def test_larger_screen():
    with boot("viewer", mem="64M", mode="1280x1024", wait=False) as machine:
        machine.wait_line(r"^\[viewer\] ready$")
        machine.wait_screen(lambda s: s.width == 1280 and s.pixel(1279, 900) == 0x98a2b0,
                            "all of it is used")
