# SPDX-License-Identifier: MIT
"""The kernel under root programs of tests/kernel, with what only the outside can do: little memory,
NMIs, a debugger."""

import contextlib
import fcntl
import os
import re
import select
import socket
import subprocess
import tempfile
import termios

import pytest
from guest import HANG, ROOT, Failed, Guest, make

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
            "-accel", "tcg", "-cpu", "max", "-m", mem, "-cdrom", os.path.join(ROOT, iso),
            "-boot", "d", "-vga", "std", "-nic", "none", "-no-reboot", *ICOUNT], options) as guest:
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
        # threads of one priority are in a heap: the logarithm of their number
        factor = 1.25 if name == "scale-schedule" else 1.05
        assert scale[0][name, 100] <= factor * scale[0][name, 10], name


@pytest.mark.parametrize("program", ["klatency", "khostile"])
def test_nobody_holds_up_an_urgent_thread(program):
    """A thread of low priority makes the kernel work as hard as its quota allows."""
    with root(program, "512M") as guest:
        guest.wait_line("^latency: end", limit=LONG)
        late = {m[1]: int(m[2]) for m in (re.match(r"latency: (\S+) (\d+) \d+$", line)
                                          for line in guest.lines()) if m}
    assert len(late) >= 15
    assert {name: n for name, n in late.items() if n > 5000} == {}


def storm_goes_on(guest):
    """Waits for 50 more rounds in the storm; how many interrupts there were."""
    def rounds():
        assert not guest.since(0, "wrong|panic"), guest.lines()[-20:]
        # an NMI may tell in the middle of a line
        told = (re.match(r"storm: (\d+) (\d+)$", line) for line in guest.lines())
        return [(int(m[1]), int(m[2])) for m in told if m]
    before = max(rounds(), default=(0, 0))[0]
    guest.until(lambda: max(rounds(), default=(0, 0))[0] >= before + 50,
                "rounds in the storm", LONG)
    return max(rounds())[1]


def test_nmis_in_an_interrupt_storm():
    """They come at any instruction, of the kernel and of programs; nothing is lost by them."""
    with root("kstorm", "128M") as guest:
        assert storm_goes_on(guest) > 500

        def nmis():
            return "\n".join(guest.lines()).count("[kernel] NMI at")
        for _ in range(5):
            for _ in range(4):          # those that come while one is being handled are one
                before = nmis()
                for _ in range(5):
                    guest.qmp("inject-nmi")
                guest.until(lambda: nmis() > before, "an NMI is told", LONG)
            storm_goes_on(guest)


@pytest.mark.parametrize("machine", ["pc,acpi=off", "q35"])
def test_storm_on_other_machines(machine):
    """Without tables that name an IOAPIC: by the 8259s; and a newer chip set."""
    with root("kstorm", "128M", "-machine", machine) as guest:
        assert storm_goes_on(guest) > 500


def test_a_machine_check_is_told():
    """The processor says that it cannot go on: an epitaph, and the end."""
    with root("kstorm", "128M") as guest:
        storm_goes_on(guest)
        guest.monitor("mce 0 4 0xbd00000000000000 0x5 0 0")
        guest.wait_line(r"^\[kernel\] panic: ", limit=LONG)
        guest.wait_line(r"^  vector 18 ")


LOGGED = 200 * 504              # what klatency writes at its end, bytes


def waiting(pipe):
    """Bytes that are in the pipe."""
    return int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), "little")


@pytest.mark.parametrize("machine", ["pc", "pc,acpi=off"])
def test_a_terminal_that_does_not_read(machine):
    """Nobody waits for it, nothing is slower; what the kernel does not keep is counted, the rest
    comes in order when the terminal reads again."""
    with tempfile.TemporaryDirectory() as folder, \
            root("klatency", "512M", "-S", "-machine", machine) as guest:
        com1 = os.path.join(folder, "com1")
        os.mkfifo(com1 + ".in")
        os.mkfifo(com1 + ".out")
        pipe = os.open(com1 + ".out", os.O_RDONLY | os.O_NONBLOCK)
        size = fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 4096)
        guest.qmp("chardev-change", id="serial0",
                  backend={"type": "pipe", "data": {"device": com1}})
        guest.qmp("cont")
        guest.until(lambda: waiting(pipe) == size, "the terminal is full", LONG)
        # its sampler sleeps for a moment only, so what never moves on has all been written
        guest.until(lambda: "HLT=1" in guest.monitor("info registers"), "it waits", LONG)
        said = b""

        def read():
            nonlocal said
            with contextlib.suppress(BlockingIOError):
                said += os.read(pipe, 4096)
            return b"latency: end" in said
        guest.until(read, "the end", LONG)
        os.close(pipe)
    text = said.decode().replace("\r", "")
    figures = dict(re.findall(r"^latency: (\S+) (\d+) \d+$", text, re.M))
    assert "compute" in figures and "log-200-lines-of-503-characters" in figures
    assert [name for name, late in figures.items() if int(late) > 5000] == []
    lost = re.findall(r"\n\[kernel\] (\d+) bytes of the log were lost\n", text)
    assert len(lost) == 1
    assert text.count(".") * 504 // 503 + int(lost[0]) == LOGGED


RSP, RIP = slice(7 * 8, 8 * 8), slice(16 * 8, 17 * 8)   # in the debugger's registers


class Debugger:
    """Just enough of GDB's remote protocol (appendix E of its manual)."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(HANG)
        self.socket.connect(path)
        self.stream = self.socket.makefile("rb", buffering=0)

    def send(self, packet):
        self.socket.sendall(f"${packet}#{sum(packet.encode()) % 256:02x}".encode())

    def answer(self):
        """The next packet from the other side."""
        while self.stream.read(1) != b"$":
            pass
        text = b""
        while (byte := self.stream.read(1)) != b"#":
            text += byte
        self.stream.read(2)
        self.socket.sendall(b"+")
        return text.decode()

    def ask(self, packet):
        self.send(packet)
        answer = self.answer()
        while answer.startswith("T") and packet != "c":       # it stopped when we came
            answer = self.answer()
        return answer

    def stopped(self):
        """After send("c") and its acknowledgement: is there an answer?"""
        return bool(select.select([self.socket], [], [], 0)[0])

    def run_to(self, address, guest, end="panic"):
        """To an instruction; a line on COM1 that matches `end` is a failure.  Returns the
        registers."""
        assert self.ask(f"Z1,{address:x},1") == "OK"
        self.send("c")
        while self.stream.read(1) != b"+":
            pass
        guest.until(lambda: self.stopped() or guest.since(0, end), "it comes to its place", LONG)
        assert guest.since(0, end) == []
        assert self.answer().startswith("T05")
        registers = bytearray.fromhex(self.ask("g"))
        assert registers[RIP] == address.to_bytes(8, "little")
        assert self.ask(f"z1,{address:x},1") == "OK"
        return registers


@contextlib.contextmanager
def debugged(program, *options):
    """Boots a root program; the guest, where its debugger is reached, the kernel's symbols."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "gdb")
        with root(program, "128M", "-chardev", f"socket,id=gdb,path={path},server=on,wait=off",
                  "-gdb", "chardev:gdb", *options) as guest:
            names = subprocess.run(["nm", os.path.join(ROOT, "build/kernel/kernel.elf")],
                                   check=True, text=True, stdout=subprocess.PIPE).stdout
            yield guest, path, {name: int(value, 16)
                                for value, _, name in map(str.split, names.splitlines())}


def test_an_overflow_of_the_kernel_stack_is_told():
    """The page below is not there: a double fault on a stack of its own, an epitaph, and the
    end."""
    with debugged("kstorm") as (guest, path, symbols):
        storm_goes_on(guest)
        debugger = Debugger(path)
        registers = debugger.run_to(symbols["syscall"], guest)
        registers[RSP] = (symbols["kstack_guard"] + 0x100).to_bytes(8, "little")
        assert debugger.ask("G" + registers.hex()) == "OK"
        debugger.send("c")
        guest.wait_line(r"^\[kernel\] panic: ", limit=LONG)
        guest.wait_line(r"^  vector 8 ")
        guest.wait_line(r"^  ffffffff8\w+ \w+\+0x")  # syscall, or what it ends with a jump to
        guest.wait_line(r"^  current thread ")


def open_vector(debugger, symbols, vector):
    """Programs can use it with `int`: it comes when no controller has an interrupt in service."""
    kind = symbols["idt"] + 16 * vector + 5
    assert debugger.ask(f"m{kind:x},1") == "8e"
    assert debugger.ask(f"M{kind:x},1:ee") == "OK"


@pytest.mark.parametrize("machine", ["pc", "pc,acpi=off"])
def test_spurious_interrupts_and_raised_lines(machine):
    """See tests/kernel/lines.c.  With the 8259s alone there is also a real spurious interrupt: of
    the second one, when a line is masked that has just fired."""
    with debugged("klines", "-S", "-machine", machine, "-device", "edu") as (guest, path, symbols):
        end, debugger = "^lines: |panic", Debugger(path)
        debugger.run_to(symbols["exit_to_user"], guest)         # everything is set up
        open_vector(debugger, symbols, 0x3f)
        if machine != "pc":
            open_vector(debugger, symbols, 0x27)
            debugger.run_to(symbols["trap_stubs"] + 16 * 0x2f, guest, end)
            serving = dict(re.findall(r"^(pic[01]): .* isr=(\w\w)", guest.monitor("info pic"),
                                      re.M))
            assert serving == {"pic0": "04", "pic1": "00"}      # the second one had nothing
        debugger.send("c")
        guest.until(lambda: guest.since(0, end), "it is done", LONG)
        assert guest.since(0, end) == ["lines: good"]
