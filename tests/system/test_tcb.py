# SPDX-License-Identifier: MIT
"""The TCB report speaks of the image, reads well, and says what has grown."""

import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree as tree

import pytest

import guest
from guest import ROOT
from image import with_crc
from look import BLACK, STRIP
from signer import CORE_COLOUR

PT_LOAD = 1


def make(*arguments):
    return guest.make("--no-print-directory", *arguments)


@pytest.fixture(scope="module")
def report():
    with guest.locked():
        done = make("tcb", "SCENARIO=mail-signer")
        assert done.returncode == 0, done.stderr
        with open(f"{ROOT}/build/tcb/mail-signer.json", encoding="utf-8") as file:
            return json.load(file)


@pytest.fixture(name="html", scope="module")
def report_as_html(report):
    with guest.locked(), open(f"{ROOT}/build/tcb/mail-signer.html", encoding="utf-8") as file:
        return file.read()


def segments_hash(elf):
    """As docs/tcb-json.md describes it, read here once more."""
    start, = struct.unpack_from("<Q", elf, 32)
    size, count = struct.unpack_from("<HH", elf, 54)
    total = hashlib.sha256()
    for i in range(count):
        kind, _, offset, address, _, in_file, in_memory = struct.unpack_from(
            "<IIQQQQQ", elf, start + i * size)
        if kind == PT_LOAD:
            total.update(struct.pack("<QQ", address, in_memory) + elf[offset:offset + in_file])
    return total.hexdigest()


def test_report_and_image_are_of_the_same_binaries(report, tmp_path):
    assert make("image", "SCENARIO=mail-signer").returncode == 0
    for name in ("kernel", "plan"):
        done = subprocess.run(["xorriso", "-osirrox", "on", "-indev",
                               f"{ROOT}/build/mail-signer/image.iso",
                               "-extract", f"/boot/{name}", tmp_path / name],
                              capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
    assert hashlib.sha256((tmp_path / "plan").read_bytes()).hexdigest() == report["plan_sha256"]
    kernel = next(c for c in report["components"] if c["name"] == "kernel")
    assert segments_hash((tmp_path / "kernel").read_bytes()) == kernel["sha256"]


def test_kernel_and_programs_share_the_abi_only(report):
    """No program is compiled with another header of the kernel's, the kernel with none of theirs;
    the font of labels is also that of the kernel's start."""
    for name in [component["name"] for component in report["components"]]:
        folder = "kernel" if name == "kernel" else "target"
        with open(f"{ROOT}/build/{folder}/{name}.srcs", encoding="utf-8") as file:
            files = file.read().split()
        if name == "kernel":
            others = {f for f in files if not f.startswith(("kernel/", "lib/base/"))}
            assert others == {"build/gen/label_font.c", "lib/draw/labelfont.h"}
        else:
            kernels = [f for f in files if f.startswith("kernel/")]
            assert kernels
            assert [f for f in kernels if not f.startswith("kernel/include/abi/")] == []


def copy_of_build(folder):
    """What a report is made of, to be changed there; returns the command that makes it."""
    with guest.locked():
        for name in ("target", "kernel", "mail-signer"):
            shutil.copytree(f"{ROOT}/build/{name}", folder / name, symlinks=True,
                            ignore=shutil.ignore_patterns("*.o", "*.d", "*.iso", "*.tree"))
    for path in [*(folder / "target").glob("*.srcs"), folder / "kernel" / "kernel.srcs"]:
        path.write_text(path.read_text().replace("build/", f"{folder}/"))
    for name in ("src", "gen"):
        (folder / name).symlink_to(f"{ROOT}/build/{name}")
    return ["build/host/tcb", folder, "configs/mail-signer.cfg"]


def test_another_binary_than_in_the_plan_is_refused(report, tmp_path):
    """One byte of a program changes: the report does not speak of that image."""
    command = copy_of_build(tmp_path)
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    program = tmp_path / "target" / "mail.elf"
    text = bytearray(program.read_bytes())
    text[text.index(b"Withdrawn.")] ^= 1
    program.write_bytes(text)
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert "contains another program than was counted" in done.stderr


def keys(value):
    """Every key of objects anywhere in it."""
    if isinstance(value, dict):
        return set(value) | set().union(*map(keys, value.values()), set())
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def test_every_key_is_documented(report):
    with open(f"{ROOT}/docs/tcb-json.md", encoding="utf-8") as file:
        documented = set(re.findall(r"`([a-z_0-9]+)`", file.read()))
    assert keys(report) <= documented


def test_what_it_says_of_components(report):
    component = {c["name"]: c for c in report["components"]}
    assert {"task_map", "thread_start"} <= set(component["init"]["system_calls"])
    assert "task_map" not in component["mail"]["system_calls"]
    assert "sign_submit" in component["mail"]["session_stubs"]
    assert component["mail-signer"]["serves"] == [{"session": "sign", "entry_points": 3}]
    assert component["nitpicker"]["capabilities"] >= 4
    assert {name for name, c in component.items() if c["tsc"]} == {
        "kernel", "init", "input-drv", "nitpicker"}
    assert component["kernel"]["own"]["in_assembly"] > 100
    assert {o["name"]: o["bytes"] for o in report["outside"]}["BIOS (SeaBIOS)"] == 1 << 18
    assert component["kernel"]["complexity"]["functions"] > 200
    for goal in report["goals"]:
        named = {p["name"] for p in goal["members"] + goal["outsiders"]}
        assert named == set(component)
        assert all(p["reason"] for p in goal["members"] + goal["outsiders"])


def test_x_ray_shows_what_the_report_says(report):
    """Beside the label of the plan, in its colours: the sum of the very report of this image."""
    goal = next(g for g in report["goals"]
                if (g["property"], g["holder"]) == ("integrity", "mail-signer"))
    signer = next(c for c in report["components"] if c["name"] == "mail-signer")
    sums = goal["own"]["code"], sum(p["lines"]["code"] for p in goal["third_party"])
    assert (signer["rests_on"]["own"], signer["rests_on"]["third_party"]) == sums
    text = f"{sums[0]:,} + {sums[1]:,} lines"
    assert signer["rests_on"]["shown"] == text
    with guest.boot("mail-signer") as machine:
        with open(f"{machine.folder}/plan", "rb") as file:
            assert hashlib.sha256(file.read()).hexdigest() == report["plan_sha256"]
        machine.wait_line(r"^\[mail-signer\] ready$")
        assert machine.screenshot().find_text(text, BLACK, CORE_COLOUR, STRIP) is None
        machine.key("f12")
        screen = machine.wait_screen(lambda s: s.find_text(text, BLACK, CORE_COLOUR, STRIP), text)
        label = screen.find_text("Mail signer", BLACK, CORE_COLOUR, STRIP)
        assert screen.find_text(text, BLACK, CORE_COLOUR, STRIP) \
            == (label[0] + 11 * 8 + 12, label[1])


def test_a_plan_that_shows_another_size_is_refused(report, tmp_path):
    command = copy_of_build(tmp_path)
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    plan = tmp_path / "mail-signer" / "plan"
    signer = next(c for c in report["components"] if c["name"] == "mail-signer")
    shown = signer["rests_on"]["shown"].encode()
    assert plan.read_bytes().count(shown) == 1
    plan.write_bytes(with_crc(plan.read_bytes().replace(shown, b"1" + shown[1:-1] + b"z")))
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert "shows other sizes in X-ray mode than were counted" in done.stderr


def test_factor_is_of_like_figures(report):
    for goal in report["goals"]:
        others = sum(p["whole"] for p in goal["instead_of"])
        assert others > 1000000
        assert goal["reduction_factor"] == pytest.approx(others / goal["whole"], abs=0.06)
        counted = {p["name"]: p for p in goal["instead_of"] if p["compiled"]}
        assert {"linux", "glibc", "mutt", "gnupg2"} <= set(counted)
        assert all(0 < p["linked"] < p["compiled"] < p["whole"] for p in counted.values())
        assert goal["whole"] \
            > goal["own"]["code"] + sum(p["lines"]["code"] for p in goal["third_party"])


def test_cores_have_budgets(report):
    """Not met by much: growth of a trusted component is noticed."""
    for component in report["components"]:
        if component["role"] == "trusted" and component["name"] not in ("kernel", "init"):
            code = component["own"]["code"]
            assert code <= component["budget"] <= 1.2 * code, component["name"]


def test_graph():
    with guest.locked():
        done = make("graph", "SCENARIO=mail-signer")
        assert done.returncode == 0, done.stderr
        assert done.stdout == "build/graph/mail-signer.svg\n"
        drawing = tree.parse(f"{ROOT}/build/graph/mail-signer.svg").getroot()
    text = " ".join(t.text for t in drawing.iter("{http://www.w3.org/2000/svg}text"))
    for part in ("mail-signer", "legacy, priority 100", "gui: Mail signer", "ports 0x2f8 to 0x2ff"):
        assert part in text


# page, ground of trusted components, the kernel's bar; the bar of ours is further down
@pytest.mark.parametrize("width, height, colours", [
    (390, 9000, ("fafaf8", "e6f4ea", "37526d", "2f7d4f")),
    (1100, 1200, ("fafaf8", "e6f4ea", "37526d")),
])
def test_page_as_a_browser_shows_it(html, tmp_path, width, height, colours):
    """On a phone and on a desk: nothing sticks out, all parts have their colour and place."""
    picture = tmp_path / "page.png"
    page = tmp_path / "page.html"
    assert not re.search(r"(src|href)=\"?(https?:|//)", html)
    # the page says of itself how wide its content is
    page.write_text(html.replace("</body>", "<script>document.title='w'+Math.max("
                                 "document.documentElement.scrollWidth,innerWidth)+'/'+innerWidth"
                                 "</script></body>"))
    common = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
              f"--user-data-dir={tmp_path}/profile", f"--window-size={width},{height}"]
    shot = subprocess.run([*common, f"--screenshot={picture}", f"file://{page}"],
                          capture_output=True, timeout=guest.HANG, check=False)
    assert shot.returncode == 0 and picture.exists(), shot.stderr
    dom = subprocess.run([*common, "--dump-dom", f"file://{page}"], capture_output=True, text=True,
                         timeout=guest.HANG, check=False).stdout
    title = re.search(r"<title>w(\d+)/(\d+)</title>", dom)
    assert title and title[1] == title[2]
    # the tables of goals need no scrolling, a reason has the width of its row
    fits = page.read_text().replace("document.title='w'", "document.title=[...document."
                                    "querySelectorAll('.fit')].map(e=>e.parentNode.scrollWidth-"
                                    "e.parentNode.clientWidth).join(' ')+'w'")
    page.write_text(fits)
    dom = subprocess.run([*common, "--dump-dom", f"file://{page}"], capture_output=True, text=True,
                         timeout=guest.HANG, check=False).stdout
    over = re.search(r"<title>([-\d ]+)w", dom)[1].split()
    assert over and max(map(int, over)) <= 0
    seen = colours_of(picture)
    for colour in colours:
        assert seen.get(colour, 0) > 20, colour


def test_page_on_paper(html, tmp_path):
    """With the rules for print, on the width of A4: no table or drawing is cut off."""
    page = tmp_path / "page.html"
    assert html.count("@media print") == 1
    page.write_text(html.replace("@media print", "@media all").replace(
        "</body>", "<script>document.title='w'+[...document.querySelectorAll("
        "'.scroll,.drawing,html')].map(e=>e.scrollWidth-e.clientWidth).join(' ')</script></body>"))
    dom = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu",
                          "--window-size=718,2000",
                          f"--user-data-dir={tmp_path}/profile", "--dump-dom", f"file://{page}"],
                         capture_output=True, text=True, timeout=guest.HANG, check=False).stdout
    title = re.search(r"<title>w([-\d ]+)</title>", dom)
    assert title, dom[:300]
    over = [int(n) for n in title[1].split()]
    assert len(over) > 5 and max(over) <= 0, over


def test_compare_names_what_has_grown(report, tmp_path):
    """In a small repository whose `make tcb` gives a report that is known."""
    def run(*command):
        return subprocess.run(command, cwd=tmp_path, text=True, capture_output=True, check=False)

    old = json.loads(json.dumps(report))
    for component in old["components"]:
        for file in component["files"]:
            if file["path"] == "kernel/ipc.c":
                file["code"] -= 7
        component["files"] = [f for f in component["files"] if f["path"] != "init/plan.c"]
    old["goals"][0]["own"]["code"] -= 107
    old["goals"][1]["asset"] = "another"
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "x.cfg").write_text("")
    (tmp_path / "old.json").write_text(json.dumps(old))
    (tmp_path / "Makefile").write_text(
        "tcb:\n\tmkdir -p build/tcb\n\tcp old.json build/tcb/x.json\n")
    for command in (("init", "-q"), ("add", "."),
                    ("-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "-m", "old")):
        assert run("git", *command).returncode == 0
    (tmp_path / "build" / "tcb").mkdir(parents=True)
    for name in ("x", "y"):
        (tmp_path / "build" / "tcb" / f"{name}.json").write_text(json.dumps(report))
    done = run(f"{ROOT}/tools/tcb-compare", "HEAD", "x", "y")
    assert done.returncode == 0, done.stderr
    first = done.stdout.split(", held by ")[1]
    assert re.search(r"own code +\d+ -> +\d+  \+107$", first, re.M)
    assert re.search(r"^ +\+7  kernel/ipc\.c$", first, re.M)
    assert re.search(r"^ +\+\d+  init/plan\.c \(new\)$", first, re.M)
    assert "shown and confirmed, held" not in done.stdout
    assert "shown and confirmed: a new goal" in done.stdout
    assert "y: since HEAD\n  a new scenario" in done.stdout


def test_compare_with_nothing():
    done = subprocess.run(["tools/tcb-compare", "no-such-revision", "mail-signer"], cwd=ROOT,
                          text=True, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "COMPARE=no-such-revision: there is no such git revision\n"


def colours_of(picture):
    """How many pixels of each colour a PNG has (8 bits, not interlaced)."""
    import zlib
    data = picture.read_bytes()
    at, packed, width, channels = 8, b"", 0, 3
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, _, depth, colour = struct.unpack_from(">IIBB", body)
            assert depth == 8 and colour in (2, 6)
            channels = 3 if colour == 2 else 4
        if kind == b"IDAT":
            packed += body
        at += length + 12
    raw, row, counts = zlib.decompress(packed), bytes(width * channels), {}
    for start in range(0, len(raw), width * channels + 1):
        row = unfilter(raw[start], bytearray(raw[start + 1:start + 1 + width * channels]), row,
                       channels)
        for i in range(0, len(row), channels):
            pixel = bytes(row[i:i + 3])
            counts[pixel] = counts.get(pixel, 0) + 1
    return {k.hex(): n for k, n in counts.items()}


def unfilter(kind, line, above, bpp):
    """One row of a PNG (ISO/IEC 15948, clause 9)."""
    for i, value in enumerate(line):
        left = line[i - bpp] if i >= bpp else 0
        corner = above[i - bpp] if i >= bpp else 0
        if kind == 1:
            value += left
        elif kind == 2:
            value += above[i]
        elif kind == 3:
            value += (left + above[i]) // 2
        elif kind == 4:
            guess = left + above[i] - corner
            value += min((left, above[i], corner), key=lambda p: abs(guess - p))
        line[i] = value & 0xff
    return line
