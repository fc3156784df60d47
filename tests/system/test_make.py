# SPDX-License-Identifier: MIT
"""make's contract with people: arguments, one-line errors, what is printed.  Long: every
argument that was ever taken wrongly stays in it."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

import guest
from guest import ROOT
from strongswan import namespace


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
    # gcc -E puts out something else, ls nothing: one line, not one for each file
    ("CC=", "CC=: leave it out, or say what it is"),
    ("CC=g++", "CC=g++: this compiles no C for x86-64"),
    ("CC=gcc -m32", "CC=gcc -m32: this compiles no C for x86-64"),
    ("HOSTCC=ls", "HOSTCC=ls: this compiles no C for x86-64: ls: "),
    ("WARN=-Wx", "WARN=-Wx: this compiles no C for x86-64: gcc: error: unrecognized"),
    ("WARN=-E", "WARN=-E: this compiles no C for x86-64"),
    ("KERNEL_EXTRA=--help", "KERNEL_EXTRA=--help: this compiles no C for x86-64"),
    ("FONT_DIR=", "FONT_DIR=: leave it out"),
    ("VPN=/proc/self/mem", "VPN=/proc/self/mem: this file is empty"),
    ("MAIL=/proc/self/mem", "MAIL=/proc/self/mem: there is no such file"),
    ("B=build/docs.c/../x", "B=build/docs.c/../x: must be build or a folder in it"),
    ("B=build/compiler", "B=build/compiler: the folder cannot be made"),
    ("SEED=010", "SEED=010: must be a number"),         # not 8
    ("DEBUG=yes", "DEBUG=yes: must be 1, or nothing"),
    ("SEED=now", "SEED=now: must be a number"),
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
    ("B=build/dl", "B=build/dl: must be build or a folder in it"),   # make clean leaves it
    ("OUT=build/host", "OUT=build/host: this folder is not empty, and no image was made in it"),
    ("CC=gcc ;id", "CC=gcc ;id: must be words without what is special for a shell"),
    ("HOSTCC=gcc $(id)", "HOSTCC=gcc $(id): must be words"),
    ("WARN=`id`", "WARN=`id`: must be words"),
    ("KERNEL_EXTRA='", "KERNEL_EXTRA=': must be words"),
    ("UNITTESTS=x;id", "UNITTESTS: there is no such setting"),
    ("O=a\nb", "O: there is a line's end in it"),
    ("MAIL=/tmp\nid", "MAIL: there is a line's end in it"),
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
    ("CHECKED=good", "CHECKED: there is no such setting"),
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


def test_full_disk(tmp_path):
    """Where O= copies to: one line, not one for each file; the next make goes on."""
    small = tmp_path / "small"
    script = (f'mount -t tmpfs -o size=1m small "{small}" && ! make list O="{small}/o" &&'
              f' mount -o remount,size=64m small "{small}" && make list O="{small}/o"')
    small.mkdir()
    done = subprocess.run([*namespace(tunnels=False), "sh", "-c", script], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    why, of_make = done.stderr.splitlines()
    assert why.startswith(f"O={small}/o: ") and why.endswith("No space left on device")
    assert re.match(r"make(\[\d+\])?: \*\*\* ", of_make) and "demo - Demo" in done.stdout


def test_file_system_that_runs_nothing(tmp_path):
    script = 'mount -t tmpfs -o size=64m,noexec none "$0" && make list O="$0"'
    done = subprocess.run([*namespace(tunnels=False), "sh", "-c", script, tmp_path], cwd=ROOT,
                          text=True, capture_output=True, check=False)
    assert done.returncode != 0 and done.stdout == ""
    assert f"do not run in {tmp_path}: either the file system is mounted noexec" in done.stderr


def test_scenario_as_a_goal():
    assert "demo is a scenario, not a goal: make run SCENARIO=demo" in refused("run", "demo")


@pytest.mark.parametrize("goal, meant", [("rum", "; did you mean make run?"),
                                         ("tests", "; did you mean make test?"),
                                         ("everything", " (make alone"), ("*", " (make alone"),
                                         ("elsewhere", " (make alone"),
                                         ("build/../Makefile", " (make alone"),
                                         ("build/x;id", " (make alone")])
def test_unknown_goal(goal, meant):
    for more in (), ("O=/nonexistent/folder",):
        assert f"{goal}: there is no such goal{meant}" in refused(goal, *more)
        assert "there is a line's end in it" in refused(goal + "\nid", *more)


def test_given_twice():
    """Nobody can know which was meant."""
    for second in "MODE=640x480", "MODE:=640x480", "MODE +=1":
        assert "MODE is given twice" in refused("image", "MODE=1024x768", second)


@pytest.mark.parametrize("option", ["-n", "-q", "--dry-run"])
@pytest.mark.parametrize("goal", ["test", "tcb"])
def test_options_that_build_nothing(option, goal):
    """Their lines name make, which so would run them."""
    assert f"cannot tell what {goal} would do" in refused(option, goal)
    libraries = [f"build/system/dry/{part}" for part in ("musl/.ready", "gen/png/pnglibconf.h")]
    assert make(option, "B=build/system/dry", *libraries).returncode == (option == "-q")
    assert not os.path.exists(f"{ROOT}/build/system/dry")


def test_words_of_make_in_settings(tmp_path):
    """A setting is text, where make only looks whether it is given, too."""
    folder = tmp_path / "$(info harm)"
    folder.mkdir()
    done = make("list", f"O={folder}/o")
    assert done.returncode == 0 and "harm" not in done.stdout
    assert (folder / "o/Makefile").exists()
    for font in pathlib.Path("/usr/share/fonts/truetype/dejavu").iterdir():
        (folder / font.name).symlink_to(font)
    done = make("-n", "B=build/system/words", "build/system/words/gen/font_ui.c",
                f"FONT_DIR={folder}")
    assert done.returncode == 0 and f"'{folder}/DejaVuSans.ttf'" in done.stdout
    assert "harm" not in done.stdout.splitlines()


def test_settings_that_compile_differently():
    """Nothing is left of what other settings made; the same ones make nothing again."""
    place = "build/system/compiler"
    def made(*settings):
        done = make(f"B={place}", f"{place}/target/init.elf", *settings)
        assert done.returncode == 0, done.stderr
        return {path: path.stat().st_mtime_ns
                for path in pathlib.Path(ROOT, place).rglob("*") if path.suffix in (".o", ".elf")}
    subprocess.run(["rm", "-rf", f"{ROOT}/{place}"], check=True)
    times = made()
    for settings in ("CC=gcc -O1",), ("WARN=-Wall",), (), ("KERNEL_EXTRA=-O1",), ("HOSTCC=clang",):
        now = made(*settings)
        assert now.keys() == times.keys()
        assert all(now[path] > times[path] for path in now), settings
        assert made(*settings) == now, settings
        times = now


@pytest.mark.parametrize("option", ["-t", "-Bt", "--touch", "-i", "--ignore-errors"])
def test_options_that_end_in_a_wrong_build(option):
    assert f"make -{option.strip('-B')[0]} would " in refused("image", option)


def test_what_cannot_be_checked_is_not_good():
    """Each is short enough for the system, together they are not."""
    done = make("image", f"MODE={70000 * 'a'}", f"MEM={70000 * 'b'}")
    assert done.returncode != 0 and done.stdout == ""
    assert "Argument list too long" in done.stderr
    assert "the settings cannot be checked: what is said above" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("limit, part", [
    ("ulimit -f 100", "ulimit -f is 100 here: too little"),
    ("ulimit -n 20", "ulimit -n is 20 here: too little"),
    ("ulimit -s 64", "ulimit -s is 64 here: too little"),
    ("ulimit -v 100000", "ulimit -v is 100000 here: too little"),
    ("umask 777", "umask is 0777 here: you could not use"),
    ("umask 200", "umask is 0200 here: you could not use"),
])
def test_limits_of_the_shell(limit, part):
    done = subprocess.run(["bash", "-c", f"{limit} && exec make image"], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    assert done.returncode != 0 and done.stdout == ""
    assert part in done.stderr and len(done.stderr.splitlines()) == 1


def test_long_files(tmp_path):
    """They are not read to their end."""
    path = tmp_path / "long"
    path.touch()
    os.truncate(path, 1 << 40)
    for name in "KEY", "CERT", "VPN":
        assert "this file is larger than 1 MiB" in refused("image", f"{name}={path}")


def test_image_within_an_image():
    assert make("build/system/outer/modules", "OUT=build/system/outer").returncode == 0
    assert "in the folder of another image" in refused("image", "OUT=build/system/outer/image.iso")


def test_notes_with_odd_names(tmp_path):
    """What is no file is no note; a name that a plan cannot have is named."""
    goal = "build/system/odd/modules", "OUT=build/system/odd", "SCENARIO=notes"
    os.mkfifo(tmp_path / "pipe.note")
    (tmp_path / "folder.note").mkdir()
    (tmp_path / "a.note").touch()
    done = make(*goal, f"NOTES={tmp_path}")
    assert done.returncode == 0, done.stderr
    with open(f"{ROOT}/build/system/odd/modules", encoding="utf-8") as file:
        assert [line for line in file if "notes/" in line] == \
            [f"notes/a.note={tmp_path}/a.note\n"]
    (tmp_path / "b=c d.note").touch()
    done = make(*goal, f"NOTES={tmp_path}")
    assert f"NOTES: {tmp_path}/b=c d.note: its name must be of" in done.stderr.splitlines()[0]


def test_app_that_means_harm(tmp_path):
    """What stands in it is no command of the shell, and no pipe is waited for."""
    app = tmp_path / "app"
    assert make("new-app", "NAME=harm", f"DIR={app}").returncode == 0
    os.mkfifo(app / "apps/pipe")
    config = app / "configs/harm.cfg"
    config.write_text('qemu = "-name a; touch b $(touch c) \'";  peer = "../x\'; touch d; \'";\n'
                      + config.read_text())
    tree = pathlib.Path(ROOT, "build/app/harm")
    (tree / "build/new").mkdir(parents=True)            # an earlier one was interrupted
    done = make("qemu-args", f"APP={app}")
    assert done.returncode == 0, done.stderr
    words = shlex.split(done.stdout)
    assert words[words.index("-name"):-1] == ["-name", "a;", "touch", "b", "$(touch", "c)", "'"]
    assert not (tree / "build/new").exists()
    for peer in "../x'; touch d; '", "../setup", "nothing":
        done = subprocess.run(["tools/run"], cwd=ROOT, text=True, capture_output=True, check=False,
                              env={**os.environ, "PEER": peer, "SCENARIO": "harm",
                                   "OUT": str(tmp_path / "run")})
        assert done.returncode == 1 and done.stderr == \
            f'run: harm: peer = "{peer}": there is no such program in tools/\n'
    assert "SCENARIO=demo: the scenario of APP=" in make("list", f"APP={app}",
                                                         "SCENARIO=demo").stderr
    config.rename(app / "configs/a b.cfg")
    assert "the name of a scenario must be of a-z" in make("list", f"APP={app}").stderr
    shutil.rmtree(tree)


def test_image_that_cannot_be_written(tmp_path):
    """Of all that xorriso says, why."""
    xorriso = tmp_path / "xorriso"
    xorriso.write_text("#!/bin/sh\necho 'xorriso 1.5 : manipulator'\n"
                       "echo 'libburn : FAILURE : No space left on device'; echo more; exit 1\n")
    xorriso.chmod(0o755)
    assert make("build/kernel/kernel.elf").returncode == 0
    done = subprocess.run(["tools/mkiso", tmp_path / "iso", "build/kernel/kernel.elf",
                           *3 * ["Makefile"]], cwd=ROOT, text=True, capture_output=True,
                          check=False, env={**os.environ, "SOURCE_DATE_EPOCH": "0",
                                            "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert done.returncode == 1
    assert done.stderr == "libburn : FAILURE : No space left on device\n"
    assert os.listdir(tmp_path) == ["xorriso"]


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


def test_too_many_drafts(tmp_path):
    """The mail program shows 64; nobody looks for the others in vain."""
    for number in range(65):
        (tmp_path / f"{number}.eml").write_text("x")
    (tmp_path / "README.md").write_text("not a message")
    assert "has 65 messages; 64 at most" in refused("run", f"MAIL={tmp_path}")
    os.remove(tmp_path / "64.eml")
    done = make("-n", "image", f"MAIL={tmp_path}")
    assert "at most" not in done.stdout + done.stderr


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
    reason = r'reason = "a serial port of its own[^"]*"; reviewed = "[^"]*";'
    assert re.search(reason, text)
    part.write_text(re.sub(reason, "", text))
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
    files = subprocess.run(["tools/files", "*"], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    subprocess.run(["cpio", "--quiet", "-pdm", str(tmp_path)], cwd=ROOT,
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
