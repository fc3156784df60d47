# SPDX-License-Identifier: MIT
"""strongSwan, its ESP in user space, in network namespaces of its own.

    with StrongSwan(folder) as peer:            # answers at 192.0.2.2
        with peer.ours(remote_psk="...") as us: # our policy as a program, at 192.0.2.1
            us.wait("tunnel up"); us.say("child")
        peer.attach(path, path)                 # or: the guest's wire as its interface
        peer.control("--initiate", "--child", "net")

Needs the right to make network namespaces: root, as in a container that runs tests.
"""

import os
import re
import signal
import subprocess
import sys
import time

from guest import make

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT = 60

DAEMON = """charon {{
  load = random nonce openssl curve25519 hmac kdf pem pkcs1 pubkey x509 vici kernel-libipsec \
kernel-netlink socket-default
  retransmit_timeout = 1.0
  filelog {{ log {{ path = {folder}/log
      default = 1
      ike = 2
      chd = 4
      flush_line = yes }} }}
  plugins {{ vici {{ socket = unix://{folder}/vici }} }}
}}
"""
CONNECTION = """connections {{ tun {{
  version = 2
  local_addrs = 192.0.2.2
  remote_addrs = 192.0.2.1
  proposals = {ike}
  encap = yes
  dpd_delay = {dpd}
  local {{ auth = psk
    id = {id} }}
  remote {{ auth = psk
    id = red@a }}
  children {{ net {{
    local_ts = 10.2.0.0/24
    remote_ts = 10.1.0.0/24
    mode = tunnel
    esp_proposals = {esp} }} }} }} }}
secrets {{ ike-1 {{ id-1 = red@a
  id-2 = {id}
  secret = "{psk}" }} }}
"""
OURS = """connections = ( {{ name = "peer"; local = "192.0.2.1"; remote = "192.0.2.2";
  local_id = "red@a"; remote_id = "red@b"; psk = "{psk}";
  inner_local = "10.1.0.0/24"; inner_remote = "10.2.0.0/24"; encap = true; {more} }} );
"""
PSK = "0123456789abcdef-viaduct"
# a network interface whose frames go to and from the two ends of a wire.Wire
BRIDGE = """
import fcntl, os, select, socket, struct, sys
guest, ours = sys.argv[1:]
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, 0x400454ca, struct.pack("16sH22x", b"black", 0x1002))
wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
if os.path.exists(ours):
    os.unlink(ours)
wire.bind(ours)
print("ready", flush=True)
while True:
    for end in select.select([tap, wire], [], [])[0]:
        if end is wire:
            os.write(tap, wire.recv(65536))
        else:
            try:
                wire.sendto(os.read(tap, 65536), guest)
            except OSError:
                pass            # the guest is not there yet, or does not keep up
"""


def until(condition, what, limit=LIMIT):
    end = time.monotonic() + limit
    while not (result := condition()):
        assert time.monotonic() < end, what() if callable(what) else what
        time.sleep(0.05)
    return result


class Program:
    """One that prints lines, and reads some."""

    def __init__(self, command, path):
        self.path = path
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True,
                                        stdout=open(path, "w"), stderr=subprocess.STDOUT)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(30)

    def lines(self):
        with open(self.path, errors="replace") as f:
            return f.read().splitlines()

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def wait(self, pattern, mark=0):
        """The first line from `mark` on in which the pattern is found."""
        def found():
            return next((line for line in self.lines()[mark:] if re.search(pattern, line)), None)
        return until(found, lambda: f"no {pattern} in\n" + "\n".join(self.lines()[-20:]))


class StrongSwan:
    def __init__(self, folder, **settings):
        self.folder, self.programs = folder, []
        os.makedirs(folder, exist_ok=True)
        with open(f"{folder}/daemon.conf", "w") as f:
            f.write(DAEMON.format(folder=folder))
        self.configure(**settings)

    def configure(self, psk=PSK, id="red@b", dpd="0s", ike="aes256gcm16-prfsha256-x25519",
                  esp="aes256gcm16-x25519"):
        with open(f"{self.folder}/swanctl.conf", "w") as f:
            f.write(CONNECTION.format(psk=psk, id=id, dpd=dpd, ike=ike, esp=esp))

    def __enter__(self):
        self.space = self.run_in(None, "unshare", "--net", "--mount", "sleep", "infinity")
        until(lambda: self.inside(self.space.process.pid), "no namespace: are you root?", 10)
        self.shell("mount -t tmpfs none /run && ip link set lo up && ip addr add 10.2.0.1/24 dev lo")
        self.start()
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.stop(signal.SIGKILL)

    @staticmethod
    def inside(pid):
        return os.readlink(f"/proc/{pid}/ns/net") != os.readlink("/proc/self/ns/net")

    def run_in(self, space, *command):
        enter = ["nsenter", "-t", str(space.process.pid), "-n", "-m"] if space else []
        program = Program([*enter, *command], f"{self.folder}/out-{len(self.programs)}")
        self.programs.append(program)
        return program

    def shell(self, script, check=True):
        return subprocess.run(["nsenter", "-t", str(self.space.process.pid), "-n", "-m", "sh", "-c",
                               script], check=check, capture_output=True, text=True, timeout=LIMIT)

    def start(self):
        for name in ("vici", "log"):
            if os.path.exists(f"{self.folder}/{name}"):
                os.unlink(f"{self.folder}/{name}")
        self.charon = self.run_in(self.space, "env", f"STRONGSWAN_CONF={self.folder}/daemon.conf",
                                  "/usr/lib/ipsec/charon")
        until(lambda: os.path.exists(f"{self.folder}/vici"), "charon does not start")
        self.load()

    def load(self):
        self.control("--load-all", "--clear", "--noprompt", "--file", f"{self.folder}/swanctl.conf")

    def control(self, *arguments, check=True):
        command = f"swanctl {' '.join(arguments)} --uri unix://{self.folder}/vici"
        return self.shell(command, check).stdout

    def crash(self):
        self.charon.stop(signal.SIGKILL)
        self.shell("ip link del ipsec0", check=False)

    def log(self):
        with open(f"{self.folder}/log", errors="replace") as f:
            return f.read()

    def keys(self):
        """What it derived for ESP, in order: key and salt as hexadecimal digits."""
        found = []
        for dump in re.findall(r"encryption (?:initiator|responder) key => \d+ bytes.*\n"
                               r"((?:.*\[CHD\] +\d+: .*\n)+)", self.log()):
            found.append("".join(re.sub(r"^.*?\[CHD\] +\d+: ((?:[0-9A-F]{2} ?){1,16}).*$", r"\1", line)
                                 for line in dump.splitlines()).replace(" ", "").lower())
        return found

    def attach(self, guest, ours):
        """The guest's wire as an interface."""
        with open(f"{self.folder}/bridge.py", "w") as f:
            f.write(BRIDGE)
        bridge = self.run_in(self.space, sys.executable, f"{self.folder}/bridge.py", guest, ours)
        bridge.wait("^ready$")
        self.shell("ip addr add 192.0.2.2/24 dev black && ip link set black up")

    def ours(self, psk=PSK, more=""):
        """Our side as a program, on a cable."""
        made = make("build/host/mkike", "build/host/ike-host")
        assert made.returncode == 0, made.stderr
        config = f"{self.folder}/ours.cfg"
        with open(config, "w") as f:
            f.write(OURS.format(psk=psk, more=more))
        subprocess.run([f"{ROOT}/build/host/mkike", config, config + ".bin"], check=True)
        if not hasattr(self, "near"):
            self.near = self.run_in(self.space, "unshare", "--net", "sleep", "infinity")
            until(lambda: len({os.readlink(f"/proc/{p}/ns/net") for p in
                               ("self", self.space.process.pid, self.near.process.pid)}) == 3,
                  "no second namespace")
            self.shell(f"ip link add far type veth peer name near netns {self.near.process.pid}"
                       " && ip addr add 192.0.2.2/24 dev far && ip link set far up")
            enter = f"nsenter -t {self.near.process.pid} -n ip"
            self.shell(f"{enter} addr add 192.0.2.1/24 dev near && {enter} link set near up")
        return self.run_in(self.near, f"{ROOT}/build/host/ike-host", config + ".bin")
