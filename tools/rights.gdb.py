# SPDX-License-Identifier: MIT
"""For gdb at a running kernel: prints as JSON what every task really holds - capabilities, I/O
ports, mapped pages - read from the kernel's own objects.  tools/tcb-verify runs it."""

import json
import struct

import gdb

TASK, THREAD, GATE, SIGNAL, IRQ, FACTORY, SCHEDULER = 1, 2, 3, 4, 5, 7, 8
ROOT_SCHEDULER, ROOT_FREE, PHYS_BASE = 3, 64, 0xffff800000000000
EACH = 5        # PLAN_CAPS_EACH
PRESENT, WRITABLE, USER, LARGE, NX, ADDRESS = 1, 2, 4, 128, 1 << 63, 0x000ffffffffff000


def pointer(kind):
    return gdb.lookup_type(f"struct {kind}").pointer()


def members(head, kind, field):
    """The structs of a circular list."""
    offset = next(f.bitpos // 8 for f in pointer(kind).target().fields() if f.name == field)
    at = head["next"]
    while int(at) != int(head.address):
        yield gdb.Value(int(at) - offset).cast(pointer(kind))
        at = at["next"]


def objects(factory):
    """All objects of a factory and of the factories made of it."""
    for o in members(factory["objects"], "object", "siblings"):
        yield o
        if int(o["type"]) == FACTORY:
            yield from objects(o.cast(pointer("factory")))


def table(physical):
    data = gdb.selected_inferior().read_memory(PHYS_BASE + physical, 4096).tobytes()
    return struct.unpack("<512Q", data)


def pages(physical, level=3, base=0, count=256):
    """[address, bytes, writable, executable] of what user mode sees; page tables differ in rights
    only at their lowest level, or the upper one takes away."""
    for i, entry in enumerate(table(physical)[:count]):
        if not entry & PRESENT or not entry & USER:
            continue
        address, size = base + (i << 12 + 9 * level), 1 << 12 + 9 * level
        if level == 0 or entry & LARGE:
            yield [address, size, bool(entry & WRITABLE), not entry & NX]
        else:
            for a, s, w, x in pages(entry & ADDRESS, level - 1, address, 512):
                yield [a, s, w and bool(entry & WRITABLE), x and not entry & NX]


def capabilities(task, names):
    none = int(gdb.parse_and_eval("&cap_table_none[0]"))
    for i in range(32):
        slots = task["caps"][i]
        for j in range(128 if int(slots) != none else 0):
            o = slots[j]["obj"]
            if not int(o):
                continue
            cap = {"index": i * 128 + j, "type": int(o["type"]),
                   "rights": int(slots[j]["node"]["rights"])}
            if cap["type"] in (GATE, SIGNAL, IRQ):
                source = o.cast(pointer("source"))
                cap["label"] = int(source["label"])
                cap["line"] = int(source["line"]) if cap["type"] == IRQ else None
                cap["to"] = names.get(int(source["thread"]["task"])) \
                    if int(source["thread"]) else None
            elif cap["type"] == THREAD:
                cap["to"] = names.get(int(o.cast(pointer("thread"))["task"]))
            elif cap["type"] == TASK:
                cap["to"] = names.get(int(o))
            yield cap


def main():
    tasks = [o.cast(pointer("task"))
             for o in objects(gdb.parse_and_eval("'kernel/start/root.c'::factory"))
             if int(o["type"]) == TASK]
    # init is the task that the kernel gave a scheduler (kernel/start/root.c); the tasks that it
    # made itself are at fixed places in its capability space (init/plan.c)
    root = next(t for t in tasks if int(t["caps"][0][ROOT_SCHEDULER]["obj"]) and
                int(t["caps"][0][ROOT_SCHEDULER]["obj"]["type"]) == SCHEDULER)
    names = {int(root): "init"}
    for i in range((4096 - ROOT_FREE) // EACH):
        index = ROOT_FREE + EACH * i + 1
        slots = root["caps"][index // 128]
        o = slots[index % 128]["obj"]
        if not int(o) or int(o["type"]) != TASK:
            break
        names[int(o)] = i
    print("RIGHTS " + json.dumps([
        {"name": names.get(int(t)), "caps": list(capabilities(t, names)),
         "pages": list(pages(int(t["cr3"]) & ADDRESS)),
         "ports": [[int(p["start"]), int(p["end"])] for p in members(t["ports"], "port", "ranges")]}
        for t in tasks if names.get(int(t)) != "init"]))


main()
