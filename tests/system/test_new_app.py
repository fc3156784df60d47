# SPDX-License-Identifier: MIT
"""make new-app: in a copy of the tree, an app is made, built, booted, tested, counted."""

import json
import os
import re
import shutil
import subprocess

import pytest

import guest
from guest import ROOT

NAME, MODULE = "my-vault2", "my_vault2"


def run(folder, *command):
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    return subprocess.run(command, cwd=folder, env=env, text=True, capture_output=True, check=False)


def make(folder, *arguments):
    return run(folder, "make", "--no-print-directory", *arguments)


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The sources, and what was built of them so that only the new is."""
    folder = tmp_path_factory.mktemp("tree")
    for name in sorted(os.listdir(ROOT)):
        if os.path.isdir(f"{ROOT}/{name}") and name not in ("build", ".git"):
            shutil.copytree(f"{ROOT}/{name}", folder / name, symlinks=True,
                            ignore=shutil.ignore_patterns("__pycache__", ".*"))
        elif os.path.isfile(f"{ROOT}/{name}") and (name.endswith("akefile")
                                                   or name.endswith(".mk")):
            shutil.copy2(f"{ROOT}/{name}", folder)
    (folder / "build").mkdir()
    with guest.locked():
        assert guest.make("image", "SCENARIO=painter", "OUT=build/system/painter").returncode == 0
        for name in ("target", "kernel", "host", "gen", "posix", "musl"):
            if os.path.isdir(f"{ROOT}/build/{name}"):
                shutil.copytree(f"{ROOT}/build/{name}", folder / "build" / name, symlinks=True)
        for name in ("src", "dl"):          # what was fetched
            (folder / "build" / name).symlink_to(f"{ROOT}/build/{name}")
    done = make(folder, "new-app", f"NAME={NAME}")
    assert done.returncode == 0, done.stderr
    return folder


def test_nothing_else_is_changed(tree):
    """No Makefile and no other file of the tree had to be edited."""
    made = [line.strip() for line in make(tree, "-s", "list").stdout.splitlines()]
    assert f"{NAME} - My vault2" in made
    for name in ("Makefile", "rules.mk", "tools/scenario/scenario.c", "tools/kit.mk"):
        assert (tree / name).read_bytes() == open(f"{ROOT}/{name}", "rb").read()
    for folder, _, names in os.walk(tree):
        for name in names:
            path = os.path.join(folder, name)
            if f"{os.sep}build{os.sep}" not in path and not os.path.exists(
                    os.path.join(ROOT, os.path.relpath(path, tree))):
                text = open(path, encoding="utf-8").read()
                assert "sample" not in text.lower(), path
                assert "SPDX-License-Identifier: MIT" in text or name == "README.md" \
                    or folder.endswith("/data"), path


def test_unit_test(tree):
    done = make(tree, f"build/unit/{MODULE}_test")
    assert done.returncode == 0, done.stderr
    done = run(tree, f"build/unit/{MODULE}_test")
    assert done.returncode == 0 and "[  PASSED  ] 4 test(s)" in done.stdout + done.stderr


def test_boots_and_talks(tree):
    """Its own system test, which builds the image and drives it."""
    done = run(tree, "/usr/bin/python3", "-m", "pytest", "-q", "-p", "no:cacheprovider",
               f"tests/system/test_{MODULE}.py")
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_report(tree):
    done = make(tree, "tcb", f"SCENARIO={NAME}")
    assert done.returncode == 0, done.stderr
    with open(tree / "build" / "tcb" / f"{NAME}.json", encoding="utf-8") as file:
        goal = json.load(file)["goals"][0]
    members = [m["name"] for m in goal["members"]]
    assert NAME in members and f"{NAME}-ui" not in members


def test_budget(tree):
    """A core that has grown beyond what its scenario allows fails the report."""
    config = tree / "configs" / f"{NAME}.cfg"
    text = config.read_text()
    assert "budget = 1500;" in text
    config.write_text(text.replace("budget = 1500;", "budget = 150;"))
    done = make(tree, "tcb", f"SCENARIO={NAME}")
    config.write_text(text)
    assert done.returncode != 0
    assert f"{NAME} has " in done.stderr and "more than its budget of 150" in done.stderr


@pytest.mark.parametrize("name, why", [
    ("", "NAME is missing"),
    ("X", "must be 1 to 15 of a-z"),
    ("a b", "must be 1 to 15 of a-z"),
    ("../x", "must be 1 to 15 of a-z"),
    ("a';id", "must be 1 to 15 of a-z"),
    ("a" * 16, "must be 1 to 15 of a-z"),
    ("kernel", "the name kernel is taken"),
    ("build", "the name build is taken"),       # no sources are there
    ("web", "the name web is taken"),           # nor images, which would be in its way
    ("mail", "the name mail is taken"),
    ("gui", "lib/session/gui.h exists"),
    (NAME, f"the name {NAME}-ui is taken"),
    (MODULE, f"the name {NAME}-ui is taken"),
])
def test_bad_names(tree, name, why):
    """One line says why, and nothing is made."""
    before = sorted(os.walk(tree / "apps"))
    done = make(tree, "new-app", f"NAME={name}")
    assert done.returncode != 0 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and why in done.stderr
    assert sorted(os.walk(tree / "apps")) == before


def test_tutorial(tree):
    """docs/build-an-app.md: its commands exist, and its change does what it says."""
    with open(f"{ROOT}/docs/build-an-app.md", encoding="utf-8") as file:
        text = file.read()
    commands = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    assert len(commands) >= 7
    for command in commands:
        command = command.replace("NAME=vault", "NAME=another").replace("vault", MODULE if
                                  "tests/" in command or "_test" in command else NAME)
        if "APP=" in command or "DIR=" in command or "COMPARE=" in command:
            continue            # test_app_elsewhere, test_tcb.py
        if command.startswith("make"):
            done = run(tree, "bash", "-c", command.replace("make ", "make -n ", 1).split(" && ")[0])
            # of some goals, a dry run says only that they are there
            assert done.returncode == 0 or "make -n cannot tell" in done.stderr, done.stderr
        elif command.startswith("/usr/bin/python3"):
            assert (tree / command.split()[-1]).exists()
    change = "\n".join(line for line in text.splitlines() if line.startswith("\t"))
    assert "return ERR_ARG" in change
    source = tree / "apps" / "secure" / NAME / "ask.c"
    before = source.read_text()
    after = before.replace("memcpy(copy, shared, bytes);",
                           "memcpy(copy, shared, bytes);\n" + change)
    assert after != before
    source.write_text(after)
    done = make(tree, f"build/unit/{MODULE}_test")
    assert done.returncode == 0, done.stderr
    assert run(tree, f"build/unit/{MODULE}_test").returncode != 0
    source.write_text(before)


def test_what_beginners_forget(tree):
    """A scenario with something missing says what to write where."""
    config = tree / "configs" / f"{NAME}.cfg"
    text = config.read_text()
    for old, new, sentence in (
            (f'sessions = ( {{ name = "{NAME}"; shared = "4K"; down = true; }} );', "",
             f'unknown session "{NAME}": correct the name, or declare it'),
            ('label = "My vault2"; ', "", "a gui session needs a label"),
            ('; donate = "512K"', "", 'needs a donation: donate = "112K" or more'),
            (f'serves = [ "{NAME}" ];', "", f'add "{NAME}" to its serves'),
            ("priority = 120;", "priority = 90;", "may call only servers of higher priority"),
            (f',\n\t\t\t{{ session = "{NAME}"; server = "{NAME}"; }}', "",
             f"nobody uses {NAME}: remove it, or add it to the uses of another"),
            (f'session = "{NAME}"; server = "{NAME}"', f'session = "{NAME}"; server = "vault"',
             'uses "vault", which does not exist: correct the server\'s name'),
            (f'session = "{NAME}"; server = "{NAME}"', f'session = "{NAME}"; server = "nitpicker"',
             f'nitpicker does not serve {NAME} sessions: add "{NAME}" to its serves'),
            ("priority = 100;", 'priority = 100; memory = "80M";',
             'give them less, or set machine = "128M"'),
            ('shared = "4K"; ', "", None)):
        assert old in text, old
        config.write_text(text.replace(old, new))
        done = make(tree, "image", f"SCENARIO={NAME}")
        config.write_text(text)
        if sentence:
            assert done.returncode != 0 and sentence in done.stderr, done.stderr
        else:               # no fault of the scenario: the programs say it when they start
            assert done.returncode == 0, done.stderr


def test_app_elsewhere(tree, tmp_path):
    """README's app of one letter, in a folder of its own, is built and works as one in the tree,
    which stays as it is."""
    app = tmp_path / "my app"
    done = make(tree, "new-app", "NAME=x", f"DIR={app}")
    assert done.returncode == 0, done.stderr
    assert not (tree / "configs" / "x.cfg").exists()
    done = make(tree, "image", "tcb", f"APP={app}")
    assert done.returncode == 0, done.stderr
    inside = tree / "build" / "app" / "x"
    assert (inside / "build" / "x" / "image.iso").stat().st_size > 1000000
    report = json.loads((inside / "build" / "tcb" / "x.json").read_text())
    assert "x" in [m["name"] for m in report["goals"][0]["members"]]
    done = make(tree, "test", f"APP={app}")         # of the app only: 4 and 3
    assert done.returncode == 0, done.stdout
    assert sorted(re.findall(r"^  (\w+) +(\w+) \((\d+)\)", done.stdout, re.M)) == [
        ("system", "test_x", "3"), ("unit", "x_test", "4")], done.stdout
    refused = make(tree, "test", f"APP={app}", "LAYERS=guest")
    assert 'there is no layer "guest": give some of: unit system' in refused.stderr
    assert (inside / "build" / "musl").resolve() == (tree / "build" / "musl").resolve()
    assert "x - X" not in make(tree, "-s", "list").stdout
    # paths are those of here, not of the folder in which it is made
    (tree / "letters").mkdir()
    shutil.copy(tree / "tests" / "mails" / "1-order.eml", tree / "letters")
    for place in "APP", "O":
        folder = {"APP": app, "O": tmp_path / "made elsewhere"}[place]
        done = make(tree, "-n", "build/x/modules", "OUT=build/x",
                    "MAIL=letters", f"{place}={folder}")
        assert f"MAIL='{tree}/letters'" in done.stdout, done.stdout + done.stderr
    # both at once
    done = make(tree, "list", f"APP={app}", f"O={tmp_path / 'made elsewhere'}")
    assert done.returncode == 0 and "x - X" in done.stdout, done.stderr


def test_data(tree):
    """Files of data/ are boot modules: each has a name that a module can have, and an asset."""
    data = tree / "apps" / "legacy" / NAME / "data"
    config = tree / "configs" / f"{NAME}.cfg"
    text = config.read_text()
    for name, why in (("a b", "its name must be of A-Z"), ("-x", "its name must be of A-Z"),
                      ("more/", "folders in data/ are no modules")):
        (data / name).mkdir() if name[-1] == "/" else (data / name).touch()
        done = make(tree, "image", f"SCENARIO={NAME}")
        assert done.returncode != 0 and why in done.stderr, done.stderr
        (data / name).rmdir() if name[-1] == "/" else (data / name).unlink()
    # without the asset, the legacy part is in the TCB: it could have been given the secret
    config.write_text(re.sub("assets = .*;\n", "", text))
    make(tree, "tcb", f"SCENARIO={NAME}")
    config.write_text(text)
    with open(tree / "build" / "tcb" / f"{NAME}.json", encoding="utf-8") as file:
        assert f"{NAME}-ui" in [m["name"] for m in json.load(file)["goals"][0]["members"]]


def test_foreign_code(tree):
    """What others wrote is compiled without our warnings, and counts as theirs."""
    folder = tree / "apps" / "legacy" / NAME
    (folder / "foreign" / "toy-1.0").mkdir(parents=True)
    careless = "int toy(unsigned long n);\nint toy(unsigned long n) { int unused; return n; }\n"
    makefile = folder / "local.mk"
    before, main = makefile.read_text(), (folder / "main.c").read_text()
    (folder / "main.c").write_text("int toy(unsigned long n);\n" + main.replace(
        "read_hint();", "read_hint();\n\tif (toy(1) == 0)\n\t\tdie(\"toy\");"))
    try:
        for place, good in (("toy.c", False), ("foreign/toy-1.0/toy.c", True)):
            (folder / place).write_text(careless)
            path = f"apps/legacy/{NAME}/"
            makefile.write_text(before.replace(path + "main.c", f"{path}main.c {path}{place}"))
            done = make(tree, f"build/target/{NAME}-ui.elf")
            assert (done.returncode == 0) == good, done.stderr
        assert make(tree, "tcb", f"SCENARIO={NAME}").returncode == 0
        with open(tree / "build" / "tcb" / f"{NAME}.json", encoding="utf-8") as file:
            ui = next(c for c in json.load(file)["components"] if c["name"] == f"{NAME}-ui")
        assert ui["third_party"]["code"] == 2
        assert {"path": f"{path}foreign/toy-1.0/toy.c", "kind": "third party"}.items() <= next(
            f for f in ui["files"] if f["path"].endswith("toy.c")).items()
    finally:
        makefile.write_text(before)
        (folder / "main.c").write_text(main)


def test_app_compared(tree, tmp_path):
    """With an app kept elsewhere, COMPARE= is a revision of the app, if that is in git."""
    app = tmp_path / "compared"
    assert make(tree, "new-app", "NAME=y", f"DIR={app}").returncode == 0
    git = ("git", "-C", str(app), "-c", "user.name=me", "-c", "user.email=me@here")
    for command in ("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "first"):
        assert run(tree, *git, *command).returncode == 0
    source = app / "apps" / "secure" / "y" / "ask.c"
    source.write_text(source.read_text() + "\nextern int a_line_more;\n")
    done = make(tree, "tcb", f"APP={app}", "COMPARE=HEAD")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\+1\b.*apps/secure/y/ask\.c|apps/secure/y/ask\.c.*\+1\b",
                     done.stdout.split("y: since HEAD")[1]), done.stdout
    done = make(tree, "tcb", f"APP={app}", "COMPARE=no-such")
    assert done.returncode != 0 and "COMPARE=no-such: " in done.stderr


def test_bad_app_folders(tree, tmp_path):
    for folder, why in ((tmp_path / "none", "there is no such folder"),
                        (tmp_path, "there must be one scenario in configs/")):
        done = make(tree, "list", f"APP={folder}")
        assert done.returncode != 0 and f"APP={folder}: {why}" in done.stderr
    (tmp_path / "configs").mkdir()
    shutil.copy(tree / "configs" / "mail-signer.cfg", tmp_path / "configs")
    done = make(tree, "list", f"APP={tmp_path}")
    assert done.returncode != 0
    assert "configs/mail-signer.cfg is a file of this tree already" in done.stderr
    assert make(tree, "new-app", "NAME=other", f"DIR={tmp_path}").returncode != 0
