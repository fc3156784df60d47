# SPDX-License-Identifier: MIT
"""The demo scenario in 64 MiB: the viewer shows the documentation, others are around it."""

import re

import pytest

from guest import ROOT, boot

PAPER, INK, LINK, EDGE = 0xffffff, 0x1f2630, 0x245f8f, 0x98a2b0
THUMB = 0x98a2b0
# of the window
LEFT, TOP, WIDTH, HEIGHT = 231, 60, 760, 620
PAGE = (LEFT + 1, TOP + 72, WIDTH - 14, HEIGHT - 73)    # what shows the document
BACK, CONTENTS = (LEFT + 40, TOP + 50), (LEFT + 130, TOP + 50)


@pytest.fixture(scope="module")
def machine():
    with boot("demo", mem="64M") as guest:
        guest.wait_line(r"^\[viewer\] ready$")
        yield guest


@pytest.fixture
def demo(machine):
    """The viewer at its list of documents."""
    mark = machine.mark()
    machine.click(*CONTENTS)
    machine.wait_line(r"^\[viewer\] page contents", mark)
    machine.idle()
    return machine


def page(screen):
    return screen.bytes_of(*PAGE)


def underlines(screen):
    """(x, y, length) of each link's line on the page, from the top."""
    x0, y0, width, height = PAGE
    found = []
    for y in range(y0, y0 + height):
        row = screen.row(x0, y, width)
        for run in re.finditer(rb"(?:\x24\x5f\x8f){12,}", row):
            if run.start() % 3 == 0:
                found.append((x0 + run.start() // 3, y, len(run[0]) // 3))
    return found


def go_to(guest, name):
    """Follows the link to a document in the list, by a click."""
    with open(f"{ROOT}/{name}", encoding="utf-8") as file:
        title = re.search(r"^# (.*)$", file.read(), re.M)[1]
    for x, y, length in underlines(guest.screenshot()):
        mark = guest.mark()
        guest.click(x + length // 2, y - 4)
        line = guest.wait_line(r"^\[viewer\] page (\S+): ", mark)
        if line[1] == name:
            guest.move(LEFT + 400, TOP + 12)
            return guest.screenshot()
        mark = guest.mark()
        guest.click(*BACK)
        guest.wait_line(r"^\[viewer\] page contents", mark)
        guest.idle()
    raise AssertionError(f"no link leads to {name} ({title})")


def test_first_page(machine):
    """README.md: its heading in large letters on white."""
    machine.wait_line(r"^\[viewer\] page README\.md: ")
    screen = machine.screenshot()
    assert screen.pixel(LEFT, TOP + 180) == EDGE and screen.pixel(LEFT - 1, TOP + 180) != EDGE
    heading = screen.colours(PAGE[0], PAGE[1] + 20, 400, 46)
    # smooth letters: ink, paper, and many shades between
    assert {PAPER, INK} <= heading and len(heading) > 30


def test_a_link_leads_to_its_document_and_back_returns(demo):
    before = page(demo.screenshot())
    assert len(underlines(demo.screenshot())) >= 3
    screen = go_to(demo, "docs/viewer.md")
    assert page(screen) != before
    mark = demo.mark()
    demo.click(*BACK)
    demo.wait_line(r"^\[viewer\] page contents", mark)
    assert page(demo.screenshot()) == before


def test_wheel_moves_the_page(demo):
    """One notch: the same lines, 66 pixels further up."""
    first = go_to(demo, "docs/dependencies.md")
    demo.move(LEFT + 300, TOP + 300)
    demo.wheel(1)
    x, y, width, height = PAGE
    demo.wait_screen(lambda s: s.bytes_of(x, y, width - 60, 100) ==
                     first.bytes_of(x, y + 66, width - 60, 100), "moved by one notch")
    demo.key("end")
    low = demo.screenshot()
    bar = LEFT + WIDTH - 7
    assert low.pixel(bar, TOP + HEIGHT - 24) == THUMB and low.pixel(bar, TOP + 84) != THUMB
    demo.key("home")
    demo.wait_screen(lambda s: s.bytes_of(x, y, width - 60, 100) ==
                     first.bytes_of(x, y, width - 60, 100), "back at the top")
    assert first.pixel(bar, TOP + 84) == THUMB


def test_scroll_bar(demo):
    first = go_to(demo, "docs/dependencies.md")
    bar = LEFT + WIDTH - 7
    demo.drag(bar, TOP + 90, bar, TOP + HEIGHT - 20)
    demo.wait_screen(lambda s: s.pixel(bar, TOP + HEIGHT - 24) == THUMB and
                     s.pixel(bar, TOP + 84) != THUMB, "the bar is at its end")
    assert page(demo.screenshot()) != page(first)


def test_picture(demo):
    """docs/viewer.png shows a screen: nitpicker's strip appears on the page, smaller."""
    screen = demo.screenshot()
    strip = screen.pixel(500, 5)
    assert strip not in screen.colours(*PAGE)
    screen = go_to(demo, "docs/viewer.md")
    x, y = screen.find(strip, *PAGE)
    at = x + 300
    assert screen.bytes_of(at, y, 90, 14) == strip.to_bytes(3, "big") * 90 * 14
    assert strip not in screen.colours(at, y + 24, 90, 40)


def test_backdrop(machine):
    """The picture covers the screen, behind everything."""
    machine.wait_line(r"^\[backdrop\] ready$")
    screen = machine.screenshot()
    assert len(screen.colours(0, 24, screen.width, 30)) > 20
    assert len(screen.colours(0, screen.height - 40, screen.width, 40)) > 20


def test_windows_of_others_come_to_the_front(machine):
    """A click raises the window it hits, whoever has the one above it."""
    notes = (70, 93)                                    # title bar of a window of testviews
    covered = machine.screenshot().bytes_of(LEFT + 20, 90, 150, 40)
    machine.click(*notes)
    machine.wait_screen(lambda s: s.bytes_of(LEFT + 20, 90, 150, 40) != covered, "it is raised")
    machine.click(LEFT + 500, TOP + 12)
    machine.wait_screen(lambda s: s.bytes_of(LEFT + 20, 90, 150, 40) == covered, "as before")


def test_keyboard(demo):
    """Tab chooses a link, Enter follows it, Backspace returns."""
    mark = demo.mark()
    demo.key("tab")
    demo.key("tab")
    demo.key("ret")
    name = demo.wait_line(r"^\[viewer\] page (docs/\S+): ", mark)[1]
    assert name.endswith(".md")
    mark = demo.mark()
    demo.key("backspace")
    demo.wait_line(r"^\[viewer\] page contents", mark)


def test_picture_fits_when_the_window_is_made_smaller(demo):
    """It is clipped while the size changes, made smaller in the end."""
    screen = go_to(demo, "docs/viewer.md")
    strip = screen.pixel(500, 5)
    x, y = screen.find(strip, *PAGE)
    right, bottom = LEFT + WIDTH - 4, TOP + HEIGHT - 4
    demo.drag(right, bottom, right - 200, bottom)
    margin = LEFT + WIDTH - 200 - 30, TOP + 80, 12, 400
    demo.wait_screen(lambda s: s.find(strip, x, TOP + 80, 100, 400) and
                     s.colours(*margin) == {PAPER}, "the picture is within the margins")
    demo.drag(right - 200, bottom, right, bottom)
    assert page(demo.wait_screen(lambda s: page(s) == page(screen), "as before"))


def test_window_changes_its_size(demo):
    right, bottom = LEFT + WIDTH - 4, TOP + HEIGHT - 4
    demo.drag(right, bottom, right - 200, bottom - 150)
    small = demo.screenshot()
    assert small.pixel(LEFT + WIDTH - 201, TOP + 200) == EDGE
    assert small.pixel(LEFT + 300, TOP + HEIGHT - 151) == EDGE
    assert PAPER not in small.colours(LEFT + WIDTH - 200, TOP + 40, 190, 400)
    demo.drag(right - 200, bottom - 150, right, bottom)
    demo.wait_screen(lambda s: s.pixel(LEFT + WIDTH - 1, TOP + 200) == EDGE and
                     s.pixel(LEFT + 300, TOP + HEIGHT - 1) == EDGE, "as large as before")


def test_closing():
    with boot("demo", mem="64M") as guest:
        guest.wait_line(r"^\[viewer\] ready$")
        guest.click(LEFT + WIDTH - 14, TOP + 14)
        guest.wait_line(r"^\[viewer\] exit 0$")
        guest.wait_screen(lambda s: EDGE not in s.colours(LEFT + WIDTH - 1, TOP + 40, 1, HEIGHT - 50),
                          "nothing is left of it")
