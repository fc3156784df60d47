# SPDX-License-Identifier: MIT
"""The legacy IP stack: fragments, ICMP errors, addresses by DHCP, hostile DHCP servers."""

import os
import random
import struct

import pytest
import wire as w
from guest import Guest, build
from wire import BROADCAST, ICMP, OURS, OUR_IP, UDP, Wire, arp_request, datagram, echo, ip_bytes, \
    ipv4

A, A_IP = bytes.fromhex("02000000000a"), "10.0.2.15"
MORE = 0x2000


def is_ip(frame, protocol):
    return frame[12:14] == b"\x08\x00" and frame[23] == protocol


@pytest.fixture(scope="module")
def cable(tmp_path_factory):
    folder, options = build("net")
    wire = Wire(str(tmp_path_factory.mktemp("wire")))
    with Guest(folder, wire.plug(options)) as guest:
        guest.wait_line(r"^\[ip-a\] 10.0.2.15/24 10.0.2.2$")
        wire.guest = guest
        wire.send(arp_request(A_IP))
        wire.wait(lambda f: f[:14] == OURS + A + b"\x08\x06")
        yield wire
    wire.close()


def pieces(message, size=1480):
    """(offset in units of 8, more to come, content) of each fragment."""
    return [(at // 8, at + size < len(message), message[at:at + size])
            for at in range(0, len(message), size)]


def send_pieces(wire, parts, ident):
    for at, more, content in parts:
        wire.send(ipv4(A, A_IP, ICMP, content, ident=ident, fragment=at | MORE * more))


def reassemble(wire, length):
    """What the fragments of the next datagram that comes put together."""
    answer, missing = bytearray(length), length
    while missing > 0:
        frame, _ = wire.wait(lambda f: is_ip(f, ICMP))
        at = (int.from_bytes(frame[20:22], "big") & 0x1fff) * 8
        part = frame[34:14 + int.from_bytes(frame[16:18], "big")]
        answer[at:at + len(part)] = part
        missing -= len(part)
    assert missing == 0
    return bytes(answer)


@pytest.mark.parametrize("size", [1473, 2952, 20000, 65507])
def test_large_ping(cable, size):
    data = os.urandom(size)
    send_pieces(cable, pieces(echo(data, 1)), size)
    assert reassemble(cable, 8 + size) == echo(data, 1, kind=0)


def test_fragments_in_any_order(cable):
    """Shuffled, and some of them twice."""
    order = random.Random(1)
    for number in range(20):
        data = os.urandom(order.randrange(3000, 8000))
        parts = pieces(echo(data, number), order.choice([256, 512, 1480]))
        parts += order.sample(parts, 1)
        order.shuffle(parts)
        send_pieces(cable, parts, 100 + number)
        assert reassemble(cable, 8 + len(data)) == echo(data, number, kind=0)


def test_senseless_fragments(cable):
    """Overlapping, beyond the largest length, without end, of length 0, too many: no answer to
    those, and answers again to good ones."""
    chance = random.Random(2)
    for number in range(600):
        cable.send(ipv4(A, A_IP, ICMP, bytes(8 * chance.randrange(0, 180)),
                        ident=1000 + number % 7,
                        fragment=chance.choice([0, 1, 0x1fff, chance.randrange(0x2000)])
                        | MORE * chance.randrange(2)))
    cable.quiet()
    data = os.urandom(5000)
    for attempt in range(20):           # what is half there keeps memory until it is given up
        send_pieces(cable, pieces(echo(data, 5)), 2000 + attempt)
        if any(is_ip(f, ICMP) and f[34:35] == b"\0" for f in cable.quiet()):
            break
    else:
        raise AssertionError("no answer")
    assert not any("fault" in line for line in cable.guest.lines())


def test_errors(cable):
    """To a closed UDP port and to an unknown protocol: ICMP says so, with the start of what it is
    about (RFC 792).  To a wrong checksum, a broadcast, an ICMP error: nothing."""
    cable.quiet()
    closed = datagram(A, A_IP, 4000, 4001, b"x" * 20)
    unknown = ipv4(A, A_IP, 200, b"y" * 20)
    for frame, code in (closed, 3), (unknown, 2):
        cable.send(frame)
        answer, _ = cable.wait(lambda f: is_ip(f, ICMP))
        assert answer[34:36] == bytes([3, code])
        assert answer[26:34] == ip_bytes(A_IP) + ip_bytes(OUR_IP)
        assert w.checksum(answer[34:14 + int.from_bytes(answer[16:18], "big")]) == 0
        quoted = answer[42:70]
        assert quoted[:8] == frame[14:22] and quoted[12:] == frame[26:42]
    bad = bytearray(closed)
    bad[24] ^= 1                        # of the IP header's checksum
    error = ipv4(A, A_IP, ICMP, b"\x03\x03" + bytes(6) + closed[14:42])
    crowd = datagram(BROADCAST, "10.0.2.255", 4000, 4001, b"z" * 20)
    for frame in bytes(bad), crowd, error:
        cable.send(frame)
    assert [f for f in cable.quiet() if is_ip(f, ICMP)] == []


# DHCP

def test_dhcp():
    """Two stacks ask QEMU's server."""
    folder, options = build("netdhcp")
    with Guest(folder, options) as guest:
        found = {guest.wait_line(rf"^\[{name}\] dhcp: (\S+) 255.255.255.0 10.0.2.2$")[1]
                 for name in ("ip-a", "ip-b")}
        assert found == {"10.0.2.15", "10.0.2.16"}


def dhcp(frame):
    """The options of a client's message, by number; None: it is none."""
    if not is_ip(frame, UDP) or frame[34:38] != struct.pack("!HH", 68, 67):
        return None
    options, at, found = frame[42 + 240:], 0, {}
    while options[at] != 255:
        found[options[at]] = options[at + 2:at + 2 + options[at + 1]]
        at += 2 + options[at + 1]
    return found


def answer(question, kind, own, options=None, length=None):
    """RFC 2131's message to the client of that question."""
    server = ip_bytes("10.9.8.1")
    if options is None:
        options = bytes([53, 1, kind, 54, 4]) + server \
            + b"\x33\x04\0\0\x0e\x10\x01\x04\xff\xff\xff\0" + b"\x03\x04" + server + b"\xff"
    message = b"\x02\x01\x06\0" + question[46:50] + bytes(8) + ip_bytes(own) + server + bytes(4) \
        + question[70:86] + bytes(192) + b"\x63\x82\x53\x63" + options
    return datagram(BROADCAST, "255.255.255.255", 67, 68, message[:length], source_ip="10.9.8.1")


def test_hostile_dhcp_server(tmp_path):
    """Answers cut short, options that end nowhere, random bytes; then a good server is heard."""
    folder, options = build("netdhcp")
    wire, chance = Wire(str(tmp_path)), random.Random(3)

    def asks(kind):
        return lambda f: f[6:12] == A and (dhcp(f) or {}).get(53) == bytes([kind])

    with Guest(folder, wire.plug(options)) as guest:
        question, _ = wire.wait(asks(1))
        for number in range(200):
            wire.send(answer(question, chance.randrange(256), "10.9.8.200",
                             options=chance.randbytes(chance.randrange(300)),
                             length=None if number % 2 else chance.randrange(300)))
        for attempt in range(10):       # of its questions until it has what it needs
            question, _ = wire.wait(lambda f: asks(1)(f) or asks(3)(f), 60)
            kind = dhcp(question)[53][0]
            wire.send(answer(question, 2 if kind == 1 else 5, "10.9.8.7"))
            if kind == 3:
                break
        guest.wait_line(r"^\[ip-a\] dhcp: 10.9.8.7 255.255.255.0 10.9.8.1$")
        wire.send(arp_request("10.9.8.7", source_ip="10.9.8.1"))
        wire.wait(lambda f: f[:14] == OURS + A + b"\x08\x06")
        assert guest.since(0, "fault") == []
    wire.close()
