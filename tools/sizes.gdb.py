# SPDX-License-Identifier: MIT
"""For gdb at a running kernel: prints, for each task of the plan, the quota of its factory and
what of it is used, and each writable page of RAM with the offset of the first and behind the last
byte that is not zero.  tools/sizes runs it after rights.gdb.py, whose functions it takes."""

TASK_AT, FACTORY_AT = 1, 0      # in init's capabilities of a component (init/plan.c)


def used(physical):
    """[first, end) of what is not zero in a page; (0, 0) if all is."""
    try:
        data = gdb.selected_inferior().read_memory(PHYS_BASE + physical, 4096).tobytes()
    except gdb.MemoryError:
        return 0, 0
    end = len(data.rstrip(b"\0"))
    return (len(data) - len(data.lstrip(b"\0")), end) if end else (0, 0)


def sizes():
    everything = list(objects(gdb.parse_and_eval("'kernel/start/root.c'::factory")))
    tasks = [o.cast(pointer("task")) for o in everything if int(o["type"]) == TASK]
    root = next(t for t in tasks if int(t["caps"][0][ROOT_SCHEDULER]["obj"]) and
                int(t["caps"][0][ROOT_SCHEDULER]["obj"]["type"]) == SCHEDULER)
    for i in range((4096 - ROOT_FREE) // EACH):
        first = ROOT_FREE + EACH * i
        slots = [root["caps"][n // 128][n % 128]["obj"] for n in (first + FACTORY_AT,
                                                                   first + TASK_AT)]
        if not all(int(o) for o in slots) or int(slots[1]["type"]) != TASK:
            break
        factory, task = slots[0].cast(pointer("factory")), slots[1].cast(pointer("task"))
        print(f"SIZE task {i} {int(factory['limit']) * 4096} {int(factory['used']) * 4096}")
        for address, size, writable, _, frame in pages(int(task["cr3"]) & ADDRESS):
            for at in range(0, size if writable else 0, 4096):
                start, end = used(frame + at)
                print(f"SIZE page {address + at} {start} {end}")


sizes()
