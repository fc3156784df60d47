# SPDX-License-Identifier: MIT
"""For gdb at a running kernel: prints what every task really holds - capabilities, I/O ports,
mapped pages, and what the IOMMU lets devices reach - read from the kernel's own objects.
tools/tcb-verify runs it: as JSON, then line by line for tools/tcb-vet.c."""

import json
import struct
import zlib

import gdb

TASK, THREAD, GATE, SIGNAL, IRQ, FACTORY, SCHEDULER, GUEST, VCPU = 1, 2, 3, 4, 5, 7, 8, 10, 11
ROOT_SCHEDULER, ROOT_FREE, ROOT_WINDOW, PHYS_BASE = 3, 64, 1 << 32, 0xffff800000000000
EACH = 5        # PLAN_CAPS_EACH
STARTUP, STARTUP_SIZE = 0x3fff8000, 0x4000      # lib/sys/startup.h
IOMMU, VERSION, STATUS, ROOT = 0xfed90000, 0, 0x1c, 0x20
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
    """[address, bytes, writable, executable, frame] of what user mode sees; page tables differ in
    rights only at their lowest level, or the upper one takes away."""
    for i, entry in enumerate(table(physical)[:count]):
        if not entry & PRESENT or not entry & USER:
            continue
        address, size = base + (i << 12 + 9 * level), 1 << 12 + 9 * level
        if level == 0 or entry & LARGE:
            yield [address, size, bool(entry & WRITABLE), not entry & NX,
                   entry & ADDRESS & -size]
        else:
            for a, s, w, x, p in pages(entry & ADDRESS, level - 1, address, 512):
                yield [a, s, w and bool(entry & WRITABLE), x and not entry & NX, p]


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
            elif cap["type"] in (GUEST, VCPU):
                cap["to"] = payer(o, names)
            yield cap


def payer(o, names):
    """The component out of whose factory an object is."""
    return {int(gdb.Value(task).cast(pointer("task"))["obj"]["factory"]): name
            for task, name in names.items()}.get(int(o["factory"]))


def content(physical):
    """CRC-32 of a page (ISO/IEC 3309)."""
    try:
        data = gdb.selected_inferior().read_memory(PHYS_BASE + physical, 4096)
    except gdb.MemoryError:
        return 0
    return zlib.crc32(data)


def register(offset, size):
    """Of the IOMMU (Intel VT-d specification, chapter 10); 0 where there is none."""
    text = gdb.execute(f"monitor xp /1{size}x {IOMMU + offset:#x}", to_string=True)
    return int(text.split(":")[1], 16) if ":" in text and "Cannot" not in text else 0


def reached():
    """Lines about the frames that devices reach: bus and device, address, frame."""
    if register(VERSION, "w") != 0x10:
        return
    yield f"E {register(STATUS, 'w') >> 31}"
    root = table(register(ROOT, "g") & ADDRESS)
    for bus in range(256):
        context = table(root[2 * bus] & ADDRESS) if root[2 * bus] & PRESENT else [0] * 512
        for place in range(256):
            low, high = context[2 * place:2 * place + 2]
            if low & PRESENT:
                for address, frame in translations(low & ADDRESS, (high & 7) + 1):
                    yield f"D {bus << 8 | place} {address} {frame}"
                if low >> 2 & 3:
                    yield f"D {bus << 8 | place} 0 0"       # not translated


def translations(physical, level, base=0):
    for i, entry in enumerate(table(physical)):
        address = base + (i << 12 + 9 * level)
        if not entry & (PRESENT | WRITABLE):
            continue
        if level == 0 or entry & LARGE:
            for at in range(0, 1 << 12 + 9 * level, 4096):
                yield address + at, (entry & ADDRESS) + at
        else:
            yield from translations(entry & ADDRESS, level - 1, address)


def window(root):
    """Ranges of frames that the root task gives out: neither the kernel's nor its own."""
    start = end = 0
    for address, size, _, _, frame in pages(int(root["cr3"]) & ADDRESS):
        if address != ROOT_WINDOW + frame:
            continue
        if frame != end:
            yield f"R {start} {end}"
            start = frame
        end = frame + size
    yield f"R {start} {end}"


def lines(tasks, names):
    """What tools/tcb-vet.c reads: a task, its capabilities, pages, ports and startup page."""
    for t in tasks:
        name = names.get(int(t))
        if name == "init":
            yield from window(t)
    for t in tasks:
        name = names.get(int(t))
        if name == "init":
            continue
        yield f"T {-1 if name is None else name}"
        for c in capabilities(t, names):
            to = {None: -1, "init": -2}.get(c.get("to"), c.get("to"))
            yield f"C {c['index']} {c['type']} {c['rights']} {c.get('label') or 0} " \
                f"{-1 if c.get('line') is None else c['line']} {to}"
        for address, size, writable, executable, frame in pages(int(t["cr3"]) & ADDRESS):
            for at in range(0, size, 4096):
                crc = 0 if writable else content(frame + at)
                yield f"M {address + at} {frame + at} {writable:d} {executable:d} {crc}"
                if STARTUP <= address + at < STARTUP + STARTUP_SIZE:
                    data = gdb.selected_inferior().read_memory(PHYS_BASE + frame + at, 4096)
                    yield "S " + data.tobytes().hex()
        for p in members(t["ports"], "port", "ranges"):
            yield f"P {int(p['start'])} {int(p['end'])}"
    yield from reached()


def guests(root, names):
    """Lines about the frames that virtual machines see: whose they are, frame, writable."""
    for o in objects(root):
        if int(o["type"]) == GUEST:
            name = payer(o, names)
            guest = o.cast(pointer("task"))
            for _, size, writable, _, frame in pages(int(guest["cr3"]) & ADDRESS, count=512):
                for at in range(0, size, 4096):
                    yield f"G {-1 if name is None else name} {frame + at} {writable:d}"


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
    for line in lines(tasks, names):
        print("RIGHT " + line)
    for line in guests(gdb.parse_and_eval("'kernel/start/root.c'::factory"), names):
        print("RIGHT " + line)


main()
