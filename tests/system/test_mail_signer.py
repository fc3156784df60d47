# SPDX-License-Identifier: MIT
"""The mail signer, from the draft to the verified signature, and what must not get signed.
Long: a list of cases."""

import email
import email.policy
import glob
import itertools
import os
import re
import shutil
import time

import pytest
import signer
from guest import ROOT, Failed
from look import TRUSTED, STRIP_PAPER
from signer import (ACCEPT, BAD_GROUND, BAND, CORE, ESCAPE_GROUND, GOOD_GROUND, PANE, REFUSE,
                    SIGN_BUTTON, WARN, WARN_GROUND, WINDOW, band, can_accept, confirm,
                    focus_core, focus_mail, has_field, opened, outbox, read_all, select, sign,
                    signed_part, submit, unlock, verdict, wire)

DRAFTS = sorted(glob.glob(os.path.join(ROOT, "tests", "mails", "*.eml")))


def draft(number):
    """A draft as it travels."""
    with open(DRAFTS[number], "rb") as file:
        return wire(file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


@pytest.fixture(scope="module")
def desk():
    """With a key of the tests, in as little memory as the scenario promises to need."""
    keys = signer.pki()
    with signer.start(mem="64M", key=f"{keys}/p256/key.pem", cert=f"{keys}/p256/cert.pem") as guest:
        yield guest


@pytest.fixture(autouse=True)
def idle(request):
    """A test that failed in the middle of a message does not spoil the next one."""
    yield
    if "desk" in request.fixturenames:
        guest = request.getfixturevalue("desk")
        focus_mail(guest)
        guest.key("esc")


@pytest.mark.parametrize("number", range(5))
def test_sign(desk, number, tmp_path):
    """The signature is good for OpenSSL and NSS, and it is for the draft as it travels."""
    mail = sign(desk, number)
    assert verdict(mail, "p256", tmp_path) == ("good", "good")
    assert signed_part(mail) == draft(number)
    assert band(desk.wait_screen(lambda s: band(s) != WINDOW, "the core says so")) == GOOD_GROUND


def test_one_changed_byte(desk, tmp_path):
    """Wherever a byte of what was signed is changed, both refuse."""
    mail = sign(desk, 0)
    start = mail.index(signed_part(mail))
    for what in b"alice@example.org>\r\nTo", b"Order 2041", b"200 tulips", b"60.00", b"Kind", \
            b"Example\r\n":
        at = mail.index(what, start)
        changed = mail[:at] + bytes([mail[at] ^ 1]) + mail[at + 1:]
        assert verdict(changed, "p256", tmp_path) == ("bad", "bad"), what
    assert verdict(mail, "p256", tmp_path) == ("good", "good")


def test_signature_of_another_message(desk, tmp_path):
    """A good signature under another good message is bad."""
    one, two = sign(desk, 0), sign(desk, 1)
    mixed = one.replace(signed_part(one), signed_part(two))
    assert mixed != one
    assert verdict(mixed, "p256", tmp_path) == ("bad", "bad")


def test_with_the_mouse(desk, tmp_path):
    """Clicks instead of keys, on both sides."""
    mark = desk.mark()
    submit(desk, 0)                             # tells how unread looks
    opened(desk, mouse=True)                    # it may come soon after the one before
    desk.click(*REFUSE)
    desk.wait_line(r"^\[mail\] refused 1-order: You did not sign it", mark)
    focus_mail(desk)                            # the core's window covers the button
    desk.drag(*signer.CORE_TITLE, 1000, 760)
    try:
        desk.click(300, 48 + 62 + 12)           # the first row of the list
        desk.selected = 0
        mark = desk.mark()
        desk.click(*SIGN_BUTTON)
        desk.wait_line(r"^\[mail\] submitted 1-order$", mark)
    finally:
        desk.drag(1000, 760, *signer.CORE_TITLE)
    read_all(desk, mouse=True)
    desk.click(*ACCEPT)
    desk.wait_screen(has_field, "the core asks for the passphrase")
    desk.type("vitrine")
    desk.click(*ACCEPT)
    desk.wait_screen(lambda s: not has_field(s) and can_accept(s), "the key is open")

    def signed():
        desk.click(*ACCEPT)
        return desk.since(mark, r"^\[mail-signer\] signed$")
    desk.until(signed, "the message is signed")
    size = int(desk.wait_line(r"^\[mail\] signed 1-order (\d+)$", mark)[1])
    mail = outbox(desk, size)
    assert signed_part(mail) == draft(0)
    assert verdict(mail, "p256", tmp_path) == ("good", "good")


def test_wrong_passphrase_costs_nothing(desk, tmp_path):
    mark = desk.mark()
    submit(desk, 0)
    read_all(desk)
    desk.key("ret")
    desk.wait_screen(has_field, "the core asks for the passphrase")
    for wrong in "Vitrine", "vitrine ", "x" * 128, "x" * 200:
        desk.type(wrong + "\n")
        desk.wait_screen(lambda s: has_field(s) and band(s) == WARN_GROUND, "it was the wrong one")
        desk.wait_screen(lambda s: not can_accept(s), "the field is empty again")
    assert desk.since(mark, "signed|refused|Not") == []
    desk.type("vitrine\n")
    desk.wait_screen(lambda s: not has_field(s) and can_accept(s), "the key is open")
    confirm(desk, mark)
    size = int(desk.wait_line(r"^\[mail\] signed \S+ (\d+)$", mark)[1])
    assert verdict(outbox(desk, size), "p256", tmp_path) == ("good", "good")


def test_must_be_read_to_its_end(desk):
    """Neither Return nor a click nor a jump to the end gets past what was not on the screen."""
    submit(desk, 4)
    opened(desk)
    for step in (lambda: desk.key("ret"), lambda: desk.click(*ACCEPT),
                 lambda: (desk.key("end"), desk.key("ret"))):
        step()
        screen = desk.wait_screen(lambda s: band(s) == WARN_GROUND, "it says that there is more")
        assert not has_field(screen) and not can_accept(screen)
    desk.key("home")
    read_all(desk)
    desk.key("ret")
    desk.wait_screen(has_field, "the core asks for the passphrase")
    desk.key("esc")
    desk.key("esc")
    desk.wait_line(r"^\[mail\] refused 5-long: You did not sign it")


@pytest.mark.parametrize("how", ["key", "button"])
@pytest.mark.parametrize("when", ["at once", "after reading", "with the key open"])
def test_user_refuses(desk, how, when):
    mark = desk.mark()
    submit(desk, 0)
    opened(desk)
    if when != "at once":
        read_all(desk)
    if when == "with the key open":
        unlock(desk)
    if how == "key":
        desk.key("esc")
    else:
        desk.click(*REFUSE)
    desk.wait_line(r"^\[mail-signer\] You refused to sign\.$", mark)
    desk.wait_line(r"^\[mail\] refused 1-order: You did not sign it$", mark)
    assert desk.since(mark, r"\] signed") == []


def test_withdrawn_by_the_mail_program(desk):
    """The legacy part takes its message back while the key is open: nothing is signed, and the
    key is closed."""
    mark = desk.mark()
    submit(desk, 0)
    read_all(desk)
    unlock(desk)
    focus_mail(desk)
    desk.key("esc")
    desk.wait_line(r"^\[mail-signer\] taken back$", mark)
    focus_core(desk)
    screen = desk.wait_screen(lambda s: band(s) == BAD_GROUND, "the core says so")
    assert not can_accept(screen)       # Return means nothing yet
    assert desk.since(mark, r"\] signed") == []
    submit(desk, 1)
    desk.wait_line(r"^\[mail-signer\] another message in its place$", mark)
    read_all(desk)
    desk.key("ret")
    desk.wait_screen(has_field, "the core asks for the passphrase again")
    desk.key("esc")
    desk.key("esc")
    desk.wait_line(r"^\[mail\] refused 2-umlauts: You did not sign it$", mark)


def test_one_confirmation_one_signature(desk):
    """After a signature the next message needs everything anew."""
    sign(desk, 0)
    mark = desk.mark()
    submit(desk, 0)
    read_all(desk)
    for _ in range(3):
        desk.key("ret")
    screen = desk.wait_screen(has_field, "the core asks for the passphrase")
    assert not can_accept(screen)
    assert desk.since(mark, r"\] signed") == []


def test_escapes_are_seen(desk):
    """Signs that could mislead have a ground of their own colour; plain text has none."""
    for number, seen in (0, False), (1, False), (3, True):
        submit(desk, number)
        screen = opened(desk)
        assert (screen.find(ESCAPE_GROUND, *PANE) is not None) == seen
        focus_mail(desk)
        desk.key("esc")


def test_strip_says_trusted(desk):
    focus_core(desk)
    assert desk.screenshot().text(8 * 14, 4, 7, TRUSTED, STRIP_PAPER) == "trusted"


def test_own_key_is_not_called_demo(desk):
    submit(desk, 0)
    screen = opened(desk)
    assert screen.find(WARN, CORE[0], CORE[1] + 510, CORE[2], 80) is None


def test_mail_program_locked_out(tmp_path):
    """The user takes the mail program away while the core shows a message: the core stays."""
    with signer.start() as guest:
        # also: the demonstration key is named as such, in the colour of warnings
        assert guest.screenshot().find(WARN, CORE[0], CORE[1] + 510, CORE[2], 80)
        submit(guest, 0)
        read_all(guest)
        mark = guest.mark()
        guest.key("f11")
        guest.click(100, 60)
        guest.key("ret")                        # the click asks
        guest.wait_line(r"^\[nitpicker\] locked out Mail$", mark)
        guest.key("f11")
        focus_core(guest)
        unlock(guest)
        guest.key("esc")
        guest.wait_line(r"^\[mail-signer\] You refused to sign\.$", mark)
        assert guest.since(mark, "fault") == []


def test_rsa(tmp_path):
    keys = signer.pki()
    with signer.start(key=f"{keys}/rsa/key.pem", cert=f"{keys}/rsa/cert.pem") as guest:
        mail = sign(guest, 1)
        assert verdict(mail, "rsa", tmp_path) == ("good", "good")
        assert signed_part(mail) == draft(1)
        at = mail.index("Straße".encode() if "Straße".encode() in mail else b"Alice", 400)
        assert verdict(mail[:at] + b"X" + mail[at + 1:], "rsa", tmp_path) == ("bad", "bad")


def test_key_and_certificate_of_different_pairs():
    """The core notices that the certificate is not the key's, when the key is open."""
    keys = signer.pki()
    try:
        guest = signer.start(key=f"{keys}/p256/key.pem", cert=f"{keys}/rsa/cert.pem")
    except Failed as failed:            # or make does already
        assert "KEY" in str(failed) or "CERT" in str(failed)
        return
    with guest:
        mark = guest.mark()
        if not submit(guest, 0).startswith("refused"):
            read_all(guest)
            guest.key("ret")
            guest.wait_screen(has_field, "the core asks for the passphrase")
            guest.type("vitrine\n")
        guest.wait_line(r"^\[mail\] refused 1-order: The signer has no usable key$", mark)
        assert guest.since(mark, r"\] signed") == []


def test_no_random_numbers(desk, tmp_path):
    """On a processor without RDRAND nothing is signed; the reason is given."""
    with signer.start(extra=["-cpu", "max,rdrand=off,rdseed=off"]) as guest:
        mark = guest.mark()
        if not submit(guest, 0).startswith("refused"):
            read_all(guest)
            guest.key("ret")
            guest.wait_screen(has_field, "the core asks for the passphrase")
            guest.type("vitrine\n")

            def refused():
                guest.key("ret")
                return guest.since(
                    mark, r"^\[mail\] refused 1-order: The signer has no random numbers")
            guest.until(refused, "it is refused")
        assert guest.since(mark, r"\] signed") == []


# Confirmations that must not count

def test_confirmation_needs_a_visible_window(tmp_path):
    """Another window over a corner of the core's: no signature, in X-ray mode neither; when it is
    gone, the same message can be signed."""
    keys = signer.pki()
    with signer.start("mail-cover", key=f"{keys}/p256/key.pem",
                      cert=f"{keys}/p256/cert.pem") as guest:
        guest.wait_line(r"^\[painter2\] ready$")
        mark = guest.mark()
        guest.click(800, 110)           # neither of the others is there, whoever came first
        guest.wait_line(r"^\[nitpicker\] focus Painter$", mark)
        guest.type("r")
        guest.wait_line(r"^\[painter2\] asked$", mark)
        guest.drag(700, 150, 300, 650, "right")         # its window: 140..460, 600..800
        guest.wait_line(r"^\[painter2\] at 140 600$", mark)
        submit(guest, 0)
        read_all(guest)
        unlock(guest)

        mark = guest.mark()
        guest.click(200, 700)
        guest.type("r")                                 # it goes to the front
        guest.wait_line(r"^\[painter2\] asked$", mark)
        covered = guest.screenshot()
        assert covered.colours(320, 640, 100, 80) != {WINDOW}
        for xray in False, True:
            if xray:
                guest.key("f12")
                guest.wait_line("x-ray on", mark)
            for _ in range(30):         # longer than the rest that it asks for
                guest.click(*ACCEPT)
            if xray:
                guest.key("f12")
                guest.wait_line("x-ray off", mark)
            screen = guest.screenshot()
            assert screen.pixel(*BAND) == WARN_GROUND
            assert guest.since(mark, r"\] signed|refused") == []

        guest.click(200, 700)
        guest.drag(200, 700, 20, 300, "right")       # away from the core's
        mark, pauses = guest.mark(), itertools.count()

        def signed():
            """A click that comes too early begins the rest anew: pauses grow."""
            guest.click(*ACCEPT)
            time.sleep(0.2 * next(pauses))
            return guest.since(mark, r"^\[mail-signer\] signed$")
        guest.until(signed, "the message is signed")
        size = int(guest.wait_line(r"^\[mail\] signed \S+ (\d+)$", mark)[1])
        assert verdict(outbox(guest, size), "p256", tmp_path) == ("good", "good")


# What the core refuses

HEAD = b"From: alice@example.org\r\nTo: b@example.net\r\nSubject: s\r\n"
MIME = b"MIME-Version: 1.0\r\n"
PLAIN = MIME + b"Content-Type: text/plain; charset=utf-8\r\n"
REFUSED = {     # name: message, beginning of the sentence, line that is named or None
    "bare-cr": (HEAD + b"\r\nab\rcd\r\n", "A carriage return stands alone", 5),
    "bare-lf": (HEAD + b"\r\nab\ncd\r\n", "A line feed stands alone", 5),
    "nul": (HEAD + b"\r\na\0b\r\n", "The message contains a zero byte", 5),
    "long-line": (HEAD + b"X-A: " + b"x" * 994 + b"\r\n\r\nx\r\n", "A line is longer than 998", 4),
    "malformed": (HEAD + b"no colon here\r\n\r\nx\r\n", "A header line is malformed", 4),
    "malformed-name": (HEAD + b"Bad Name: x\r\n\r\nx\r\n", "A header line is malformed", 4),
    "control": (HEAD + b"X-A: a\x1bb\r\n\r\nx\r\n", "A header line is malformed", 4),
    "no-body": (HEAD, "A header line is malformed", 4),
    "long-field": (HEAD + b"X-A: " + b" y\r\n" * 1400 + b"\r\nx\r\n", "The header is too long", 4),
    "many-fields": (HEAD + b"X-A: y\r\n" * 300 + b"\r\nx\r\n", "The header is too long", None),
    "two-from": (b"From: c@example.com\r\n" + HEAD + b"\r\nx\r\n",
                 "A header field occurs twice", 2),
    "two-subject": (HEAD + b"subject: t\r\n\r\nx\r\n", "A header field occurs twice", 4),
    "two-type": (HEAD + PLAIN + b"Content-type: text/plain\r\n\r\nx\r\n",
                 "A header field occurs twice", 6),
    "no-from": (b"To: b@example.net\r\n\r\nx\r\n", "The message has no sender", None),
    "bcc": (HEAD + b"Bcc: c@example.net\r\n\r\nx\r\n", "Everybody would see the hidden", None),
    "charset": (HEAD + MIME + b"Content-Type: text/plain; charset=utf-7\r\n\r\nx\r\n",
                "The signer does not know the character set", 5),
    "charset-star": (HEAD + MIME + b"Content-Type: text/plain; charset*=utf-7''utf-8\r\n"
                     b"\r\nx\r\n", "The content type has a parameter", 5),
    "comment": (HEAD + MIME + b"Content-Type: text/plain (x; charset=utf-7; y=); charset=utf-8\r\n"
                b"\r\nx\r\n", "A header line is malformed", 5),
    "comment-encoding": (HEAD + PLAIN + b"Content-Transfer-Encoding: (x) base64\r\n\r\nYWJj\r\n",
                         "A header line is malformed", 6),
    "resent": (b"Resent-From: m@x.org\r\n" + HEAD + b"\r\nx\r\n", "The message was resent", 1),
    "two-names": (b"From: \"alice@example.org\" <m@x.org>\r\n\r\nx\r\n", "The sender (From)", 1),
    "word": (b"From: a@x.org\r\nSubject: =?utf-8?q?=C3?=\r\n\r\nx\r\n", "An encoded word", 2),
    "encoding": (HEAD + PLAIN + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nx\r\n",
                 "The signer does not know the transfer encoding", 6),
    "utf8": (HEAD + PLAIN + b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=C0=AFb\r\n",
             "The text is not valid UTF-8", 8),
    "utf8-surrogate": (HEAD + PLAIN + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
                       b"=ED=A0=80\r\n",
                       "The text is not valid UTF-8", 8),
    "utf8-header": (b"From: \xff@example.org\r\n\r\nx\r\n", "There are bytes that mail", 1),
    "undeclared": (HEAD + b"\r\n\xc3\xa4\r\n", "There are bytes that mail", 5),
    "multipart": (HEAD + MIME + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n"
                  b"--b--\r\n", "The message has several parts", 5),
    "message": (HEAD + MIME + b"Content-Type: message/rfc822\r\n\r\n" + HEAD + b"\r\nx\r\n",
                "The message has several parts", 5),
    "html": (HEAD + MIME + b"Content-Type: text/html\r\n\r\n<p>x\r\n",
             "The content is not plain text", 5),
    "picture": (HEAD + MIME + b"Content-Type: image/png\r\n\r\nx\r\n",
                "The content is not plain text", 5),
    "qp": (HEAD + PLAIN + b"Content-Transfer-Encoding: quoted-printable\r\n\r\na=0gb\r\n",
           "The transfer encoding is broken", 8),
    "base64": (HEAD + PLAIN + b"Content-Transfer-Encoding: base64\r\n\r\nYWJ*\r\n",
               "The transfer encoding is broken", 8),
    "base64-nul": (HEAD + PLAIN + b"Content-Transfer-Encoding: base64\r\n\r\nAGE=\r\n",
                   "The message contains a zero byte", None),
    "empty": (b"", "The message is empty", None),
    "large": (HEAD + b"\r\n" + b"line\r\n" * 44000, "The message is too large", None),
}
ACCEPTED = {
    "fold": HEAD + b"X-A: a\r\n b\r\n\r\nx\r\n",
    "long-998": HEAD + b"\r\n" + b"x" * 998 + b"\r\n",
    "base64-good": HEAD + PLAIN + b"Content-Transfer-Encoding: base64\r\n\r\nYWJj\r\n",
    "two-received": b"Received: a\r\nReceived: b\r\n" + HEAD + b"\r\nx\r\n",
    "long-999": HEAD + b"\r\n" + b"x" * 999 + b"\r\n",
    "no-end": HEAD + b"\r\nlast line without an end",
}


@pytest.fixture(scope="module")
def refusing(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mail")
    messages = {**{name: entry[0] for name, entry in REFUSED.items()}, **ACCEPTED}
    for name, content in messages.items():
        (folder / f"{name}.eml").write_bytes(content)
    with signer.start(mail=folder) as guest:
        guest.names = sorted(messages, key=lambda name: name + ".eml")
        yield guest


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_refusal(refusing, name):
    """The core refuses at once, the user and the mail program are told why."""
    _, sentence, line = REFUSED[name]
    mark = refusing.mark()
    said = submit(refusing, refusing.names.index(name))
    assert said.startswith(f"refused {name}: {sentence}")
    if line is not None:
        assert said.endswith(f" (line {line})")
    assert len(refusing.since(mark, r"^\[mail-signer\] [A-Z].*\.$")) == 1
    refusing.wait_screen(lambda s: band(s) == BAD_GROUND, "the core says so on the screen")


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_near_misses_are_accepted(refusing, name):
    assert submit(refusing, refusing.names.index(name)) == f"submitted {name}"
    focus_mail(refusing)
    refusing.key("esc")


def test_signed_after_all_those(refusing, tmp_path):
    """The core is none the worse for what it refused.  Its demonstration key, by the way."""
    number = refusing.names.index("fold")
    assert signed_part(sign(refusing, number)) == wire(ACCEPTED["fold"])


# Messages that nobody here wrote

PYTHON_MAILS = sorted(glob.glob("/usr/lib/python3*/test/test_email/data/msg_*.txt"))


def understood(path):
    """What Python's own library says: text/plain, in a character set that the core knows."""
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.compat32)
    charset = message.get_content_charset("us-ascii")
    return message.get_content_type() == "text/plain" and not message.is_multipart() \
        and charset in ("us-ascii", "utf-8")


def test_mails_of_others(tmp_path):
    """Each is refused with a known sentence, or can be signed; nothing that Python's library takes
    for something else than plain text is accepted."""
    folder = tmp_path / "mails"
    folder.mkdir()
    assert len(PYTHON_MAILS) > 40
    for path in PYTHON_MAILS:
        shutil.copy(path, folder)
    keys = signer.pki()
    accepted = []
    with signer.start(mail=folder, key=f"{keys}/p256/key.pem",
                      cert=f"{keys}/p256/cert.pem") as guest:
        for number, path in enumerate(PYTHON_MAILS):
            said = submit(guest, number)
            if said.startswith("submitted"):
                accepted.append(number)
                guest.key("esc")
                assert understood(path), path
            else:
                assert re.match(r"refused \S+: (?!The signer refused without)[A-Z]", said), said
        assert len(accepted) >= 3
        for number in accepted[:3]:
            mail = sign(guest, number)
            assert verdict(mail, "p256", tmp_path) == ("good", "good")
            with open(PYTHON_MAILS[number], "rb") as file:
                content = file.read()
            if b"\r" not in content:
                content = content.replace(b"\n", b"\r\n")
            assert signed_part(mail) == wire(content)
