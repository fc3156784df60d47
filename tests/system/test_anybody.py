# SPDX-License-Identifier: MIT
"""The build works for anybody: whatever is in the environment, in a folder of any name, for a user
who is not root, with a tree that cannot be written, after an interruption, and twice at once.
Long: every attack on the build that ever succeeded stays in it."""

import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import tempfile

import pytest

from guest import ROOT, Guest, build

USER = 54321            # nobody's number
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def command(*arguments, user=False, path=PATH, **environment):
    """What to call, and its whole environment: that of a login in German."""
    if user and os.getuid() == 0:
        arguments = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *arguments)
    return [*arguments], {"PATH": path, "HOME": "/nonexistent", "LANG": "de_DE.UTF-8",
                          "TERM": "dumb", "MAIL": "/var/mail/root", **environment}


def run(folder, /, *arguments, **options):
    line, env = command(*arguments, **options)
    return subprocess.run(line, cwd=folder, env=env, text=True, capture_output=True, check=False)


def made(folder, /, *arguments, **options):
    done = run(folder, "make", "-j2", *arguments, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def copy_sources(folder):
    for name in sorted(os.listdir(ROOT)):
        if os.path.isfile(f"{ROOT}/{name}") and not name.startswith("."):
            shutil.copy2(f"{ROOT}/{name}", folder)
        elif os.path.isdir(f"{ROOT}/{name}") and name not in ("build", ".git"):
            shutil.copytree(f"{ROOT}/{name}", folder / name, symlinks=True,
                            ignore=shutil.ignore_patterns("__pycache__", ".*"))


def copy_build(folder, *names):
    """What is built already: only what a test is about is made again."""
    for name in names:
        if os.path.exists(f"{ROOT}/build/{name}"):
            subprocess.run(["cp", "-a", f"{ROOT}/build/{name}", f"{folder}/build/{name}"],
                           check=True)


def give(folder):
    """To the user of these tests."""
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", f"{USER}:{USER}", str(folder)], check=True)


@pytest.fixture(scope="module")
def image():
    """As it is here, where nothing is special."""
    folder, _ = build("painter")
    return (pathlib.Path(folder) / "image.iso").read_bytes()


@pytest.fixture(scope="module")
def place():
    """A folder that every user may enter; those of pytest are its user's alone."""
    with tempfile.TemporaryDirectory(prefix="vitrine-anybody-") as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)
        subprocess.run(["chmod", "-R", "u+w", name], check=False)


@pytest.fixture(scope="module")
def tree(place, image):
    """A tree with what is built of it, in a folder with a name that a user may choose, and his."""
    folder = place / "Jürgen's Ordner (neu) 7% a,b\\d #1 $HOME x=y"
    (folder / "build").mkdir(parents=True)
    copy_sources(folder)
    copy_build(folder, "compiler", "target", "host", "gen", "kernel", "dl")
    give(folder)
    return folder


# The environment

def names_that_are_read():
    """Every name that a makefile or a tool takes a value from."""
    found = set()
    for path in [f"{ROOT}/Makefile", f"{ROOT}/rules.mk",
                 *map(str, pathlib.Path(ROOT).glob("*/**/*.mk")),
                 *(str(p) for p in pathlib.Path(f"{ROOT}/tools").iterdir()
                   if p.is_file() and p.suffix in ("", ".sh"))]:
        if "/build/" in str(path):
            continue
        text = pathlib.Path(path).read_text(encoding="utf-8")
        found |= set(re.findall(r"\$[({]([A-Za-z_][A-Za-z_0-9]*)", text))
        found |= set(re.findall(r"^(?:export )?([A-Za-z_][A-Za-z_0-9]*) *[?:+]?=", text, re.M))
        found |= set(re.findall(r"\b[A-Z][A-Z_0-9]*\b", text if path.endswith("/Makefile") else ""))
    return found


def poison(folder):
    """An environment in which each of them, and what others know, is wrong."""
    start = folder / "start"
    start.write_text("echo poison; exit 3\n")
    names = names_that_are_read() | set(
        "CFLAGS CPPFLAGS LDFLAGS CXXFLAGS LDLIBS CPATH C_INCLUDE_PATH LIBRARY_PATH "
        "GCC_EXEC_PREFIX COMPILER_PATH DEPENDENCIES_OUTPUT ARFLAGS AR AS LD NM CPP RANLIB OBJCOPY "
        "CROSS_COMPILE CONFIG_SITE TAR_OPTIONS XZ_OPT GZIP CDPATH GREP_OPTIONS GREP_COLOR "
        "POSIXLY_CORRECT PYTHONPATH PYTHONHOME PERL5LIB PERL5OPT AWKPATH GIT_DIR GIT_WORK_TREE "
        "PKG_CONFIG_PATH PKG_CONFIG_LIBDIR PKG_CONFIG OPENSSL_CONF SOURCE_DATE_EPOCH TZ LC_ALL "
        "MAKE_COMMAND MFLAGS LS_COLORS QEMU_AUDIO_DRV TMPDIR DEBUG V O APP B OUT".split())
    names -= {"PATH", "HOME", "MAKE", "SHELL", "TERM", "USER", "LOGNAME", "LD_PRELOAD",
              "LD_LIBRARY_PATH", "APT_CONFIG",
              "CURDIR"}        # with -e make believes the environment
    return {**{name: "/nonexistent/poison" for name in names
               if not name.startswith("MAKE") and "_proxy" not in name},
            "BASH_ENV": str(start), "ENV": str(start), "BASH_FUNC_grep%%": "() { echo poison; }",
            "BASH_FUNC_sed%%": "() { echo poison; }", "SHELLOPTS": "xtrace:noglob",
            "LC_ALL": "de_DE.UTF-8"}


def test_names_are_found():
    assert {"SCENARIO", "MAIL", "KEY", "CERT", "VPN", "NOTES", "TAPS", "FONT_DIR", "MIRROR", "PINS",
            "LAYERS", "CC", "KERNEL_EXTRA", "INVOCATIONS", "DIR",
            "DISPLAY"} <= names_that_are_read()


def test_environment_counts_for_nothing(tree, image, place):
    """A poisoned environment: the same objects, the same image, the same options for QEMU."""
    bad = poison(place)
    for name in "list", "qemu-args":
        assert run(tree, "make", name, **bad).stdout == run(tree, "make", name).stdout != ""
    for flags in (), ("-e",):
        made(tree, *flags, "image", "SCENARIO=painter", "OUT=build/poison", user=True, **bad)
        assert (tree / "build/poison/image.iso").read_bytes() == image
    parts = "kernel/kernel/cap.o", "target/painter.elf", "gen/label_font.c", "host/mkinit"
    made(tree, "-e", "B=build/poison", *(f"build/poison/{part}" for part in parts),
         user=True, **bad)
    for part in parts:
        assert (tree / "build/poison" / part).read_bytes() \
            == (tree / "build" / part).read_bytes(), part


def test_mail_of_a_login_stays_out(tree, place):
    """The mailbox that login names is there and can be read; it is in no image."""
    mailbox = place / "mailbox"
    mailbox.write_text("From: a@example.org\nTo: b@example.org\nSubject: private\n\n"
                       "nobody else's business\n")
    goal = "build/mailbox/modules", "SCENARIO=mail-signer", "OUT=build/mailbox"
    made(tree, *goal, user=True, MAIL=str(mailbox))
    modules = (tree / "build/mailbox/modules").read_text()
    assert "=tests/mails/" in modules and str(mailbox) not in modules
    made(tree, *goal, f"MAIL={mailbox}", user=True)
    modules = (tree / "build/mailbox/modules").read_text()
    assert "=tests/mails/" not in modules and f"mail/mailbox={mailbox}" in modules


def test_environment_is_text(tree, place):
    """Not words of make."""
    for name in "TMPDIR", "DISPLAY", "WAYLAND_DISPLAY", "HOME":
        done = run(tree, "make", "list", **{name: f"$(shell touch '{place}/{name}')"})
        assert done.returncode == 0 and not (place / name).exists(), name


@pytest.mark.parametrize("name, value", [("MAKEFLAGS", "-k CC=clang"),
                                         ("GNUMAKEFLAGS", "SCENARIO=demo"),
                                         ("MAKEFILES", "/dev/null")])
def test_what_make_itself_reads(tree, name, value):
    """That cannot be undone: one line."""
    done = run(tree, "make", "image", **{name: value})
    assert done.returncode != 0 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"{name}={value} in the environment" in done.stderr


@pytest.mark.parametrize("path", ["", "/nonexistent", "/usr/lib"])
def test_path_without_programs(tree, path):
    done = run(tree, "/usr/bin/make", "list", path=path)
    assert done.returncode != 0 and done.stdout == ""
    assert f"PATH={path}: there is no env in it: say PATH=" in done.stderr
    assert len(done.stderr.splitlines()) == 1


# A folder, a user

def test_user_without_root(tree, image):
    """In a folder with spaces, an umlaut and an apostrophe, a German user without root builds and
    boots."""
    shutil.rmtree(tree / "build" / "kernel")
    made(tree, "image", "SCENARIO=painter", "OUT=build/user", user=True)
    assert (tree / "build/user/image.iso").read_bytes() == image
    here = pathlib.Path(ROOT, "build/kernel/kernel.elf").read_bytes()      # with all names
    assert (tree / "build/kernel/kernel.elf").read_bytes() == here
    printed = run(tree, "make", "qemu-args", "SCENARIO=painter", "OUT=build/user").stdout
    options = shlex.split(printed)
    assert options[options.index("-cdrom") + 1] == f"{tree}/build/user/image.iso"
    with Guest(str(tree / "build" / "user"), options) as guest:
        guest.wait_line(r"^\[painter\] ready$")


def test_missing_packages(tree, place):
    """Who may not install gets one message: what, what for, and the command.  There is not even a
    compiler yet."""
    tools = place / "bin"
    tools.mkdir()
    for folder in PATH.split(":"):
        for program in pathlib.Path(folder).glob("*"):
            link = tools / program.name
            if program.name not in ("sudo", "dpkg-query", "cc", "gcc") and not link.exists():
                link.symlink_to(program)
    (tools / "dpkg-query").write_text(
        "#!/bin/sh\n"
        "/usr/bin/dpkg-query \"$@\" | sed 's/\\(gcc\\|xorriso\\|xz-utils\\)=installed//g'\n")
    (tools / "dpkg-query").chmod(0o755)
    done = run(tree, "make", "-j2", "image", "SCENARIO=painter", user=True, path=str(tools))
    assert done.returncode != 0 and done.stdout == ""
    assert [line for line in done.stderr.splitlines() if not line.startswith("make: ")] == [
        "setup: packages are missing:", "  gcc (compiler)",
        "  xorriso (makes the image)", "  xz-utils (unpacks them)",
        "You may not install them here: an administrator does it by",
        "  apt-get install gcc xorriso xz-utils"]


def test_tree_that_cannot_be_written(tree, image, place):
    """One line; O= builds elsewhere, and never in a folder that is somebody's."""
    shut = place / "read only"
    shut.mkdir()
    copy_sources(shut)
    subprocess.run(["chmod", "-R", "a-w", str(shut)], check=True)
    done = run(shut, "make", "image", "SCENARIO=painter", user=True)
    assert done.returncode != 0 and done.stdout == ""
    assert "cannot be written: say O=folder to build elsewhere" in done.stderr
    assert len(done.stderr.splitlines()) == 1

    out = place / "anders wo"
    (out / "build").mkdir(parents=True)
    (out / "file").write_text("mine")
    give(out)
    done = run(shut, "make", "image", f"O={out}", user=True)
    assert done.returncode != 0 and f"O={out}: the folder is not empty" in done.stderr
    (out / "file").unlink()
    (out / ".vitrine").touch()              # as an earlier make O= has left it
    copy_build(out, "compiler", "target", "host", "gen", "kernel")
    give(out)
    made(shut, "image", "SCENARIO=painter", f"O={out}", user=True)
    assert (out / "build/painter/image.iso").read_bytes() == image
    # what has changed here changes there, what is gone here goes there
    title = shut / "tests/configs/painter.cfg"
    for folder in title, title.parent:
        folder.chmod(0o755)
    title.write_text(title.read_text().replace('title = "Painter"', 'title = "Changed"'))
    (shut / "tests/configs/cube.cfg").unlink()
    made(shut, "image", "SCENARIO=painter", f"O={out}", user=True)
    assert (out / "build/painter/image.iso").read_bytes() != image
    assert not (out / "tests/configs/cube.cfg").exists()


# Interruptions, the clock, and two at once

def test_clock_set_back(tree, image):
    """What was made later than now would stay, whatever changes: one line.  Others may be."""
    made(tree, "image", "SCENARIO=painter", "OUT=build/user", user=True)
    for part, refused in ("build/target/painter.elf", True), ("build/dl/x", False), \
            ("configs/demo.cfg", False):
        path = tree / part
        path.touch()
        os.utime(path, (1 << 32, 1 << 32))
        done = run(tree, "make", "image", "SCENARIO=painter", "OUT=build/user", user=True)
        path.touch()
        if refused:
            assert done.returncode != 0 and done.stdout == ""
            assert f"{part} was made later than now: set the clock right, or say make clean" \
                in done.stderr
            assert len(done.stderr.splitlines()) == 1
        else:
            assert done.returncode == 0, done.stderr
    (tree / "build/dl/x").unlink()
    made(tree, "image", "SCENARIO=painter", "OUT=build/user", user=True)
    assert (tree / "build/user/image.iso").read_bytes() == image


def test_folder_that_cannot_be_read(place, tree):
    """What is in it would be left out without a word: it is named."""
    out = place / "of a part"
    out.mkdir()
    give(out)
    for mode in 0o000, 0o444:
        (tree / "lib/base").chmod(mode)
        done = run(tree, "make", "list", f"O={out}", user=True)
        (tree / "lib/base").chmod(0o755)
        assert done.returncode != 0 and done.stdout == ""
        assert f"O={out}: the folder lib/base cannot be read" in done.stderr.splitlines()[0]
    made(tree, "list", f"O={out}", user=True)


def test_something_else_in_a_files_place(tree, place, image):
    """A folder or a pipe, where a file is made: it is named, nothing is put into it, and nobody
    waits for its other end.  A link is replaced, not what it leads to."""
    folder = tree / "build/inplace"
    goal = "image", "SCENARIO=painter", "OUT=build/inplace"
    made(tree, *goal, user=True)
    new, old, target = place / "new", place / "old", place / "target"
    for make_it in os.mkdir, os.mkfifo:
        new.write_text("new")
        make_it(old)
        done = run(tree, "tools/replace", str(new), str(old))
        assert done.returncode == 1 and done.stderr.startswith(f"replace: {old} is no plain file")
        (old.rmdir if make_it is os.mkdir else old.unlink)()
    target.write_text("new")
    old.symlink_to(target)
    assert run(tree, "tools/replace", str(new), str(old)).returncode == 0
    assert not old.is_symlink() and old.read_text() == target.read_text() and not new.exists()

    (folder / "plan").unlink()
    (folder / "plan").mkdir()
    (tree / "build/target/init.img").unlink()
    (tree / "build/target/init.img").mkdir()
    os.utime(tree / "build/target/init.img", (0, 0))
    give(folder)
    for path in "build/target/init.img", "build/inplace/plan":
        done = run(tree, "make", *goal, user=True)
        assert done.returncode != 0 and path in done.stderr.splitlines()[0], done.stderr
        assert os.listdir(tree / path) == []
        (tree / path).rmdir()
    made(tree, *goal, user=True)
    assert (folder / "image.iso").read_bytes() == image


def test_folder_that_was_made_by_root(tree):
    """By an earlier make, far down: one line."""
    folder = tree / "build/target/lib/base"
    folder.chmod(0o555)
    done = run(tree, "make", "image", "SCENARIO=painter", user=True)
    folder.chmod(0o755)
    assert "build/target/lib/base of" in done.stderr and "cannot be written" in done.stderr
    assert len(done.stderr.splitlines()) == 1 and done.stdout == ""


@pytest.mark.parametrize("part", ["host/mkplan", "target/painter.elf"])
def test_what_nobody_may_use(tree, image, part):
    """Copied by what knows no permissions, or made by somebody else: it is named."""
    (tree / "build" / part).chmod(0o644 if "host" in part else 0o200)
    done = run(tree, "make", "image", "SCENARIO=painter", user=True)
    assert f"you cannot read or execute build/{part}, which an earlier make" in done.stderr
    assert len(done.stderr.splitlines()) == 1 and done.stdout == ""
    (tree / "build" / part).unlink()
    made(tree, "image", "SCENARIO=painter", user=True)
    assert (tree / "build/painter/image.iso").read_bytes() == image


def test_build_that_is_no_folder(place):
    """A file, or a link to where nothing is."""
    shut = place / "no folder"
    shut.mkdir()
    copy_sources(shut)
    for make_it in (shut / "build").touch, lambda: (shut / "build").symlink_to("/nonexistent/x"):
        make_it()
        done = run(shut, "make", "image", "SCENARIO=painter")
        (shut / "build").unlink()
        assert "/build is no folder: remove it, or say O=folder" in done.stderr
        assert len(done.stderr.splitlines()) == 1 and done.stdout == ""


def test_what_a_file_manager_copies(place):
    """Copies of scenarios are none, and those of folders are named."""
    folder = place / "copies"
    folder.mkdir()
    copy_sources(folder)
    all_of_them = run(folder, "make", "list").stdout
    for name in "demo (Kopie)", "my 'demo", "Demo2":
        shutil.copy(folder / "configs/demo.cfg", folder / f"configs/{name}.cfg")
    done = run(folder, "make", "list")
    assert done.returncode == 0 and done.stdout == all_of_them and done.stderr == ""
    done = run(folder, "make", "image", "SCENARIO=Demo2")
    assert "the name of a scenario must be of a-z, 0-9, - and _: rename" in done.stderr
    for name in "lib/base (Kopie)", "my nitpicker", "lib/a\\b", "lib/a$HOME", "lib/a'b":
        (folder / name).mkdir()
        (folder / name / "local.mk").touch()
        done = run(folder, "make", "list")
        shutil.rmtree(folder / name)
        assert f"{name}/local.mk: make allows no spaces and special char" in done.stderr
        assert len(done.stderr.splitlines()) == 1 and done.stdout == ""


def test_tools_that_do_not_run(place):
    """Unpacked by what knows neither permissions nor our ends of lines; make called from where
    its Makefile is not; a tree without git."""
    folder = place / "lost"
    folder.mkdir()
    copy_sources(folder)
    done = run(folder / "docs", "make", "-f", "../Makefile", "list")
    assert "make works in the folder of its Makefile only" in done.stderr.splitlines()[-1]
    done = run(folder, "make", "list", "COMPARE=HEAD")
    assert "COMPARE=HEAD: fatal: not a git repository" in done.stderr
    tools = [t for t in (folder / "tools").iterdir() if t.is_file()]
    for tool in tools:
        tool.write_bytes(tool.read_bytes().replace(b"\n", b"\r\n"))
    done = run(folder, "make", "list")
    assert "the programs in tools/ do not run in" in done.stderr.splitlines()[-1]
    for tool in tools:
        tool.write_bytes(tool.read_bytes().replace(b"\r\n", b"\n"))
        tool.chmod(0o644)
    done = run(folder, "make", "list")
    assert "the programs in tools/ do not run in" in done.stderr.splitlines()[-1]


def test_style_without_git(place):
    """In what a tar file has brought, all files are looked at, not none."""
    folder = place / "no git"
    folder.mkdir()
    copy_sources(folder)
    (folder / "lib/base/new.c").write_text("int x;\n")
    done = run(folder, "tools/style", "licence")
    assert done.returncode != 0 and done.stderr == ""
    assert "lib/base/new.c:1: no SPDX line" in done.stdout
    here = subprocess.run(["tools/files", "*.h", "*Makefile"], cwd=ROOT, text=True, check=True,
                          capture_output=True).stdout
    there = run(folder, "tools/files", "*.h", "*Makefile").stdout
    assert sorted(here.split()) == there.split()


def test_killed_in_the_middle(tree, place, image):
    """Ended without warning while the compiler has written half a file: make goes on where it
    was."""
    compiler = place / "compiler/gcc"
    compiler.parent.mkdir()
    compiler.write_text("""#!/bin/bash
# half of the output of call number $KILL, then everything ends
/usr/bin/gcc "$@" || exit
case $* in *-print-file-name*) exit 0 ;; esac
echo >> "$CALLS"
[[ $(wc -l < "$CALLS") -eq $KILL ]] || exit 0
for ((i = 1; i < $#; i++)); do [[ ${!i} != -o ]] || { ((i++)); out=${!i}; }; done
truncate -s $(($(stat -c %s "$out") / 2)) "$out"
kill -9 0
""".replace("$KILL", "$(cat '" + str(place / "kill") + "')")
                        .replace("$CALLS", str(place / "calls")))
    compiler.chmod(0o755)
    calls = place / "calls"
    for part in ("kernel", "target/painter.elf", "target/init.elf", "target/tests/apps/painter",
                 "painter"):
        path = tree / "build" / part
        subprocess.run(["rm", "-rf", str(path)], check=True)
    for number in 1, 3, 20, 70, 2:
        (place / "kill").write_text(str(number))
        calls.write_text("")
        calls.chmod(0o666)
        line, env = command("make", "image", "SCENARIO=painter", "OUT=build/painter",
                            user=True, path=f"{compiler.parent}:{PATH}")
        with subprocess.Popen(line, cwd=tree, env=env, start_new_session=True,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            process.wait()
        if process.returncode != -signal.SIGKILL:
            break                   # there was not that much left to do
    assert number > 3, "nobody was killed"
    made(tree, "image", "SCENARIO=painter", "OUT=build/painter", user=True)
    assert (tree / "build/painter/image.iso").read_bytes() == image


def test_two_at_once(tree, image, place):
    """Two builds of the same in one folder: both succeed, and what they made is whole.  The C
    library, whose own configure takes much from the environment, in a poisoned one."""
    for part in "kernel", "painter", "target/nitpicker", "target/painter.elf", "host/tools":
        subprocess.run(["rm", "-rf", str(tree / "build" / part)], check=True)
    (tree / "build/two").mkdir()
    give(tree / "build/two")
    line, env = command("make", "-j2", "image", "SCENARIO=painter", user=True)
    other, bad = command("make", "B=build/two", "build/two/musl/.ready", user=True, **poison(place))
    all_of_them = [subprocess.Popen(what, cwd=tree, env=env, text=True,
                                    stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                   for what, env in ((line, env), (line, env), (other, bad), (other, bad))]
    for process in all_of_them:
        said = process.communicate()[0]
        assert process.returncode == 0, said
    assert (tree / "build/painter/image.iso").read_bytes() == image
    again = made(tree, "B=build/two", "build/two/musl/.ready", user=True)
    assert again.stdout == "" and (tree / "build/two/musl/out/include/stdio.h").exists()
    assert "poison" not in (tree / "build/two/musl/config.mak").read_text()


def test_first_file_of_an_image(tree):
    """Interrupted at any moment, make knows the folder as its own the next time."""
    for part in "grub.cfg", "modules", "plan":
        made(tree, f"build/first-{part}/{part}", f"OUT=build/first-{part}", "SCENARIO=painter",
             user=True)
        assert (tree / f"build/first-{part}/.turn").stat().st_mtime_ns \
            <= (tree / f"build/first-{part}/{part}").stat().st_mtime_ns


def test_clean_beside_others(tree):
    """First one, then the other, even where make may do two at once."""
    goal = "build/clean/host/mkinit"
    for _ in range(2):
        made(tree, "clean", goal, "B=build/clean", user=True)
        assert (tree / goal).exists()


@pytest.mark.parametrize("name", ["make", "gmake"])
def test_two_images_in_one_folder(place, name):
    """With other settings, say: one after the other, so that neither has parts of the other."""
    folder, make = place / f"image of {name}", place / name
    folder.mkdir()
    shutil.copy(shutil.which("sleep"), make)
    turn = [f"{ROOT}/tools/turn", str(folder), str(os.getpid())]
    with subprocess.Popen([make, "1000"]) as holder:
        (folder / ".turn").write_text(f"{holder.pid}\n")
        with subprocess.Popen(turn, stderr=subprocess.PIPE, text=True) as waits:
            assert "WAIT    for another make" in waits.stderr.readline()
            assert waits.poll() is None and (folder / ".turn").read_text() == f"{holder.pid}\n"
            holder.kill()
            holder.wait()
            assert waits.wait() == 0
    assert (folder / ".turn").read_text() == f"{os.getpid()}\n"
    # who is no make, and who has started us, is not waited for
    for number in os.getpid(), 1, 999999999, "":
        (folder / ".turn").write_text(f"{number}\n")
        assert subprocess.run(turn, check=True, capture_output=True, text=True).stderr == ""


def test_two_tests_at_once(tree):
    """The second says so, and does not disturb the first."""
    with subprocess.Popen(["flock", f"{tree}/build/test.lock", "cat"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as first:
        first.stdin.write(b"x\n")
        first.stdin.flush()
        first.stdout.readline()             # it has the lock
        done = run(tree, "make", "test", "LAYERS=unit")
        first.stdin.close()
    assert done.returncode != 0 and done.stdout == ""
    assert "another one runs in this folder" in done.stderr
