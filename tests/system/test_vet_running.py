# SPDX-License-Identifier: MIT
"""tools/tcb-vet.c again, in systems in which something has happened: components were started again
after faults, subsystems launched and ended, a component was killed."""

import copy
import os
import subprocess

import pytest

from guest import ROOT, boot
from test_tcb_vet import Dump, put, GATE, WRITE, FRAME


def door(tmp_path):
    """QEMU's options for a debugger that comes later."""
    return ["-chardev", f"socket,path={tmp_path}/gdb,server=on,wait=off,id=gdb",
            "-gdb", "chardev:gdb"]


def read(guest, tmp_path):
    """The dump of the machine as it is now; it goes on afterwards."""
    guest.idle()
    done = subprocess.run(["gdb", "-nx", "-batch", "build/kernel/kernel.elf", "-ex",
                           f"target remote {tmp_path}/gdb", "-x", "tools/rights.gdb.py",
                           "-ex", "detach"], cwd=ROOT, text=True, capture_output=True, check=False)
    lines = [line[6:] for line in done.stdout.splitlines() if line.startswith("RIGHT ")]
    assert lines, done.stdout + done.stderr
    # where each begins stands in the plan alone: tools/tcb-verify has a hand for it
    begin = subprocess.run(["/usr/bin/python3", "-c", "import sys, importlib.machinery as m; v = "
                            "m.SourceFileLoader('v', 'tools/tcb-verify').load_module(); "
                            f"print(*v.begin({guest.folder + '/plan'!r}), sep='\\n')"],
                           cwd=ROOT, text=True, capture_output=True, check=True).stdout
    with open(tmp_path / "rights", "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n" + begin)
    return tmp_path / "rights"


def vet(guest, scenario, rights, *ended):
    cfg = next(f for f in (f"configs/{scenario}.cfg", f"tests/configs/{scenario}.cfg")
               if os.path.exists(f"{ROOT}/{f}"))
    return subprocess.run(["build/host/tcb-vet", cfg, f"{guest.folder}/modules", "build", rights,
                           *ended], cwd=ROOT, text=True, capture_output=True, check=False)


def sound(guest, scenario, tmp_path, *ended):
    rights = read(guest, tmp_path)
    done = vet(guest, scenario, rights, *ended)
    assert done.returncode == 0, done.stdout + done.stderr
    return rights


def found(guest, scenario, dump, tmp_path, *ended):
    dump.write(tmp_path / "changed")
    return vet(guest, scenario, tmp_path / "changed", *ended).returncode == 1


def test_restart(tmp_path):
    """A driver in its emptied task, another in a new one: nothing more than at first."""
    with boot("mortal", wait=False, extra=door(tmp_path)) as g:
        g.wait_line(r"^\[painter\] ready$")
        for _ in range(3):
            g.wait_line(r"^\[init\] fb-drv: started again$", g.mark())
        mark = g.mark()
        g.until(lambda: g.key("f9") or g.since(mark, r"^\[init\] input-drv: started again$"),
                "the driver of the keyboard was started again")

        def once():             # fb-drv may be between two lives just now
            return vet(g, "mortal", read(g, tmp_path)).returncode == 0
        g.until(once, "the machine is as its scenario says")
        dump = Dump(tmp_path / "rights")
        dump.cap(3, GATE, 1, 1, -1, 0)
        assert found(g, "mortal", dump, tmp_path)


def test_launch_and_kill(tmp_path):
    with boot("subsystems", wait=False, extra=door(tmp_path)) as g:
        g.wait_line(r"^\[starter\] done$", limit=120)
        g.wait_line(r"^\[subsystems\] painter/painter: ready$")
        rights = sound(g, "subsystems", tmp_path)
        dump = Dump(rights)
        launched = [name for name in dump.task if name < 0]
        assert launched, "no subsystem runs"
        child, maker = dump.task[launched[0]], dump.task[launched[0]]["O"][0]
        others = [n for n in dump.task if n >= 0 and n != maker]

        def planted(plant):
            changed = copy.deepcopy(dump)
            plant(changed.task[launched[0]], changed)
            return found(g, "subsystems", changed, tmp_path)
        server = min(others)
        for name, plant in {
                "a page of another": lambda c, d: c["M"].append(d.pages(others[0])[0]),
                "a page to write that its maker reads": lambda c, d: put(
                    next(p for p in c["M"] if not p[WRITE] and p[0] < 0x3fff0000), WRITE, 1),
                "the kernel's memory": lambda c, d: put(c["M"][0], FRAME, 0x7000000),
                "a gate to a stranger": lambda c, d: c["C"].append(
                    [99, GATE, 1, 1, -1, server, -1]),
                "an interrupt": lambda c, d: c["C"].append([99, 5, 1, 2, 1, -1, -1]),
                "its maker's factory": lambda c, d: c["C"].append(
                    [99, 7, 1, maker + 1, -1, -1, maker]),
                "a port": lambda c, d: c["P"].append([0x60, 0x61]),
                "its maker's priority": lambda c, d: put(
                    c["H"][0], 0, d.task[maker]["H"][0][0]),
                "another maker": lambda c, d: put(c["O"], 0, others[0])}.items():
            assert child and planted(plant), name
        g.click(200, 150)
        mark = g.mark()
        g.key("f11")
        g.wait_line("kill mode on", mark)
        g.move(200, 150)
        g.until(lambda: g.click(200, 150) or g.since(mark, "locked out Sub > Painter"),
                "the view has been at rest and is locked out")
        g.wait_line(r"^\[starter\] killed$", mark)
        after = Dump(sound(g, "subsystems", tmp_path))
        assert len(after.task) < len(dump.task)


@pytest.fixture(name="killed")
def ringer_is_killed(tmp_path):
    with boot("ringer", extra=door(tmp_path)) as g:
        g.wait_line(r"^\[ringer\] written ")
        mark = g.mark()
        g.key("f11")
        g.wait_line(r"^\[nitpicker\] kill mode on$", mark)
        g.until(lambda: g.since(mark, r"^\[nitpicker\] destroyed Ringer$") or g.click(700, 550),
                "Ringer is destroyed")
        g.wait_line(r"^\[init\] ringer: destroyed$", mark)
        yield g


def test_kill(killed, tmp_path):
    """The task is gone, and nothing else is other than before."""
    rights = sound(killed, "ringer", tmp_path, "ringer")
    assert vet(killed, "ringer", rights).returncode == 2           # for nobody had said so
    dump = Dump(rights)
    dump.page(3, dump.pages(2)[0])
    assert found(killed, "ringer", dump, tmp_path, "ringer")
