# SPDX-License-Identifier: MIT
"""What mail programs read in messages, each in the same form: Python's two parsers, mutt (which
is shown the messages in a terminal), Perl's MIME::Parser, and the mail signer itself
(tests/tools/mail-host)."""

import email
import email.header
import email.policy
import email.utils
import json
import os
import pty
import re
import secrets
import select
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field

from guest import HANG, ROOT, make

HOST = os.path.join(ROOT, "build", "host", "mail-host")

MUTT = """set charset=utf-8 mbox_type=Maildir sort=mailbox-order quit=yes sleep_time=0
unset wait_key prompt_after move mark_old smart_wrap beep
set display_filter='%s'
unignore *
"""


@dataclass
class Reading:
    """Of one message.  Line ends are LF; fields are names in lower case and decoded values;
    attachments are names, types, and bytes (None: mutt does not tell)."""
    fields: list
    text: str
    people: list = None             # addresses in From; None: the program does not tell
    attachments: list = field(default_factory=list)
    odd: str = ""                   # something is not as a mail should be


def lines(text):
    return text.replace("\r\n", "\n")


def plain(value):
    """Without what is no difference to a reader: white space at the ends, runs of it."""
    return re.sub(r"[ \t\r\n]+", " ", value).strip()


def host(what, messages):
    """A line of mail-host for each message."""
    assert make("build/host/mail-host").returncode == 0
    told = b"".join(b"%s %d\n%s" % (what, len(m), m) for m in messages)
    done = subprocess.run([HOST], input=told, stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode().splitlines()
    assert len(answers) == len(messages)
    return answers


def unhex(word):
    assert word[0] == "."
    return bytes.fromhex(word[1:])


def signer(messages):
    """A reading for each message that the signer accepts, else the number of the refusal."""
    def reading(answer):
        why, _, *rest = answer.split()
        if why != "0":
            return int(why)
        words = [unhex(word) for word in rest]
        fields = [(words[i].decode().lower(), words[i + 1].decode())
                  for i in range(2, len(words), 2)]
        return Reading(fields, lines(words[1].decode()), [words[0].decode()])
    return [reading(answer) for answer in host(b"check", messages)]


def unquoted(value):
    """Without what a program may leave out: quotes, brackets around an address without name."""
    return re.sub(r"(^|, ?)<([^<>]*)>", r"\1\2", plain(value.replace('"', "")))


def python(raw, policy):
    """By Python's mail library."""
    mail = email.message_from_bytes(raw, policy=policy)
    fields = [(name.lower(), str(email.header.make_header(email.header.decode_header(str(said)))))
              for name, said in mail.raw_items()]
    leaves = [part for part in mail.walk() if not part.is_multipart()]
    first, others = leaves[0], leaves[1:]
    odd = [str(d) for part in mail.walk() for d in part.defects]
    if first.get_content_type() != "text/plain" or first.get_content_disposition() is not None:
        odd.append(f"{first.get_content_type()} {first.get_content_disposition()}")
    if any(part.get_content_disposition() != "attachment" for part in others):
        odd.append("inline")
    if any(part.is_multipart() for part in mail.walk() if part is not mail):
        odd.append("nested")
    try:
        charset = first.get_content_charset("us-ascii")
        text = first.get_payload(decode=True).decode(charset)
    except (LookupError, UnicodeDecodeError) as error:
        text, odd = "", odd + [str(error)]
    if policy is email.policy.compat32:
        people = [p[1] for p in email.utils.getaddresses([str(mail["From"])])]
    else:
        people = [p.addr_spec for p in mail["From"].addresses]
    return Reading(fields, lines(text), people, [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in others], " ".join(odd))


def perl(messages):
    """By MIME::Parser."""
    told = b"".join(b"%d\n%s" % (len(m), m) for m in messages)
    done = subprocess.run([os.path.join(ROOT, "tests", "tools", "mime-parser")], input=told,
                          stdout=subprocess.PIPE, check=True)
    answers = [json.loads(answer) for answer in done.stdout.splitlines()]
    assert len(answers) == len(messages)
    return [_perl(answer) for answer in answers]


def _perl(answer):
    if "type" not in answer:
        return Reading([], "", odd=str(answer["errors"]))
    first, *others = answer["parts"]
    odd = answer["errors"]
    if (first["type"], first["said"], first["disposition"]) != ("text/plain", "text/plain", ""):
        odd.append(f"{first['type']} {first['said']} {first['disposition']}")
    if any(part["disposition"] != "attachment" for part in others):
        odd.append("inline")
    return Reading(
        [(name.lower(), value) for name, value in answer["fields"]],
        lines(bytes.fromhex(first["bytes"]).decode(first["charset"] or "us-ascii", "replace")),
        answer["people"],
        [(p["name"], p["type"], bytes.fromhex(p["bytes"])) for p in others], " ".join(odd))


def _terminal(command, environment):
    """Runs it in a terminal that nobody looks at, to its end."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvpe(command[0], command, environment)
    said = b""
    while True:
        if not select.select([fd], [], [], HANG)[0]:
            os.kill(pid, signal.SIGKILL)
        try:
            more = os.read(fd, 65536)
        except OSError:         # so does a terminal end
            break
        if not more:
            break
        said = (said + more)[-2000:]
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def mutt(messages):
    """By mutt, each as a file of a maildir, which has LF line ends."""
    shown = {}
    with tempfile.TemporaryDirectory() as home:
        separator = secrets.token_hex(16)
        for name in "cur", "new", "tmp", "../Mail":
            os.makedirs(os.path.join(home, "mail", name))
        for i, raw in enumerate(messages):
            with open(os.path.join(home, "mail", "cur", f"{i:06}:2,S"), "wb") as file:
                file.write(b"X-Number: %d\n" % i + raw.replace(b"\r\n", b"\n"))
        with open(os.path.join(home, "muttrc"), "w", encoding="ascii") as file:
            file.write(MUTT % f"(echo {separator}; cat) >> {home}/out")
            # where there is no next one, mutt forgets what it should do then
            file.write("push '<first-entry>" + "<next-entry>".join(["<display-message><exit>"] * len(messages))
                       + "<exit>'\n")
        code, said = _terminal(
            ["mutt", "-n", "-R", "-F", os.path.join(home, "muttrc"), "-f",
             os.path.join(home, "mail")],
            dict(os.environ, TERM="dumb", HOME=home, LC_ALL="C.UTF-8", COLUMNS="80", LINES="24"))
        assert code == 0, said
        with open(os.path.join(home, "out"), "rb") as file:
            whole = file.read()
    for one in whole.split(separator.encode() + b"\n")[1:]:
        number = re.search(rb"(?m)^X-Number: (\d+)$", one)
        shown[int(number[1])] = _mutt(one.replace(number[0] + b"\n", b"", 1))
    assert sorted(shown) == list(range(len(messages)))
    return [shown[i] for i in range(len(messages))]


MARK = re.compile(r"(?m)^\x1b\]9;\d+\x07\[-- (.*) --\]\n")     # with what no message can know


def _mutt(shown):
    head, _, body = shown.decode(errors="replace").partition("\n\n")
    fields = []
    for line in re.split(r"\n(?![ \t])", head):
        name, _, value = line.partition(":")
        fields.append((name.lower(), value))
    marks = MARK.split(body)
    if len(marks) == 1:
        return Reading(fields, body)
    # "", "Attachment #1", "", "Type: ...", text, "Attachment #2: NAME", "", "Type: ..."
    attachments, text, odd, name = [], None, [], None
    for said, after in zip(marks[1::2], marks[2::2]):
        kind = re.match(r"Type: ([^ ,]+), ", said)
        if said.startswith("Attachment #"):
            name = said.partition(": ")[2] or None
        elif kind and text is None:
            text = after[1:-1]
            odd += [said] if kind[1] != "text/plain" or name is not None else []
        elif kind:
            attachments.append((name, kind[1], None))
        elif not re.search(r" is unsupported |^This .* attachment", said):
            odd.append(said)
    return Reading(fields, text or "", None, attachments, " ".join(odd))


def differences(ours, theirs):
    """Between two readings of a message."""
    if theirs.odd:
        yield f"odd: {theirs.odd}"
    if theirs.text.rstrip("\n") != ours.text.rstrip("\n"):
        yield f"text {ours.text!r} and {theirs.text!r}"
    if len(ours.fields) != len(theirs.fields):
        yield f"fields {ours.fields} and {theirs.fields}"
    for (name, value), (other, said) in zip(ours.fields, theirs.fields):
        if name != other or unquoted(value) != unquoted(said):
            yield f"{name}: {value!r} and {other}: {said!r}"
    if theirs.people is not None and theirs.people != ours.people:
        yield f"{ours.people} and {theirs.people}"
    if [(a[0], a[1]) for a in ours.attachments] != [(a[0], a[1]) for a in theirs.attachments]:
        yield f"{ours.attachments} and {theirs.attachments}"
    for (name, _, data), (_, _, bytes_there) in zip(ours.attachments, theirs.attachments):
        if bytes_there is not None and data != bytes_there:
            yield f"{name} has other bytes"


def disagreements(messages):
    """Of those that the signer accepts: number of these, and (message, program, difference)."""
    readings = [(raw, ours) for raw, ours in zip(messages, signer(messages))
                if isinstance(ours, Reading)]
    found = []
    accepted = [raw for raw, _ in readings]
    others = {"perl": perl(accepted), "mutt": mutt(accepted)}
    for policy in "compat32", "default":
        others[policy] = [python(raw, getattr(email.policy, policy)) for raw in accepted]
    for who, theirs in others.items():
        for (raw, ours), their in zip(readings, theirs):
            found += [(raw, who, difference) for difference in differences(ours, their)]
    return len(accepted), found
