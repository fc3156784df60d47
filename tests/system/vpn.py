# SPDX-License-Identifier: MIT
"""Both sides of the viaduct: a host on the red wire, an ESP peer on the black one.

    with Viaduct(folder) as v:                  # boots the scenario, with keys by hand
        v.red.send(...); v.black.send(v.peer.seal(inner))
        outer = v.wait_black(); inner = v.peer.open(outer)

The peer is ours, on another implementation of AES-GCM (python3-cryptography); it can also
make packets that no honest peer would.
"""

import os
import struct

import wire as w
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from guest import Guest, build

ESP, IPIP, DUMMY = 50, 4, 59
RED_MAC, BLACK_MAC = bytes.fromhex("02000000000a"), bytes.fromhex("02000000000b")
RED_HOST_MAC, PEER_MAC = bytes.fromhex("02abcdef000a"), bytes.fromhex("02abcdef000b")
RED, RED_HOST, FAR = "10.1.0.1", "10.1.0.5", "10.2.0.1"
BLACK, PEER = "192.0.2.1", "192.0.2.2"


def kind(frame):
    return int.from_bytes(frame[12:14], "big")


def ip_of(frame):
    """The IP packet in a frame, without what an Ethernet needs to be long enough."""
    return frame[14:14 + int.from_bytes(frame[16:18], "big")]


def ip(source, to, protocol, content, **fields):
    """An IPv4 packet; fields of wire.ipv4, and options=."""
    options = fields.pop("options", b"")
    frame = w.ipv4(b"\0" * 6, to, protocol, content, source_ip=source, **fields)[14:]
    if options:
        head = bytearray(frame[:20])
        head[0] += len(options) // 4
        head[2:4] = struct.pack("!H", len(frame) + len(options))
        head[10:12] = b"\0\0"
        head[10:12] = struct.pack("!H", w.checksum(bytes(head) + options))
        frame = bytes(head) + options + frame[20:]
    return frame


def ping(source, to, data=b"", number=1, answer=False):
    return ip(source, to, w.ICMP, w.echo(data, number, 0 if answer else 8))


def frames_of(path):
    """What a capture has of frames that do not come from the peer."""
    with open(path, "rb") as file:
        data = file.read()
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack("<I", data[at + 8:at + 12])[0]
        frame = data[at + 16:at + 16 + size]
        if frame[6:12] != PEER_MAC:
            yield frame
        at += 16 + size


class Sa:
    """One direction of an SA, as the peer has it."""

    def __init__(self, spi, key, salt, esn=False, sequence=0):
        self.spi, self.aead, self.salt, self.esn = spi, AESGCM(key), salt, esn
        self.sequence = sequence

    def _aad(self, sequence):
        return struct.pack("!IQ" if self.esn else "!II", self.spi,
                           sequence if self.esn else sequence & 0xffffffff)

    def seal(self, inner, next_header=IPIP, sequence=None, padding=None, pad_length=None, tfc=b""):
        """What is behind the outer header.  Without arguments right in every respect."""
        if sequence is None:
            self.sequence += 1
            sequence = self.sequence
        if padding is None:
            padding = bytes(range(1, 1 + -(len(inner) + len(tfc) + 2) % 4))
        if pad_length is None:
            pad_length = len(padding)
        plain = inner + tfc + padding + bytes((pad_length, next_header))
        iv = os.urandom(8)
        head = struct.pack("!II", self.spi, sequence & 0xffffffff)
        return head + iv + self.aead.encrypt(self.salt + iv, plain, self._aad(sequence))

    def open(self, packet, high=0):
        """(sequence number, IV, inner packet with its padding checked, next header)"""
        spi, low = struct.unpack("!II", packet[:8])
        assert spi == self.spi
        sequence = high << 32 | low
        plain = self.aead.decrypt(self.salt + packet[8:16], packet[16:], self._aad(sequence))
        pad, next_header = plain[-2:]
        inner = plain[:-2 - pad]
        assert plain[len(inner):-2] == bytes(range(1, 1 + pad))
        return sequence, packet[8:16], inner, next_header


class Viaduct:
    """The running scenario."""

    SPI_OUT, SPI_IN = 0x1001, 0x1002    # as the viaduct sees it
    KEY_OUT = bytes(range(16)), bytes.fromhex("cafebabe")
    KEY_IN = bytes(range(16, 32)), bytes.fromhex("deadbeef")

    def __init__(self, temporary, scenario="vpn-manual", extra=(), wait=True, **settings):
        self.folder, options = build(scenario, **settings)
        self.red, self.black = w.Wire(temporary + "/red"), w.Wire(temporary + "/black")
        options = self.red.plug(self.black.plug(options, "black"), "red")
        self.out = Sa(self.SPI_OUT, *self.KEY_OUT)      # what the viaduct sends
        self.into = Sa(self.SPI_IN, *self.KEY_IN)       # what it receives
        self.capture = temporary + "/black.pcap"
        self.guest = Guest(self.folder, options, [
            "-object", f"filter-dump,id=dump,netdev=black,file={self.capture}", *extra])
        try:
            if wait:
                self.guest.wait_line(rf"^\[init\] {scenario}: running$")
                self.guest.wait_line(r"^\[viaduct\] ready$")
                self.guest.wait_line(r"^\[ip-red\] 10\.1\.")
                self.guest.wait_line(r"^\[ip-black\] 192\.0\.")
                self.meet()
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self.guest.stop()
        self.red.close()
        self.black.close()

    def meet(self):
        """Both stacks learn who we are, so that they need not ask for it later."""
        for wire, own, ip_own, theirs, ours in (
                (self.red, RED_HOST_MAC, RED_HOST, RED, RED_MAC),
                (self.black, PEER_MAC, PEER, BLACK, BLACK_MAC)):
            wire.send(w.arp_request(theirs, source_ip=ip_own, source=own))
            wire.wait(lambda f: kind(f) == w.ARP and f[6:12] == ours and f[:6] == own)

    def from_red(self, packet):
        """A host on the red wire sends an IP packet through the gateway."""
        self.red.send(w.ethernet(RED_MAC, w.IP, packet, RED_HOST_MAC))

    def from_black(self, content, source=PEER, protocol=ESP, **fields):
        """The peer, or somebody who says so, sends what is behind the outer header."""
        self.black.send(w.ethernet(BLACK_MAC, w.IP, ip(source, BLACK, protocol, content, **fields),
                                   PEER_MAC))

    def wait_black(self):
        """The content of the next ESP packet from the viaduct."""
        frame, _ = self.black.wait(lambda f: kind(f) == w.IP and f[23] == ESP)
        packet = ip_of(frame)
        assert packet[0] == 0x45 and w.checksum(packet[:20]) == 0
        assert packet[12:20] == w.ip_bytes(BLACK) + w.ip_bytes(PEER)
        return packet[20:]

    def crosses(self, limit=30):
        """A ping and its answer cross the tunnel, asked again until they do."""
        def once():
            self.number = getattr(self, "number", 2000) + 1
            self.from_red(ping(RED_HOST, FAR, b"across", self.number))
            frame = self.black.receive(0.5)
            while frame is not None and not (kind(frame) == w.IP and frame[23] == ESP):
                frame = self.black.receive(0.5)
            if frame is None:
                return None
            inner = self.out.open(ip_of(frame)[20:])[2]
            self.from_black(self.into.seal(ping(FAR, RED_HOST, b"back", self.number, True)))
            while (frame := self.red.receive(0.5)) is not None:
                if kind(frame) == w.IP and frame[40:42] == struct.pack("!H", self.number):
                    return inner[20:] and ip_of(frame)[28:] == b"back"
            return None
        self.guest.until(once, "a ping crosses the tunnel", limit)

    def check_black(self, frames, opened):
        """All that the viaduct's side sent on black: ARP about black addresses, ICMP errors about
        what the peer sent in clear, and ESP.  Calls opened(sequence, iv) for each ESP packet;
        what does not open raises."""
        red_words = [RED_MAC, RED_HOST_MAC, w.ip_bytes(RED_HOST), w.ip_bytes(FAR), w.ip_bytes(RED)]
        for frame in frames:
            assert frame[6:12] == BLACK_MAC
            if kind(frame) == w.ARP:
                assert not any(word in frame for word in red_words)
                continue
            outer = ip_of(frame)
            assert kind(frame) == w.IP
            assert not frame[14 + len(outer):].strip(b"\0")     # Ethernet's own padding
            if outer[9] == w.ICMP:
                assert outer[20] == 3 and outer[40:48] == w.ip_bytes(PEER) + w.ip_bytes(BLACK)
                continue
            assert outer[9] == ESP
            assert not any(word in frame[:14] + outer[:20] for word in red_words)
            sequence, iv, _, _ = self.out.open(outer[20:])
            opened(sequence, iv)

    def wait_red(self, condition=lambda packet: True):
        """The next IP packet for which the condition is true, for the host on the red wire."""
        frame, _ = self.red.wait(lambda f: kind(f) == w.IP and f[:6] == RED_HOST_MAC
                                 and condition(ip_of(f)))
        return ip_of(frame)
