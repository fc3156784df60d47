# SPDX-License-Identifier: MIT
"""The VPN viaduct between a host on red and an ESP peer on black that is not ours to
trust: what goes through, and that nothing else does, in either direction."""

import os
import struct
import subprocess

import pytest
import wire as w
from vpn import BLACK, BLACK_MAC, DUMMY, ESP, FAR, IPIP, PEER, PEER_MAC, RED, RED_HOST, \
    RED_HOST_MAC, RED_MAC, Sa, Viaduct, frames_of, ip, ip_of, kind, ping

SECRET = b"red only: this line must never be seen on black"


@pytest.fixture(scope="module")
def tunnel(tmp_path_factory):
    with Viaduct(str(tmp_path_factory.mktemp("vpn"))) as v:
        v.guest.wait_line(r"^\[vpn-status\] tunnel up$")
        yield v


def nothing_more(v):
    """A ping crosses both ways; returns what came to the red host before its answer."""
    v.sent = getattr(v, "sent", 1000) + 1
    v.from_black(v.into.seal(ping(FAR, RED_HOST, b"end", v.sent)))
    frame, others = v.red.wait(lambda f: kind(f) == w.IP and f[40:42] == struct.pack("!H", v.sent))
    assert ip_of(frame)[28:] == b"end"
    return [f for f in others if kind(f) == w.IP]


def counted(v, words, action):
    """The action, after which that counter of the status window has grown by one."""
    def value():
        lines = v.guest.since(0, rf"^\[vpn-status\] {words} \d+$")
        return int(lines[-1].split()[-1]) if lines else 0
    before = value()
    action()
    v.guest.until(lambda: value() > before, f"the counter '{words}' grows")
    assert value() == before + 1


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 500, 1372])
def test_red_to_black(tunnel, size):
    """What the peer opens is what the host sent, one hop older; around it nothing varies."""
    data = os.urandom(size)
    before = tunnel.out.sequence
    tunnel.from_red(ping(RED_HOST, FAR, data, size))
    frame, _ = tunnel.black.wait(lambda f: kind(f) == w.IP and f[23] == ESP)
    outer = ip_of(frame)
    assert frame[:12] == PEER_MAC + BLACK_MAC
    assert outer[1] == 0 and outer[6:8] == b"\0\0" and outer[8] == 255
    sequence, iv, inner, next_header = tunnel.out.open(outer[20:])
    assert next_header == IPIP and sequence > before
    assert iv[4:] == struct.pack("!I", sequence)
    tunnel.out.sequence = sequence
    sent = ping(RED_HOST, FAR, data, size)
    assert inner[8] == sent[8] - 1 and w.checksum(inner[:20]) == 0
    assert inner[:8] + inner[12:] == sent[:8] + sent[12:]


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 500, 1372])
def test_black_to_red(tunnel, size):
    data = os.urandom(size)
    tunnel.from_black(tunnel.into.seal(ping(FAR, RED_HOST, data, size)))
    packet = tunnel.wait_red()
    assert packet[28:] == data and packet[12:20] == w.ip_bytes(FAR) + w.ip_bytes(RED_HOST)


def test_our_own_red_address(tunnel):
    tunnel.from_black(tunnel.into.seal(ping(FAR, RED, b"you?", 3)))
    _, _, inner, _ = tunnel.out.open(tunnel.wait_black())
    assert inner[20:] == w.echo(b"you?", 3, 0)


def test_padding_for_traffic_flow(tunnel):
    """TFC padding behind the inner packet (RFC 4303, 2.7) is taken off."""
    tunnel.from_black(tunnel.into.seal(ping(FAR, RED_HOST, b"tfc", 8), tfc=bytes(301)))
    assert tunnel.wait_red()[28:] == b"tfc"


def test_outer_fragments(tunnel):
    """The black stack puts an ESP packet together again."""
    content = tunnel.into.seal(ping(FAR, RED_HOST, b"f" * 1372, 4))
    for at in range(0, len(content), 512):
        more = 0x2000 if at + 512 < len(content) else 0
        tunnel.from_black(content[at:at + 512], fragment=at // 8 | more, ident=77)
    assert tunnel.wait_red()[28:] == b"f" * 1372


def test_path_mtu(tunnel):
    """Too big with DF: the host on red is told how much fits; what fits goes through."""
    def send(size):
        tunnel.from_red(ip(RED_HOST, FAR, w.UDP, bytes(size - 20), fragment=0x4000))
    counted(tunnel, "red: too big", lambda: send(1500))
    told = tunnel.wait_red(lambda p: p[9] == w.ICMP)
    assert told[20:22] == b"\3\4" and w.checksum(told[20:]) == 0
    assert told[12:20] == w.ip_bytes(FAR) + w.ip_bytes(RED_HOST)
    mtu = int.from_bytes(told[26:28], "big")
    assert told[48:56] == b"\0" * 8 and told[28 + 12:48] == w.ip_bytes(RED_HOST) + w.ip_bytes(FAR)
    send(mtu)
    outer = tunnel.wait_black()
    assert 20 + len(outer) <= 1500 < 20 + len(outer) + 4
    assert len(tunnel.out.open(outer)[2]) == mtu
    counted(tunnel, "red: too big", lambda: send(mtu + 1))


def test_without_df(tunnel):
    """The red stack fragments before encryption."""
    tunnel.from_red(ping(RED_HOST, FAR, b"g" * 1472, 5))
    first, second = (tunnel.out.open(tunnel.wait_black())[2] for _ in range(2))
    assert first[6:8] == b"\x20\0" and second[6] & 0x20 == 0
    assert first[20:] + second[20:] == w.echo(b"g" * 1472, 5)


def flip(packet, at):
    return packet[:at] + bytes((packet[at] ^ 1,)) + packet[at + 1:]


INNER = ping(FAR, RED_HOST, SECRET)
def test_the_longest_ping(tunnel):
    """65,507 bytes in fragments to our red address, and all of them back."""
    message = w.echo(os.urandom(65507), 65507 & 0xffff)
    for at in range(0, len(message), 1424):
        more = 0x2000 if at + 1424 < len(message) else 0
        tunnel.from_black(tunnel.into.seal(
            ip(FAR, RED, w.ICMP, message[at:at + 1424], fragment=at // 8 | more, ident=9)))
    answer = bytearray(len(message))
    missing = set(range(0, len(message), 8))
    while missing:
        inner = tunnel.out.open(tunnel.wait_black())[2]
        at, part = (int.from_bytes(inner[6:8], "big") & 0x1fff) * 8, inner[20:]
        answer[at:at + len(part)] = part
        missing -= set(range(at, at + len(part), 8))
    assert answer[8:] == message[8:] and answer[0] == 0


# What no honest peer sends, and the counter it must get.
ATTACKS = {
    "icv": ("black: forged", lambda s: flip(s.seal(INNER), -1)),
    "ciphertext": ("black: forged", lambda s: flip(s.seal(INNER), 30)),
    "iv": ("black: forged", lambda s: flip(s.seal(INNER), 9)),
    "sequence number": ("black: forged", lambda s: flip(s.seal(INNER), 5)),
    "cut": ("black: forged", lambda s: s.seal(INNER)[:-4]),
    "longer": ("black: forged", lambda s: s.seal(INNER) + bytes(4)),
    "odd length": ("black: no ESP packet", lambda s: s.seal(INNER)[:-1]),
    "too short": ("black: no ESP packet", lambda s: s.seal(INNER)[:32]),
    "one byte": ("black: no ESP packet", lambda s: b"\0"),
    "spi": ("black: unknown SPI", lambda s: b"\0\0\x99\x99" + s.seal(INNER)[4:]),
    "reflected": ("black: unknown SPI",
                  lambda s: Sa(Viaduct.SPI_OUT, *Viaduct.KEY_OUT).seal(INNER)),
    "other key": ("black: forged", lambda s: Sa(
        s.spi, bytes(16), s.salt, sequence=s.sequence).seal(INNER)),
    "cleartext": ("black: unknown SPI", lambda s: INNER + bytes(-len(INNER) % 4)),
    "sequence number zero": ("black: replayed", lambda s: s.seal(INNER, sequence=0)),
    "next header TCP": ("black: wrong next header", lambda s: s.seal(INNER, 6)),
    "next header IPv6": ("black: wrong next header", lambda s: s.seal(INNER, 41)),
    "padding not counted up": ("black: wrong padding",
                               lambda s: s.seal(INNER + bytes(-len(INNER) % 4), padding=b"\1\3")),
    "padding longer than all": ("black: wrong padding", lambda s: s.seal(
        bytes(-2 % 4), padding=b"", pad_length=200)),
    "nothing inside": ("black: no IPv4 inside", lambda s: s.seal(b"")),
    "version 6 inside": ("black: no IPv4 inside", lambda s: s.seal(b"\x60" + INNER[1:])),
    "inner length beyond": ("black: no IPv4 inside", lambda s: s.seal(INNER[:-8])),
    "inner checksum": ("black: no IPv4 inside", lambda s: s.seal(flip(INNER, 8))),
    "inner header too long": ("black: no IPv4 inside", lambda s: s.seal(
        ip(FAR, RED_HOST, 6, b"")[:1].replace(b"\x45", b"\x4f") + ip(FAR, RED_HOST, 6, b"")[1:])),
    "foreign source": ("black: foreign address inside",
                       lambda s: s.seal(ping("10.3.0.1", RED_HOST, SECRET))),
    "source of red": ("black: foreign address inside",
                      lambda s: s.seal(ping(RED_HOST, RED_HOST, SECRET))),
    "foreign destination": ("black: foreign address inside",
                            lambda s: s.seal(ping(FAR, "10.9.0.5", SECRET))),
    "multicast": ("black: foreign address inside",
                  lambda s: s.seal(ping(FAR, "224.0.0.1", SECRET))),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_hostile_peer(tunnel, name):
    words, make = ATTACKS[name]
    tunnel.red.quiet(0.01)
    counted(tunnel, words, lambda: tunnel.from_black(make(tunnel.into)))
    assert nothing_more(tunnel) == []


def test_replay(tunnel):
    """Twice; out of order within 64; older; after a gap; near the end of all numbers."""
    into = tunnel.into
    tunnel.red.quiet(0.01)

    def send(sequence):
        tunnel.from_black(into.seal(ping(FAR, RED_HOST, b"r", sequence & 0xffff),
                                    sequence=sequence))

    def accepted(sequence):
        send(sequence)
        tunnel.wait_red(lambda p: p[26:28] == struct.pack("!H", sequence & 0xffff))

    def refused(sequence):
        counted(tunnel, "black: replayed", lambda: send(sequence))
    top = into.sequence + 100
    accepted(top)
    refused(top)
    accepted(top - 63)
    refused(top - 64)
    accepted(top - 1)
    refused(top - 1)
    accepted(top + 500000)
    refused(top)
    # a forged packet with a high number does not move the window
    counted(tunnel, "black: forged", lambda: tunnel.from_black(
        flip(into.seal(INNER, sequence=top + 600000), -1)))
    accepted(top + 500000 - 5)
    into.sequence = top + 500000
    assert nothing_more(tunnel) == []


def test_dummy_is_thrown_away(tunnel):
    tunnel.red.quiet(0.01)
    tunnel.from_black(tunnel.into.seal(os.urandom(100), DUMMY))
    tunnel.from_black(tunnel.into.seal(b"", DUMMY))
    assert nothing_more(tunnel) == []


def test_other_protocols_on_black(tunnel):
    """Cleartext to the black stack goes no further than that."""
    tunnel.red.quiet(0.01)
    for inner in ping(FAR, RED_HOST, SECRET), ip(PEER, RED_HOST, w.UDP, SECRET * 2):
        tunnel.black.send(w.ethernet(BLACK_MAC, w.IP, inner, PEER_MAC))
        tunnel.black.send(w.ethernet(w.BROADCAST, w.IP, inner, PEER_MAC))
        tunnel.from_black(inner, protocol=4)
        tunnel.from_black(inner, protocol=51)
    assert nothing_more(tunnel) == []


# What red sends and black must not see: each with the counter that it gets, if it gets
# as far as the viaduct.
REFUSED = {
    "another network": ("red: not to be protected", ping(RED_HOST, "10.3.0.1", SECRET)),
    "the peer itself": ("red: not to be protected", ping(RED_HOST, PEER, SECRET)),
    "foreign source": ("red: not to be protected", ping("10.4.0.4", FAR, SECRET)),
    "ICMP error": ("red: not to be protected",
                   ip(RED_HOST, "10.3.0.1", w.ICMP, b"\3\1\0\0\0\0\0\0" + SECRET)),
    "options": ("red: not to be protected",
                ip(RED_HOST, "10.3.0.1", 6, SECRET, options=b"\x07\x07\x04\0\0\0\0\0")),
    "fragment": ("red: not to be protected",
                 ip(RED_HOST, "10.3.0.1", w.UDP, SECRET + b"\0", fragment=0x2003)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_red_outside_of_policy(tunnel, name):
    words, packet = REFUSED[name]
    tunnel.black.quiet(0.01)
    counted(tunnel, words, lambda: tunnel.from_red(packet))
    assert tunnel.black.quiet(0.2) == []


def test_red_noise(tunnel):
    """Broadcasts, ARP, IPv6, multicast, nonsense: black hears nothing."""
    tunnel.black.quiet(0.01)
    for to in w.BROADCAST, RED_MAC, bytes.fromhex("01005e000001"), bytes.fromhex("333300000001"):
        for frame_kind, content in (
                (w.IP, ping(RED_HOST, "255.255.255.255", SECRET)),
                (w.IP, ping(RED_HOST, "10.1.0.255", SECRET)),
                (w.IP, ping(RED_HOST, "224.0.0.251", SECRET)),
                (w.IP, b"\x45" + os.urandom(60)), (w.IP, ip(RED_HOST, FAR, 6, SECRET)[:30]),
                (0x86dd, b"\x60" + bytes(39) + SECRET), (w.ARP, SECRET), (0x88b5, SECRET)):
            tunnel.red.send(w.ethernet(to, frame_kind, content, RED_HOST_MAC))
    tunnel.red.send(w.arp_request(PEER, source_ip=RED_HOST, source=RED_HOST_MAC))
    tunnel.from_red(ping(RED_HOST, FAR, b"end", 99))
    frames = tunnel.black.quiet(0.3)
    assert [kind(f) for f in frames] == [w.IP]
    assert tunnel.out.open(ip_of(frames[0])[20:])[2][28:] == b"end"


def test_nothing_of_red_on_black(tunnel):
    """In all that went onto black since the start nothing of red is in clear; each number of the
    SA was used once; and tshark, given the key, opens and verifies the same packets."""
    frames, numbers, ivs = list(frames_of(tunnel.capture)), [], []
    assert not any(SECRET in frame for frame in frames)
    tunnel.check_black(frames, lambda n, iv: (numbers.append(n), ivs.append(iv)))
    assert len(numbers) > 10
    assert sorted(set(numbers)) == sorted(numbers) and len(set(ivs)) == len(ivs)
    key = "".join(part.hex() for part in tunnel.KEY_OUT)
    sa = f'"IPv4","{BLACK}","{PEER}","{Viaduct.SPI_OUT:#010x}",' \
         f'"AES-GCM with 16 octet ICV [RFC4106]","0x{key}","NULL",""'
    fields = subprocess.run(
        ["tshark", "-r", tunnel.capture, "-o", "esp.enable_encryption_decode:TRUE",
         "-o", "esp.enable_authentication_check:TRUE", "-o", f"uat:esp_sa:{sa}",
         "-Y", f"esp && eth.src == {BLACK_MAC.hex(':')}", "-T", "fields", "-e", "esp.sequence",
         "-e", "esp.icv_good", "-e", "ip.dst"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    seen = [line.split("\t") for line in fields.splitlines()]
    assert sorted(int(line[0]) for line in seen) == sorted(numbers)
    assert {line[1] for line in seen} <= {"1", "True"}
    assert {line[2] for line in seen} == {f"{PEER},{FAR}"}


def test_burst(tunnel):
    """Of 3,000 pings at once, and one to a host that red does not have, each is sealed, or
    counted as dropped where a user reads it."""
    def sealed():
        """The number of the packet that is sealed now; the burst is behind it."""
        tunnel.from_red(ping(RED_HOST, FAR, b"probe"))
        tunnel.probes += 1
        last = 0
        while (frame := tunnel.black.receive(0.5)) is not None:
            if kind(frame) == w.IP and frame[23] == ESP:
                last = struct.unpack("!I", ip_of(frame)[24:28])[0]
        return last

    def dropped():
        totals = {}
        for line in tunnel.guest.since(0, r"^\[ip-red\] dropped so far: \d+ "):
            number, reason = line.split(": ", 1)[1].split(" ", 1)
            totals[reason] = int(number)
        return sum(totals.values())

    def all_there():
        if (last := sealed()) == 0:
            return False
        assert last - before + dropped() - before_dropped <= count + tunnel.probes
        return last - before + dropped() - before_dropped == count + tunnel.probes
    tunnel.probes, count = 0, 3000
    before, before_dropped = sealed(), dropped()
    tunnel.probes = 0
    for number in range(count - 1):
        tunnel.from_red(ping(RED_HOST, FAR, b"burst", number))
    tunnel.from_red(ping(RED_HOST, "10.1.0.77", b"not here"))
    tunnel.guest.until(all_there, "each packet is sealed or counted")
