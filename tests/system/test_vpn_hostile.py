# SPDX-License-Identifier: MIT
"""The VPN when its own parts are hostile, crash, have no key any more, or start a second time
with the same keys: still nothing of red on black, and nothing unauthenticated on red."""

import struct
import time

import wire as w
from vpn import BLACK_MAC, FAR, PEER_MAC, RED_HOST, RED_HOST_MAC, RED_MAC, Viaduct, frames_of, ip, \
    ip_of, kind, ping

SECRET = b"abcdefghijklmnop"            # tests/apps/vpnrogue's
KILL_STACK, KILL_DRIVER, KILL_CORE = 0x88b5, 0x88b6, 253


def test_hostile_stacks(tmp_path):
    """Both stacks lie in all they share with the core and try to reach each other past it."""
    with Viaduct(str(tmp_path), "vpn-rogues", wait=False) as v:
        red, black = [], []
        done = r"^\[ip-{}\] done (\d+) (\d+) (\d+)$"

        def finished():
            for wire, frames in (v.red, red), (v.black, black):
                while (frame := wire.receive(0.01)) is not None:
                    frames.append(frame)
            return len(v.guest.since(0, done.format("(red|black)"))) == 2
        v.guest.until(finished, "both have tried everything", 120)
        red += v.red.quiet()
        black += v.black.quiet()
        got_red = [int(n) for n in v.guest.wait_line(done.format("red")).groups()]
        got_black = [int(n) for n in v.guest.wait_line(done.format("black")).groups()]
        assert got_red[1] > 50 and got_black[1] > 50
        assert got_black[0] > 300 and got_black[2] == 0         # much came, no secret in it
        assert v.guest.since(0, r"viaduct.*(fault|stopped)") == []
        # the core's only words to red: too big
        assert got_red[0] > 0 and red
        for frame in red:
            packet = ip_of(frame)
            assert kind(frame) == w.IP and packet[9] == w.ICMP and packet[20:22] == b"\3\4"
        ivs = set()
        for frame in black + list(frames_of(v.capture)):
            assert frame[6:12] == BLACK_MAC and SECRET not in frame
            assert RED_MAC not in frame and RED_HOST_MAC not in frame
        for frame in black:
            _, iv, inner, _ = v.out.open(frame[14:])
            assert inner[12:15] == w.ip_bytes(RED_HOST)[:3] and inner[16:19] == w.ip_bytes(FAR)[:3]
            assert iv not in ivs
            ivs.add(iv)
        assert len(ivs) > 100


def test_crashes(tmp_path):
    """Drivers, stacks and the core crash, in the middle of traffic, and are started again."""
    with Viaduct(str(tmp_path), "vpn-mortal") as v:
        v.crosses()
        for victim, kill in (
                ("ip-red", lambda: v.red.send(
                    w.ethernet(RED_MAC, KILL_STACK, SECRET * 4, RED_HOST_MAC))),
                ("ip-black", lambda: v.black.send(
                    w.ethernet(BLACK_MAC, KILL_STACK, bytes(64), PEER_MAC))),
                ("viaduct", lambda: v.from_red(ip(RED_HOST, FAR, KILL_CORE, SECRET * 4))),
                ("nic-red", lambda: v.red.send(
                    w.ethernet(RED_MAC, KILL_DRIVER, SECRET * 4, RED_HOST_MAC))),
                ("nic-black", lambda: v.black.send(
                    w.ethernet(BLACK_MAC, KILL_DRIVER, bytes(64), PEER_MAC))),
                ("viaduct", lambda: v.from_red(ip(RED_HOST, FAR, KILL_CORE, SECRET * 4)))):
            mark = v.guest.mark()
            for number in range(40):
                v.from_red(ping(RED_HOST, FAR, SECRET * 20, number))
                if number == 20:
                    kill()
            v.guest.wait_line(rf"^\[init\] {victim}: started again$", mark)
            if victim == "viaduct":
                v.guest.wait_line(r"^\[viaduct\] ready$", mark)
            v.red.quiet(0.2)
            v.black.quiet(0.2)
            v.into.sequence += 100
            v.meet()
            v.crosses()
        frames, ivs = list(frames_of(v.capture)), []
        assert not any(SECRET in frame for frame in frames)
        v.check_black(frames, lambda _, iv: ivs.append(iv))
        # also across the core's three starts no nonce came twice
        assert len(ivs) > 100 and len(set(ivs)) == len(ivs)
        assert len({iv[:4] for iv in ivs}) == 3
        assert v.guest.since(0, "stopped$") == []


def test_no_key(tmp_path):
    """Before there is a key nothing passes, whatever red sends."""
    with Viaduct(str(tmp_path), vpn="tests/configs/vpn/keyless.cfg") as v:
        for number in range(20):
            v.from_red(ping(RED_HOST, FAR, SECRET, number))
            v.from_black(v.into.seal(ping(FAR, RED_HOST, SECRET, number)))
        v.guest.wait_line(r"^\[vpn-status\] red: no key for it 20$")
        v.guest.wait_line(r"^\[vpn-status\] black: unknown SPI 20$")
        assert [f for f in v.red.quiet() if kind(f) == w.IP] == []
        assert v.black.quiet() == []
        assert v.guest.since(0, "tunnel up") == []


def test_expired(tmp_path):
    """After five packets the key is gone, and nothing passes any more."""
    with Viaduct(str(tmp_path), vpn="tests/configs/vpn/expiring.cfg") as v:
        v.guest.wait_line(r"^\[vpn-status\] tunnel up$")
        for number in range(9):
            v.from_red(ping(RED_HOST, FAR, SECRET, number))
            v.from_black(v.into.seal(ping(FAR, RED_HOST, SECRET, number)))
        v.guest.wait_line(r"^\[vpn-status\] red: no key for it 4$")
        v.guest.wait_line(r"^\[vpn-status\] black: unknown SPI 6$")
        v.guest.wait_line(r"^\[vpn-status\] tunnel down$")
        frames = v.black.quiet()
        assert len(frames) == 5 and len([f for f in v.red.quiet() if kind(f) == w.IP]) == 3
        assert [v.out.open(ip_of(f)[20:])[0] for f in frames] == [1, 2, 3, 4, 5]
        assert not any(SECRET in f for f in frames_of(v.capture))


def test_second_start(tmp_path):
    """The same keys by hand at a second start: other nonces.  With a clock that is wrong: no use of
    them at all."""
    ivs = []
    for start in "first", "second":
        with Viaduct(str(tmp_path / start)) as v:
            v.from_red(ping(RED_HOST, FAR, SECRET))
            ivs.append(v.out.open(v.wait_black())[1])
    assert ivs[0][:4] < ivs[1][:4] and ivs[0][4:] == ivs[1][4:] == struct.pack("!I", 1)
    assert abs(struct.unpack("!I", ivs[1][:4])[0] - time.time()) < 3600
    with Viaduct(str(tmp_path / "past"), extra=["-rtc", "base=2025-12-31T12:00:00"]) as v:
        v.guest.wait_line(r"^\[viaduct\] manual keys refused")
        v.from_red(ping(RED_HOST, FAR, SECRET))
        v.guest.wait_line(r"^\[vpn-status\] red: no key for it 1$")
        assert v.black.quiet() == []
