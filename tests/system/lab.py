# SPDX-License-Identifier: MIT
"""The VPN between two Linux networks: a host on red, strongSwan on black, both wires recorded.

    with Lab(folder, "vpn-viaduct", vpn="tests/configs/vpn/rekeying.cfg") as lab:
        lab.up()                                # the tunnel is, and a ping crosses it
        near, far = lab.transfer(50)            # megabytes by TCP, each way
        lab.inject(lab.red, "red", frame)       # any frame, onto red
        lab.judge()                             # all that black has seen is as it must be
"""

import os
import re
import subprocess
import sys

import wire as w
from cryptography.exceptions import InvalidTag
from guest import ROOT, Guest, build
from strongswan import StrongSwan, until
from transfer import MARK
from vpn import BLACK, BLACK_MAC, FAR, PEER, RED, RED_HOST, RED_HOST_MAC, RED_MAC, Sa, frames_of, \
    ip_of, kind

TRANSFER = [sys.executable, f"{ROOT}/tests/system/transfer.py"]
INJECT = """
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0))
for frame in sys.argv[2:]:
    s.send(bytes.fromhex(frame))
"""
NATT, IKE_PORT = 4500, 500
PORT = 5001


class Lab:
    def __init__(self, folder, scenario="vpn-viaduct", peer=True, **settings):
        self.folder, self.begin = folder, peer          # peer: charon runs from the start
        self.image, self.options = build(scenario, **settings)
        self.peer = StrongSwan(f"{folder}/peer")
        self.capture = {side: f"{folder}/{side}.pcap" for side in ("red", "black")}

    def __enter__(self):
        self.peer.open(self.begin)
        try:
            self._plug()
        except BaseException:
            self.peer.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if hasattr(self, "guest"):
            self.guest.stop()
        self.peer.__exit__()

    def _plug(self):
        options = self.options
        self.red = self.peer.another()
        for side, space, address in (("red", self.red, f"{RED_HOST}/24"),
                                     ("black", None, f"{PEER}/24")):
            wire = w.Wire(f"{self.folder}/{side}")
            options = wire.plug(options, side)
            wire.close()
            self.peer.attach(*wire.paths, space, side, address)
        self.peer.shell(f"ip link set red address {RED_HOST_MAC.hex(':')}"
                        f" && ip route add 10.2.0.0/24 via {RED}", space=self.red)
        dumps = [part for side, path in self.capture.items()
                 for part in ("-object", f"filter-dump,id=dump-{side},netdev={side},file={path}")]
        self.guest = Guest(self.image, options, dumps)

    def up(self, mark=0):
        self.guest.wait_line(r"^\[ike\] peer: tunnel up$", mark, limit=120)
        until(self.crosses, "no answer through the tunnel")

    def crosses(self):
        """Does a ping from the host on red to the one behind the peer come back?"""
        return self.ping(f"-c 1 -W 5 {FAR}") == 1

    def ping(self, arguments):
        """How many answers came to the host on red."""
        said = self.peer.shell(f"ping -q {arguments}", check=False, space=self.red).stdout
        return int(re.search(r"(\d+) received|$", said)[1] or 0)

    def counter(self, words):
        """The last value that the status window showed."""
        lines = self.guest.since(0, rf"^\[vpn-status\] {words} \d+$")
        return int(lines[-1].split()[-1]) if lines else 0

    def inject(self, space, name, *frames):
        subprocess.run([*self.peer.enter(space), sys.executable, "-c", INJECT, name,
                        *(frame.hex() for frame in frames)], check=True)

    def transfer(self, megabytes):
        """So much each way between the two hosts, over one TCP connection: both programs."""
        far = self.peer.run_in(self.peer.space, *TRANSFER, FAR, str(PORT), str(megabytes), "listen")
        far.wait("^ready$")
        return self.peer.run_in(self.red, *TRANSFER, FAR, str(PORT), str(megabytes)), far

    # The judge

    def _sent(self, side, mac, by):
        """What a capture has of frames with that sender, or without it."""
        return [frame for frame in frames_of(self.capture[side]) if (frame[6:12] == mac) == by]

    def _open(self, packets):
        """ESP, opened with the peer's keys: {SPI: [(sequence number, IV, inner packet)]},
        {SPI: key}."""
        keys = {bytes.fromhex(k) for k in self.peer.keys()}
        fitting, opened = {}, {}
        for packet in packets:
            spi = int.from_bytes(packet[:4], "big")
            if spi not in fitting:
                fitting[spi] = next((k for k in keys if opens(spi, k, packet)), None)
                assert fitting[spi], f"nobody has a key for {spi:#x}"
            sequence, iv, inner, _ = Sa(spi, fitting[spi][:-4], fitting[spi][-4:]).open(packet)
            opened.setdefault(spi, []).append((sequence, iv, inner))
        return opened, fitting

    def judge(self):
        """All that the machine sent onto black was ARP about black addresses, IKE, or ESP that
        opens with keys the peer knows, with nothing twice; and all that it sent onto red was its
        own, or came in such ESP.  The same judgement by tshark.  The machine stands still from
        now on.  Returns {SPI: packets}."""
        self.guest.qmp("stop")
        red_words = [RED_MAC, RED_HOST_MAC, w.ip_bytes(RED_HOST), w.ip_bytes(FAR), w.ip_bytes(RED)]
        sealed = []
        for frame in self._sent("black", BLACK_MAC, True):
            assert MARK[:16] not in frame
            if kind(frame) == w.ARP:
                assert not any(word in frame for word in red_words)
                continue
            packet = ip_of(frame)
            assert kind(frame) == w.IP and packet[12:20] == w.ip_bytes(BLACK) + w.ip_bytes(PEER)
            assert not any(word in frame[:42] for word in red_words)
            assert not frame[14 + len(packet):].strip(b"\0")    # Ethernet's own padding
            if packet[9] == w.ICMP:                             # about what came in clear
                assert packet[20] == 3 and packet[40:48] == w.ip_bytes(PEER) + w.ip_bytes(BLACK)
                continue
            assert packet[9] == w.UDP and packet[6:8] == b"\0\0", frame.hex()
            port, content = int.from_bytes(packet[22:24], "big"), packet[28:]
            assert port in (IKE_PORT, NATT)
            if port == NATT and content[:4] != bytes(4):
                sealed.append(content)
        opened, keys = self._open(sealed)
        self._judge_red()
        self._tshark(keys, len(sealed))
        for spi, packets in opened.items():
            for part in 0, 1:
                assert len({p[part] for p in packets}) == len(packets), f"{spi:#x}: twice"
        assert len(set(keys.values())) == len(keys)
        return {spi: len(packets) for spi, packets in opened.items()}

    def _judge_red(self):
        """TTL and checksum change on the way; fragments are not put together."""
        came = [f for f in self._sent("black", BLACK_MAC, False)
                if kind(f) == w.IP and f[23] == w.UDP and f[36:38] == NATT.to_bytes(2, "big")
                and f[42:46] != bytes(4)]
        inside = {inner[:8] + inner[9:10] + inner[12:] for packets in
                  self._open([ip_of(f)[28:] for f in came])[0].values() for _, _, inner in packets}
        for frame in self._sent("red", RED_MAC, True):
            packet = ip_of(frame)
            assert kind(frame) == w.ARP or packet[12:16] == w.ip_bytes(RED) \
                or packet[9] == w.ICMP and packet[20:22] == b"\3\4" \
                or packet[:8] + packet[9:10] + packet[12:] in inside, frame.hex()

    def _tshark(self, keys, count):
        """It sees as many ESP packets, verifies and opens each, and sees nothing else but ARP
        and IKE."""
        algorithm = "AES-GCM with 16 octet ICV [RFC4106]"
        sas = [part for spi, key in keys.items() for part in (
            "-o", f'uat:esp_sa:"IPv4","{BLACK}","{PEER}","{spi:#010x}","{algorithm}",'
            f'"0x{key.hex()}","NULL",""')]
        said = subprocess.run(
            ["tshark", "-r", self.capture["black"], "-o", "esp.enable_encryption_decode:TRUE",
             "-o", "esp.enable_authentication_check:TRUE", *sas, "-Y",
             f"eth.src == {BLACK_MAC.hex(':')}", "-T", "fields", "-e", "frame.protocols",
             "-e", "esp.icv_good", "-e", "ip.dst"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
        lines = [line.split("\t") for line in said.splitlines()]
        esp = [line for line in lines if re.match("eth:ethertype:ip:udp:.*:esp", line[0])]
        assert len(esp) == count
        assert {line[1] for line in esp} <= {"1", "True"}
        # behind these, what an ICMP error inside is about
        assert {",".join(line[2].split(",")[:2]) for line in esp} == {f"{PEER},{FAR}"}
        others = {line[0] for line in lines
                  if not re.match("eth:ethertype:ip:(udp:.*:esp|icmp:ip)", line[0])}
        assert others <= {"eth:ethertype:arp", "eth:ethertype:ip:udp:isakmp",
                          "eth:ethertype:ip:udp:udpencap:isakmp",
                          "eth:ethertype:ip:udp:udpencap"}, others


def opens(spi, key, packet):
    try:
        Sa(spi, key[:-4], key[-4:]).open(packet)
        return True
    except InvalidTag:
        return False
