# SPDX-License-Identifier: MIT
"""The network: card, multiplexer and IP stacks against a peer that makes its own frames, and
through QEMU's network; clients kept apart; hostile clients.  Long: hostile, crashing and
ordinary clients need the same helpers.
"""

import os
import socket
import struct
import threading
import time

import pytest
import wire as w
from guest import HANG, Guest, build
from wire import ARP, BROADCAST, ICMP, IP, OURS, OUR_IP, Wire, arp_reply, arp_request, datagram, \
    echo, echo_request, ip_bytes, ipv4

A, B = bytes.fromhex("02000000000a"), bytes.fromhex("02000000000b")
IPS = {"10.0.2.15": A, "10.0.2.16": B}


def kind(frame):
    return int.from_bytes(frame[12:14], "big")


def is_icmp(frame, number=None):
    return kind(frame) == IP and frame[23] == ICMP and \
        number in (None, int.from_bytes(frame[40:42], "big"))


def meet(wire):
    """The stacks learn our address, so that they need not ask for it later."""
    for ip, address in IPS.items():
        wire.send(arp_request(ip))
        wire.wait(lambda f: kind(f) == ARP and f[6:12] == address and f[:6] == OURS)


@pytest.fixture(scope="module", params=["net", "netports"])
def cable(request, tmp_path_factory):
    """The stacks on a virtio card behind the IOMMU, and on one without DMA in another machine."""
    folder, options = build(request.param)
    wire = Wire(str(tmp_path_factory.mktemp("wire")))
    with Guest(folder, wire.plug(options)) as guest:
        guest.wait_line(rf"^\[init\] {request.param}: running$")
        guest.wait_line(r"^\[ip-b\] 10.0.2.16/24 10.0.2.2$")
        wire.guest = guest
        meet(wire)
        yield wire
    wire.close()


def test_arp(cable):
    """Each stack answers for its own address, with the address the scenario gave it."""
    for ip, address in IPS.items():
        cable.quiet()
        cable.send(arp_request(ip))
        frames = cable.quiet()
        assert len(frames) == 1
        answer = frames[0]
        assert answer[:14] == OURS + address + b"\x08\x06"
        assert answer[20:22] == b"\0\2"                 # a reply
        assert answer[22:42] == address + ip_bytes(ip) + OURS + ip_bytes(OUR_IP)
    cable.send(arp_request("10.0.2.17"))
    assert cable.quiet() == []


@pytest.mark.parametrize("size", [0, 1, 17, 18, 500, 1471, 1472])
def test_ping(cable, size):
    for ip, address in IPS.items():
        data = os.urandom(size)
        cable.send(echo_request(address, ip, data, size))
        frame, others = cable.wait(lambda f: is_icmp(f, size))
        assert frame[:12] == OURS + address
        assert frame[26:34] == ip_bytes(ip) + ip_bytes(OUR_IP)
        assert w.checksum(frame[14:34]) == 0
        assert frame[34:42 + size] == echo(data, size, kind=0)
        assert others == []


def test_ping_in_fragments(cable):
    """4,000 bytes: three fragments there, three back."""
    data = os.urandom(4000)
    message = echo(data, 77)
    for at in range(0, len(message), 1480):
        more = 0x2000 if at + 1480 < len(message) else 0
        cable.send(ipv4(A, "10.0.2.15", ICMP, message[at:at + 1480], fragment=at // 8 | more))
    answer = bytearray(len(message))
    for _ in range(3):
        frame, _ = cable.wait(is_icmp)
        at = (int.from_bytes(frame[20:22], "big") & 0x1fff) * 8
        part = frame[34:14 + int.from_bytes(frame[16:18], "big")]
        answer[at:at + len(part)] = part
    assert bytes(answer) == echo(data, 77, kind=0)


def test_no_frame_to_the_wrong_client(cable):
    """What is for another address does not arrive, though the IP address fits."""
    cable.quiet()
    for ethernet_address in B, bytes.fromhex("02000000000c"), bytes.fromhex("00000000000a"):
        cable.send(echo_request(ethernet_address, "10.0.2.15", b"astray", 5))
    cable.send(echo_request(A, "10.0.2.15", b"right", 6))
    _, others = cable.wait(lambda f: is_icmp(f, 6))
    assert others + cable.quiet() == []


def test_between_clients(cable):
    """What one client sends another goes there and not onto the wire."""
    cable.quiet()
    # the one stack believes that the other pings it
    cable.send(echo_request(A, "10.0.2.15", b"neighbour", 9, source_ip="10.0.2.16"))
    frames = cable.quiet()
    # only its question who that is, a broadcast; neither answer nor echo reply
    assert [f[:12] for f in frames] == [BROADCAST + A]
    assert frames[0][20:22] == b"\0\1" and frames[0][38:42] == ip_bytes("10.0.2.16")
    # it got the answer: no further question
    cable.send(echo_request(A, "10.0.2.15", b"neighbour", 10, source_ip="10.0.2.16"))
    assert cable.quiet() == []


def test_udp_echo(cable):
    for ip, address in IPS.items():
        for size in 0, 1, 1000, 1472:
            data = os.urandom(size)
            cable.send(datagram(address, ip, 4000 + size, 7, data))
            frame, _ = cable.wait(lambda f: kind(f) == IP and f[23] == w.UDP)
            assert struct.unpack("!HHH", frame[34:40]) == (7, 4000 + size, 8 + size)
            assert frame[42:42 + size] == data


def test_burst(cable):
    """Far more at once than all rings hold: some may be lost, how much depends on who is faster;
    what is answered is answered once, right and in order."""
    cable.quiet()
    frames = []
    for number in range(2000):
        cable.send(echo_request(A if number % 2 else B, "10.0.2.1" + "65"[number % 2],
                                bytes(1000), number))
        while (frame := cable.receive(0)) is not None:
            frames.append(frame)
    answers = [f for f in frames + cable.quiet() if is_icmp(f)]
    for address in IPS.values():
        numbers = [int.from_bytes(f[40:42], "big") for f in answers if f[6:12] == address]
        assert numbers and numbers == sorted(set(numbers))
    assert all(f[34:1042] == echo(bytes(1000), int.from_bytes(f[40:42], "big"), kind=0)
               for f in answers)
    for ip, address in IPS.items():
        cable.send(echo_request(address, ip, b"after", 3000))
        frame, _ = cable.wait(lambda f: is_icmp(f, 3000))
        assert frame[6:12] == address


def test_malformed_frames(cable):
    """Runts, giants, nonsense: no answer, no harm."""
    good = echo_request(A, "10.0.2.15", b"x" * 100, 1)
    for frame in (b"\0", A, A + OURS, good[:20], good[:33], good[:14] + b"\xff" * 60,
                  good[:16] + b"\xff\xff" + good[18:], good + bytes(600), A * 300,
                  arp_request("10.0.2.15")[:30]):
        cable.send(frame)
    cable.quiet()
    cable.send(echo_request(A, "10.0.2.15", b"after", 3001))
    cable.wait(lambda f: is_icmp(f, 3001))
    assert not any("fault" in line for line in cable.guest.lines())


# Through QEMU's own network: TCP of a real peer

def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture(scope="module")
def ports():
    folder, options = build("net")
    ports = {(ip, service): free_port() for ip in IPS for service in (7, 9)}
    forwards = "".join(f",hostfwd=tcp:127.0.0.1:{port}-{ip}:{service}"
                       for (ip, service), port in ports.items())
    options = [o + forwards if o.startswith("user,") else o for o in options]
    with Guest(folder, options) as guest:
        guest.wait_line(r"^\[ip-b\] 10.0.2.16/24 10.0.2.2$")
        yield ports


def tcp_echo(port, data):
    """Sends all and ends; returns what came back."""
    with socket.create_connection(("127.0.0.1", port), HANG) as s:
        s.settimeout(HANG)

        def send():
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
        thread = threading.Thread(target=send)
        thread.start()
        answer = b""
        while part := s.recv(1 << 16):
            answer += part
        thread.join()
        return answer


def test_tcp_echo(ports):
    """1 MB each, through both stacks at the same time."""
    data, answers = {ip: os.urandom(1 << 20) for ip in IPS}, {}
    threads = [threading.Thread(target=lambda ip=ip: answers.update(
        {ip: tcp_echo(ports[ip, 7], data[ip])})) for ip in IPS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == data


def test_tcp_connections_end(ports):
    """More one after the other than there can be at once."""
    for number in range(40):
        assert tcp_echo(ports["10.0.2.15", 7], b"%d" % number) == b"%d" % number


def test_tcp_peer_that_does_not_read(ports):
    """The stack's window closes; others are served meanwhile."""
    with socket.create_connection(("127.0.0.1", ports["10.0.2.15", 7]), HANG) as s:
        s.settimeout(1)
        with pytest.raises(TimeoutError):
            while True:
                s.sendall(bytes(1 << 16))
        assert tcp_echo(ports["10.0.2.15", 7], b"others") == b"others"


def test_tcp_discard(ports):
    with socket.create_connection(("127.0.0.1", ports["10.0.2.16", 9]), HANG) as s:
        s.settimeout(HANG)
        s.sendall(bytes(2 << 20))
        s.shutdown(socket.SHUT_WR)
        assert s.recv(1) == b""


# One client on the driver itself

@pytest.fixture
def direct(tmp_path_factory):
    folder, options = build("netdirect")
    wire = Wire(str(tmp_path_factory.mktemp("wire")))
    with Guest(folder, wire.plug(options)) as guest:
        guest.wait_line(r"^\[netecho\] ready$")
        guest.wait_line(r"^\[nic-drv\] card running$")
        wire.guest = guest
        yield wire
    wire.close()


def test_driver_counts(direct):
    """Frames of all lengths come back as they were, and the driver has counted them."""
    def statistics():
        mark = direct.guest.mark()
        direct.send(w.ethernet(E, 0x88b5, b"stats" + bytes(55)))
        line = direct.guest.wait_line(r"^\[netecho\] stats (.*)$", mark)[1]
        return [int(n) for n in line.split()]

    E = bytes.fromhex("02000000000e")
    sizes = [60, 61, 64, 128, 1000, 1513, 1514] * 40       # the queues go round
    for size in sizes:
        content = os.urandom(size - 14)
        direct.send(w.ethernet(E, 0x88b5, content))
        frame, _ = direct.wait(lambda f: True)
        assert frame == OURS + E + b"\x88\xb5" + content
    total = sum(sizes)
    assert statistics() == [len(sizes), total, len(sizes) + 1, total + 74, 0, 0, 0]
    # more at once than there is room for: lost ones are counted, too
    for _ in range(1000):
        direct.send(w.ethernet(BROADCAST, 0x800, bytes(1000)))
    direct.guest.until(lambda: sum(statistics()[i] for i in (2, 4)) > len(sizes) + 64, "counted")
    direct.send(w.ethernet(E, 0x88b5, b"after" + bytes(55)))
    direct.wait(lambda f: f[14:19] == b"after")


# A driver that crashes

def test_driver_restarts(tmp_path):
    """Each crash costs frames, and nothing else: the same stacks answer, without asking anew who
    we are, and with all their rings as deep as before."""
    folder, options = build("mortal-net")
    wire = Wire(str(tmp_path))

    def reaches(ip, address, number):
        """Asks until there is an answer."""
        def once():
            wire.send(echo_request(address, ip, b"again", number))
            end = time.monotonic() + 0.2
            while (frame := wire.receive(end - time.monotonic())) is not None:
                assert kind(frame) != ARP       # it has not forgotten us
                if is_icmp(frame, number):
                    return True
            return False
        guest.until(once, f"{ip} answers")

    with Guest(folder, wire.plug(options)) as guest:
        guest.wait_line(r"^\[ip-b\] 10.0.2.16/24 10.0.2.2$")
        wire.guest = guest
        meet(wire)
        for crash in range(10):
            time.sleep(0.05)    # init lets what faults within 10 ms of its start stay stopped
            mark = guest.mark()
            for number in range(40):            # under way in the moment of the crash
                wire.send(echo_request(A, "10.0.2.15", bytes(500), 1000 + number))
                if number == 5:
                    wire.send(w.ethernet(BROADCAST, 0x88b6, bytes(46)))
            guest.wait_line(r"^\[init\] nic-drv: started again$", mark)
            guest.wait_line(r"^\[nic-drv\] card running$", mark)
            for ip, address in IPS.items():
                reaches(ip, address, 10 * crash)
        wire.quiet()
        for number in range(32):                # each finds its place in the rings
            wire.send(echo_request(A, "10.0.2.15", bytes(100), 2000 + number))
        missing = set(range(2000, 2032))
        while missing:
            frame, _ = wire.wait(is_icmp)
            missing.discard(int.from_bytes(frame[40:42], "big"))
        assert guest.since(0, r"^\[init\] (?!nic-drv)\S+: (fault|stopped)") == []
        assert guest.since(0, r"refused|^\[init\] nic-drv: stopped") == []
    wire.close()


# Hostile clients

@pytest.fixture(scope="module")
def rogues(tmp_path_factory):
    folder, options = build("netrogues")
    wire = Wire(str(tmp_path_factory.mktemp("wire")))
    with Guest(folder, wire.plug(options)) as guest:
        guest.wait_line(r"^\[init\] netrogues: running$")
        wire.guest = guest
        yield wire
    wire.close()


def test_hostile_clients(rogues):
    """While one client lies in its rings and another floods, a third one's pings get through; no
    frame on the wire claims to be from somebody else; nobody got what was not for him."""
    guest, seen = rogues.guest, []

    def ask(question, is_answer):
        """Asks until there is an answer: the flood may fill the third one's ring, too."""
        def once():
            rogues.send(question)
            end = time.monotonic() + 0.05
            while (frame := rogues.receive(end - time.monotonic())) is not None:
                seen.append(frame)
                if is_answer(frame):
                    return True
            return False
        guest.until(once, f"an answer among {len(seen)} frames")

    ask(arp_request("10.0.2.15"), lambda f: kind(f) == ARP and f[:12] == OURS + A)
    rogues.send(w.ethernet(BROADCAST, 0x88b5, bytes(46)))
    guest.wait_line(r"^\[liar\] begins$")
    guest.wait_line(r"^\[flooder\] begins$")
    for number in range(60):
        ask(echo_request(A, "10.0.2.15", bytes(64), number),
            lambda f: is_icmp(f, number) and f[6:12] == A)
        if number == 9:                 # the attacks last longer than that
            assert guest.since(0, r"^\[flooder\] counted") == []
    drain = threading.Event()

    def take():
        while not drain.is_set():
            frame = rogues.receive(0.1)
            if frame is not None:
                seen.append(frame)
    thread = threading.Thread(target=take)
    thread.start()
    counted = [guest.wait_line(rf"^\[{name}\] counted (\d+) (\d+) (\d+)$", limit=60)
               for name in ("liar", "flooder")]
    got = [guest.wait_line(rf"^\[{name}\] got (\d+) (\d+) (\d+)$") for name in ("liar", "flooder")]
    drain.set()
    thread.join()
    liar, flooder = ([int(n) for n in c.groups()] for c in counted)
    assert liar[0] == 0 and liar[1] > 100 and liar[2] >= 500
    assert flooder == [90000, 30000, 0]
    assert [int(g[1]) for g in got] == [0, 0]
    # an echo reply of the stack is all that is from its address
    assert all(is_icmp(f) or kind(f) == ARP for f in seen if f[6:12] == A)
    assert {f[6:12] for f in seen} - {A} <= {bytes.fromhex("02000000000d")}
    assert sum(f[6:12] != A for f in seen) > 100
    assert guest.since(0, r"\[(nic-mux|nic-drv|ip-a|liar|flooder)\] .*fault") == []


def test_pci_gives_only_the_one_device(rogues):
    """The display adapter for a client without memory for DMA."""
    guest = rogues.guest
    guest.wait_line(r"^\[init\] pciprobe: fault at 0x\w+ \(foreign_port")
    lines = [line.split("] ")[1] for line in guest.since(0, r"^\[pciprobe\] ")]
    ok, argument, gone = 0, 4, 9
    assert lines == [
        f"info {ok} {0x1234} {0x1111}",
        f"bar 0 2 {0xfd000000} {16 << 20}", "bar 1 0 0 0", f"bar 2 2 {0xfebf0000} 4096",
        "bar 3 0 0 0", "bar 4 0 0 0", "bar 5 0 0 0",
        f"config {ok} {0x1234}",
        f"config bounds {ok} {argument} {argument} {argument}",
        "on 2", "off 0",                # memory, no bus master; nothing
        f"map {argument} {argument} {argument} {ok}",
        f"register {0xb0c0}",
        "other operations 0",
        f"without words {argument} {argument}",
        f"gone {gone} {gone} {gone} {gone}",
    ]
    assert guest.since(0, "not stopped") == []
