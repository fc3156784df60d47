# SPDX-License-Identifier: MIT
"""What a hostile driver of a bus-master device reaches: its memory for DMA with the IOMMU, all
memory without, as the TCB report has it; and that a scenario with an IOMMU does not run on a
machine that has none."""

import json
import os

import pytest
import wire as w
from guest import ROOT, Guest, build, locked, make
from wire import Wire

FREE, KERNEL, LENGTH = 0x4000000, 0x100000, 512    # those of tests/apps/nicrogue


def attack(scenario, folder):
    """Lets the driver receive 64 frames; returns their content, memory where it let the card write
    them, memory that it let the card send, what was sent, and the log."""
    image, options = build(scenario)
    wire = Wire(str(folder))
    content = os.urandom(400)
    with Guest(image, wire.plug(options)) as guest:
        def memory(at, size):
            path = os.path.join(guest.temporary.name, "memory")
            guest.qmp("pmemsave", val=at, size=size, filename=path)
            with open(path, "rb") as file:
                return file.read()

        guest.wait_line(r"^\[nicrogue\] ready$")
        sent = b"" if "intel-iommu" in options else wire.wait(lambda frame: True)[0]
        secret = memory(KERNEL, LENGTH)

        def done():
            wire.send(w.ethernet(w.BROADCAST, 0x88b5, content))
            return guest.since(0, r"^\[nicrogue\] done$")
        guest.until(done, "the driver has seen its frames")
        if "intel-iommu" in options:
            for direction in "from 0x00100000", "to 0x04000000":
                guest.wait_line(rf"^\[pci\] 00:03.0: DMA {direction} refused$")
            wire.guest = guest
            sent = b"".join(wire.quiet())       # it has tried
        found = content in memory(FREE, 4096)
        anywhere = content in memory(0, 128 << 20)
        lines = guest.lines()
    wire.close()
    return found, anywhere, secret, sent, lines


def test_iommu_confines_a_hostile_driver(tmp_path):
    """Neither does the card write where it may not, nor does it read there."""
    found, anywhere, secret, sent, lines = attack("nicrogue", tmp_path)
    assert not found and not anywhere
    assert len(set(secret)) > 16 and secret[:64] not in sent
    assert "[pci] 00:03.0: DMA from 0x00100000 refused" in lines
    assert "[pci] 00:03.0: DMA to 0x04000000 refused" in lines
    assert len([line for line in lines if "refused" in line]) <= 16


def test_without_an_iommu_it_reaches_everything(tmp_path):
    """The attack above is one: the same driver succeeds where nothing is in its way."""
    found, anywhere, secret, sent, _ = attack("nicrogue-bare", tmp_path)
    assert found and anywhere
    assert secret in sent


@pytest.mark.parametrize("machine", ["q35", "pc"])
def test_no_iommu_no_devices(machine):
    """A machine without the IOMMU that the scenario counts on: pci gives nothing to anybody."""
    folder, options = build("nicrogue")
    at = options.index("intel-iommu")
    options = options[:at - 1] + options[at + 1:]
    options = [machine if o == "q35" else o.replace(",iommu_platform=on", "") for o in options]
    with Guest(folder, options) as guest:
        guest.wait_line(r"^\[pci\] there is no IOMMU where the scenario says$")
        guest.wait_line(r"^\[init\] pci: stopped$")
        guest.wait_line(r"^\[nicrogue\] no card$")


def test_report_counts_the_driver_only_without_an_iommu():
    """The same driver; whoever holds the IOMMU is counted anyway."""
    def members(scenario):
        with locked():
            done = make("--no-print-directory", "tcb", f"SCENARIO={scenario}")
            assert done.returncode == 0, done.stderr
            with open(f"{ROOT}/build/tcb/{scenario}.json", encoding="utf-8") as file:
                return {m["name"]: m["reason"] for m in json.load(file)["goals"][0]["members"]}

    assert set(members("nicrogue")) == {"kernel", "init", "pci"}
    bare = members("nicrogue-bare")
    assert set(bare) == {"kernel", "init", "pci", "nicrogue"}
    assert "a bus-master device without an IOMMU" in bare["nicrogue"]
