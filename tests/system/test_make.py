# SPDX-License-Identifier: MIT
"""make's contract with people: arguments, one-line errors, what is printed."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess

import pytest

import guest
from guest import ROOT


def make(*arguments):
    return guest.make("--no-print-directory", *arguments)


def refused(*arguments):
    """The one line of a make that must fail."""
    done = make(*arguments)
    assert done.returncode != 0
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("goal", ["run", "image", "plan", "tcb", "qemu-args"])
def test_unknown_scenario(goal):
    assert "SCENARIO=nowhere: there is no such scenario" in refused(goal, "SCENARIO=nowhere")


@pytest.mark.parametrize("argument, part", [
    ("SCENARIO=../configs/mail-signer", "there is no such scenario"),
    ("SCENARIO=a b'c", "there is no such scenario"),
    ("MODE=big", "MODE=big: must be WIDTHxHEIGHT"),
    ("MODE=1024x768;id", "must be WIDTHxHEIGHT"),
    ("MEM=lots", "MEM=lots: must be a size"),
    ("LAYOUT=fr", "LAYOUT=fr: must be us, uk or de"),
    ("TAPS=red tap0", "TAPS=red tap0: must be a list"),
    ("ACCEL=magic", "ACCEL=magic: must be tcg or kvm"),
    ("MAIL=/no/such/file", "MAIL=/no/such/file: there is no such file"),
    ("KEY=/no/such/key", "KEY=/no/such/key: there is no such file"),
    ("NOTES=/no/such/folder", "NOTES=/no/such/folder: there is no such folder"),
    ("VPN=/", "VPN=/: there is no such file"),
    ("APP=/no/such/app", "APP=/no/such/app: there is no such folder"),
    ("MIRROR=nowhere", "MIRROR=nowhere: must be an address such as https://..., or a folder"),
    ("FONT_DIR=/etc", "FONT_DIR=/etc: there is no DejaVuSans.ttf"),
    ("MAIL=/dev/zero", "MAIL=/dev/zero: there is no such file or folder"),  # would not end
    ("ROUNDS=x", "ROUNDS=x: must be a number"),
    ("HANG=-1", "HANG=-1: must be a number"),
    ("RESTARTS=1e3", "RESTARTS=1e3: must be a number"),
    ("CC=-x", "CC=-x: there is no such compiler"),
    ("CC=nocc", "CC=nocc: there is no such compiler"),
    ("DEBUG=yes", "DEBUG=yes: must be 1, or nothing"),
    ("SEED=now", "SEED=now: must be a number"),
    ("GDB_PORT=65536", "GDB_PORT=65536: must be a TCP port"),
    ("OUT=a b", "OUT=a b: make allows no spaces and special characters here"),
    ("OUT=build/a;id", "OUT=build/a;id: make allows no spaces"),
    ("OUT=build/a'b", "OUT=build/a'b: make allows no spaces"),
    (f"OUT=build{12 * '/..'}/etc", "/etc: this folder is not empty"),
    ("DEBUG=0", "DEBUG=0: must be 1, or nothing"),
    ("OUT=/etc", "OUT=/etc: this folder is not empty, and no image was made in it"),
    ("OUT=", "OUT=: must be a folder"),
    ("OUT=-x", "OUT=-x: must be a folder"),
    ("OUT=Makefile/x", "OUT=Makefile/x: the folder cannot be made"),
    ("OUT=/proc/x", "OUT=/proc/x: the folder cannot be made"),
    ("COMPARE=nowhere", "COMPARE=nowhere: there is no such git revision"),
    ("B=/tmp/x", "B=/tmp/x: must be build or a folder in it; to build elsewhere, say O=folder"),
    ("SCENARIO=demos", "did you mean demo? (make list shows them)"),
    # settings that there are not
    ("scenario=demo", "scenario: there is no such setting; did you mean SCENARIO=...?"),
    ("SCENARI=demo", "SCENARI: there is no such setting; did you mean SCENARIO=...?"),
    ("LAYOUTS=de", "LAYOUTS: there is no such setting; did you mean LAYOUT=...?"),
    ("PREFIX=/usr", "PREFIX: there is no such setting (make alone prints"),
    ("CFLAGS=-O3", "CFLAGS: there is no such setting"),
    # nor is what looks at them
    ("SHELL=/bin/false", "SHELL: there is no such setting"),
    (".SHELLFLAGS=x", ".SHELLFLAGS: there is no such setting"),
    ("BAD_ARGUMENT=", "BAD_ARGUMENT: there is no such setting"),
    ("GIVEN=x", "GIVEN: there is no such setting"),
    ("ask=x", "ask: there is no such setting"),
    ("quote=x", "quote: there is no such setting"),
    ("TEST_SETTINGS=x", "TEST_SETTINGS: there is no such setting"),
])
def test_bad_argument(argument, part):
    assert part in refused("run", argument)


@pytest.mark.parametrize("folder", ["elsewhere", "-x", "docs/new"])
def test_no_copy_within_the_tree(folder):
    done = make("list", f"O={folder}")
    assert done.returncode != 0
    assert f"O={folder}: that is in this tree" in done.stderr.splitlines()[0]
    assert not os.path.exists(f"{ROOT}/{folder}")


def test_scenario_as_a_goal():
    assert "demo is a scenario, not a goal: make run SCENARIO=demo" in refused("run", "demo")


@pytest.mark.parametrize("goal, meant", [("rum", "; did you mean make run?"),
                                         ("tests", "; did you mean make test?"),
                                         ("everything", " (make alone")])
def test_unknown_goal(goal, meant):
    assert f"{goal}: there is no such goal{meant}" in refused(goal)


def test_dollar_and_quote_in_a_path(tmp_path):
    """A path reaches the tools as it is."""
    folder = tmp_path / "it's $(B) $HOME"
    folder.mkdir()
    shutil.copy(f"{ROOT}/tests/mails/1-order.eml", folder)
    done = make("build/system/path/modules", "OUT=build/system/path", f"MAIL={folder}")
    assert done.returncode == 0, done.stderr
    with open(f"{ROOT}/build/system/path/modules", encoding="utf-8") as file:
        assert f"mail/1-order={folder}/1-order.eml\n" in file.read()


def test_empty_mail_folder(tmp_path):
    assert "contains no files" in refused("run", f"MAIL={tmp_path}")


def test_key_without_certificate(tmp_path):
    key = tmp_path / "key.pem"
    key.write_text("x")
    assert "KEY and CERT must be given together" in refused("run", f"KEY={key}")


@pytest.mark.parametrize("content", [
    "not a key\n",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
])
def test_bad_key(tmp_path, content):
    key = tmp_path / "key.pem"
    key.write_text(content)
    line = refused("image", f"KEY={key}", f"CERT={key}", "OUT=build/system/bad-key")
    assert f"KEY={key}: " in line


def test_qemu_args_are_only_options():
    done = make("qemu-args", "SCENARIO=mail-signer", "MEM=64M")
    assert done.returncode == 0 and done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
    words = shlex.split(done.stdout)
    assert words[words.index("-m") + 1] == "64M"
    assert words[words.index("-accel") + 1] == "tcg"
    assert words[words.index("-cdrom") + 1] == os.path.join(ROOT, "build/mail-signer/image.iso")
    for other in ("-display", "-serial", "-monitor", "-vnc", "-nographic"):
        assert other not in words


def test_list_names_each_scenario():
    done = make("list")
    names = [line.split(" - ")[0] for line in done.stdout.splitlines()]
    assert names == sorted(f[:-4] for f in os.listdir(f"{ROOT}/configs") if f.endswith(".cfg"))
    assert all(len(line.split(" - ")[1]) > 3 for line in done.stdout.splitlines())


def test_tcb_report():
    with guest.locked():
        done = make("tcb", "SCENARIO=mail-signer")
        assert done.returncode == 0, done.stderr
        with open(f"{ROOT}/build/tcb/mail-signer.json", encoding="utf-8") as file:
            report = json.load(file)
    roles = {c["name"]: c["role"] for c in report["components"]}
    for goal in report["goals"]:
        members = [m["name"] for m in goal["members"]]
        assert {"kernel", "init", goal["holder"]} <= set(members)
        assert all(roles[m] == "trusted" for m in members)
        assert not goal["violated"]
        assert 0 < goal["own"]["linked"] < goal["own"]["code"]
    signing = next(g for g in report["goals"] if g["holder"] == "mail-signer")
    assert any(p["name"].startswith("mbedtls 3.6") for p in signing["third_party"])
    for ending in ("txt", "html"):
        assert os.path.getsize(f"{ROOT}/build/tcb/mail-signer.{ending}") > 1000


def test_legacy_in_a_trusted_closure_fails(tmp_path):
    shutil.copytree(f"{ROOT}/configs/parts", tmp_path / "parts")
    shutil.copy(f"{ROOT}/configs/mail-signer.cfg", tmp_path / "leaky.cfg")
    part = tmp_path / "parts" / "mail-signer.cfg"
    text = part.read_text()
    reason = 'reason = "a serial port of its own, used by nobody else and without DMA"; '
    assert reason in text
    part.write_text(text.replace(reason, ""))
    with guest.locked():
        make("tcb", "SCENARIO=mail-signer")
        done = subprocess.run(["build/host/tcb", "build", tmp_path / "leaky.cfg"], cwd=ROOT,
                              text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert "the legacy component mail is in the TCB for" in done.stderr


def test_image_is_remade_only_when_needed():
    """Nothing changed: nothing made; another mail: another image."""
    iso = f"{ROOT}/build/system/remade/image.iso"
    def built(*more):
        done = make("image", "OUT=build/system/remade", *more)
        assert done.returncode == 0, done.stderr
        with open(iso, "rb") as file:
            return os.stat(iso).st_mtime_ns, file.read()
    first = built()
    assert built() == first
    other = built(f"MAIL={ROOT}/tests/mails/1-order.eml")
    assert other[1] != first[1]
    again = built()
    assert again[1] == first[1]


def test_an_image_made_elsewhere_is_the_same(tmp_path):
    """Byte by byte, built from the same sources in another folder."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    subprocess.run(["cpio", "--quiet", "-0", "-pdm", str(tmp_path)], cwd=ROOT,
                   input=files.stdout, check=True)
    (tmp_path / "build").mkdir()
    for shared in "dl", "src":          # what was fetched
        (tmp_path / "build" / shared).symlink_to(f"{ROOT}/build/{shared}")
    for folder in ROOT, tmp_path:
        done = make("-C", str(folder), "image", "SCENARIO=testviews", "OUT=build/system/same")
        assert done.returncode == 0, done.stderr
    for name in "system/same/image.iso", "kernel/kernel.elf", "target/nitpicker.elf":
        here, there = (pathlib.Path(folder) / "build" / name for folder in (ROOT, tmp_path))
        assert here.read_bytes() == there.read_bytes(), name


def test_syscalls_documentation_is_made_from_the_headers():
    made = subprocess.run(["tools/syscalls"], cwd=ROOT, capture_output=True, text=True,
                          check=True).stdout
    with open(os.path.join(ROOT, "docs/syscalls.md"), encoding="utf-8") as file:
        assert made == file.read(), "run make docs"
    assert made.count("| `") > 40


def test_compile_commands_name_what_is_there():
    """For clangd; and asking for them makes nothing again."""
    def times():
        return {p: p.stat().st_mtime_ns for p in pathlib.Path(ROOT, "build/gen").rglob("*")}

    assert make("programs", "tools", "unit-tests").returncode == 0
    before = times()
    done = make("compile_commands.json")
    assert done.returncode == 0, done.stderr
    entries = {e["file"]: e
               for e in json.loads(pathlib.Path(ROOT, "compile_commands.json").read_text("utf-8"))}
    assert all(pathlib.Path(e["directory"], e["file"]).is_file() for e in entries.values())
    assert "-mcmodel=kernel" in entries["kernel/ipc.c"]["command"]
    assert "-Ikernel " not in entries["nitpicker/main.c"]["command"]
    for host in "tools/mkplan.c", "tests/unit/base_test.c", "kernel/monitor/show.c":
        assert "$(" not in entries[host]["command"]
    assert times() == before


@pytest.mark.parametrize("tool, old, new, message", [
    ("mkvpn", "\t},\n", "\t}\n", ":16: a comma is missing between this and what ends before it"),
    ("mkvpn", "spi = 0x1001", "spi = 4294971393",
     ":11: 4294971393: a number beyond 2147483647 has an L at its end"),
    ("mkvpn", "spi = 0x1001", "spi = 0xdeadbeef", ""),
    ("mkvpn", '"out"', "out", ':10: out: a text must stand in quotes, "out"'),
    ("mkvpn", '"out"', "7", ":10: direction must be a text in quotes"),
    ("mkike", '"peer"', '"a-name-too-long-"', ":7: name must have at most 15 characters"),
    ("mkike", 'connections = (', "// connections = (",
     ":7: here must be a name and =, before the value"),
])
def test_bad_vpn_file(tmp_path, tool, old, new, message):
    """One sentence with file and line."""
    assert make(f"build/host/{tool}").returncode == 0
    name = "manual" if tool == "mkvpn" else "ike"
    text = pathlib.Path(ROOT, f"configs/vpn/{name}.cfg").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "x.cfg").write_text(text.replace(old, new, 1))
    done = subprocess.run([f"{ROOT}/build/host/{tool}", "x.cfg", "out"], cwd=tmp_path,
                          capture_output=True, text=True,
                          check=False)
    good = message == ""
    assert (done.returncode == 0) == good and (tmp_path / "out").exists() == good
    assert done.stderr.startswith("" if good else "x.cfg" + message)
    assert done.stderr.count("\n") == (not good)


def test_scenario_files_in_a_circle(tmp_path):
    """What make reads before there is a scenario compiler comes to an end, and names each once."""
    (tmp_path / "a.cfg").write_text('@include "b.cfg"\n@include "pipe"\n'
                                    'subsystems = [ "./a.cfg" ];\nprogram = "one"\n')
    (tmp_path / "b.cfg").write_text('@include "a.cfg"\n@include "b.cfg"\nprogram = "two"\n')
    os.mkfifo(tmp_path / "pipe")
    done = subprocess.run([f"{ROOT}/tools/config-files", tmp_path / "a.cfg"],
                          capture_output=True, text=True, check=True,
                          timeout=60)
    assert done.stdout.splitlines() == [f"{tmp_path}/a.cfg", f"{tmp_path}/b.cfg"]
