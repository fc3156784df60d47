# SPDX-License-Identifier: MIT
"""Works the mail signer like its user: picks a draft, reads, unlocks, confirms; and takes what
comes out of the machine to OpenSSL and NSS."""

import os
import re
import subprocess

from guest import ROOT, Failed, boot, make
from look import BLACK

# windows on a screen of 1024x768, and places in them
MAIL, CORE = (24, 48, 672, 510), (310, 120, 698, 632)
MAIL_TITLE, SIGN_BUTTON = (100, 60), (24 + 672 - 12 - 56, 48 + 510 - 12 - 14)
REFUSE, ACCEPT = (310 + 67, 120 + 632 - 26), (310 + 698 - 67, 120 + 632 - 26)
CORE_TITLE, PANE = (700, 134), (311, 148, 684, 424)
BAND, FIELD, ACCEPT_PAPER = (990, 120 + 452 + 40), (310 + 242 + 300, 726), (310 + 698 - 115, 722)
PROGRESS = 310 + 698 - 302, 120 + 632 - 40, 164, 28
# colours of our clients
WINDOW, PAPER, ACCENT, ACCENT_DOWN = 0xf3f4f6, 0xffffff, 0x245f8f, 0x1a4a71
GOOD_GROUND, WARN_GROUND, BAD_GROUND, WARN = 0xe4f3e8, 0xfdf0dc, 0xfbe6e4, 0x85480a
ESCAPE_GROUND = 0xf8e3f2
MAIL_COLOUR, CORE_COLOUR = 0xe08030, 0x40d060
PASSPHRASE = "vitrine"


def start(scenario="mail-signer", **settings):
    """Boots; returns the guest when both programs are ready.  It knows which draft is selected."""
    guest = boot(scenario, **settings)
    try:
        guest.wait_line(r"^\[mail-signer\] (ready|no usable key)$")
        guest.wait_line(r"^\[mail\] ready$")
    except BaseException:
        guest.stop()
        raise
    guest.selected = 0
    return guest


def focus(guest, label, colour, x, y):
    if guest.screenshot().text(8, 4, len(label), BLACK, colour) != label:
        guest.click(x, y)
        guest.wait_screen(lambda s: s.text(8, 4, len(label), BLACK, colour) == label,
                          f"{label} has the focus")


def focus_mail(guest):
    focus(guest, "Mail", MAIL_COLOUR, *MAIL_TITLE)


def focus_core(guest):
    focus(guest, "Mail signer", CORE_COLOUR, *CORE_TITLE)


def select(guest, number):
    """Selects a draft, counted from 0, in the mail program."""
    focus_mail(guest)
    while guest.selected != number:
        guest.key("down" if guest.selected < number else "up")
        guest.selected += 1 if guest.selected < number else -1


def submit(guest, number):
    """Hands a draft to the signer; returns what the mail program says."""
    select(guest, number)
    mark = guest.mark()
    guest.key("ret")
    said = guest.wait_line(r"^\[mail\] ((submitted|refused) .*)$", mark)[1]
    # the mail program has the focus: nothing is counted as seen yet
    guest.unread = progress(guest.screenshot())
    return said


def band(screen):
    """The colour behind the core's sentences."""
    return screen.pixel(*BAND)


def can_accept(screen):
    return screen.pixel(*ACCEPT_PAPER) in (ACCENT, ACCENT_DOWN)


def has_field(screen):
    return screen.pixel(*FIELD) == PAPER


def progress(screen):
    """What the core says about how much has been read."""
    return screen.bytes_of(*PROGRESS)


def opened(guest, mouse=False):
    """The message that was handed over last is there to be read; returns the screen.  Where the
    core says first that it is another one, as after one that was taken back, that is read."""
    focus_core(guest)
    screen = guest.wait_screen(lambda s: band(s) != BAD_GROUND or can_accept(s),
                               "nothing, or nothing any more, is to be said first")
    if band(screen) == BAD_GROUND:
        if mouse:
            guest.click(*ACCEPT)
        else:
            guest.key("ret")
    return guest.wait_screen(lambda s: band(s) == WINDOW, "the core shows a message")


def read_all(guest, mouse=False):
    """Reads the message that was handed over last to its end, by pages or by notches of the
    wheel: nothing is scrolled away before the core counts it as seen."""
    focus_core(guest)
    if band(guest.screenshot()) == BAD_GROUND:
        opened(guest, mouse)
    before = guest.unread
    for _ in range(500):
        screen = guest.wait_screen(lambda s: can_accept(s) or progress(s) != before,
                                   "a page is counted as seen")
        if can_accept(screen):
            return
        before = progress(screen)
        if mouse:
            guest.wheel(1)
        else:
            guest.key("pgdn")
    raise Failed("the message has no end")


def unlock(guest, passphrase=PASSPHRASE):
    """From the end of the message to the question whether to sign."""
    guest.key("ret")
    guest.wait_screen(has_field, "the core asks for the passphrase")
    guest.type(passphrase + "\n")
    guest.wait_screen(lambda s: not has_field(s) and can_accept(s), "the key is open")


def confirm(guest, mark):
    """Says yes until the window has rested long enough; returns when it is signed."""
    def signed():
        guest.key("ret")
        return guest.since(mark, r"^\[mail-signer\] signed$")
    guest.until(signed, "the message is signed")
    guest.wait_line(r"^\[mail\] signed \S+ \d+$", mark)


def sign(guest, number, passphrase=PASSPHRASE):
    """The whole way; returns the signed message."""
    mark = guest.mark()
    said = submit(guest, number)
    if not said.startswith("submitted "):
        raise Failed(said)
    read_all(guest)
    unlock(guest, passphrase)
    confirm(guest, mark)
    size = int(guest.wait_line(r"^\[mail\] signed \S+ (\d+)$", mark)[1])
    return outbox(guest, size)


def outbox(guest, size):
    """The last message that the guest sent, as tools/outbox saves it."""
    outbox.count = getattr(outbox, "count", 0) + 1
    folder = os.path.join(guest.temporary.name, f"out-{outbox.count}")
    guest.until(lambda: guest.com2().endswith(b"\n"), "the message leaves the machine")
    program = os.path.join(ROOT, "build", "host", "outbox")
    if make("build/host/outbox").returncode != 0:
        raise Failed("tools/outbox does not build")
    done = subprocess.run([program, guest.com2_path, folder], text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Failed(done.stdout)
    last = re.findall(r"message (\S+) (\d+)\n", guest.com2().decode("latin-1"))[-1]
    files = [os.path.join(folder, name) for name in os.listdir(folder)]
    right = [f for f in files if os.path.getsize(f) == size]
    if int(last[1]) != size or not right:
        raise Failed(f"the mail program says {size} bytes, sent were {last}")
    with open(max(right), "rb") as file:
        return file.read()


def pki():
    """Keys, certificates and a database for NSS that trusts their authorities."""
    out = os.path.join(ROOT, "build", "system", "pki")
    done = subprocess.run([os.path.join("tests", "pki.sh"), out], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise Failed("tests/pki.sh failed: see build/system/pki/log")
    return out


def verdict(mail, kind, folder):
    """What OpenSSL and NSS say: ("good", "good") or ("bad", "bad"), or a mixture."""
    path = os.path.join(str(folder), "mail.eml")
    with open(path, "wb") as file:
        file.write(mail)
    keys = pki()
    done = subprocess.run(
        ["python3", os.path.join(ROOT, "tests", "tools", "verify-mail"), path,
         os.path.join(keys, kind, "ca.pem"), os.path.join(keys, "nss")],
        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    said = dict(re.findall(r"^(openssl|nss) (good|bad)", done.stdout, re.M))
    if len(said) != 2:
        raise Failed(done.stdout + done.stderr)
    return said["openssl"], said["nss"]


def wire(draft):
    """A draft as the mail program hands it over."""
    if make("build/host/mail-host").returncode != 0:
        raise Failed("tests/tools/mail-host does not build")
    done = subprocess.run([os.path.join(ROOT, "build", "host", "mail-host")],
                          input=b"convert %d\n%s" % (len(draft), draft),
                          stdout=subprocess.PIPE, check=True)
    return bytes.fromhex(done.stdout.decode().strip()[1:])


def signed_part(mail):
    """The exact bytes that the signature is for."""
    boundary = re.search(rb'boundary="([^"]+)"', mail)[1]
    return mail.split(b"\r\n--" + boundary)[1][2:]
