# SPDX-License-Identifier: MIT
"""A TPM 2.0 for a machine: swtpm, which QEMU gets and which is asked after QEMU's end.

    with Tpm() as tpm, Guest(folder, options, tpm.options) as guest:
        guest.wait_line(...)
        guest.stop()
        assert tpm.pcr(8) == "..."
"""

import array
import os
import socket
import struct
import subprocess
import tempfile
import time

CMD_SET_DATAFD = 0x10           # of swtpm's control channel (swtpm_ioctls.h)
# TCG TPM 2.0 Library, part 2 (structures) and part 3, section 22.4
NO_SESSIONS, PCR_READ, SHA256 = 0x8001, 0x17e, 0x000b


class Tpm:
    """Keeps its PCRs until it is closed, also when QEMU has been killed."""

    def __init__(self):
        # the path of a socket is short: not in a folder of the tree
        self.temporary = tempfile.TemporaryDirectory(prefix="tpm-")
        self.control = os.path.join(self.temporary.name, "control")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "swtpm", "socket", "--tpm2",
             "--tpmstate", f"dir={self.temporary.name}",
             "--ctrl", f"type=unixio,path={self.control}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while not os.path.exists(self.control):
            assert self.process.poll() is None, "swtpm ended"
            time.sleep(0.01)
        self.options = ["-chardev", f"socket,id=tpm,path={self.control}", "-tpmdev",
                        "emulator,id=tpm0,chardev=tpm", "-device", "tpm-tis,tpmdev=tpm0"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.temporary.cleanup()

    def pcr(self, number):
        """The value in the SHA-256 bank, in hexadecimal digits.  QEMU must have ended."""
        with socket.socket(socket.AF_UNIX) as control:
            control.connect(self.control)
            ours, theirs = socket.socketpair()
            control.sendmsg([struct.pack(">I", CMD_SET_DATAFD)], [
                (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [theirs.fileno()]))])
            assert control.recv(4) == bytes(4)
            theirs.close()
            with ours:
                body = struct.pack("<B", 3) + (1 << number).to_bytes(3, "little")
                body = struct.pack(">IH", 1, SHA256) + body
                ours.send(struct.pack(">HII", NO_SESSIONS, 10 + len(body), PCR_READ) + body)
                answer = ours.recv(4096)
        assert answer[6:10] == bytes(4), answer.hex()
        return answer[-32:].hex()
