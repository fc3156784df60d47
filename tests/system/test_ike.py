# SPDX-License-Identifier: MIT
"""IKEv2 with strongSwan: the policy of `ike` as a program, and the whole machine."""

import os
import re

import pytest
import wire as w
from guest import Guest, build
from strongswan import StrongSwan, until
from vpn import FAR, RED_HOST, RED_HOST_MAC, RED_MAC, ip

KILL_CORE = 253
END_OF_IKE = "end of ike"            # tests/apps/mortal/ike.c
ANSWERS = "initiate = false;"


@pytest.fixture
def peer(tmp_path):
    with StrongSwan(str(tmp_path / "peer")) as p:
        yield p


def installed(us):
    """Key and salt of each SA that was handed over."""
    return [line.split()[4] + line.split()[5] for line in us.lines() if line.startswith("install ")]


def same_keys(peer, us, count):
    """Both sides have made `count` SAs, with the same keys."""
    until(lambda: len(installed(us)) >= count, lambda: "\n".join(us.lines()))
    until(lambda: len(peer.keys()) >= count, peer.log)
    assert sorted(peer.keys()) == sorted(installed(us))
    assert len(set(installed(us))) == len(installed(us)) == count


def initiate(peer):
    assert "completed successfully" in peer.control("--initiate", "--child", "net")


def test_we_begin(peer):
    """All that can happen to a tunnel, begun by us: each time both have the same keys."""
    with peer.ours() as us:
        us.wait("tunnel up")
        same_keys(peer, us, 2)
        us.say("child")
        us.wait("tunnel keys replaced")
        same_keys(peer, us, 4)
        us.say("ike")
        us.wait("IKE keys replaced")
        peer.control("--rekey", "--child", "net")
        same_keys(peer, us, 6)
        mark = len(us.lines())
        peer.control("--rekey", "--ike", "viaduct")
        us.wait("IKE keys replaced", mark)
        us.say("child")
        same_keys(peer, us, 8)
        us.wait("remove 6")
        us.say("status")
        assert us.wait("^status") == "status up 1 children 1"
        # the peer ends it; we come back
        mark = len(us.lines())
        peer.control("--terminate", "--ike", "viaduct")
        us.wait("tunnel down", mark)
        us.wait("tunnel up", mark)
        mark = len(us.lines())
        us.say("close")
        us.wait("connection ended", mark)
        us.wait("tunnel up", mark)


def test_strongswan_begins(peer):
    """And with the other group, key length and without a second exchange."""
    peer.configure(proposals="aes128gcm16-prfsha256-ecp256", esp_proposals="aes128gcm16")
    peer.load()
    with peer.ours(more=ANSWERS + "pfs = false;") as us:
        us.wait("ready")
        initiate(peer)
        same_keys(peer, us, 2)
        peer.control("--rekey", "--child", "net")
        same_keys(peer, us, 4)
        us.say("child")
        same_keys(peer, us, 6)
        peer.control("--rekey", "--ike", "viaduct")
        us.wait("IKE keys replaced")
        us.say("status")
        assert us.wait("^status") == "status up 1 children 1"
        # a peer that has lost its memory replaces what was
        mark = len(us.lines())
        peer.crash()
        peer.start()
        initiate(peer)
        us.wait("connection ended", mark)
        us.wait("tunnel up", mark)
        us.say("status")
        assert us.wait("^status", mark) == "status up 1 children 1"


def test_another_group(peer):
    """Our first guess is X25519; the peer wants P-256."""
    peer.configure(proposals="aes256gcm16-prfsha256-ecp256", esp_proposals="aes256gcm16-ecp256")
    peer.load()
    with peer.ours() as us:
        us.wait("tunnel up")
        us.say("child")
        same_keys(peer, us, 4)


@pytest.mark.parametrize("change, ours, theirs, log", [
    ({"secret": '"0123456789abcdef-another"'}, "the peer says no", "a wrong pre-shared key",
     "MAC mismatched"),
    ({"id": "red@c"}, "the peer says no|an unknown name", "an unknown name", ""),
    ({"proposals": "aes256gcm16-prfsha384-ecp384"}, "the peer says no", "no algorithms in common",
     "unacceptable"),
    ({"esp_proposals": "aes256-sha256"}, "the peer says no", "no algorithms in common", "proposal"),
])
def test_refused(peer, change, ours, theirs, log):
    """Who begins does not matter: nothing is installed, and it is counted why."""
    peer.configure(**change)
    peer.load()

    def counted(us, why):
        us.say("status")
        return any(re.search(f"^status.*({why})", line) for line in us.lines())
    with peer.ours() as us:
        until(lambda: counted(us, ours), lambda: "\n".join(us.lines()))
        assert log in peer.log()
        assert not installed(us)
    with peer.ours(more=ANSWERS) as us:
        us.wait("ready")
        peer.control("--initiate", "--child", "net", "--timeout", "5", check=False)
        until(lambda: counted(us, theirs), lambda: "\n".join(us.lines()))
        assert not installed(us)


def test_signs_of_life(peer):
    """Each side asks whether the other one lives."""
    for theirs, ours, asked in (("1s", 0, "response"), ("0s", 3, "request")):
        peer.configure(dpd_delay=theirs)
        peer.load()
        with peer.ours(more=f"dpd_seconds = {ours};") as us:
            us.wait("tunnel up")
            until(lambda: len(re.findall(rf"parsed INFORMATIONAL {asked} \d+ \[ \]",
                                         peer.log())) >= 2, peer.log)
            us.say("status")
            assert us.wait("^status") == "status up 1 children 1"
        peer.crash()
        peer.start()


def test_at_once(peer):
    """Both sides replace the same keys at the same time: one set of new ones is left."""
    def count(pattern):
        return len(re.findall(pattern, peer.log()))
    with peer.ours() as us:
        us.wait("tunnel up")
        for what, ours in ("CHILD", "child"), ("IKE", "ike"):
            mark, asked = len(us.lines()), count("generating CREATE_CHILD_SA request")
            # each has asked before it hears of the other
            peer.shell("ip link set far down")
            us.say(ours)
            us.say("status")
            us.wait("^status", mark)
            peer.control("--rekey", "--child net" if what == "CHILD" else "--ike viaduct")
            until(lambda: count("generating CREATE_CHILD_SA request") > asked, peer.log)
            peer.shell("ip link set far up")
            until(lambda: count(f"collision with {what}_REKEY") == 1, peer.log)
            us.wait("keys replaced", mark)
            until(lambda: what == "IKE" or count("parsed CREATE_CHILD_SA response") == 1, peer.log)
            until(lambda: len(re.findall("ESTABLISHED|INSTALLED", peer.control("--list-sas"))) == 2,
                  lambda: peer.control("--list-sas"))
        mark = len(us.lines())
        us.say("status")
        assert us.wait("^status", mark).startswith("status up 1 children 1;")
        assert len(set(installed(us))) == len(installed(us)) == 4


# esp_proposals and rekey_time of the peer, what we want, and whether it takes a new connection
NEVER_DOWN = [
    # strongSwan's usual proposals for ESP have no group; one that we lack; one that we do not ask
    # for
    ("aes128gcm16", "1h", "", True),
    ("aes256gcm16-ecp384", "1h", "", True),
    ("aes256gcm16-x25519", "1h", "pfs = false;", False),
    # and as the side that answers, when the peer wants new keys first
    ("aes128gcm16", "4s", ANSWERS, True),
]
if os.environ.get("TEST_LONG"):
    NEVER_DOWN = [(f"{bits}{group}", rekey, who + pfs + more, None)
                  for bits in ("aes128gcm16", "aes256gcm16")
                  for group in ("", "-x25519", "-ecp256", "-ecp384", "-modp2048")
                  for rekey in ("1h", "4s") for who in ("", ANSWERS)
                  for pfs in ("", "pfs = false;") for more in ("", "ike_seconds = 5;")]


@pytest.mark.parametrize("esp, rekey, ours, renews", NEVER_DOWN)
def test_never_down(peer, esp, rekey, ours, renews):
    """The peer accepts the tunnel, and then not how we replace its keys: it is never down."""
    peer.configure(esp_proposals=esp, rekey_time=rekey, life_time="66m" if rekey == "1h" else "5s")
    peer.load()
    seconds = 3 if rekey == "1h" else 30
    with peer.ours(more=f"child_seconds = {seconds};" + ours) as us:
        if ANSWERS in ours:
            us.wait("ready")
            initiate(peer)
        us.wait("tunnel up")
        until(lambda: len(installed(us)) >= 6, lambda: "\n".join(us.lines()))
        said = "\n".join(us.lines())
        assert "tunnel down" not in said
        assert renews is None or ("makes a new connection" in said) == renews, said
        # both have the same keys
        until(lambda: set(installed(us)) == set(peer.keys()), lambda: "\n".join(us.lines()))
        assert len(set(installed(us))) == len(installed(us))


def black_wire(peer, options, folder):
    """The peer's interface is the other end of the guest's black cable."""
    black = w.Wire(folder)
    options = black.plug(options, "black")
    black.close()
    peer.attach(*black.paths)
    return options


def ping(peer, count=3):
    return " 0% packet loss" in peer.shell(
        f"ping -q -c {count} -i 0.2 -W 20 -I 10.2.0.1 10.1.0.1", check=False).stdout


def test_machine(peer, tmp_path):
    """The scenario: a ping crosses the tunnel, also while keys are replaced."""
    folder, options = build("vpn-viaduct")
    with Guest(folder, black_wire(peer, options, str(tmp_path / "black"))) as g:
        g.wait_line(r"^\[ike\] peer: tunnel up$", limit=120)
        until(lambda: ping(peer), "no answer through the tunnel")
        for what in ("--child net", "--ike viaduct", "--child net"):
            mark = g.mark()
            peer.control("--rekey", what)
            g.wait_line(r"^\[ike\] peer: .* replaced$", mark)
            assert ping(peer)
        mark = g.mark()
        peer.control("--terminate", "--ike", "viaduct")
        g.wait_line(r"^\[ike\] peer: tunnel up$", mark, limit=120)
        until(lambda: ping(peer), "no answer through the tunnel")
        assert not g.since(0, "fault at")


def test_crashes(peer, tmp_path):
    """The viaduct starts anew and has no keys any more, or ike does and knows nobody any more:
    the tunnel comes back with keys that were never used, and nothing is left of the old one."""
    folder, options = build("vpn-ike-mortal")
    red = w.Wire(str(tmp_path / "red"))
    options = red.plug(black_wire(peer, options, str(tmp_path / "black")), "red")
    with Guest(folder, options) as g:
        g.wait_line(r"^\[ike\] peer: tunnel up$", limit=120)
        until(lambda: ping(peer), "no answer through the tunnel")
        until(lambda: len(peer.keys()) == 2, peer.log)
        mark = g.mark()
        red.send(w.ethernet(RED_MAC, w.IP, ip(RED_HOST, FAR, KILL_CORE, b"now"), RED_HOST_MAC))
        g.wait_line(r"^\[init\] viaduct: started again$", mark)
        g.wait_line(r"^\[ike\] peer: tunnel keys replaced|^\[ike\] peer: tunnel up$", mark,
                    limit=120)
        until(lambda: ping(peer), "no answer through the tunnel")
        until(lambda: len(set(peer.keys())) == len(peer.keys()) >= 4, peer.log)
        for keys in 6, 8:
            mark = g.mark()
            peer.shell(f"bash -c 'printf \"{END_OF_IKE}\" > /dev/udp/192.0.2.1/500'")
            g.wait_line(r"^\[init\] ike: started again$", mark)
            g.wait_line(r"^\[ike\] peer: tunnel up$", mark, limit=120)
            until(lambda: ping(peer), "no answer through the tunnel")
            until(lambda: len(set(peer.keys())) == len(peer.keys()) >= keys, peer.log)
            until(lambda: len(re.findall("ESTABLISHED|INSTALLED", peer.control("--list-sas"))) == 2,
                  lambda: peer.control("--list-sas"))
    red.close()
