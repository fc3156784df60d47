# SPDX-License-Identifier: MIT
"""strongSwan, its ESP in user space, in network namespaces of its own, with
configs/vpn/swanctl.conf.

    with StrongSwan(folder) as peer:            # answers at 192.0.2.2
        with peer.ours(remote_psk="...") as us: # our policy as a program, at 192.0.2.1
            us.wait("tunnel up"); us.say("child")
        peer.attach(path, path)                 # or: the guest's wire as its interface
        peer.control("--initiate", "--child", "net")

Needs no right but that to make user namespaces, or else to be root.  tools/vpn-peer uses this, too.
"""

import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import time

from guest import HANG, Patience, make, watched

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIMIT = 180

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
OURS = """connections = ( {{ name = "peer"; local = "192.0.2.1"; remote = "192.0.2.2";
  local_id = "red@a"; remote_id = "red@b"; psk = "{psk}";
  inner_local = "10.1.0.0/24"; inner_remote = "10.2.0.0/24"; encap = true; {more} }} );
"""
PSK = "0123456789abcdef-viaduct"
# a network interface whose frames go to and from the two ends of a wire.Wire; says what the
# first ESP packets look like
BRIDGE = """
import fcntl, os, select, socket, struct, sys
name, guest, ours = sys.argv[1:]
shown = 0
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, 0x400454ca, struct.pack("16sH22x", name.encode(), 0x1002))
wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
if os.path.exists(ours):
    os.unlink(ours)
wire.bind(ours)
print("ready", flush=True)
while True:
    for end in select.select([tap, wire], [], [])[0]:
        if end is wire:
            frame = wire.recv(65536)
            try:
                os.write(tap, frame)
            except OSError:
                pass            # too short for an Ethernet
            # IPv4, UDP to port 4500, and no marker of IKE
            if shown < 3 and frame[12:15] == b"\\x08\\0\\x45" and frame[23] == 17 \\
                    and frame[36:38] == b"\\x11\\x94" and frame[42:46] != bytes(4) \\
                    and len(frame) > 43:
                shown += 1
                print(f"{len(frame) - 42} bytes of ESP: {frame[42:66].hex(' ', 4)} ...", flush=True)
        else:
            try:
                wire.sendto(os.read(tap, 65536), guest)
            except OSError:
                pass            # the guest is not there yet, or does not keep up
"""


def until(condition, what, limit=LIMIT):
    patience = Patience(limit)
    while not (result := condition()):
        assert not patience.over(), what() if callable(what) else what
        time.sleep(0.05)
    return result


class Program:
    """One that prints lines, and reads some."""

    def __init__(self, command, path):
        self.path = path
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True,
                                        stdout=open(path, "w"), stderr=subprocess.STDOUT)
        watched.add(self.process.pid)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.wait(HANG)
        watched.discard(self.process.pid)

    def lines(self):
        with open(self.path, errors="replace") as f:
            return f.read().splitlines()

    def say(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()

    def wait(self, pattern, mark=0, limit=LIMIT):
        """The first line from `mark` on in which the pattern is found."""
        def found():
            ended = self.process.poll() is not None
            line = next((line for line in self.lines()[mark:] if re.search(pattern, line)), None)
            assert line or not ended, f"ended: {self.lines()[-1:]}"
            return line
        return until(found, lambda: f"no {pattern} in\n" + "\n".join(self.lines()[-20:]), limit)


@functools.cache
def namespace(tunnels=True):
    """The command that runs others in namespaces of their own, with network interfaces of their
    own making or none: as an ordinary user, if one may."""
    if tunnels and not os.access("/dev/net/tun", os.R_OK | os.W_OK):
        raise PermissionError("/dev/net/tun cannot be opened")
    for user in ["--map-root-user"], []:
        command = ["unshare", *user, "--net", "--mount"]
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    raise PermissionError("a network namespace needs root here, or user namespaces allowed")


def inside(pid):
    """Only a finished `unshare` becomes `sleep`: before that, user and mount namespaces may not
    be there."""
    with open(f"/proc/{pid}/comm") as f:
        return f.read() == "sleep\n"


class StrongSwan:
    def __init__(self, folder, **settings):
        self.folder, self.programs = folder, []
        os.makedirs(folder, exist_ok=True)
        # copies: by their own paths AppArmor lets Debian's read nothing but /etc
        for program in "/usr/lib/ipsec/charon", "/usr/sbin/swanctl":
            shutil.copy(program, folder)
        with open(f"{folder}/daemon.conf", "w") as f:
            f.write(DAEMON.format(folder=folder))
        self.configure(**settings)

    def configure(self, **settings):
        """Other values in configs/vpn/swanctl.conf; its first line of that name counts."""
        with open(f"{ROOT}/configs/vpn/swanctl.conf") as f:
            text = f.read()
        for name, value in settings.items():
            text, done = re.subn(rf"\b{name} = .*", f"{name} = {value}", text, count=1)
            assert done, name
        with open(f"{self.folder}/swanctl.conf", "w") as f:
            f.write(text)

    def __enter__(self):
        return self.open()

    def open(self, start=True):
        try:
            self.space = self.run_in(None, *namespace(), "sleep", "infinity")
            until(lambda: inside(self.space.process.pid), "no namespace")
            self.shell("mount -t tmpfs none /run && ip link set lo up && "
                       "ip addr add 10.2.0.1/24 dev lo")
            if start:
                self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for program in reversed(self.programs):
            program.stop(signal.SIGKILL)

    def enter(self, space):
        """The command that runs the rest of its arguments there."""
        user = ["-U", "--preserve-credentials"] if "--map-root-user" in namespace() else []
        return ["nsenter", "-t", str(space.process.pid), *user, "-n", "-m"]

    def run_in(self, space, *command):
        # setpriv: it ends when we do, whatever ends us
        program = Program([*(self.enter(space) if space else []), "setpriv", "--pdeathsig", "KILL",
                           *command], f"{self.folder}/out-{len(self.programs)}")
        self.programs.append(program)
        return program

    def shell(self, script, check=True, space=None):
        return subprocess.run([*self.enter(space or self.space), "sh", "-c", script], check=check,
                              capture_output=True, text=True, timeout=HANG)

    def start(self):
        if os.path.exists(f"{self.folder}/vici"):
            os.unlink(f"{self.folder}/vici")
        self.charon = self.run_in(self.space, "env", f"STRONGSWAN_CONF={self.folder}/daemon.conf",
                                  f"{self.folder}/charon")
        until(lambda: os.path.exists(f"{self.folder}/vici"), "charon does not start")
        self.load()

    def load(self):
        self.control("--load-all", "--clear", "--noprompt", "--file", f"{self.folder}/swanctl.conf")

    def control(self, *arguments, check=True):
        command = f"{self.folder}/swanctl {' '.join(arguments)} --uri unix://{self.folder}/vici"
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
            found.append("".join(
                re.sub(r"^.*?\[CHD\] +\d+: ((?:[0-9A-F]{2} ?){1,16}).*$", r"\1", line)
                for line in dump.splitlines()).replace(" ", "").lower())
        return found

    def attach(self, guest, ours, space=None, name="black", address="192.0.2.2/24"):
        """The guest's wire as an interface; returns the program between them."""
        with open(f"{self.folder}/bridge.py", "w") as f:
            f.write(BRIDGE)
        bridge = self.run_in(space or self.space, sys.executable, f"{self.folder}/bridge.py", name,
                             guest, ours)
        bridge.wait("^ready$")
        self.shell(f"ip addr add {address} dev {name} && ip link set {name} up", space=space)
        return bridge

    def another(self):
        """One more network namespace."""
        space = self.run_in(self.space, "unshare", "--net", "sleep", "infinity")
        until(lambda: len({os.readlink(f"/proc/{p}/ns/net") for p in
                           ("self", self.space.process.pid, space.process.pid)}) == 3,
              "no second namespace")
        return space

    def ours(self, psk=PSK, more=""):
        """Our side as a program, on a cable."""
        made = make("build/host/mkike", "build/host/ike-host")
        assert made.returncode == 0, made.stderr
        config = f"{self.folder}/ours.cfg"
        with open(config, "w") as f:
            f.write(OURS.format(psk=psk, more=more))
        subprocess.run([f"{ROOT}/build/host/mkike", config, config + ".bin"], check=True)
        if not hasattr(self, "near"):
            self.near = self.another()
            self.shell(f"ip link add far type veth peer name near netns {self.near.process.pid}"
                       " && ip addr add 192.0.2.2/24 dev far && ip link set far up")
            self.shell("ip addr add 192.0.2.1/24 dev near && ip link set near up", space=self.near)
        return self.run_in(self.near, f"{ROOT}/build/host/ike-host", config + ".bin")
