# SPDX-License-Identifier: MIT
"""The note store, whole and split: a note is written, sealed, opened again with its passphrase
and with no other, and the list never has its text."""

import re

import pytest
from guest import boot
from look import BLACK, STRIP
from signer import outbox

GREEN, ORANGE = 0x40d060, 0xe08030
PASSPHRASE, TEXT = "correct horse", "the safe is behind the tulips"
# places: in the list's window, in the core's
LIST_TITLE, NOTE_TITLE = (150, 74), (700, 214)
FIRST_ROW = 150, 60 + 95
ACCEPT, REFUSE = (444 + 540 - 67, 200 + 480 - 26), (444 + 67, 200 + 480 - 26)


@pytest.fixture(scope="module")
def notes():
    with boot("notes") as guest:
        guest.wait_line(r"^\[notes\] ready$")
        guest.wait_line(r"^\[notes-list\] ready$")
        yield guest


def focus(guest, label, colour, place):
    if guest.screenshot().find_text(label, BLACK, colour) != (8, 4):
        guest.click(*place)
        guest.wait_screen(lambda s: s.find_text(label, BLACK, colour) == (8, 4),
                          f"{label} has the focus")


def focus_note(guest):
    focus(guest, "Note", GREEN, NOTE_TITLE)


def focus_list(guest):
    focus(guest, "Notes list", ORANGE, LIST_TITLE)


def write(guest, name, text):
    """A new note; returns its sealed bytes."""
    focus_list(guest)
    mark = guest.mark()
    guest.type(name + "\n")
    guest.wait_line(r"^\[notes\] a new note$", mark)
    focus_note(guest)
    guest.type(PASSPHRASE + "\n" + PASSPHRASE + "\n")
    guest.wait_line(r"^\[notes\] open$", mark)
    guest.type(text)
    guest.key("ctrl", "s")
    return kept(guest, name, mark)


def kept(guest, name, mark):
    guest.wait_line(r"^\[notes\] sealed$", mark)
    size = int(guest.wait_line(rf"^\[notes-list\] kept {name} (\d+)$", mark)[1])
    return outbox(guest, size)


def open_first(guest, passphrase, said):
    focus_list(guest)
    mark = guest.mark()
    guest.click(*FIRST_ROW)
    guest.wait_line(r"^\[notes\] locked$", mark)
    focus_note(guest)
    guest.type(passphrase + "\n")
    guest.wait_line(rf"^\[notes\] {said}$", mark)
    return mark


def test_what_leaves_is_sealed(notes):
    """Neither text nor passphrase is in what the list has, and in no memory but the core's."""
    sealed = write(notes, "garden", TEXT)
    assert sealed.startswith(b"VSEAL001") and len(sealed) == len(TEXT) + 52
    assert TEXT.encode() not in notes.com2() and PASSPHRASE.encode() not in notes.com2()


def test_opens_with_its_passphrase_only(notes):
    mark = open_first(notes, "wrong horse", "wrong passphrase")
    notes.type(PASSPHRASE + "\n")
    notes.wait_line(r"^\[notes\] open$", mark)
    # more text, at its end, and saved again: another nonce, another text
    notes.key("end")
    notes.type("\nand the key is with Bob")
    notes.click(*ACCEPT)
    again = kept(notes, "garden", mark)
    assert len(again) == len(TEXT) + 24 + 52
    open_first(notes, PASSPHRASE, "open")
    mark = notes.mark()
    notes.click(*REFUSE)
    notes.wait_line(r"^\[notes\] closed$", mark)
    notes.wait_line(r"^\[notes-list\] closed$", mark)


def test_sealed_notes_come_back(notes, tmp_path):
    """From a folder, at the next start; one bit changed, and it does not open."""
    sealed = write(notes, "bank", "1234")
    (tmp_path / "bank.note").write_bytes(sealed)
    with boot("notes", notes=tmp_path) as guest:
        guest.wait_line(r"^\[notes-list\] ready$")
        open_first(guest, PASSPHRASE, "open")
    (tmp_path / "bank.note").write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with boot("notes", notes=tmp_path) as guest:
        guest.wait_line(r"^\[notes-list\] ready$")
        open_first(guest, PASSPHRASE, "wrong passphrase")


def test_before_the_split():
    """The same for the user, in one window of one program."""
    with boot("notes-alone") as guest:
        guest.wait_line(r"^\[notes-alone\] ready$")
        guest.click(150, 114)
        guest.wait_screen(lambda s: s.find_text("Notes", BLACK, ORANGE) == (8, 4),
                          "the program has the focus")
        mark = guest.mark()
        guest.type("garden\n")
        guest.type(PASSPHRASE + "\n" + PASSPHRASE + "\n")
        guest.wait_line(r"^\[notes-alone\] open$", mark)
        guest.type(TEXT)
        guest.key("ctrl", "s")
        size = int(guest.wait_line(r"^\[notes-alone\] kept garden (\d+)$", mark)[1])
        assert size == len(TEXT) + 52
        assert TEXT.encode() not in outbox(guest, size)
        guest.key("f12")
        guest.wait_screen(lambda s: s.find_text("Notes", BLACK, ORANGE, STRIP),
                          "one label for all of it")
