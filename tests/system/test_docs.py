# SPDX-License-Identifier: MIT
"""Every command in README.md and docs/ works: it is run here, or by a test that is named here.  A
new command fails until it is in one of the tables.  And links between the documents lead
somewhere."""

import glob
import os
import re
import subprocess

import pytest

from guest import HANG, ROOT, make
from test_run import Run

# what a command begins with; other indented lines are drawings or pieces of files
WORDS = ("make", "git", "ip", "sudo", "apt-get", "python3", "/usr/bin/python3",
         "qemu-system-x86_64", "gdb", "./", "tools/", "build/")
# run by other tests: what the command looks like, and who runs it
ELSEWHERE = (
    (r"make test", None),       # that is what runs this
    (r"make bench", None),      # its figures are compared by hand; it takes minutes
    (r"make new-app NAME=\w+( DIR=\S+)?", "test_new_app.py::test_app_elsewhere"),
    (r"make (run|tcb|graph) SCENARIO=vault", "test_new_app.py::test_boots_and_talks"),
    (r"make tcb SCENARIO=vault COMPARE=HEAD~1", "test_tcb.py::test_compare_names_what_has_grown"),
    (r"make run APP=/tmp/vault", "test_new_app.py::test_app_elsewhere"),
    (r"tools/first-steps /tmp/steps", "test_first_steps.py::test_short"),
    (r"make run APP=/tmp/steps/hello", "test_first_steps.py::test_hello"),
    (r"make run APP=/tmp/steps/ping", "test_first_steps.py::test_ping"),
    (r"make run APP=/tmp/steps/keys", "test_first_steps.py::test_keys"),
    (r"make run APP=/tmp/steps/pager", "test_first_steps.py::test_pager"),
    (r"make build/unit/vault_test && build/unit/vault_test", "test_new_app.py::test_unit_test"),
    (r"/usr/bin/python3 -m pytest tests/system/test_vault\.py",
     "test_new_app.py::test_boots_and_talks"),
    (r"/usr/bin/python3 -m pytest -q tests/system/test_notes\.py",
     "test_notes.py::test_what_leaves_is_sealed"),
    (r"sudo ip tuntap add dev tap-(red|black) mode tap user \$USER",
     "test_run.py::test_vpn_on_taps"),
    (r"make run SCENARIO=vpn-viaduct VPN=my.cfg TAPS=.*", "test_run.py::test_vpn_on_taps"),
    # for the other end of a tunnel, another machine
    (r"ip xfrm .*", None),
)
# values that a reader replaces by his own
STAND_FOR = {"MAIL=folder": "MAIL=tests/mails", "KEY=k.pem": "KEY=build/demo-pki/key.pem",
             "CERT=c.pem": "CERT=build/demo-pki/cert.pem", "SCENARIO=x": "SCENARIO=testviews"}


def commands():
    """(file, command) of every one, each command once."""
    seen = {}
    for path in [f"{ROOT}/README.md", *sorted(glob.glob(f"{ROOT}/docs/*.md"))]:
        with open(path, encoding="utf-8") as file:
            text = file.read().replace("\\\n", " ")
        for line in re.findall(r"^    (\S.*)$", text, re.M):
            line = re.sub(r"\s+#.*", "", line).strip()
            word = line.split()[0]
            if word in WORDS or any(word.startswith(w) for w in WORDS if w.endswith("/")):
                seen.setdefault(re.sub(r"\s+", " ", line), os.path.basename(path))
    return [(path, command) for command, path in seen.items()]


def elsewhere(command):
    return next((where for where in ELSEWHERE if re.fullmatch(where[0], command)), None)


HERE = [command for _, command in commands() if not elsewhere(command)]


def test_those_run_elsewhere_are():
    found = [elsewhere(command) for _, command in commands()]
    for where in ELSEWHERE:
        assert where in found, f"{where[0]} is in no document any more"
        if where[1]:
            path, name = where[1].split("::")
            with open(f"{ROOT}/tests/system/{path}", encoding="utf-8") as file:
                assert f"\ndef {name}(" in file.read(), where
    assert len(HERE) > 10


def arguments(command):
    for name, value in STAND_FOR.items():
        command = command.replace(name, value)
    return command.split()[1:]


@pytest.mark.parametrize("command", HERE)
def test_command(command):
    if command.startswith("make run"):
        # a folder of its own: others look at build/SCENARIO meanwhile
        settings = [*arguments(command)[1:], "OUT=build/system/docs"]
        if "NOTES=" in command:
            os.makedirs(f"{ROOT}/build/notes/out", exist_ok=True)
        if "KEY=" in command:
            assert make("image", settings[-1]).returncode == 0      # makes the demonstration key
        done = make("image", *settings)         # takes long the first time, make run waits less
        assert done.returncode == 0, done.stderr
        with Run(*settings) as run:
            run.wait(r"^\[init\] [\w-]+: running")
            run.keys(b"\x01x")
            assert run.process.wait(HANG) == 0, run.output()
    elif command.startswith("make gdb"):
        done = subprocess.run(["make", *arguments(command), "OUT=build/system/docs"], cwd=ROOT,
                              input="hbreak boot_main\ncontinue\nquit\n",
                              text=True, capture_output=True, timeout=HANG, check=False)
        assert done.returncode == 0 and "Breakpoint 1, boot_main" in done.stdout, \
            done.stdout + done.stderr
    else:
        assert command.startswith("make "), f"{command}: say in ELSEWHERE which test runs it"
        goals, *then = command.split(" && ")
        done = make(*arguments(goals))
        assert done.returncode == 0, done.stderr
        for program in then:
            done = subprocess.run(program.split(), cwd=ROOT, capture_output=True, text=True,
                                  check=False)
            assert done.returncode == 0, done.stdout + done.stderr


def test_links_lead_somewhere():
    """Relative links of every document of the tree."""
    listed = subprocess.run(["tools/files", "*.md"], cwd=ROOT, text=True,
                            capture_output=True, check=True)
    for path in listed.stdout.split():
        if path.startswith("apps/template/"):
            continue
        with open(f"{ROOT}/{path}", encoding="utf-8") as file:
            text = re.sub(r"`[^`\n]*`", "", file.read())
            for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
                if not re.match(r"\w+:", link):
                    at = os.path.normpath(os.path.join(ROOT, os.path.dirname(path), link))
                    assert os.path.exists(at), f"{path}: {link}"
