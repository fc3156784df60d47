# SPDX-License-Identifier: MIT
"""The demo scenario in 64 MiB: the viewer shows the documentation, others are around it."""

import os
import re

import pytest

from guest import ROOT, boot
from look import BLACK, STRIP, rgb

PAPER, INK, LINK, EDGE = 0xffffff, 0x1f2630, 0x245f8f, 0x98a2b0
THUMB = 0x98a2b0
# of the window
LEFT, TOP, WIDTH, HEIGHT = 480, 48, 520, 556
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
    """Follows the link to a document in the list, by a click: first the one that should be it, then
    its neighbours, as a long title has two lines."""
    names = ["README.md", *sorted(f"docs/{file}" for file in os.listdir(f"{ROOT}/docs")
                                  if file.endswith(".md"))]
    late = names.index(name) >= len(names) // 2
    guest.key("end" if late else "home")
    links = underlines(guest.screenshot())[::-1 if late else 1]
    guess = len(names) - 1 - names.index(name) if late else names.index(name)
    for x, y, length in sorted(links, key=lambda link: abs(links.index(link) - guess)):
        mark = guest.mark()
        guest.click(x + length // 2, y - 4)
        line = guest.wait_line(r"^\[viewer\] page (\S+): ", mark, limit=120)
        if line[1] == name:
            guest.move(LEFT + 400, TOP + 12)
            return guest.screenshot()
        mark = guest.mark()
        guest.click(*BACK)
        guest.wait_line(r"^\[viewer\] page contents", mark)
        guest.screenshot()
    raise AssertionError(f"no link leads to {name}")


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
    screen = go_to(demo, "docs/caveats.md")
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
    at = x + 180
    assert screen.bytes_of(at, y, 90, 7) == strip.to_bytes(3, "big") * 90 * 7
    assert strip not in screen.colours(at, y + 16, 90, 24)


def test_backdrop(machine):
    """The picture covers the screen, behind everything."""
    machine.wait_line(r"^\[backdrop\] ready$")
    screen = machine.screenshot()
    assert len(screen.colours(0, 24, screen.width, 30)) > 20
    assert len(screen.colours(0, screen.height - 40, screen.width, 40)) > 20


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
    assert PAPER not in small.colours(LEFT + WIDTH - 200, TOP + 40, 190, 300)
    demo.drag(right - 200, bottom - 150, right, bottom)
    demo.wait_screen(lambda s: s.pixel(LEFT + WIDTH - 1, TOP + 200) == EDGE and
                     s.pixel(LEFT + 300, TOP + HEIGHT - 1) == EDGE, "as large as before")


def test_closing():
    with boot("demo", mem="64M") as guest:
        guest.wait_line(r"^\[viewer\] ready$")
        guest.click(LEFT + WIDTH - 14, TOP + 14)
        guest.wait_line(r"^\[viewer\] exit 0$")
        guest.wait_screen(
            lambda s: EDGE not in s.colours(LEFT + WIDTH - 1, TOP + 40, 1, HEIGHT - 50),
            "nothing is left of it")


# Programs with a window, and their colours in the scenario.
WINDOWS = {"Launcher": 0xe87098, "Display": 0xd8f080, "Log": 0xa070d8, "Viewer": 0x50a8e8}


def mode_button(n):
    """One of the modes in the window "Display"."""
    return 24 + 7 + n % 4 * 108 + 50, 464 + 28 + 6 + n // 4 * 27 + 11


def set_mode(guest, button, width, height):
    mark = guest.mark()
    guest.click(*button)
    guest.wait_line(rf"^\[display\] set {width} {height}$", mark)
    guest.wait_screen(lambda s: (s.width, s.height) == (width, height), "the mode")
    return mark


def keep(guest, width, height):
    """Should the host be so busy that the mode has gone by then, Enter sets it anew."""
    mark = guest.mark()
    guest.until(lambda: guest.since(mark, rf"^\[display\] kept {width} {height}$")
                or guest.key("ret"), "the mode is kept")


def all_windows(guest):
    """X-ray mode labels every window, so something of each is on the screen."""
    def labelled():
        """Programs may need a while for a new mode: X-ray mode shows where they were."""
        guest.key("f12")
        guest.wait_screen(lambda s: any(s.find_text(name, BLACK, colour, STRIP)
                                        for name, colour in WINDOWS.items()), "X-ray mode")
        screen = guest.screenshot()
        guest.key("f12")
        return all(screen.find_text(name, BLACK, colour, STRIP)
                   for name, colour in WINDOWS.items())
    guest.until(labelled, "all windows")
    return guest.wait_screen(lambda s: not s.find_text("Log", BLACK, WINDOWS["Log"], STRIP), "none")


def at_rest(guest):
    """The window with the modes has the focus, and the mode there is is chosen in it."""
    guest.click(*mode_button(2))
    guest.move(470, 600)
    return guest.screenshot()


def test_other_modes(demo):
    """A smaller mode, which nobody keeps, so it goes by itself; a larger one, which is kept."""
    before = at_rest(demo)
    mark = set_mode(demo, mode_button(1), 800, 600)
    assert rgb(0xd8f080) in all_windows(demo).bytes_of(0, 0, 100, STRIP)
    demo.wait_line(r"^\[display\] set 1024 768$", mark)
    demo.wait_screen(lambda s: s.width == 1024, "the mode of before")
    assert at_rest(demo).data == before.data
    set_mode(demo, mode_button(12), 1600, 1200)
    keep(demo, 1600, 1200)
    large = all_windows(demo)
    # the windows are where they were, the picture behind covers the rest
    assert large.bytes_of(24, 48, 440, 400) == before.bytes_of(24, 48, 440, 400)
    demo.wait_screen(lambda s: len(s.colours(1100, 100, 300, 300)) > 20, "the picture behind")
    set_mode(demo, mode_button(2), 1024, 768)
    keep(demo, 1024, 768)
    assert at_rest(demo).data == before.data


# The launcher's rows, counted from its content's corner (apps/legacy/launcher/ui.c)
LAUNCHER = 25, 76
VIEWS, MEMORY, DESKTOP = range(3)
FREE_BAR = LAUNCHER[0] + 12, LAUNCHER[1] + 3 * 106 + 12 + 24, 416, 10


def button(row, which):
    return (LAUNCHER[0] + 12 + {"start": 270, "destroy": 362}[which],
            LAUNCHER[1] + 12 + row * 106 + 75)



@pytest.fixture
def desk():
    with boot("demo", mem="64M") as guest:
        for name in "viewer", "launcher", "logview", "backdrop":
            guest.wait_line(rf"^\[{name}\] ready$")
        yield guest


def test_start_and_destroy(desk):
    """By mouse: windows come, the log says so, all is as before in the end."""
    mark = desk.mark()
    desk.move(470, 600)
    before = desk.screenshot()
    desk.click(*button(VIEWS, "start"))
    desk.wait_line(r"^\[subsystems\] views/views: ready$", mark)
    desk.wait_screen(lambda s: s.bytes_of(*FREE_BAR) != before.bytes_of(*FREE_BAR),
                     "memory is taken")
    desk.wait_screen(lambda s: s.bytes_of(560, 140, 200, 60) != before.bytes_of(560, 140, 200, 60),
                     "its windows are there")
    log = before.bytes_of(40, 655, 400, 60)
    desk.wait_screen(lambda s: s.bytes_of(40, 655, 400, 60) != log, "the log has lines")
    desk.click(*button(VIEWS, "destroy"))
    desk.wait_line(r"^\[subsystems\] views: destroyed$", mark)
    desk.move(470, 600)
    desk.wait_screen(lambda s: s.bytes_of(*FREE_BAR) == before.bytes_of(*FREE_BAR) and
                     s.bytes_of(480, 48, 520, 556)[3 * 520 * 40:] ==
                     before.bytes_of(480, 48, 520, 556)[3 * 520 * 40:], "nothing is left of it")


def test_memory_slider_and_fault(desk):
    """By keyboard: more memory for a program that uses all; it faults, others do not care."""
    desk.click(200, 60)
    desk.key("down")
    for _ in range(8):
        desk.key("right")
    mark = desk.mark()
    desk.key("ret")
    desk.wait_line(r"^\[subsystems\] memory/gauge: ready$", mark)
    # ten squares for 128 + 8 * 64 KiB, less its own
    desk.wait_screen(lambda s: s.pixel(540 + 13 + 9 * 14 + 6, 120 + 28 + 46) == LINK, "ten squares")
    assert desk.screenshot().pixel(540 + 13 + 10 * 14 + 6, 120 + 28 + 46) != LINK
    desk.click(540 + 250, 120 + 28 + 264 - 29 - 26)
    desk.wait_line(r"memory/gauge: fault at 0x\w+ \(event\+0x\w+\), page fault: write", mark)
    desk.wait_line(r"memory/gauge: stopped", mark)
    desk.wait_screen(lambda s: 0x9c2828 in s.colours(300, 180, 160, 60), "the launcher knows")
    desk.click(200, 60)
    desk.key("delete")
    desk.wait_line(r"^\[subsystems\] memory: destroyed$", mark)
    mark = desk.mark()
    desk.key("ret")
    desk.wait_line(r"^\[subsystems\] memory: started$", mark)


def test_nitpicker_in_a_window(desk):
    """The same binary, with clients of its own, unchanged: focus, keys, X-ray; labels are
    chained."""
    mark = desk.mark()
    desk.click(*button(DESKTOP, "start"))
    desk.wait_line(r"desktop/nitpicker: frame 1$", mark)
    for name in "views", "gauge":
        desk.wait_line(rf"desktop/{name}: ready$", mark)
    desk.click(560, 330)
    desk.wait_line(r"^\[nitpicker\] focus Demo > Inner$", mark)
    desk.wait_line(r"desktop/nitpicker: focus Views$", mark)
    before = desk.screenshot().bytes_of(495, 280, 300, 40)
    desk.type("hello")
    desk.wait_screen(lambda s: s.bytes_of(495, 280, 300, 40) != before,
                     "typed into an inner window")
    # the button, as the key never comes to a window
    desk.click(850, 178)
    desk.wait_line(r"desktop/nitpicker: x-ray on$", mark)
    assert not desk.since(mark, r"^\[nitpicker\] x-ray")
    desk.wait_screen(lambda s: s.pixel(940, 215) == 0xffffff, "the inner strip says X-RAY")
    desk.key("f12")                                     # the real key is for the outer one alone
    desk.wait_line(r"^\[nitpicker\] x-ray on$", mark)
    assert len(desk.since(mark, r"desktop/nitpicker: x-ray")) == 1
    desk.wait_screen(lambda s: s.pixel(940, 215) != 0xffffff,
                     "the inner X-ray is dimmed by the outer")
    desk.key("f12")
    desk.wait_line(r"^\[nitpicker\] x-ray off$", mark)
    desk.click(850, 178)
    desk.wait_line(r"desktop/nitpicker: x-ray off$", mark)
    desk.click(*button(DESKTOP, "destroy"))
    desk.wait_line(r"^\[subsystems\] desktop: destroyed$", mark)
    desk.wait_screen(lambda s: s.pixel(475, 300) != 0x33414d, "its window is gone")


def test_a_locked_out_subsystem_stays_out(desk):
    """What the user has killed ends, and does not come back by starting it again."""
    desk.click(*button(MEMORY, "start"))
    desk.wait_line(r"memory/gauge: ready$")
    mark = desk.mark()
    desk.key("f11")
    desk.wait_line("kill mode on", mark)
    desk.until(lambda: desk.since(mark, "locked out Demo > Memory") or desk.click(700, 240),
               "it is locked out")
    desk.key("esc")
    desk.wait_line("kill mode off", mark)
    desk.wait_line(r"^\[subsystems\] memory: destroyed$", mark)
    desk.wait_screen(lambda s: 0x85480a in s.colours(300, 180, 160, 60), "the launcher says so")
    mark = desk.mark()
    desk.click(*button(MEMORY, "start"))
    desk.key("ret")
    desk.screenshot()
    assert not desk.since(mark, "memory: started")
