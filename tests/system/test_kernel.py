# SPDX-License-Identifier: MIT
"""The kernel under root programs of tests/kernel, with what only the outside can do: little memory, NMIs, a debugger."""

import contextlib
import os
import re

import pytest
from guest import ROOT, Failed, Guest, make

# as many instructions a second as there are nanoseconds: a busy host changes nothing
ICOUNT = ("-icount", "shift=0,sleep=off")
LONG = 240


@contextlib.contextmanager
def root(program, mem, *options):
    """Boots a root program in place of init."""
    iso = f"build/{program}.iso"
    done = make(iso)
    if done.returncode != 0:
        raise Failed(done.stdout + done.stderr)
    with Guest(os.path.join(ROOT, "build"), [
            "-accel", "tcg", "-cpu", "max", "-m", mem, "-cdrom", os.path.join(ROOT, iso), "-boot", "d",
            "-vga", "std", "-nic", "none", "-no-reboot", *ICOUNT], options) as guest:
        yield guest


@pytest.fixture(scope="module")
def scale():
    """What kscale prints on a machine with 64 MiB: figures by name, the number of tasks."""
    with root("kscale", "64M") as guest:
        tasks = int(guest.wait_line(r"^scale: (\d+) tasks", limit=LONG)[1])
        guest.wait_line("^bench: end")
        lines = (re.match(r"bench: (\S+)-(\d+) (\d+)$", line) for line in guest.lines())
        yield {(m[1], int(m[2])): int(m[3]) for m in lines if m}, tasks


def test_200_tasks_fit_into_64_mebibytes(scale):
    """Each with a thread, page tables, a stack, and it answers at the end."""
    assert scale[1] >= 200


def test_costs_do_not_grow_with_the_number_of_tasks(scale):
    names = {name for name, _ in scale[0]}
    assert names == {f"scale-{n}" for n in (
        "call", "lookup", "signal", "schedule", "unmap-one", "unmap-all-each")}
    for name in names:
        assert scale[0][name, 100] <= 1.05 * scale[0][name, 10], name
