# SPDX-License-Identifier: MIT
"""What the tasks of a running scenario hold is what its plan says; a difference is seen."""

import shutil
import struct
import subprocess

import pytest

import guest
from guest import ROOT

COMPONENTS, REGIONS, MAPPINGS, GATES, SIGNALS, IRQS, CAPS, PORTS = range(8)


@pytest.fixture(scope="module")
def built():
    folder, options = guest.build("painters")
    return folder, options


def verify(built, plan, scenario="painters"):
    return subprocess.run(
        ["tools/tcb-verify", scenario, plan, "build/kernel/kernel.elf", *built[1]],
        cwd=ROOT, text=True, capture_output=True, check=False)


def test_running_system_is_its_plan(built):
    done = verify(built, f"{built[0]}/plan")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "and no others" in done.stdout


@pytest.mark.parametrize("scenario", ["net", "netports"])
def test_a_driver_holds_its_device_besides(scenario):
    """Memory or ports, which pci gives to it."""
    image = guest.build(scenario)
    done = verify(image, f"{image[0]}/plan", scenario)
    assert done.returncode == 0, done.stdout + done.stderr


def last_entry_gone(plan, table):
    """The plan without the last entry of a table: what that gave is too much then."""
    count, = struct.unpack_from("<I", plan, 56 + 8 * table + 4)
    struct.pack_into("<I", plan, 56 + 8 * table + 4, count - 1)


def other_label(plan):
    at, = struct.unpack_from("<I", plan, 56 + 8 * GATES)
    label, = struct.unpack_from("<Q", plan, at + 8)
    struct.pack_into("<Q", plan, at + 8, label + 1)


def not_writable(plan):
    """Of the first writable mapping."""
    at, count = struct.unpack_from("<II", plan, 56 + 8 * MAPPINGS)
    for i in range(count):
        rights, = struct.unpack_from("<I", plan, at + 24 * i + 16)
        if rights & 2:
            struct.pack_into("<I", plan, at + 24 * i + 16, rights & ~2)
            return


@pytest.mark.parametrize("change, sentence", [
    (lambda plan: last_entry_gone(plan, CAPS), "planned is None"),
    (lambda plan: last_entry_gone(plan, IRQS), "capability"),
    (lambda plan: last_entry_gone(plan, PORTS), "it holds other ports than planned"),
    (lambda plan: last_entry_gone(plan, MAPPINGS), "page"),
    (other_label, "capability"),
    (not_writable, "page"),
])
def test_a_surplus_is_seen(built, tmp_path, change, sentence):
    with open(f"{built[0]}/plan", "rb") as file:
        plan = bytearray(file.read())
    change(plan)
    (tmp_path / "plan").write_bytes(plan)
    shutil.copy(f"{built[0]}/modules", tmp_path)
    done = verify(built, tmp_path / "plan")
    assert done.returncode == 1
    assert sentence in done.stdout
    assert "is not what its scenario and plan say" in done.stderr
