# SPDX-License-Identifier: MIT
"""The C library of legacy programs: musl on the back end of lib/musl."""

import re
import subprocess

import pytest

from guest import ROOT, boot

# each a check of tests/apps/posix/main.c
CHECKS = """in two pieces, qsort, malloc, malloc-limit, realloc, setjmp, printf-float, math, strtod,
    fgets, fread, stat, mmap-file, pread, lseek, closed, no-such-file, read-only, nowhere, no-code,
    enosys, enosys-again, errno-is-thread-local, clock""".replace("\n", " ").split(",")


@pytest.fixture(scope="module")
def machine():
    with boot("posix", wait=False) as guest:
        yield guest


@pytest.fixture(scope="module")
def said(machine):
    """All that the program said."""
    machine.wait_line(r"^\[posix\] exit 7$")
    return [line[len("[posix] "):] for line in machine.lines() if line.startswith("[posix] ")]


@pytest.mark.parametrize("name", [check.strip() for check in CHECKS])
def test_check(said, name):
    assert f"ok {name}" in said


def test_nothing_else_was_checked(said):
    before = said[:said.index("probes")]
    assert sum(bool(re.match("ok |FAILED ", line)) for line in before) == len(CHECKS)


def test_what_the_readme_promises(said):
    """Each name in its tables was tried, none other, and is as the table says."""
    with open(f"{ROOT}/lib/musl/README.md", encoding="utf-8") as file:
        rows = [line.split(" | ") for line in file if line.startswith("| ")]
    names = [re.findall("`([^`]*)`", row[1]) for row in rows]
    missing = next(n for n, row in zip(names, rows) if row[0] == "| the linker: could not say "
                   "that it fails")
    probed = said[said.index("probes") + 1:said.index("probed")]
    said_of = [line for line in probed if re.match("ok |FAILED ", line)]
    assert [line for line in said_of if line.startswith("FAILED")] == []
    promised = sorted(f"ok {name}" for n in names if n is not missing for name in n)
    assert sorted(said_of) == promised and len(promised) >= 60
    symbols = subprocess.run(["nm", "--defined-only", f"{ROOT}/build/musl/libc.a"], text=True,
                             capture_output=True, check=False).stdout
    assert " T gettimeofday\n" in symbols
    assert missing and not any(f" T {name}\n" in symbols for name in missing)


def test_file_is_the_boot_module(said):
    with open(f"{ROOT}/tests/mails/1-order.eml", "rb") as file:
        content = file.read()
    assert f"size {len(content)}" in said
    assert f"lines {len(content.splitlines())}" in said


def test_unknown_call_is_named_once(said):
    assert said.count("system call 57 does not exist here") + \
        said.count("system call 58 does not exist here") == 1


def test_end(said):
    """Output stays in order, unfinished lines are not lost."""
    assert said[-3:] == ["end", "unfinished line", "exit 7"]


def test_abort_and_restart(machine):
    """abort() is a signal, whose fault init names; each run finds everything fresh."""
    mark = 0
    for _ in range(3):
        fault = machine.wait_line(r"^\[init\] crasher: fault at 0x[0-9a-f]+ \((\w+)\+", mark)
        assert fault[1] == "killed_by_signal"
        machine.wait_line(r"^\[init\] crasher: started again$", mark)
        mark = 1 + max(i for i, line in enumerate(machine.lines()) if "started again" in line)
    said = [line[len("[crasher] "):] for line in machine.lines() if line.startswith("[crasher] ")]
    run = ["ok fresh", "ok malloc", "ok malloc-limit", "ok realloc", "the end",
           "killed by signal 6"]
    assert said[:3 * len(run)] == 3 * run
