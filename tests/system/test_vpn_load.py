# SPDX-License-Identifier: MIT
"""The VPN between two Linux networks, with strongSwan as its peer: TCP while keys are replaced,
expire and are lost, and a recording of black over all that can happen.

VPN_MEGABYTES says how many are moved: 4, or 50 with TEST_LONG.
"""

import os
import signal

import pytest
from lab import Lab
from strongswan import until
from strongswan import until
from vpn import FAR

MEGABYTES = int(os.environ.get("VPN_MEGABYTES", "50" if "TEST_LONG" in os.environ else "4"))


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with Lab(str(tmp_path_factory.mktemp("lab")), vpn="tests/configs/vpn/rekeying.cfg") as it:
        it.up()
        yield it


def finished(*programs):
    for program in programs:
        program.wait("^(whole|damaged)$", limit=300)
        assert program.lines()[-1] == "whole"


def test_every_size(lab):
    """Pings, also those that are fragmented before they are sealed."""
    for size in 1, 2, 3, 1000, 1340, 1341, 1372, 1373, 1472, 1473, 10000, 65507:
        # keys are replaced all the time here: one may be lost
        until(lambda n=size: lab.ping(f"-c 1 -W 5 -M dont -s {n} {FAR}") == 1,
              f"no answer of {size} bytes")


def test_keys_replaced_under_load(lab):
    """One TCP connection, both ways at once; new keys by either side, for ESP and for IKE."""
    mark = lab.guest.mark()
    near, far = lab.transfer(MEGABYTES)
    for megabyte in range(1, MEGABYTES):
        near.wait(f"^moved {megabyte}$")
        lab.peer.control("--rekey",
                         *(("--ike", "viaduct") if megabyte % 3 == 2 else ("--child", "net")))
    finished(near, far)
    lab.guest.wait_line(r"^\[ike\] peer: tunnel keys replaced$", mark)
    lab.guest.wait_line(r"^\[ike\] peer: IKE keys replaced$", mark)
    assert lab.guest.since(mark, "tunnel down|connection ended") == []


def test_expired(lab):
    """The peer answers nobody until the keys have expired: what red sends is thrown away.  Then
    there are new ones, and the connection from before goes on; TCP takes its time for that, so a
    short test is content with pings."""
    near, far = lab.transfer(2)
    near.wait("^moved 1$")
    before = lab.counter("red: no key for it")
    lab.peer.charon.process.send_signal(signal.SIGSTOP)
    lab.guest.wait_line(r"^\[vpn-status\] tunnel down$", lab.guest.mark(), limit=120)
    lab.ping(f"-c 3 -i 0.2 -W 1 {FAR}")
    lab.guest.until(lambda: lab.counter("red: no key for it") > before, "red's packets are counted")
    lab.peer.charon.process.send_signal(signal.SIGCONT)
    until(lab.crosses, "no answer with new keys")
    if MEGABYTES >= 50:
        finished(near, far)
    for program in near, far:
        program.stop()


@pytest.mark.parametrize("who", ["peer", "we"] if MEGABYTES >= 50 else ["peer"])
def test_peer_restarts(lab, who):
    """It has lost its memory and connects again; or our side asks in vain for a minute whether it
    lives, and does.  The TCP connection goes on."""
    near, far = lab.transfer(2)
    near.wait("^moved 1$")
    mark = lab.guest.mark()
    lab.peer.crash()
    lab.peer.start()
    if who == "peer":
        assert "completed successfully" in lab.peer.control("--initiate", "--child", "net")
    lab.guest.wait_line(r"^\[ike\] peer: tunnel up$", mark, limit=180)
    finished(near, far)


def test_black_has_seen_nothing(lab):
    """Of all the above."""
    packets = lab.judge()
    assert len(packets) > 3 and sum(packets.values()) > 2000
