# SPDX-License-Identifier: MIT
"""Subsystems that come and go, and what is free before and after."""

import json

import pytest

from guest import ROOT, boot, locked, make


@pytest.fixture(scope="module")
def machine():
    with boot("subsystems", mem="64M") as guest:
        guest.wait_line(r"^\[starter\] done$", limit=120)
        yield guest


def test_everything_comes_back(machine):
    """200 subsystems were started and destroyed, one faulted, bad calls were refused: the test
    program tells each figure that is not as it was before."""
    said = [line for line in machine.lines() if line.startswith("[starter]")]
    assert [line.split()[1] for line in said] == ["painter", "eater", "crash", "done"]
    assert len(machine.since(0, r"^\[subsystems\] \w+: destroyed$")) == 204


def test_memory_that_grows(machine):
    """A program has all that its subsystem was given, less what is needed for itself."""
    given, needs = 3 << 20, int(machine.since(0, r"^\[starter\] eater")[0].split()[2])
    machine.wait_line(rf"^\[subsystems\] eater/eater: heap {given - needs + (64 << 10)}$")


def test_fault_in_a_subsystem(machine):
    line = machine.wait_line(r"^\[subsystems\] crash/crasher: fault at (0x\w+) \((\w+)\+")
    assert line[2] in ("main", "live")
    machine.wait_line(r"^\[subsystems\] crash/crasher: stopped$")


def test_nobody_else_notices(machine):
    assert not machine.since(0, r"\[init\] .*(fault|stopped)")


def test_window_after_many_lives(machine):
    """The last painter has its window, keyboard and pointer, the ones before left nothing."""
    machine.wait_line(r"^\[subsystems\] painter/painter: ready$")
    machine.wait_screen(lambda s: s.pixel(101, 101) & 0xff0000 == 0x400000, "the painter's window")
    mark = machine.mark()
    machine.click(200, 150)
    machine.wait_line(r"painter/painter: press 272", mark)
    machine.key("a")
    machine.wait_line(r"painter/painter: press 30", mark)
    machine.wait_line(r"^\[nitpicker\] focus Sub > Painter$", mark)


def test_killed_session(machine):
    """Last: the user kills it.  What it had is free, to the byte: the test program compares."""
    machine.click(200, 150)
    mark = machine.mark()
    machine.key("f11")
    machine.wait_line("kill mode on", mark)
    machine.move(200, 150)
    machine.until(lambda: machine.click(200, 150)
                  or machine.since(mark, "locked out Sub > Painter"),
                  "the view has been at rest and is locked out")
    machine.wait_line(r"^\[subsystems\] painter: destroyed$", mark)
    machine.wait_line(r"^\[starter\] killed$", mark)
    assert len(machine.since(mark, r"^\[starter\]")) == 1
    machine.key("esc")
    machine.wait_line("kill mode off", mark)
    assert not machine.since(0, r"\[init\] .*(fault|stopped|destroyed)")


def test_plan_is_printed():
    done = make("-s", "plan", "SCENARIO=subsystems")
    assert done.returncode == 0
    assert "subsystem of subsystems" in done.stdout and "plan of eater" in done.stdout


def test_report_says_who_destroys_whom():
    """A component with subsystems and what is in them are in no goal's TCB."""
    with locked():
        done = make("tcb", "SCENARIO=subsystems")
        assert done.returncode == 0, done.stderr
        with open(f"{ROOT}/build/tcb/subsystems.json", encoding="utf-8") as file:
            report = json.load(file)
    for goal in report["goals"]:
        members = {m["name"] for m in goal["members"]}
        assert not members & {"subsystems", "starter", "painter", "eater"}
    part = next(c for c in report["components"] if c["name"] == "subsystems")
    assert part["asked_by"] == ["starter"]
    assert [(s["name"], [c["program"] for c in s["components"]]) for s in part["subsystems"]] == [
        ("painter", ["painter"]), ("eater", ["starter"]), ("crash", ["starter", "starter"])]
    assert "starter asks for it" in done.stdout
