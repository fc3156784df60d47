# SPDX-License-Identifier: MIT
"""Images in which one bit is another: each is refused with a sentence.  The short form starts
some, TEST_LONG=1 a thousand.  Not covered is GRUB itself: its two core images, grub.cfg and the
file systems around."""

import concurrent.futures
import os
import random
import re
import subprocess

import pytest
from guest import ROOT, Guest, build
from image import PARTS, Image, with_crc

DAMAGED = {
    "kernel": r"^\[grub\] Vitrine cannot start: its kernel is damaged; copy or make it again.$",
    "init.img": r"^\[kernel\] .*init is damaged; copy or make the image again$",
    "plan": r"^\[kernel\] .*the plan is damaged; copy or make the image again$",
}
DAMAGED["kernel.sha256"] = DAMAGED["kernel"]
MACHINES = 2            # at a time
LONG = bool(os.environ.get("TEST_LONG"))


@pytest.fixture(scope="module")
def built():
    return build("painter")


@pytest.fixture(scope="module")
def image(built):
    return Image(built[0])


def start(built, tmp_path, name, wanted, change, extra=()):
    """Boots an image that `change` writes, until a line says `wanted`."""
    iso = str(tmp_path / f"{name}.iso")
    folder, options = built
    change(iso)
    options = [iso if o.endswith("/image.iso") else o for o in options]
    with Guest(folder, options, extra) as guest:
        # whatever else it says is the last thing that it should say
        guest.wait_line(rf"{wanted}|running$|panic|cannot")
        lines = guest.lines()
        text = bytes_of_text_screen(guest)
    os.unlink(iso)
    assert any(re.search(wanted, line) for line in lines), f"{name}: {lines}"
    return lines, text


def bytes_of_text_screen(guest):
    """What VGA's text mode shows."""
    path = os.path.join(guest.temporary.name, "text")
    guest.qmp("pmemsave", val=0xb8000, size=80 * 25 * 2, filename=path)
    with open(path, "rb") as file:
        return file.read()[::2]


def refused(built, image, tmp_path, part, bit):
    lines, text = start(built, tmp_path, f"{part}-{bit}", DAMAGED[part],
                        lambda iso: image.flipped(iso, part, bit))
    # nobody ran after that: not the kernel, when it is damaged; never init
    assert not [line for line in lines if line.startswith("[init]")]
    assert "kernel" not in part or not [line for line in lines if line.startswith("[kernel]")]
    return text


def places(image, seed, count):
    """Each part as often as the others, whatever its size; its ends, too."""
    dice = random.Random(seed)
    for part in PARTS:
        bits = image.files[part][1] * 8
        yield part, 0
        yield part, bits - 1
        for _ in range(count // len(PARTS) - 2):
            yield part, dice.randrange(bits)


def test_each_flip_is_refused(built, image, tmp_path):
    all_places = list(places(image, 9, 1002 if LONG else 15))
    with concurrent.futures.ThreadPoolExecutor(MACHINES) as pool:
        jobs = [pool.submit(refused, built, image, tmp_path, *place) for place in all_places]
        for job in jobs:
            job.result()


def test_flips_of_the_checksum_itself(built, image, tmp_path):
    """The kernel's SHA-256: a digit, a space, the name, the end of the line."""
    for byte in 0, 64, 70, 78:
        refused(built, image, tmp_path, "kernel.sha256", byte * 8)


def test_screen_says_so(built, image, tmp_path):
    text = refused(built, image, tmp_path, "kernel", 123456)
    assert b"[grub] Vitrine cannot start: its kernel is damaged; copy or make it again." in text


def test_without_the_instruction(built, image, tmp_path):
    """SSE 4.2 is not needed: the same by a table."""
    start(built, tmp_path, "whole", r"^\[init\] painter: running$",
          lambda iso: image.changed(iso, "plan", image.content("plan")), ("-cpu", "qemu64"))
    start(built, tmp_path, "part", DAMAGED["plan"],
          lambda iso: image.flipped(iso, "plan", 400000), ("-cpu", "qemu64"))


def test_no_protection_against_intent(built, image, tmp_path):
    """Whoever changes the CRC, too, is not noticed: that is for a TPM (test_uefi)."""
    plan = image.content("plan").replace(b"painter\0", b"printer\0")
    assert plan != image.content("plan")
    start(built, tmp_path, "forged", r"^\[init\] printer: running$",
          lambda iso: image.changed(iso, "plan", with_crc(plan)))


def test_checksum_tells_what_it_is_of(image):
    """sha256sum agrees, and can check it."""
    line = image.content("kernel.sha256").decode()
    done = subprocess.run(["sha256sum"], input=image.content("kernel"), capture_output=True,
                          check=True)
    assert line == done.stdout.decode().replace("-\n", "/boot/kernel\n")


def test_equal_inputs_make_equal_images(built, tmp_path):
    """Whatever the day, the time zone and the folder: the parts for UEFI, too."""
    folder = built[0]
    for name, day, zone in ("a", "2031-02-03", "Asia/Tokyo"), ("b", "2050-12-31", "America/Lima"):
        subprocess.run(["faketime", f"{day} 04:05:06", "tools/mkiso", str(tmp_path / name),
                        "build/kernel/kernel.elf", "build/target/init.img", f"{folder}/plan",
                        f"{folder}/grub.cfg"], check=True, cwd=ROOT,
                       env={**os.environ, "TZ": zone, "SOURCE_DATE_EPOCH": "1767225600"})
        assert (tmp_path / name).read_bytes() == image_bytes(folder)


def image_bytes(folder):
    with open(os.path.join(folder, "image.iso"), "rb") as file:
        return file.read()
