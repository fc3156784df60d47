# SPDX-License-Identifier: MIT
"""What the mail signer accepts, Python's two parsers, mutt and Perl's MIME::Parser show alike:
messages of parts that programs read in different ways, and mails of the tree, damaged."""

import glob
import os
import random

import mailreaders
import pytest
from guest import ROOT
from mailreaders import Reading, disagreements, signer
from test_mail_signer_agreement import message

COUNT = 20000 if os.environ.get("TEST_LONG") else 2000

# What does something in some mail program, at the beginning of a line or inside one
PIECES = [
    b"(", b")", b"\"", b"\\", b"\\\"", b";", b":", b",", b"<", b">", b"@", b"=", b"?", b"_", b"*",
    b"\r\n ", b"\r\n\t", b"\r\n", b"\r", b"\n", b"\0", b"\t", b"\x0b", b"\x0c", b"\x1b", b"\x7f",
    b"\x85", b"\xa0", b"\xff", b"\xe2\x80\xa8", b" ", b"  ", b"\r\n\r\n", b"(c)", b"(x;y=z)",
    b"; charset=utf-7", b"; charset*=utf-8''utf-7", b"; charset*0=utf-; charset*1=7",
    b"; charset*0*=utf-8''ut; charset*1*=%66-7", b"; boundary=b", b"; name=x.html",
    b"; format=flowed", b"=?utf-8?q?=41?=", b"=?utf-8?b?QQ==?=", b"=?utf-8?q?=0D=0AX:_y?=",
    b"=?utf-8?q?=E2=80=AE?=", b"=?utf-8?q?=00?=", b"=?utf-7?q?+AEE-?=", b"=?utf-8?q?a", b"?=",
    b"=\r\n", b"=3D", b"=3d", b"=E2=80=A8", b"=C2=85", b"=0C", b"=1C", b"=0D", b"=0A", b"=00",
    b"From x\r\n", b">From x\r\n", b".\r\n", b"--\r\n", b"-- \r\n", b"--b\r\n", b"--b--\r\n",
    b"X" * 998, b"X" * 999, b"begin 644 x\r\n#86)C\r\n`\r\nend\r\n",
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\n", b"\r\nContent-Type: text/html\r\n",
    b"\r\nContent-Transfer-Encoding: base64\r\n", b"\r\nSubject: second\r\n", b"\r\nX-A: b\r\n",
    b"\r\nX A: b\r\n", b"\r\n: b\r\n", b"\r\nX-A:\r\n b\r\n", b"\r\nX-A:\r\n",
]


def corpus():
    """The mails of the tree, as they go over the wire and as the mail program rewrites them."""
    mails = []
    for path in sorted(glob.glob(os.path.join(ROOT, "tests", "mails", "*.eml"))):
        with open(path, "rb") as file:
            mails.append(file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return mails + [mailreaders.unhex(answer.strip())
                    for answer in mailreaders.host(b"convert", mails)]


def damaged(rng, raw):
    """In one to three places, most of them in the header."""
    whole = bytearray(raw)
    for _ in range(rng.randrange(1, 4)):
        end = max(whole.find(b"\r\n\r\n"), 1)
        at = rng.randrange(end if rng.random() < 0.7 else max(len(whole), 1))
        whole[at:at + rng.randrange(2)] = rng.choice(PIECES)
    return bytes(whole[:4096])


def judge(messages, least):
    accepted, found = disagreements(messages)
    assert found == [], f"{len(found)} differences, one of them: {found[0]}"
    assert accepted >= least


def test_read_alike():
    rng = random.Random(11)
    judge([message(rng) for _ in range(COUNT)], COUNT // 20)


def test_damaged_mails_are_read_alike():
    rng = random.Random(12)
    mails = [raw for raw in corpus() if raw]
    judge([damaged(rng, rng.choice(mails)) for _ in range(COUNT)], COUNT // 20)


HEAD = b"From: Alice <alice@example.org>\r\nTo: b@example.net\r\n"


@pytest.mark.parametrize("raw", [
    HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n+AEE-\r\n",
    HEAD + b"Content-Type: text/plain (; charset=utf-7); charset=utf-8\r\n\r\n+AEE-\r\n",
    HEAD + b"Subject: =?utf-7?q?+AEE-?=\r\n\r\nx\r\n",
    HEAD + b"Content-Type: text/html\r\n\r\n<b>x</b>\r\n",
], ids=["charset", "comment", "word", "type"])
def test_programs_that_decide_otherwise_are_noticed(raw):
    """None of these is accepted; a signer that took them as they stand would be found out."""
    assert isinstance(signer([raw])[0], int)
    head, _, body = raw.decode().partition("\r\n\r\n")
    naive = Reading([tuple(f.split(":", 1)) for f in head.lower().split("\r\n")],
                    body.replace("\r\n", "\n"), ["alice@example.org"])
    read = [mailreaders.mutt([raw])[0], mailreaders.perl([raw])[0],
            mailreaders.python(raw, mailreaders.email.policy.default)]
    assert any(list(mailreaders.differences(naive, reading)) for reading in read)
