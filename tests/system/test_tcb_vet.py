# SPDX-License-Identifier: MIT
"""tools/tcb-vet.c sees every right that a running system has beyond its scenario file.  Surpluses
and swaps are planted in what the debugger read of the kernel; the long form (TEST_LONG) plants
1,000 at random."""

import copy
import os
import random
import subprocess

import pytest

import guest
from guest import ROOT

TASK, THREAD, GATE, SIGNAL, IRQ, FACTORY, SCHEDULER = 1, 2, 3, 4, 5, 7, 8
INPUT, FB, NITPICKER, SIGNER, MAIL = range(5)           # components of mail-signer.cfg
PCI, NIC, MUX, STACK_A = range(4)                       # of net.cfg
PAGE, UTCB, KIP, STARTUP = 4096, 0x3fffe000, 0x3ffff000, 0x3fff8000
INDEX, TYPE, RIGHTS, LABEL, LINE, TO = range(6)
VA, FRAME, WRITE, EXECUTE, CRC = range(5)
PRIORITY, SLICE, SHARE, COUNTER, BUFFER, ON_FAULT, FAULT_NAME, ON_EXCEPTION = range(8)
ENTRY, STACK = 2, 3             # of a line B: first instruction, end of the stack


class Dump:
    """The lines of tools/rights.gdb.py, in pieces."""

    def __init__(self, path):
        self.rest, self.task = [], {}
        here = None
        with open(path, encoding="ascii") as file:
            for line in file:
                kind, *words = line.split()
                if kind == "T":
                    number = int(words[0]) if words[0] != "-1" else -1 - len(self.task)
                    here = self.task[number] = {k: [] for k in "OCMPSHQ"}
                    here["O"] = [int(words[1])]
                elif kind in "CMPHQ":
                    here[kind].append([int(w) for w in words])
                elif kind == "S":
                    here["S"].append(words[0])
                else:
                    self.rest.append([kind] + [int(w) for w in words])

    def write(self, path):
        with open(path, "w", encoding="ascii") as file:
            for entry in self.rest:
                file.write(" ".join(map(str, entry)) + "\n")
            for name, task in self.task.items():
                file.write(f"T {max(name, -1)} {task['O'][0]}\n")
                for kind, entries in task.items():
                    for e in entries if kind != "O" else ():
                        file.write(f"{kind} {e if kind == 'S' else ' '.join(map(str, e))}\n")

    def caps(self, name, kind):
        return [c for c in self.task[name]["C"] if c[TYPE] == kind]

    def pages(self, name, write=True, shared=None):
        """RAM of a task that is its own alone, or also the other's."""
        def frames(task):
            return {p[FRAME] for p in self.task[task]["M"]}
        others = set().union(*(frames(t) for t in self.task if t != name))
        return [p for p in self.task[name]["M"]
                if bool(p[WRITE]) == write and p[VA] < STARTUP and 0x100000 < p[FRAME] < 1 << 31 and
                (p[FRAME] in frames(shared) if shared is not None else p[FRAME] not in others)]

    def code(self, name):
        return [p for p in self.task[name]["M"] if p[EXECUTE]]

    def cap(self, name, *cap):
        self.task[name]["C"].append([200, *cap, -1])

    def page(self, name, page, **changed):
        """Once more, at a free address, for this task."""
        page = [0x2f000000 + len(self.task[name]["M"]) * PAGE, *page[1:]]
        page[WRITE] = changed.get("write", page[WRITE])
        page[FRAME] = changed.get("frame", page[FRAME])
        self.task[name]["M"].append(page)

    def device(self, name, frame, write=1):
        self.page(name, [0, frame, write, 0, 0])


def swap(a, b, field):
    a[field], b[field] = b[field], a[field]


def swap_frames(dump, one, other, count=1, **kind):
    """Of one's memory with the other's."""
    for a, b in zip(dump.pages(one, **kind)[:count], dump.pages(other, **kind)[:count]):
        swap(a, b, FRAME), swap(a, b, CRC)


def put(entry, field, value):
    assert entry[field] != value
    entry[field] = value


def renamed(dump, name, old, new):
    old, new = (t.encode().ljust(16, b"\0").hex() for t in (old, new))
    text = "".join(dump.task[name]["S"])
    assert old in text
    text = text.replace(old, new)
    dump.task[name]["S"] = [text[i:i + 2 * PAGE] for i in range(0, len(text), 2 * PAGE)]


def swapped_names(dump):
    renamed(dump, NITPICKER, "Mail signer", "Mail signe!")


# What is planted into the running mail signer.
MAIL_SIGNER = {
    "a gate to the keyboard's driver": lambda d: d.cap(MAIL, GATE, 1, 1, -1, INPUT),
    "a gate to the screen's driver": lambda d: d.cap(MAIL, GATE, 1, 1, -1, FB),
    "a second gate to the signer": lambda d: d.cap(MAIL, GATE, 1, 1, -1, SIGNER),
    "another client's gate": lambda d: d.cap(MAIL, GATE, 1, 1, -1, NITPICKER),
    "a gate to itself": lambda d: d.cap(MAIL, GATE, 1, 1, -1, MAIL),
    "another's log": lambda d: d.cap(MAIL, GATE, 1, (1 << 16) + SIGNER, -1, -2),
    "a gate of init's without component": lambda d: d.cap(MAIL, GATE, 1, 0, -1, -2),
    "a gate to rule": lambda d: put(d.caps(MAIL, GATE)[1], RIGHTS, 3),
    "another's label": lambda d: put(
        next(c for c in d.caps(MAIL, GATE) if c[TO] == NITPICKER), LABEL, 1),
    "labels swapped": lambda d: swap(
        next(c for c in d.caps(MAIL, GATE) if c[TO] == NITPICKER),
        next(c for c in d.caps(SIGNER, GATE) if c[TO] == NITPICKER), LABEL),
    "logs swapped": lambda d: swap(
        next(c for c in d.caps(MAIL, GATE) if c[TO] == -2),
        next(c for c in d.caps(SIGNER, GATE) if c[TO] == -2), LABEL),
    "a server's gate ends at the client": lambda d: put(
        next(c for c in d.caps(SIGNER, GATE) if c[TO] == NITPICKER), TO, MAIL),
    "the signer's task": lambda d: d.cap(MAIL, TASK, 2, 0, -1, SIGNER),
    "its own task once more": lambda d: d.cap(MAIL, TASK, 2, 0, -1, MAIL),
    "more rights to its task": lambda d: put(d.caps(MAIL, TASK)[0], RIGHTS, 3),
    "the signer's thread": lambda d: d.cap(MAIL, THREAD, 2, 0, -1, SIGNER),
    "its own thread": lambda d: d.cap(MAIL, THREAD, 2, 0, -1, MAIL),
    "a factory": lambda d: d.cap(MAIL, FACTORY, 1, 0, -1, -1),
    "a scheduler": lambda d: d.cap(MAIL, SCHEDULER, 2, 0, -1, -1),
    "a semaphore": lambda d: d.cap(MAIL, 6, 1, 0, -1, -1),
    "the keyboard's interrupt": lambda d: d.cap(MAIL, IRQ, 1, 2, 1, INPUT),
    "an interrupt of nobody": lambda d: d.cap(MAIL, IRQ, 1, 9, 8, -1),
    "interrupt lines swapped": lambda d: swap(*d.caps(INPUT, IRQ), LINE),
    "an interrupt to another": lambda d: put(d.caps(INPUT, IRQ)[0], TO, MAIL),
    "a signal to the keyboard's driver": lambda d: d.cap(MAIL, SIGNAL, 1, 1, -1, INPUT),
    "a signal that ends the signer": lambda d: d.cap(MAIL, SIGNAL, 1, (1 << 17) + SIGNER, -1, -2),
    "a signal as another": lambda d: put(d.caps(SIGNER, SIGNAL)[0], LABEL, 9),
    "port 0x60": lambda d: d.task[MAIL]["P"].append([0x60, 0x61]),
    "QEMU's fw_cfg": lambda d: d.task[MAIL]["P"].append([0x510, 0x51c]),
    "PCI's configuration": lambda d: d.task[MAIL]["P"].append([0xcf8, 0xd00]),
    "one port more": lambda d: put(d.task[MAIL]["P"][0], 1, 0x301),
    "ports swapped": lambda d: swap(d.task[MAIL], d.task[SIGNER], "P"),
    "a page of the signer's heap": lambda d: d.page(MAIL, d.pages(SIGNER)[0]),
    "the same to read": lambda d: d.page(MAIL, d.pages(SIGNER)[0], write=0),
    "its heap is the signer's heap": lambda d: [
        put(a, FRAME, b[FRAME]) for a, b in zip(d.pages(MAIL), d.pages(SIGNER))],
    "one page of both heaps": lambda d: put(d.pages(MAIL)[-1], FRAME, d.pages(SIGNER)[-1][FRAME]),
    "the signer's window": lambda d: d.page(MAIL, d.pages(SIGNER, shared=NITPICKER)[0]),
    "windows swapped for a page": lambda d: [swap(
        d.pages(MAIL, shared=NITPICKER)[0], d.pages(SIGNER, shared=NITPICKER)[0], FRAME)],
    "memory of the kernel": lambda d: put(d.pages(MAIL)[0], FRAME, 0x7000000),
    "memory of init": lambda d: put(d.pages(MAIL)[0], FRAME, 0x134000),
    "a page of nobody": lambda d: d.device(MAIL, 0x4ffff000),
    "the key": lambda d: d.page(MAIL, next(
        p for p in d.pages(SIGNER, write=False) if not p[EXECUTE] and p[VA] > 0x10000000)),
    "the key in place of a mail": lambda d: [swap(a, b, CRC) or swap(a, b, FRAME) for a, b in [(
        next(p for p in d.pages(MAIL, write=False) if p[VA] > 0x10000000),
        next(p for p in d.pages(SIGNER, write=False) if p[VA] > 0x10000000))]],
    "code that it can write": lambda d: put(d.code(MAIL)[0], WRITE, 1),
    "a heap that it can run": lambda d: put(d.pages(MAIL)[0], EXECUTE, 1),
    "another's code": lambda d: d.page(MAIL, d.code(SIGNER)[0]),
    "other code": lambda d: put(d.code(SIGNER)[0], CRC, 1),
    "constants that it can run": lambda d: put(
        next(p for p in d.pages(MAIL, write=False) if not p[EXECUTE]), EXECUTE, 1),
    "less memory": lambda d: d.task[SIGNER]["M"].remove(d.pages(SIGNER)[0]),
    "its startup page to write": lambda d: put(
        next(p for p in d.task[MAIL]["M"] if p[VA] == STARTUP), WRITE, 1),
    "the information page to write": lambda d: put(
        next(p for p in d.task[MAIL]["M"] if p[VA] == KIP), WRITE, 1),
    "the information page to run": lambda d: put(
        next(p for p in d.task[MAIL]["M"] if p[VA] == KIP), EXECUTE, 1),
    "another information page": lambda d: put(
        next(p for p in d.task[MAIL]["M"] if p[VA] == KIP), FRAME, 0x7000000),
    "the signer's message buffer": lambda d: put(
        next(p for p in d.task[MAIL]["M"] if p[VA] == UTCB), FRAME,
        next(p for p in d.task[SIGNER]["M"] if p[VA] == UTCB)[FRAME]),
    "another name of the signer's": swapped_names,
    "another name of its own": lambda d: renamed(d, MAIL, "mail", "mail-signer"),
    "the local APIC": lambda d: d.device(MAIL, 0xfee00000),
    "the I/O APIC": lambda d: d.device(MAIL, 0xfec00000),
    "the screen": lambda d: d.device(MAIL, 0xfd000000),
    "the screen to read": lambda d: d.device(SIGNER, 0xfd000000, 0),
    "the BIOS's data": lambda d: d.device(MAIL, 0, 0),
    "the VGA's window": lambda d: d.device(FB, 0xa0000),
    "a higher priority": lambda d: put(d.task[MAIL]["H"][0], PRIORITY, 125),
    "the driver's priority": lambda d: put(d.task[MAIL]["H"][0], PRIORITY, 220),
    "a lower priority": lambda d: put(d.task[SIGNER]["H"][0], PRIORITY, 90),
    "priorities swapped": lambda d: swap(
        d.task[MAIL]["H"][0], d.task[SIGNER]["H"][0], PRIORITY),
    "a longer slice": lambda d: put(d.task[MAIL]["H"][0], SLICE, 20000),
    "a limit of its time": lambda d: put(d.task[SIGNER]["H"][0], SHARE, 50),
    "the time-stamp counter": lambda d: put(d.task[MAIL]["H"][0], COUNTER, 1),
    "its message buffer elsewhere": lambda d: put(d.task[MAIL]["H"][0], BUFFER, UTCB - PAGE),
    "mail hears of the signer's faults": lambda d: put(d.task[SIGNER]["H"][0], ON_FAULT, MAIL),
    "nobody hears of its faults": lambda d: put(d.task[MAIL]["H"][0], ON_FAULT, -1),
    "its faults are the signer's": lambda d: put(
        d.task[MAIL]["H"][0], FAULT_NAME, (1 << 16) + SIGNER),
    "mail hears of its exceptions": lambda d: put(d.task[SIGNER]["H"][0], ON_EXCEPTION, MAIL),
    "a second thread": lambda d: d.task[MAIL]["H"].append(d.task[MAIL]["H"][0]),
    "no thread": lambda d: d.task[MAIL]["H"].clear(),
    "more kernel memory": lambda d: put(d.task[MAIL]["Q"][0], 0, 1 << 20),
    "less kernel memory": lambda d: put(d.task[SIGNER]["Q"][0], 0, 1 << 18),
    "another first instruction": lambda d: put(begins(d, SIGNER), ENTRY, 0x400010),
    "another stack": lambda d: put(begins(d, SIGNER), STACK, 0x3fff6000),
    "the signer's factory": lambda d: d.cap(MAIL, FACTORY, 1, SIGNER + 1, -1, -1),
    "a task of its own": lambda d: d.task.update({-1: {
        **copy.deepcopy(d.task[MAIL]), "O": [MAIL]}}),
    "a task too many": lambda d: d.task.update({-1: copy.deepcopy(d.task[MAIL])}),
    "a component too many": lambda d: d.task.update({5: copy.deepcopy(d.task[MAIL])}),
    "a component too few": lambda d: d.task.pop(MAIL),
    "components swapped": lambda d: swap(d.task, d.task, MAIL) or d.task.update(
        {MAIL: d.task[SIGNER], SIGNER: d.task[MAIL]}),
}


def begins(dump, name):
    return next(r for r in dump.rest if r[0] == "B" and r[1] == name)


def reach(dump, n=0):
    return [r for r in dump.rest if r[0] == "D"][n]


# And into the running net.
NET = {
    "the card reaches the stack": lambda d: put(reach(d), 3, d.pages(STACK_A)[0][FRAME]),
    "it reaches a page more": lambda d: d.rest.append(
        [*reach(d)[:2], 0, d.pages(STACK_A)[0][FRAME]]),
    "it reaches what both see": lambda d: put(reach(d), 3, d.pages(NIC, shared=MUX)[0][FRAME]),
    "it reaches the kernel": lambda d: put(reach(d), 3, 0x7000000),
    "it reaches its driver's code": lambda d: put(reach(d), 3, d.code(NIC)[0][FRAME]),
    "it reaches other devices": lambda d: put(reach(d), 3, 0xfee00000),
    "another device reaches memory": lambda d: d.rest.append(["D", 0x20, *reach(d)[2:]]),
    "a device is not translated": lambda d: d.rest.append(["D", 0x20, 0, 0]),
    "the IOMMU is off": lambda d: put(next(r for r in d.rest if r[0] == "E"), 1, 0),
    "no IOMMU": lambda d: d.rest.remove(next(r for r in d.rest if r[0] == "E")),
    "the driver has the IOMMU": lambda d: d.device(NIC, 0xfed90000),
    "the stack has the card": lambda d: d.device(STACK_A, 0xfe000000),
    "the driver has the configuration": lambda d: d.task[NIC]["P"].append([0xcf8, 0xd00]),
    "the server's own tables": lambda d: d.page(NIC, d.pages(PCI)[0]),
}


@pytest.fixture(name="dumps", scope="module")
def read_the_kernels():
    """What tools/tcb-verify leaves beside the plan of a system that is as it should be."""
    found = {}
    for scenario in ("mail-signer", "net"):
        folder, options = guest.build(scenario)
        done = subprocess.run(
            ["tools/tcb-verify", scenario, f"{folder}/plan", "build/kernel/kernel.elf", *options],
            cwd=ROOT, text=True, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        found[scenario] = folder
    return found


def vet(folder, scenario, dump, path):
    dump.write(path)
    return subprocess.run(["build/host/tcb-vet", f"configs/{scenario}.cfg", f"{folder}/modules",
                           "build", path], cwd=ROOT, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("scenario, planted", [("mail-signer", MAIL_SIGNER), ("net", NET)])
def test_what_is_planted_is_found(dumps, tmp_path, scenario, planted):
    sound = Dump(f"{dumps[scenario]}/rights")
    done = vet(dumps[scenario], scenario, sound, tmp_path / "rights")
    assert done.returncode == 0, done.stdout + done.stderr
    missed = []
    for name, plant in planted.items():
        dump = copy.deepcopy(sound)
        plant(dump)
        done = vet(dumps[scenario], scenario, dump, tmp_path / "rights")
        assert done.returncode in (0, 1, 2), done.stderr
        if done.returncode == 0:
            missed.append(name)
    assert not missed


def at_random(dump, random_):
    """One right more, less or other; returns what, None if the rights are the same."""
    names = sorted(dump.task)
    one, other = random_.sample(names, 2)
    task = dump.task[one]
    what = random_.randrange(11)
    if what == 0:
        cap = random_.choice(task["C"])
        field = random_.choice((TYPE, RIGHTS, LABEL, TO))
        put(cap, field, cap[field] + random_.choice((1, 2, 5)))
    elif what == 1:
        task["C"].remove(random_.choice(task["C"]))
    elif what == 2:
        dump.cap(one, *random_.choice(dump.task[other]["C"])[1:7])
    elif what == 3:
        page = random_.choice([p for p in dump.task[other]["M"] if p[VA] != KIP and p[WRITE]])
        if any(p[FRAME] == page[FRAME] and p[FRAME] >= 1 << 31 for p in task["M"]):
            return None                         # of the screen, and it has that
        dump.page(one, page)
    elif what == 4:
        page = random_.choice([p for p in task["M"] if p[FRAME] < 1 << 31])
        page[random_.choice((WRITE, EXECUTE))] ^= 1
    elif what == 5:
        task["M"].remove(random_.choice([p for p in task["M"] if p[FRAME] < 1 << 31
                                         and p[VA] not in (KIP, STARTUP)]))
    elif what == 6:
        port = random_.randrange(0x10000)
        task["P"].append([port, port + 1])
        if any(a <= port < b for a, b in task["P"][:-1]):
            return None
    elif what == 7:
        field = random_.randrange(9)
        task["H"][0][field] ^= 1 << random_.randrange(8)
    elif what == 8:
        put(task["Q"][0], 0, random_.randrange(1, 1024) * PAGE + 1)
    elif what == 9:
        begins(dump, one)[random_.choice((ENTRY, STACK))] ^= 1 << random_.randrange(31)
    else:
        page = random_.choice(dump.pages(one))
        put(page, FRAME, random_.choice(dump.pages(other))[FRAME])
    return what


def test_random_rights_are_found(dumps, tmp_path):
    random_ = random.Random(1)
    sound = Dump(f"{dumps['mail-signer']}/rights")
    for turn in range(1000 if os.environ.get("TEST_LONG") else 60):
        dump = copy.deepcopy(sound)
        what = at_random(dump, random_)
        if what is None:
            continue
        done = vet(dumps["mail-signer"], "mail-signer", dump, tmp_path / "rights")
        assert done.returncode in (1, 2), f"mutant {turn}, of kind {what}"
