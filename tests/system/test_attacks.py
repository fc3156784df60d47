# SPDX-License-Identifier: MIT
"""Clients that attack nitpicker: it stays alive, attention keys work, others are served."""

import re

import pytest
from guest import boot
from look import (BLACK, KILL, ORANGE, PAINTER, STRIP_INK, STRIP_PAPER, WHITE, painter_rows,
                  same_window)

PURPLE = 0xd840d8


def attention_works(guest):
    for key, line in (("f12", "x-ray on"), ("scroll_lock", "x-ray off"), ("print", "kill mode on")):
        mark = guest.mark()
        guest.key(key)
        guest.wait_line(rf"^\[nitpicker\] {line}$", mark)
    guest.wait_screen(lambda s: s.text(8, 4, 9, WHITE, KILL) == "KILL MODE", "kill mode is shown")
    mark = guest.mark()
    guest.key("esc")
    guest.wait_line(r"^\[nitpicker\] kill mode off$", mark)


def lock_out(guest, x, y, label):
    mark = guest.mark()
    guest.key("f11")
    guest.click(x, y)
    guest.key("ret")                            # the click asks
    guest.wait_line(rf"^\[nitpicker\] locked out {label}$", mark)
    guest.key("f11")
    guest.wait_line(r"^\[nitpicker\] kill mode off$", mark)


def painter_works(guest):
    mark = guest.mark()
    guest.click(300, 250)
    guest.wait_line(r"^\[painter\] release 272$", mark)
    guest.type("go")
    guest.wait_line(r"^\[painter\] release 24$", mark)
    skip = [(300, 250, 12, 19)]
    guest.wait_screen(lambda s: same_window(s, PAINTER, painter_rows(), skip),
                      "the painter's window")
    guest.wait_screen(lambda s: s.text(8, 4, 7, BLACK, ORANGE) == "Painter", "the strip says so")


def no_fault(guest):
    assert guest.since(0, r"^\[init\] .*fault|panic|nitpicker\] the ") == []


@pytest.fixture(scope="module")
def fuzzer():
    with boot("fuzzer") as guest:
        guest.wait_line(r"^\[fuzzer\] calls 50000 ")
        yield guest


def test_senseless_calls(fuzzer):
    """Each got an answer of the documented kind, and nitpicker is still there."""
    counts = re.search(r"calls (\d+) (.*)", fuzzer.since(0, r"\[fuzzer\] calls")[-1])
    answers = [int(n) for n in counts[2].split()]
    assert sum(answers) == int(counts[1])
    ok, op, arg, refused = answers[0], answers[3], answers[4], answers[15]
    assert min(ok, op, arg, refused) > 1000
    no_fault(fuzzer)


def test_senseless_calls_change_nothing_else(fuzzer):
    """Neither the focus nor the strip."""
    assert fuzzer.since(0, r"\[nitpicker\] focus") == []
    screen = fuzzer.snapshot()
    assert screen.text(8, 4, 8, STRIP_INK, STRIP_PAPER) == "no focus"
    assert screen.colours(0, 0, 1024, 24) <= {STRIP_INK, STRIP_PAPER}


def test_attention_keys_during_senseless_calls(fuzzer):
    attention_works(fuzzer)
    no_fault(fuzzer)


def test_fuzzer_can_be_locked_out(fuzzer):
    """In the end the user gets rid of it, wherever its views are."""
    mark = fuzzer.mark()
    fuzzer.key("f11")
    fuzzer.wait_line("kill mode on", mark)

    def gone():                 # whatever its views do, the list of sessions is the scenario's
        strip = fuzzer.snapshot().bytes_of(0, 0, 1024, 24)
        fuzzer.key("tab")
        fuzzer.until(lambda: fuzzer.snapshot().bytes_of(0, 0, 1024, 24) != strip, "the next one")
        if fuzzer.snapshot().text(96, 4, 6, BLACK, PURPLE) == "Fuzzer":
            fuzzer.key("ret")
        return fuzzer.since(mark, r"\[nitpicker\] locked out Fuzzer$")
    fuzzer.until(gone, "the fuzzer is locked out")
    fuzzer.key("f11")
    # nothing it does succeeds from now on
    mark = fuzzer.mark()
    fuzzer.until(lambda: len(fuzzer.since(mark, r"\[fuzzer\] calls")) >= 4, "it goes on calling")
    succeeded = [line.split()[3] for line in fuzzer.since(mark, r"\[fuzzer\] calls")]
    assert succeeded[1] == succeeded[-1]
    painter_works(fuzzer)
    no_fault(fuzzer)


@pytest.fixture(scope="module")
def storm():
    with boot("storm") as guest:
        guest.wait_line(r"^\[storm\] redrawn 100$")
        yield guest


def test_attention_keys_during_a_refresh_storm(storm):
    for _ in range(5):
        attention_works(storm)


def test_storm_does_not_hold_up_others(storm):
    """The storm covers all; the user takes it away and works on."""
    before = len(storm.since(0, "redrawn"))
    storm.until(lambda: len(storm.since(0, "redrawn")) > before, "it goes on redrawing")
    lock_out(storm, 700, 600, "Storm")
    painter_works(storm)
    no_fault(storm)


@pytest.fixture(scope="module")
def ringer():
    with boot("ringer") as guest:
        guest.wait_line(r"^\[ringer\] written ")
        yield guest


def test_lies_in_the_ring(ringer):
    """Its owner gets wrong events; nobody else does."""
    mark = ringer.mark()
    ringer.click(700, 550)
    ringer.wait_line(r"^\[nitpicker\] focus Ringer$", mark)
    ringer.type("some text for the ring, longer than it is deep " * 2)
    ringer.wheel(5)
    for x in range(610, 790, 40):
        ringer.move(x, 550)
    attention_works(ringer)
    painter_works(ringer)
    no_fault(ringer)
    lock_out(ringer, 700, 550, "Ringer")
    painter_works(ringer)


def test_modes_without_end():
    """Who may change the mode does nothing else: attention keys work meanwhile, and killing it
    ends that, too."""
    with boot("flipper") as guest:
        guest.wait_line(r"^\[painter\] ready$")
        for n in 20, 40, 60:
            guest.wait_line(rf"^\[flipper\] flips {n}$")
            attention_works(guest)
        mark = guest.mark()
        guest.key("f11")
        guest.wait_line(r"^\[nitpicker\] kill mode on$", mark)
        for key in "tab", "tab", "ret":         # the second one in the scenario
            guest.key(key)
        guest.wait_line(r"^\[init\] flipper: destroyed$", mark)
        guest.key("esc")
        guest.wait_line(r"^\[nitpicker\] kill mode off$", mark)
        guest.idle()                            # nobody changes anything any more
        painter_works(guest)
        no_fault(guest)
