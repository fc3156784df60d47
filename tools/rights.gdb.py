# SPDX-License-Identifier: MIT
"""For gdb at a running kernel: prints what every task really holds - capabilities, I/O ports,
mapped pages, and what the IOMMU lets devices reach - read from the kernel's own objects.
tools/tcb-verify runs it: as JSON, then line by line for tools/tcb-vet.c."""

import json
import struct
import zlib

import gdb

TASK, THREAD, GATE, SIGNAL, IRQ, FACTORY, SCHEDULER = 1, 2, 3, 4, 5, 7, 8
ROOT_SCHEDULER, ROOT_FREE, ROOT_WINDOW, PHYS_BASE = 3, 64, 1 << 32, 0xffff800000000000
EACH, COMPONENTS = 5, 64         # PLAN_CAPS_EACH, PLAN_COMPONENTS_MAX
STARTUP, STARTUP_SIZE = 0x3fff8000, 0x4000      # lib/sys/startup.h
KIP = 0x3ffff000
IOMMU, VERSION, STATUS, ROOT = 0xfed90000, 0, 0x1c, 0x20
PRESENT, WRITABLE, USER, LARGE, NX, ADDRESS = 1, 2, 4, 128, 1 << 63, 0x000ffffffffff000


factories, quotas = {}, {}      # of components, by address and by number
owners = {}                     # of all objects that a component's factory pays for


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


def capabilities(task, names, receivers):
    none = int(gdb.parse_and_eval("&cap_table_none[0]"))
    for i in range(32):
        slots = task["caps"][i]
        for j in range(128 if int(slots) != none else 0):
            o = slots[j]["obj"]
            if not int(o):
                continue
            cap = {"index": i * 128 + j, "type": int(o["type"]),
                   "rights": int(slots[j]["node"]["rights"]), "owner": owners.get(int(o), -1)}
            if cap["type"] in (GATE, SIGNAL, IRQ):
                source = o.cast(pointer("source"))
                cap["label"] = int(source["label"])
                cap["line"] = int(source["line"]) if cap["type"] == IRQ else None
                cap["to"] = receivers.get(int(source["thread"]["task"])) \
                    if int(source["thread"]) else None
            elif cap["type"] == THREAD:
                cap["to"] = names.get(int(o.cast(pointer("thread"))["task"]))
            elif cap["type"] == TASK:
                cap["to"] = names.get(int(o))
            elif cap["type"] == FACTORY:
                cap["label"] = factories.get(int(o), 0)
            elif cap["type"] == SCHEDULER:
                cap["label"] = int(o.cast(pointer("scheduler"))["bound"])
            yield cap


def threads(task, names, khz):
    """A line for each: priority, slice in us, percent of each period, whether it may read the
    counter, its message buffer, and who receives its faults under which label."""
    for t in members(task["threads"], "thread", "in_task"):
        share = int(t["quota"]) * 100 // int(t["period"]) if int(t["quota"]) else 0
        line = [int(t["priority"]), round(int(t["slice"]) * 1000 / khz), share,
                int(task["counter"]), int(t["utcb_addr"])]
        for gate in t["fault_gate"][0], t["fault_gate"][1]:
            to = names.get(int(gate["thread"]["task"])) if int(gate) and int(gate["thread"]) \
                else None
            line += [{None: -1, "init": -2}.get(to, to), int(gate["label"]) if int(gate) else 0]
        yield "H " + " ".join(map(str, line))


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
    return int(text.split(":")[1], 16) if ":" in text else 0


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


def khz_of(task):
    """Of the time-stamp counter: struct kip."""
    frame = next(p[4] for p in pages(int(task["cr3"]) & ADDRESS) if p[0] == KIP)
    data = gdb.selected_inferior().read_memory(PHYS_BASE + frame + 12, 4).tobytes()
    return struct.unpack("<I", data)[0]


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
        yield f"T {-1 if name is None else name} {owners.get(int(t), -1)}"
        if name in quotas:
            yield f"Q {quotas[name]}"
        yield from threads(t, names, khz_of(t))
        # a task that a component has made receives for that
        for c in capabilities(t, names, {**owners, **names}):
            to = {None: -1, "init": -2}.get(c.get("to"), c.get("to"))
            yield f"C {c['index']} {c['type']} {c['rights']} {c.get('label') or 0} " \
                f"{-1 if c.get('line') is None else c['line']} {to} {c['owner']}"
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


def main():
    tasks = [o.cast(pointer("task"))
             for o in objects(gdb.parse_and_eval("'kernel/start/root.c'::factory"))
             if int(o["type"]) == TASK]
    # init is the task that the kernel gave a scheduler (kernel/start/root.c); the tasks that it
    # made itself are at fixed places in its capability space (init/plan.c)
    root = next(t for t in tasks if int(t["caps"][0][ROOT_SCHEDULER]["obj"]) and
                int(t["caps"][0][ROOT_SCHEDULER]["obj"]["type"]) == SCHEDULER)
    names = {int(root): "init"}
    for i in range(COMPONENTS):
        first = ROOT_FREE + EACH * i
        factory, o = (root["caps"][n // 128][n % 128]["obj"] for n in (first, first + 1))
        if not int(o) or int(o["type"]) != TASK:
            continue                            # its user has ended it, or there is none
        names[int(o)] = i
        factories[int(factory)] = i + 1
        quotas[i] = int(factory.cast(pointer("factory"))["limit"]) * 4096
        owners.update((int(x), i) for x in objects(factory.cast(pointer("factory"))))
    print("RIGHTS " + json.dumps([
        {"name": names.get(int(t)), "caps": list(capabilities(t, names, names)),
         "pages": list(pages(int(t["cr3"]) & ADDRESS)),
         "ports": [[int(p["start"]), int(p["end"])] for p in members(t["ports"], "port", "ranges")]}
        for t in tasks if names.get(int(t)) != "init"]))
    for line in lines(tasks, names):
        print("RIGHT " + line)


main()
