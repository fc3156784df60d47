# SPDX-License-Identifier: MIT
"""What the mail signer accepts, Python's mail library reads in the same way: thousands of messages
made of parts about which mail programs differ.  And what the mail program converts is accepted,
says the same, and passes all transports unchanged."""

import email
import email.header
import email.policy
import email.utils
import glob
import os
import random
import re
import subprocess

import pytest
from guest import ROOT, make

COUNT = 60000 if os.environ.get("TEST_LONG") else 6000
OK = "0"

TYPES = [
    b"text/plain", b"text/plain; charset=utf-8", b"TEXT/PLAIN; charset=\"UTF-8\"",
    b"text/plain; charset=us-ascii", b"text/plain; hp=clear; charset=utf-8",
    b"text/plain;\r\n charset=utf-8;\r\n\thp=\"clear\"",
    b"text/plain (x; charset=utf-7; y=); charset=utf-8", b"text/plain; charset=utf-8 (utf-7)",
    b"text/plain; a=b (;charset=utf-7;); charset=utf-8", b"text/plain; charset=\"u\\tf-8\"",
    b"text/plain; charset=utf-8; charset=utf-7", b"text/plain; charset*=utf-7''utf-8",
    b"text/plain; charset*0=utf; charset*1=-7", b"text/plain; charset=utf-8; format=flowed",
    b"text/plain; format=flowed; delsp=yes", b"text/plain; name=\"x.html\"; charset=utf-8",
    b"text/plain; charset = utf-8", b"text/plain; charset=utf-8;", b";charset=utf-7", b"text/html",
    b"text/plain; x=\";charset=utf-7\"; charset=utf-8", b"text/plain; charset=utf-7",
    b"text/plain ;charset=utf-8", b"text /plain", b"text/plain; charset='utf-8'",
    b"text/plain; charset=utf-8\r\n ; hp=clear", b"multipart/mixed; boundary=b", b"",
]
ENCODINGS = [b"7bit", b"8bit", b"base64", b"BASE64", b"quoted-printable", b"(x) base64",
             b"base64 (x)", b"\"base64\"", b"binary", b"base64;", b"7bit ", b"x-uuencode"]
BODIES = [
    b"Hello\r\n", b"Ref. +AEkAIABhAGcAcgBlAGU-\r\n", b"SSBhZ3JlZQ0K\r\n", b"caf=C3=A9\r\n",
    b"a=\r\nb=20\r\n", b"From me\r\nx\r\n", b"x\r\n>From me\r\n.\r\n", b"SSBhZ\r\n3JlZQ0K\r\n\r\n",
    b"SSBhZ3JlZQ==SSBh\r\n", b"w6k=\r\n", b"\xc3\xa9\r\n", b"=c3=a9\r\n", b"x =\r\ny\t\r\n", b"",
    b"no end", b"begin 644 x\r\n#86)C\r\n`\r\nend\r\n", b"\x1b$B!!\x1b(B\r\n", b"=0D=0A.=0D=0A",
]
NAMES = [
    b"Alice", b"\"Alice\"", b"\"Alice, B.\"", b"=?utf-8?q?J=C3=BCrgen?=", b"\"b@x.org\"",
    b"b@x.org",
    b"=?utf-8?q?b=40x=2Eorg?=", b"(b@x.org)", b"A (c)", b"=?utf-8?b?SsO8?= =?utf-8?q?_M?=",
    b"\"a\\\"b\"", b"\"=?utf-8?q?x?=\"", b"=?iso-8859-1?q?=E9?=", b"b@x.org,", b"\"<b@x.org>\"",
    b"Al:", b"=?utf-8?q?a?=b", b"=?utf-8?q?,?=", b"", b"=?us-ascii?Q?a_b?=", b"\xc3\xa9", b"A.B",
    b"=?utf-8?q?=3Cb=40x=3E?=", b"'A'", b"\"alice@example.org\"", b"A;B", b"=?utf-8?q?\"A\"?=",
]
ADDRESSES = [b"<alice@example.org>", b"alice@example.org", b"<alice@example.org> ", b"< a@x.org >",
             b"<@r:a@x.org>", b"<a@x.org>, <b@x.org>", b"<a@x.org> (c)", b"<\"a b\"@x.org>",
             b"<a@[1.2.3.4]>", b"<a+b@x-y.org>", b"<a@x.org>\r\n "]
SUBJECTS = [
    b"Order", b"=?utf-8?B?SSBvd2UgeW91?=", b"=?utf-8?q?a?= =?utf-8?q?b?=", b"a =?utf-8?q?_b?= c",
    b"=?utf-8?q?a?=\r\n =?utf-8?b?w6k=?=", b"x=?utf-8?q?a?=", b"=?utf-8?q?a b?=",
    b"=?utf-8?q?=C3?=",
    b"=?utf-8*en?q?a?=", b"=?utf-8?q?a?= \t b", b"=?utf-8?b?SSBvd2U?=", b"=?utf-7?q?+AEk-?=",
    b"two  spaces", b"=?utf-8?q?=0A?=", b"=?", b"?=", b"=?utf-8?Q?=E2=82=AC?= 5",
    b"folded\r\n\there",
    b"=?us-ascii?q?x?==?us-ascii?q?y?=", b" ", b"=?utf-8?q??=", b"=?UTF-8?b?8J+YgA==?=",
    b"\xc3\xa9",
]
OTHERS = [b"", b"", b"", b"", b"Resent-From: m@x.org\r\n", b"Content-Disposition: attachment\r\n",
          b"content-type: text/html\r\n", b"Content-ID: <x@y>\r\n", b"Bcc: c@x.org\r\n",
          b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0 (x)\r\n", b"X-Y: z\r\n \r\n",
          b"From : m@x\r\n",
          b"Comments: =?utf-8?q?=C3=A9?=\r\n", b"Reply-To: \"x\" <y@z.org>\r\n"]


def message(rng):
    """Mostly good parts, so that many messages differ in one of them from what is accepted."""
    def some(parts, good):
        return rng.choice(parts) if rng.random() < 0.3 else rng.choice(parts[:good])
    fields = [b"From: " + some(NAMES, 4) + b" " + some(ADDRESSES, 1) + b"\r\n",
              b"Subject: " + some(SUBJECTS, 5) + b"\r\n", some(OTHERS, 4),
              b"To: bob@example.net\r\n"]
    if rng.random() < 0.9:
        fields.append(b"Content-Type: " + some(TYPES, 6) + b"\r\n")
    if rng.random() < 0.8:
        fields.append(b"Content-Transfer-Encoding: " + rng.choice(ENCODINGS[:5]) + b"\r\n"
                      if rng.random() < 0.8 else
                      b"Content-Transfer-Encoding: " + rng.choice(ENCODINGS) + b"\r\n")
    rng.shuffle(fields)
    whole = bytearray(b"".join(fields) + b"\r\n" + rng.choice(BODIES))
    if rng.random() < 0.3:              # and damage at random
        at = rng.randrange(len(whole))
        whole[at:at + rng.randrange(2)] = rng.choice(
            [b"", b"\"", b"(", b")", b";", b"\\", b"=", b"?", b" ", b"\r\n ", b"@", b"<", b"_",
            b"*"])
    return bytes(whole)


def host(what, messages):
    assert make("build/host/mail-host").returncode == 0
    told = b"".join(b"%s %d\n%s" % (what, len(m), m) for m in messages)
    done = subprocess.run([os.path.join(ROOT, "build", "host", "mail-host")], input=told,
                          stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode().splitlines()
    assert len(answers) == len(messages)
    return answers


def unhex(word):
    assert word[0] == "."
    return bytes.fromhex(word[1:])


def understood(answer):
    """why, address, text, fields: of what the signer accepts."""
    why, _, *rest = answer.split()
    if why != OK:
        return None
    words = [unhex(word) for word in rest]
    fields = [(words[i].decode().lower(), words[i + 1].decode())
              for i in range(2, len(words), 2)]
    return words[0].decode(), words[1].decode(), fields


def plain(value):
    """Without what is no difference to a reader: white space at the ends, runs of it."""
    return re.sub(r"[ \t\r\n]+", " ", value).strip()


def differences(raw, ours):
    """Between the signer and both of Python's parsers."""
    address, text, fields = ours
    for policy in email.policy.compat32, email.policy.default:
        theirs = email.message_from_bytes(raw, policy=policy)
        if theirs.is_multipart() or theirs.get_content_type() != "text/plain" or theirs.defects:
            yield f"{theirs.get_content_type()} {theirs.defects}"
            return
        charset = theirs.get_content_charset("us-ascii")
        read = theirs.get_payload(decode=True).decode(charset)
        if read != text or theirs.get_content_disposition() is not None:
            yield f"text {text!r} and {read!r}"
        if len(theirs.keys()) != len(fields):
            yield f"fields {fields} and {theirs.items()}"
        for (name, value), (other, said) in zip(fields, theirs.raw_items()):
            decoded = str(email.header.make_header(email.header.decode_header(str(said))))
            if name != other.lower() or plain(decoded) != plain(value):
                yield f"{name}: {value!r} and {decoded!r}"
        people = email.utils.getaddresses([str(theirs["From"])])
        if [person[1] for person in people] != [address]:
            yield f"{address} and {people}"
    parsed = email.message_from_bytes(raw, policy=email.policy.default)["From"].addresses
    if [person.addr_spec for person in parsed] != [address]:
        yield f"{address} and {parsed}"


@pytest.mark.parametrize("seed", range(2))
def test_what_is_accepted_is_read_alike(seed):
    rng = random.Random(seed)
    messages = [message(rng) for _ in range(COUNT)]
    answers = host(b"check", messages)
    accepted = 0
    for raw, answer in zip(messages, answers):
        ours = understood(answer)
        if ours is not None:
            accepted += 1
            assert list(differences(raw, ours)) == [], raw
    assert COUNT // 20 < accepted < COUNT * 9 // 10


def safe(raw):
    """What RFC 8551 section 3.1.3 and mailboxes ask for."""
    return max(raw) < 128 and re.search(rb"(?m)^From ", raw) is None \
        and max(map(len, raw.split(b"\r\n"))) <= 998


WORDS = ["plain", "Grüße", "Straße", "€", "a", "日本語", "Ωμέγα", "é", "x" * 30, "ü" * 40, "=?", "_",
         "1.000", "=", "?"]


def draft(rng):
    """As somebody writes it who knows nothing of encodings."""
    def some(n):
        return " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, n)))
    name = rng.choice(["Alice", "Jürgen Müller", "\"Müller, Jürgen\"", "Zoë", "Ümit A Öz"])
    subject = some(14).replace("=?", "=")
    lines = [some(20) if rng.random() < 0.9 else "From " + some(4)
             for _ in range(rng.randrange(30))] + [" ", "x\t", ".", "y" * rng.randrange(2000)]
    rng.shuffle(lines)
    raw = f"From: {name} <alice@example.org>\r\nTo: {name} <b@x.org>, {name} <c@x.org>\r\n" \
        f"Subject: {subject}\r\nContent-Disposition: inline\r\nContent-Type: text/plain; " \
        "charset=utf-8; format=flowed\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (raw + "\r\n".join(lines) + "\r\n").encode(), name, subject, lines


def test_converted_is_accepted_and_says_the_same():
    rng = random.Random(7)
    drafts = [draft(rng) for _ in range(COUNT // 8)]
    converted = [unhex(a.strip()) for a in host(b"convert", [d[0] for d in drafts])]
    for (raw, name, subject, lines), wire, answer in zip(drafts, converted,
                                                         host(b"check", converted)):
        ours = understood(answer)
        assert ours is not None, (answer, raw, wire)
        assert safe(wire) and b"hp=\"clear\"" in wire
        assert list(differences(wire, ours)) == [], wire
        assert ours[1] == "\r\n".join(lines) + "\r\n"
        fields = dict(ours[2])
        assert plain(fields["subject"]) == plain(subject), wire
        assert plain(fields["from"]) == f"{name} <alice@example.org>".replace('"', ""), wire
        people = email.utils.getaddresses([str(email.message_from_bytes(wire)["To"])])
        assert [person[1] for person in people] == ["b@x.org", "c@x.org"]


def test_what_is_not_text_is_not_converted():
    """The signer says why it does not take it; nothing is guessed."""
    head = b"From: a@x.org\r\n"
    bad = [head + b"Content-Type: text/html\r\n\r\nx\r\n", head + b"\r\na\nb\r\n", head, b"",
           head + b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\n\xe9\r\n",
           head + b"Content-Type: text/plain\r\n\r\n\xc3\xa9\r\n",
           head + b"Subject: \xe9\r\n\r\nx\r\n",
           head + b"Content-Type: text/plain; charset=utf-8\r\n\r\n\xe9\r\n",
           b"no field\xc3\xa9\r\n\r\n",
           head + b"Content-Type: text/plain (c); charset=utf-8\r\n\r\nx\r\n"]
    assert host(b"convert", bad) == [" ."] * len(bad)


def test_default_drafts_are_converted():
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "mails", "[1-5]*.eml"))):
        with open(path, "rb") as file:
            raw = file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        wire = unhex(host(b"convert", [raw])[0].strip())
        ours = understood(host(b"check", [wire])[0])
        assert ours is not None and safe(wire), path
        theirs = email.message_from_bytes(raw)
        assert ours[1] == theirs.get_payload(decode=True).decode(), path
