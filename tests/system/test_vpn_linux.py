# SPDX-License-Identifier: MIT
"""The tunnel's other end is an unmodified Debian kernel in a second QEMU: raw ESP, keys by hand."""

import os
import re
import subprocess

from guest import ROOT
from vpn import Viaduct

SIZES = [1, 2, 3, 100, 1000, 1371, 1372, 1373, 1472, 1473, 3000, 10000, 30000, 65400, 65450]


def test_linux_peer(tmp_path):
    made = subprocess.run([f"{ROOT}/tests/tools/linux-guest", str(tmp_path / "linux"),
                           f"{ROOT}/tests/system/linux-peer.sh"], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    assert made.returncode == 0, made.stderr
    with Viaduct(str(tmp_path)) as v:
        v.black.close()
        ours, theirs = v.black.paths
        os.unlink(theirs)
        console = tmp_path / "console"
        linux = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max",
             "-m", "192", "-display", "none", "-monitor", "none", "-no-reboot",
             "-serial", f"file:{console}", "-kernel", str(tmp_path / "linux/vmlinuz"),
             "-initrd", str(tmp_path / "linux/initrd.gz"),
             "-append", "console=ttyS0 quiet panic=-1",
             "-netdev", f"dgram,id=n0,local.type=unix,local.path={theirs},"
             f"remote.type=unix,remote.path={ours}", "-device", "virtio-net-pci,netdev=n0"],
            stdin=subprocess.DEVNULL)
        try:
            v.guest.until(lambda: linux.poll() is not None, "Linux ends", 300)
        finally:
            linux.kill()
            linux.wait()
        said = console.read_text(errors="replace")
        assert "GUEST DONE" in said
        assert [int(n) for n in re.findall(r"^PING (\d+)", said, re.M)] == SIZES, said
        sent, back = (re.search(rf"^{word} (\w+)", said, re.M)[1] for word in ("SENT", "BACK"))
        assert sent == back
        # neither end found anything wrong
        assert re.findall(r"^BAD .*", said, re.M) == []
        assert v.guest.since(0, r"\[vpn-status\] (red|black): ") == []
