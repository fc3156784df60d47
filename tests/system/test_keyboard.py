# SPDX-License-Identifier: MIT
"""The input driver in the whole system: layouts, dead keys, side buttons."""

import pytest
from guest import boot


def painter(layout):
    guest = boot("painter", layout=layout)
    guest.wait_line(r"^\[painter\] ready$")
    guest.click(300, 250)
    guest.wait_line(r"^\[painter\] release 272$")
    return guest


@pytest.fixture(scope="module", params=["de", "uk"])
def guest(request):
    with painter(request.param) as running:
        running.layout = request.param
        yield running


# Keys one after the other, those with + held together; and what they type.
TYPED = {
    "de": {"y": "z", "bracket_left": "ü", "shift+minus": "?", "minus": "ß", "alt_r+q": "@",
           "alt_r+e": "€", "less": "<", "alt_r+less": "|", "shift+semicolon": "Ö",
           "grave_accent a": "â", "equal shift+e": "É", "equal x": "´x", "equal spc": "´"},
    "uk": {"y": "y", "shift+3": "£", "shift+2": '"', "shift+apostrophe": "@", "backslash": "#",
           "alt_r+4": "€", "alt_r+a": "á", "less": "\\", "compose apostrophe e": "é",
           "compose s s": "ß"},
}


def test_what_keys_type(guest):
    for keys, expected in TYPED[guest.layout].items():
        mark = guest.mark()
        for chord in keys.split():
            guest.key(*chord.split("+"))
        guest.key("left")       # after it everything has been said
        guest.wait_line(r"^\[painter\] release 105$", mark)
        text = "".join(chr(int(line.split()[2])) for line in guest.since(mark, r"\] text "))
        assert text == expected, keys


def test_dead_key_ends_with_another_key(guest):
    mark = guest.mark()
    if guest.layout == "de":
        guest.key("equal")
    else:
        guest.key("compose")
        guest.key("apostrophe")
    guest.key("left")
    guest.key("e")
    guest.wait_line(r"^\[painter\] text 101$", mark)


def test_side_buttons(guest):
    for name, code in ("side", 275), ("extra", 276), ("middle", 274):
        mark = guest.mark()
        guest.button(True, name)
        guest.wait_line(rf"^\[painter\] press {code}$", mark)
        guest.button(False, name)
        guest.wait_line(rf"^\[painter\] release {code}$", mark)


def test_wheel(guest):
    mark = guest.mark()
    guest.wheel(1)
    guest.wait_line(r"^\[painter\] wheel 1$", mark)
    guest.wheel(-1)
    guest.wait_line(r"^\[painter\] wheel -1$", mark)


def test_caps_lock(guest):
    mark = guest.mark()
    guest.key("caps_lock")
    guest.key("a")
    guest.wait_line(r"^\[painter\] text 65$", mark)
    guest.key("caps_lock")
    guest.key("a")
    guest.wait_line(r"^\[painter\] text 97$", mark)


def test_no_controller():
    """Without one there is no input, and everything else is as usual."""
    with boot("painter", extra=("-machine", "pc,i8042=off")) as running:
        running.wait_line(r"^\[input-drv\] no PS/2 controller: no keyboard, no mouse$")
        running.wait_line(r"^\[painter\] ready$")
        running.idle()
        assert running.since(0, r"^\[init\] \S+: (fault|stopped)") == []
