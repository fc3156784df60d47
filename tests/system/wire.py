# SPDX-License-Identifier: MIT
"""The other end of the guest's network cable: frames as bytes, by QEMU's dgram netdev.

    wire = Wire(folder)
    with Guest(image, wire.plug(options)) as g:
        wire.send(echo_request(...)); wire.wait(lambda frame: ...)
"""

import os
import socket
import struct

from guest import HANG, LIMIT, Patience

BROADCAST = b"\xff" * 6
OURS = bytes.fromhex("02abcdef0001")
OUR_IP = "10.0.2.99"
ARP, IP = 0x806, 0x800
ICMP, TCP, UDP = 1, 6, 17


def ip_bytes(text):
    return bytes(int(n) for n in text.split("."))


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ethernet(to, kind, content, source=OURS):
    return to + source + struct.pack("!H", kind) + content


def arp_request(ip, source_ip=OUR_IP, to=BROADCAST, source=OURS):
    return ethernet(to, ARP, struct.pack("!HHBBH", 1, IP, 6, 4, 1) + source + ip_bytes(source_ip)
                    + b"\0" * 6 + ip_bytes(ip), source)


def arp_reply(frame, source=OURS):
    """The answer to a request that asks for `source`."""
    return ethernet(frame[6:12], ARP, struct.pack("!HHBBH", 1, IP, 6, 4, 2) + source + frame[38:42]
                    + frame[22:32], source)


def ipv4(to, ip, protocol, content, source_ip=OUR_IP, ident=1, fragment=0):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(content), ident, fragment, 64, protocol,
                       0, ip_bytes(source_ip), ip_bytes(ip))
    head = head[:10] + struct.pack("!H", checksum(head)) + head[12:]
    return ethernet(to, IP, head + content)


def echo(data, number, kind=8):
    head = struct.pack("!BBHHH", kind, 0, 0, 0x5649, number)
    return head[:2] + struct.pack("!H", checksum(head + data)) + head[4:] + data


def echo_request(to, ip, data=b"", number=1, source_ip=OUR_IP):
    return ipv4(to, ip, ICMP, echo(data, number), source_ip)


def datagram(to, ip, source_port, port, data, source_ip=OUR_IP):
    """UDP without a checksum, as IPv4 allows."""
    return ipv4(to, ip, UDP, struct.pack("!HHHH", source_port, port, 8 + len(data), 0) + data,
                source_ip)


def cable(options, name, local, remote):
    """The machine's options with a pair of sockets in place of QEMU's own network of that name."""
    plug = f"dgram,id={name},local.type=unix,local.path={local},remote.type=unix," \
           f"remote.path={remote}"
    return [plug if before == "-netdev" and f"id={name}" in option.split(",") else option
            for before, option in zip(["", *options], options)]


class Wire:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.paths = [os.path.join(folder, name) for name in ("guest-end", "our-end")]
        for path in self.paths:
            if os.path.exists(path):
                os.unlink(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.socket.bind(self.paths[1])
        self.guest = None           # whose card this wire is in

    def close(self):
        self.socket.close()

    def plug(self, options, name="net0"):
        """The machine's options with this wire in place of QEMU's own network of that name."""
        return cable(options, name, *self.paths)

    def send(self, frame):
        self.socket.settimeout(HANG)
        self.socket.sendto(frame, self.paths[0])

    def receive(self, seconds):
        """The next frame that comes within that time, or None."""
        self.socket.settimeout(max(seconds, 0.000001))
        try:
            return self.socket.recv(4096)
        except (TimeoutError, BlockingIOError):
            return None

    def wait(self, condition, seconds=LIMIT):
        """The first frame for which condition(frame) is true, and all before it."""
        patience, others = Patience(seconds), []
        while True:
            frame = self.receive(0.2)
            if frame is not None and condition(frame):
                return frame, others
            others += [frame] if frame is not None else []
            assert not patience.over(), f"no such frame among {len(others)}"

    def quiet(self, seconds=0.3):
        """All frames until none has come for that long and the guest, if known, has nothing left
        to do: seen twice, because the first time what we sent may still be on its way to it."""
        frames, idle = [], 0
        while True:
            frame = self.receive(seconds)
            if frame is not None:
                frames.append(frame)
                idle = 0
            elif self.guest is None or idle == 2:
                return frames
            else:
                self.guest.idle()
                idle, seconds = idle + 1, min(seconds, 0.05)

