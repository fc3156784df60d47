# SPDX-License-Identifier: MIT
"""A recording of black over a whole life of the VPN: nothing of red in it, whatever red sends and
whoever crashes; and of red: nothing unauthenticated in it."""

import wire as w
from lab import Lab
from strongswan import until
from transfer import MARK
from vpn import BLACK, BLACK_MAC, FAR, PEER, PEER_MAC, RED, RED_HOST, RED_HOST_MAC, RED_MAC, ip, \
    ping

KILL_STACK, KILL_DRIVER, KILL_CORE = 0x88b5, 0x88b6, 253


def noise():
    """What a network has besides: broadcasts, ARP, ICMP errors, options, fragments, IPv6,
    nonsense."""
    inside = [
        (w.IP, ping(RED_HOST, "255.255.255.255", MARK)), (w.IP, ping(RED_HOST, "10.1.0.255", MARK)),
        (w.IP, ping(RED_HOST, "224.0.0.251", MARK)), (w.IP, ping(RED_HOST, "10.3.0.1", MARK)),
        (w.IP, ping(RED_HOST, PEER, MARK)), (w.IP, ping("10.4.0.4", FAR, MARK)),
        (w.IP, ping(RED_HOST, FAR, MARK)), (w.IP, ip(RED_HOST, BLACK, w.UDP, MARK)),
        (w.IP, ip(RED_HOST, FAR, w.ICMP, b"\3\1\0\0\0\0\0\0" + ping(FAR, RED_HOST, MARK))),
        (w.IP, ip(RED_HOST, FAR, w.UDP, MARK, options=b"\x07\x07\x04\0\0\0\0\0")),
        (w.IP, ip(RED_HOST, FAR, w.UDP, MARK + b"\0", fragment=0x2003)),
        (w.IP, ip(RED_HOST, FAR, w.UDP, MARK, fragment=0x0006)),
        (w.IP, ip(RED_HOST, FAR, w.UDP, MARK * 30, fragment=0x4000)),
        (w.IP, ip(RED_HOST, FAR, 50, MARK)), (w.IP, ip(RED_HOST, FAR, 6, MARK)[:40]),
        (w.IP, b"\x45" + MARK), (0x86dd, b"\x60" + bytes(39) + MARK), (w.ARP, MARK), (0x88cc, MARK)]
    frames = [w.ethernet(to, kind, content.ljust(46, b"\0"), RED_HOST_MAC)
              for kind, content in inside
              for to in (w.BROADCAST, RED_MAC, bytes.fromhex("01005e0000fb"),
                         bytes.fromhex("333300000001"))]
    return [*frames, w.arp_request(PEER, source_ip=RED_HOST, source=RED_HOST_MAC),
            w.arp_request(BLACK, source_ip=RED_HOST, source=RED_HOST_MAC)]


def forgeries():
    """What somebody on black would like red to see."""
    inner = ping(FAR, RED_HOST, b"forged")
    for protocol, content in ((4, inner), (50, inner),
                              (w.UDP, b"\x11\x94\x11\x94\0\x40\0\0" + inner),
                              (w.UDP, b"\x11\x94\x11\x94\0\x40\0\0" + bytes(4) + inner)):
        yield w.ethernet(BLACK_MAC, w.IP, ip(PEER, BLACK, protocol, content), PEER_MAC)
    for to in BLACK_MAC, w.BROADCAST:
        yield w.ethernet(to, w.IP, inner, PEER_MAC)
        yield w.ethernet(to, w.IP, ping(PEER, RED_HOST, b"forged"), PEER_MAC)
        yield w.ethernet(to, w.IP, ping(RED_HOST, RED, b"forged"), PEER_MAC)


def noisy(lab):
    lab.inject(lab.red, "red", *noise())
    lab.inject(lab.peer.space, "black", *forgeries())


def victims(lab):
    """How each component is made to fault (tests/apps/mortal)."""
    def red(kind, content):
        return lambda: lab.inject(lab.red, "red", w.ethernet(RED_MAC, kind, content, RED_HOST_MAC))

    def black(kind, content):
        return lambda: lab.inject(lab.peer.space, "black",
                                  w.ethernet(BLACK_MAC, kind, content, PEER_MAC))
    end_of_ike = ip(PEER, BLACK, w.UDP, b"\x01\xf4\x01\xf4\0\x12\0\0end of ike")
    return {"ike": black(w.IP, end_of_ike.ljust(46, b"\0")),
            "viaduct": red(w.IP, ip(RED_HOST, FAR, KILL_CORE, MARK)),
            "ip-red": red(KILL_STACK, MARK), "ip-black": black(KILL_STACK, bytes(46)),
            "nic-red": red(KILL_DRIVER, MARK), "nic-black": black(KILL_DRIVER, bytes(46))}


def test_nothing_leaks(tmp_path):
    with Lab(str(tmp_path), "vpn-ike-mortal", vpn="tests/configs/vpn/rekeying.cfg",
             peer=False) as lab:
        # before there is a key
        lab.guest.wait_line(r"^\[ip-red\] 10\.1\.")
        lab.guest.wait_line(r"^\[ip-black\] 192\.0\.")
        lab.peer.run_in(lab.red, "ping", "-q", "-i", "0.02", "-s", "300", "-p", MARK[:16].hex(),
                        FAR)
        noisy(lab)
        assert not lab.guest.since(0, "tunnel up")
        lab.peer.start()
        lab.up()
        # while keys are replaced, by either side: by ours every three seconds
        for what in ("--child", "net"), ("--ike", "viaduct"):
            mark = lab.guest.mark()
            noisy(lab)
            lab.peer.control("--rekey", *what)
            lab.guest.wait_line(r"^\[ike\] peer: .* replaced$", mark)
            noisy(lab)
            until(lab.crosses, "no answer with new keys")
        for victim, kill in victims(lab).items():
            mark = lab.guest.mark()
            noisy(lab)
            kill()
            lab.guest.wait_line(rf"^\[init\] {victim}: started again$", mark)
            noisy(lab)
            until(lab.crosses, f"no answer after the end of {victim}")
        lab.guest.wait_line(r"^\[ike\] peer: tunnel keys replaced$", lab.guest.mark())
        noisy(lab)
        until(lab.crosses, "no answer at the end")
        packets = lab.judge()
        # the first keys, those replaced by the peer, and those after the end of either core
        assert len(packets) >= 4 and sum(packets.values()) > 100
        assert lab.guest.since(0, "stopped$") == []
