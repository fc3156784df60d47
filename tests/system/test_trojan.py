# SPDX-License-Identifier: MIT
"""Each attack of the scenario `trojan`, next to the real signer and mail program: what the user
sees, what the hostile program gets.  docs/attacks.md says where the attacks are from.
Long: one test for each attack, all on the same running machine."""

import os
import re
import time

import pytest
import signer
from guest import POINTER, Patience
from look import (BLACK, KILL, LEGACY, STRIP, STRIP_PAPER, TITLE_INK, TITLE_PAPER, TRUSTED, WHITE,
                  dimmed, rgb)
from signer import (ACCEPT, BAND, CORE, CORE_TITLE, WARN_GROUND, band, can_accept, confirm,
                    focus_core, focus_mail, has_field, read_all, sign, submit, unlock)

PURPLE, GREEN, ORANGE = 0xd840d8, 0x40d060, 0xe08030    # Trojan, Mail signer, Mail
GRIP = 150, 200                 # the title bar of the trojan's window
HERE = 840, 75                  # what it wants clicked in some attacks
REFUSED = 15                    # enum err
HOLDS = 300 if os.environ.get("TEST_LONG") else 5
REST = 1.0                      # seconds, of nitpicker/confirm.h


def booted():
    guest = signer.start("trojan")
    guest.wait_line(r"^\[trojan\] ready$")
    return guest


@pytest.fixture(scope="module")
def shared():
    with booted() as guest:
        yield guest


def end(guest):
    """Ends the attack, withdraws the message."""
    if xray(guest):
        guest.key("f12")
    focus_trojan(guest)
    mark = guest.mark()
    guest.key("esc")
    guest.wait_line(r"^\[trojan\] key 1$", mark)
    focus_mail(guest)
    guest.key("esc")


@pytest.fixture
def desk(shared):
    yield shared
    end(shared)


@pytest.fixture
def own():
    """A machine that the test may leave in any state."""
    with booted() as guest:
        yield guest


def strip_label(screen):
    """Who has the focus, in the strip's first box."""
    for name, colour in ("Trojan", PURPLE), ("Mail signer", GREEN), ("Mail", ORANGE):
        if screen.text(8, 4, len(name), BLACK, colour) == name:
            return name
    return None


def focus_trojan(guest):
    if strip_label(guest.screenshot()) != "Trojan":
        guest.move_by(-8192, -8192)             # the one place where painted pointers cannot be
        guest.move_by(*GRIP)
        guest.button(True)
        guest.button(False)
        guest.wait_screen(lambda s: strip_label(s) == "Trojan", "the trojan has the focus")


def attack(guest, letter):
    """Starts an attack; returns a mark from before."""
    focus_trojan(guest)
    mark = guest.mark()
    guest.key(letter)
    guest.wait_line(rf"^\[trojan\] attack {letter}$", mark)
    return mark


def xray(guest):
    return guest.screenshot().text(1024 - 48, 4, 5, BLACK, WHITE) == "X-RAY"


def xray_picture(guest):
    """What X-ray mode shows now; it is on for that long only."""
    guest.idle()                                # what comes later is not seen
    mark = guest.mark()
    guest.key("f12")
    guest.wait_line(r"^\[nitpicker\] x-ray on$", mark)
    picture = guest.screenshot()
    assert picture.text(1024 - 48, 4, 5, BLACK, WHITE) == "X-RAY"
    guest.key("f12")
    guest.wait_line(r"^\[nitpicker\] x-ray off$", mark)
    return picture


def labels(screen, name, colour):
    """Where labels with that name and colour are."""
    found, top = [], STRIP
    while at := screen.find_text(name, BLACK, colour, top):
        found.append(at)
        top = at[1] + 1
    return found


def inside(at, area):
    return area[0] <= at[0] < area[0] + area[2] and area[1] <= at[1] < area[1] + area[3]


def nothing_caught(guest, mark):
    """The trojan got no key and no click."""
    assert guest.since(mark, r"^\[trojan\] (key|click|passphrase)") == []


def attention_works(guest):
    for key, line in ("f12", "x-ray on"), ("scroll_lock", "x-ray off"), ("f11", "kill mode on"), \
            ("esc", "kill mode off"):
        mark = guest.mark()
        guest.key(key)
        guest.wait_line(rf"^\[nitpicker\] {line}$", mark)


def kill(guest, x, y):
    """Kill mode, a click on the trojan's view; Return, should that only have selected it."""
    mark = guest.mark()
    guest.key("f11")
    guest.wait_line(r"^\[nitpicker\] kill mode on$", mark)
    guest.click(x, y)

    def gone():
        if guest.since(mark, r"^\[nitpicker\] locked out Trojan$"):
            return True
        if guest.snapshot().text(96, 4, 6, BLACK, PURPLE) == "Trojan":
            guest.key("ret")
        return False
    guest.until(gone, "the trojan is locked out")
    guest.key("f11")


def open_key(guest):
    """The core asks whether to sign; the next good click would."""
    submit(guest, 0)
    read_all(guest)
    unlock(guest)


# Disguise

def test_imitation(desk):
    """A copy of the signer's window: strip and X-ray mode say whose it is, and who gets the
    keys."""
    attack(desk, "a")
    mark = desk.mark()
    desk.click(600, 400)                        # as if it were the signer's
    desk.type("hunter")
    desk.wait_line(r"^\[trojan\] passphrase caught, characters: 6$", mark)
    screen = desk.screenshot()
    assert strip_label(screen) == "Trojan"
    assert screen.text(8 * 9, 4, 6, LEGACY, STRIP_PAPER) == "legacy"
    picture = xray_picture(desk)
    assert any(inside(at, CORE) for at in labels(picture, "Trojan", PURPLE))
    assert labels(picture, "Mail signer", GREEN) == []          # the real one is covered
    x, y, width, height = CORE
    for i, colour in enumerate([BLACK, WHITE, WHITE] + 4 * [PURPLE]):
        assert picture.pixel(x + i, y + 300) == picture.pixel(x + width - 1 - i, y + 300) == colour


def test_painted_labels(desk):
    """Good imitations of X-ray mode's frames and labels are dim in X-ray mode."""
    attack(desk, "b")
    desk.wait_screen(lambda s: labels(s, "Mail signer", GREEN), "a painted label")
    picture = xray_picture(desk)
    assert labels(picture, "Mail signer", GREEN) == []
    assert any(inside(at, CORE) for at in labels(picture, "Trojan", PURPLE))


def test_whole_screen(desk):
    """The strip stays, the frame is drawn where the view ends on the screen."""
    focus_trojan(desk)
    before = desk.screenshot().bytes_of(0, 0, 1024, STRIP)
    attack(desk, "c")
    screen = desk.wait_screen(lambda s: s.text(6, STRIP + 4, 11, BLACK, GREEN) == "Mail signer",
                              "a painted strip below the real one")
    assert screen.bytes_of(0, 0, 1024, STRIP) == before
    assert strip_label(screen) == "Trojan"
    picture = xray_picture(desk)
    for i, colour in enumerate([BLACK, WHITE, WHITE] + 4 * [PURPLE]):
        assert picture.pixel(i, 500) == picture.pixel(1023 - i, 500) == colour
        assert picture.pixel(300, STRIP + i) == picture.pixel(300, 767 - i) == colour
    assert labels(picture, "Mail signer", GREEN) == []
    assert len(labels(picture, "Trojan", PURPLE)) == 1


def test_strip_cannot_be_covered(desk):
    focus_trojan(desk)
    before = desk.screenshot().bytes_of(0, 0, 1024, STRIP)
    attack(desk, "d")
    for x in range(400, 600, 20):               # also while the pointer moves there
        desk.move(x, 300)
        assert desk.screenshot().bytes_of(0, 0, 1024, STRIP) == before


def pointers(screen):
    """Where pointers are, in nitpicker's colours."""
    rows = [b"".join(rgb(WHITE if c == "." else BLACK) for c in row.rstrip())
            for row in POINTER[1:11]]
    found, at = [], -1
    while (at := screen.data.find(rows[9], at + 1)) >= 0:
        x, y = at // 3 % 1024, at // 3 // 1024 - 10
        if at % 3 == 0 and y >= 0 and x < 1012 and screen.pointer_at(x, y):
            found.append((x, y))
    return found


def test_painted_pointers(desk):
    """In X-ray mode one pointer is left; a mirrored one stands still when others have the focus."""
    focus_trojan(desk)
    desk.move(*GRIP)                            # from here on where the pointer is cannot be seen
    attack(desk, "e")
    desk.wait_screen(lambda s: len(pointers(s)) >= 8, "many pointers")
    mark = desk.mark()
    desk.move_by(50, 0)
    desk.wait_line(r"^\[trojan\] mirrored 200$", mark)
    desk.wait_screen(lambda s: {(200, 200), (824, 200)} <= set(pointers(s)), "the mirrored one")
    assert pointers(xray_picture(desk)) == [(200, 200)]
    desk.move_by(500, -66)
    desk.button(True)
    desk.button(False)                          # into the signer's title bar
    desk.wait_line(r"^\[nitpicker\] focus Mail signer$", mark)
    mark = desk.mark()
    desk.move_by(-550, 66)                     # over the trojan's window
    desk.move_by(10, 10)
    attention_works(desk)
    assert desk.since(mark, r"^\[trojan\]") == []


def test_unused_bits_of_pixels(desk):
    """Whatever is in bits 24 to 31, a pixel has the colour of the others, in X-ray mode as well."""
    attack(desk, "f")
    grey = b"".join(bytes((n, n, n)) for n in range(256))
    desk.wait_screen(lambda s: s.row(712, 103, 256) == grey, "its view")
    screen = desk.screenshot()
    assert all(screen.row(712, y, 256) == grey for y in range(40, 104))
    picture = xray_picture(desk)
    wanted = dimmed(grey, PURPLE)[7 * 3:-7 * 3]
    assert all(picture.row(719, y, 242) == wanted for y in range(70, 97))


def test_views_never_drawn(desk):
    """Frame and label need neither content nor refresh."""
    attack(desk, "g")
    picture = xray_picture(desk)
    assert any(inside(at, (720, 40, 260, 60)) for at in labels(picture, "Trojan", PURPLE))
    for x, width in (720, 260), (380, 40):
        for i, colour in enumerate([BLACK, WHITE, WHITE] + 4 * [PURPLE]):
            assert picture.pixel(x + i, 90) == picture.pixel(x + width - 1 - i, 90) == colour
    # too small for a frame: all of it is the owner's
    for area in (440, 40, 1, 60), (460, 40, 1, 1), (480, 40, 5, 5):
        assert picture.colours(*area) == {PURPLE}


def test_titles(desk):
    """Titles stand behind the label, in grey on dark; what is not ASCII is a question mark."""
    attack(desk, "h")
    picture = xray_picture(desk)
    titles = ("Mail signer", "???[2J??Mail signer", "M??il sign??r", "???rengis liaM",
              " " * 24 + "trusted Mail signer")
    for i, title in enumerate(titles):
        area = 320, 40 + 100 * i, 640, 60
        x, y = next(at for at in labels(picture, "Trojan", PURPLE) if inside(at, area))
        # between them stands how many lines the trojan rests on
        assert any(picture.text(x + 6 * 8 + 12 + step, y, len(title), TITLE_INK, TITLE_PAPER)
                   == title for step in range(24 * 8 + 13)), title


def test_forged_log_lines(desk):
    """A component's line begins with its name, whatever it writes."""
    mark = attack(desk, "h")
    desk.wait_line(r"^\[trojan\] a\?\[mail-signer\] signed\?\[init\] nitpicker: fault at 0\?\[2J$",
                   mark)
    assert desk.since(mark, r"^\[(mail-signer|init)\]") == []
    assert "\033" not in "".join(desk.lines())


# Clicks

def in_moments(guest, begin, act, bad):
    """An attack that is away for moments only: after begin(), which returns a mark, act() may not
    lead to what bad(mark) finds.  If it did and the trojan says that a moment was a long one,
    because the host was too busy, it was no attack: again."""
    patience = Patience()
    while True:
        mark = begin()
        act()
        if not bad(mark):
            return mark
        assert not patience.over(), "this host is too busy for the test"
        # it says so after the moment; without a long one the attack has succeeded
        guest.wait_line(r"^\[trojan\] away for too long$", mark)
        end(guest)


@pytest.mark.parametrize("letter", ["i", "j", "m", "p", "1"])
def test_cover(desk, letter):
    """While anything lies on the signer's window no click signs; afterwards it does."""
    def begin():
        open_key(desk)
        attack(desk, letter)
        return desk.mark()

    def act():
        for _ in range(30):
            desk.click(*ACCEPT)
    mark = in_moments(desk, begin, act, lambda mark: desk.since(mark, r"\] signed")
                      or band(desk.screenshot()) != WARN_GROUND)
    # the same click counts when nothing is there any more
    focus_trojan(desk)
    desk.key("esc")
    focus_core(desk)
    confirm(desk, mark)


def test_cover_in_xray(desk):
    """X-ray mode shows the cover's owner, and lets nobody see through it."""
    for letter in "i", "1":
        attack(desk, letter)
        picture = xray_picture(desk)
        assert any(inside(at, signer.PANE) for at in labels(picture, "Trojan", PURPLE))
        green = labels(picture, "Mail signer", GREEN)
        assert len(green) == 1 and not inside(green[0], signer.PANE)
        x, y, width, height = signer.PANE
        tinted = {rgb(c) for c in picture.colours(x + 7, y + 40, width - 14, height - 47)}
        lowest, highest = (dimmed(rgb(c), PURPLE) for c in (BLACK, WHITE))
        assert all(lowest[i] <= c[i] <= highest[i] for c in tinted for i in range(3))


def test_single_pixels(desk):
    """X-ray mode gives even a single pixel its owner's colour: a hundred tiny views cannot draw."""
    attack(desk, "j")
    picture = xray_picture(desk)
    for i in range(100):
        x, y, width, height = 341 + i % 20 * 16, 178 + i // 20 * 17, 1 + i % 2, 1 + i % 8
        assert picture.colours(x, y, width, height) == {PURPLE}


def test_flicker(desk):
    """Rows that are covered most of the time do not count as read."""
    wrong = []

    def begin():
        wrong.clear()
        mark = attack(desk, "m")
        submit(desk, 0)
        focus_core(desk)
        return mark

    def act():
        for _ in range(40):
            desk.key("down")
            desk.key("ret")
            screen = desk.screenshot()
            wrong.append(can_accept(screen) or has_field(screen))
    mark = in_moments(desk, begin, act, lambda _: any(wrong))
    assert desk.since(mark, r"\] signed") == []


def too_early(desk, letter, clicks):
    """An attack that ends in a click on the signer directly after its window was uncovered.
    clicks() returns since when it can have been; if that is long, the host was too busy for a
    click that comes at once, and it rightly counts: again.  So it is if both of two clicks came
    before the attacker was out of the way, and were its own."""
    def refused():
        def both():
            return len(desk.since(mark, r"^\[trojan\] click")) > 1
        desk.until(lambda: both() or band(desk.snapshot()) == WARN_GROUND,
                   "the core refuses the click")
        return not both()
    patience = Patience()
    while not patience.over():
        open_key(desk)
        attack(desk, letter)
        mark = desk.mark()
        since = clicks(mark)
        at_once = time.monotonic() - since < REST
        desk.wait_line(r"^\[trojan\] out of the way$", mark)
        if at_once and refused():
            break
        end(desk)
    else:
        raise AssertionError("this host is too slow for the test")
    assert desk.since(mark, r"\] signed") == []
    return mark


def test_double_click(desk):
    """The lure goes away at the first click; the second one reaches the signer and is refused."""
    def clicks(_):
        desk.move(*ACCEPT)
        since = time.monotonic()
        desk.double_click()
        return since
    too_early(desk, "k", clicks)
    assert strip_label(desk.screenshot()) == "Mail signer"


def test_step_aside(desk):
    """The same when it goes away before the click."""
    def clicks(mark):
        looks = [time.monotonic()]

        def away():
            looks.append(time.monotonic())
            return desk.since(mark, r"^\[trojan\] out of the way$")
        desk.move(*ACCEPT)
        desk.until(away, "it is out of the way")
        desk.button(True)
        since = looks[-2]                       # it was not yet, then
        desk.button(False)
        return since
    nothing_caught(desk, too_early(desk, "l", clicks))


def test_moving_view(desk):
    """It gets clicks that were meant for the signer, and the strip says so; none signs."""
    open_key(desk)
    attack(desk, "n")
    focus_core(desk)
    mark = desk.mark()
    taken = False
    for _ in range(40):
        desk.move_by(-3, 0)
        desk.move_by(3, 0)
        desk.button(True)
        desk.button(False)
        if desk.since(mark, r"^\[trojan\] click"):
            taken = True
            break
        desk.click(*ACCEPT)
    assert taken
    assert strip_label(desk.screenshot()) == "Trojan"
    assert desk.since(mark, r"\] signed") == []


@pytest.mark.parametrize("key", ["f12", "f11"])
def test_attention_stands_still(desk, key):
    """The picture of X-ray and kill mode stays as it was when the mode began, flicker as it may:
    who is clicked is who is seen."""
    attack(desk, "m")
    desk.move(5, 5)
    for _ in range(HOLDS):
        mark = desk.mark()
        desk.key(key)
        desk.wait_line(r"^\[nitpicker\] (x-ray|kill mode) on$", mark)
        first = desk.screenshot()
        assert labels(first, "Trojan", PURPLE)
        for _ in range(3):
            assert desk.screenshot().data == first.data
        desk.key(key)
        desk.wait_line(r"^\[nitpicker\] (x-ray|kill mode) off$", mark)


def test_evasive_view(own):
    """Kill mode shows it no pointer to run away from."""
    mark = attack(own, "o")
    own.move(*HERE)
    own.wait_line(r"^\[trojan\] jumped 1$", mark)
    own.move(470, 60)
    own.wait_line(r"^\[trojan\] jumped 2$", mark)
    own.move(300, 600)
    kill(own, *HERE)
    assert len(own.since(mark, "jumped")) == 2
    sign(own, 0)


# Keys and focus

def test_popup_while_typing(desk):
    """The passphrase goes to the signer, whatever pops up over it."""
    submit(desk, 0)
    read_all(desk)
    desk.key("ret")
    desk.wait_screen(has_field, "the core asks for the passphrase")
    attack(desk, "p")
    focus_core(desk)
    mark = desk.mark()
    desk.type("vitrine\n")
    desk.wait_screen(lambda s: not has_field(s) and can_accept(s), "the key is open")
    nothing_caught(desk, mark)
    assert strip_label(desk.screenshot()) == "Mail signer"


def test_key_logger(desk):
    attack(desk, "q")
    focus_mail(desk)
    mark = desk.mark()
    desk.type("correct horse")
    focus_core(desk)
    desk.type("battery staple")
    desk.until(lambda: len(desk.since(mark, "foreign keys")) >= 3, "it looks again")
    assert {line.split()[-1] for line in desk.since(mark, "foreign keys")} == {"0"}
    nothing_caught(desk, mark)


def test_focus_cannot_be_seized(desk):
    attack(desk, "r")
    focus_mail(desk)
    mark = desk.mark()
    for _ in range(5):
        desk.key("x")
        assert strip_label(desk.screenshot()) == "Mail"
    desk.until(lambda: len(desk.since(mark, r"^\[trojan\] confirm ")) >= 2, "it has tried all")
    assert set(desk.since(mark, r"^\[trojan\]")) == {f"[trojan] confirm {REFUSED}"}
    assert desk.since(mark, r"\[nitpicker\] focus") == []


def test_button_held_for_ever(desk):
    """Attention keys work meanwhile; after the release all is as before."""
    mark = attack(desk, "s")
    desk.move(*HERE)
    desk.button(True)
    desk.wait_line(r"^\[trojan\] holds$", mark)
    attention_works(desk)
    desk.button(False)
    desk.type("z")
    mark = desk.mark()
    focus_mail(desk)
    desk.key("down")
    desk.key("up")
    nothing_caught(desk, mark)


def test_deaf_client(desk):
    """Its ring overflows: that is its own loss."""
    mark = attack(desk, "t")
    desk.wait_line(r"^\[trojan\] deaf$", mark)
    for _ in range(20):
        desk.burst(*"abcde")
    attention_works(desk)
    focus_mail(desk)
    said = desk.mark()
    assert submit(desk, 0).startswith("submitted")
    assert desk.since(mark, "hears again") == []         # it was deaf all that time
    lost = desk.wait_line(r"^\[trojan\] hears again, lost (\d+)$", mark)
    assert int(lost[1]) > 0
    assert desk.since(said, r"^\[mail-signer\] (a message to review|another message in its place)$")


def test_unseen_focus(desk):
    """A client without any view may still have the keyboard: the strip says so, until another
    window is clicked."""
    mark = attack(desk, "u")
    desk.click(*HERE)
    desk.wait_line(r"^\[trojan\] unseen$", mark)
    desk.type("b")
    desk.wait_line(r"^\[trojan\] key 48$", mark)
    assert strip_label(desk.screenshot()) == "Trojan"
    focus_mail(desk)
    mark = desk.mark()
    desk.type("b")
    desk.wait_line(r"^\[trojan\] seen again$", mark)
    nothing_caught(desk, mark)


# Clipboard

def chord(guest, key):
    """Held X-ray key, C or V: the user's hand on the clipboard.  Ends in normal mode."""
    guest.burst("+f12", key, "-f12")
    guest.key("f12")


def test_clipboard_uninvited(desk):
    """Nobody asked: no text is given or taken."""
    mark = attack(desk, "2")
    desk.until(lambda: len(desk.since(mark, "clipboard refused")) >= 2, "it has tried")
    assert desk.since(mark, r"taken|pasted|\[nitpicker\] (copied|pasted)") == []
    focus_mail(desk)
    chord(desk, "v")                                # the clipboard is empty
    desk.until(lambda: len(desk.since(mark, "clipboard refused")) >= 4, "it has tried on")
    assert desk.since(mark, r"taken|pasted|\[nitpicker\] (copied|pasted)") == []


def test_clipboard_once(desk):
    """One answer for each chord; what was pasted is gone, and nothing older comes with it."""
    mark = attack(desk, "2")
    chord(desk, "c")
    desk.wait_line(r"^\[nitpicker\] copied from Trojan$", mark)
    desk.wait_line(rf"^\[trojan\] copy again {REFUSED}$", mark)
    # one of its attempts was the answer: that to the signal or the next of the uninvited ones
    assert len(desk.since(mark, r"^\[trojan\] (copy 0|clipboard taken)$")) == 1
    screen = desk.screenshot()
    assert screen.find_text("Trojan", BLACK, PURPLE, 0)[1] < STRIP
    focus_mail(desk)
    mark = desk.mark()
    chord(desk, "v")                                # offered to the mail program, not to the trojan
    desk.until(lambda: len(desk.since(mark, "clipboard refused")) >= 2, "it has tried")
    assert desk.since(mark, "taken|pasted") == []
    focus_trojan(desk)
    chord(desk, "v")
    desk.wait_line(r"^\[nitpicker\] pasted to Trojan$", mark)
    assert desk.wait_line(r"^\[trojan\] pasted (\d+)$", mark)[1] == "20"
    assert desk.wait_line(r"^\[trojan\] bytes beyond (\d+)$", mark)[1] == "0"
    desk.wait_line(rf"^\[trojan\] paste again {REFUSED}$", mark)
    mark = desk.mark()
    chord(desk, "v")                                # it was wiped
    desk.until(lambda: len(desk.since(mark, "clipboard refused")) >= 2, "it has tried")
    assert desk.since(mark, "pasted") == []


def test_clipboard_late(desk):
    """An answer after its time does not replace what is there."""
    mark = attack(desk, "3")
    chord(desk, "c")
    desk.wait_line(r"^\[trojan\] waits$", mark)
    assert desk.wait_line(r"^\[trojan\] late copy (\d+)$", mark)[1] == str(REFUSED)
    assert desk.since(mark, r"\[nitpicker\] copied") == []


# Quantity

def test_flood(own):
    """Redraws and restacking without a pause: attention keys work, and the user gets rid of it."""
    mark = attack(own, "v")
    own.wait_line(r"^\[trojan\] calls ", mark)
    for _ in range(3):
        attention_works(own)
    kill(own, 600, 400)
    sign(own, 0)
    assert own.since(mark, r"fault|panic") == []


def test_memory(desk):
    """It gets what it donated; a mail is signed meanwhile."""
    mark = attack(desk, "w")
    views = int(desk.wait_line(r"^\[trojan\] views (\d+)$", mark)[1])
    refused = int(desk.wait_line(r"^\[trojan\] views refused (\d+)$", mark)[1])
    assert views + refused == 4095
    assert 100 < views < (48 << 10) // 128              # of the 48K for the server's records
    desk.wait_line(r"^\[trojan\] buffer refused 1048576$", mark)
    sign(desk, 0)


def test_begin_again_and_again(desk):
    """Faults in a row: each is reported, attention keys and the others work, and after the last
    one it is there again."""
    mark = attack(desk, "x")
    attention_works(desk)
    focus_mail(desk)
    desk.until(lambda: len(desk.since(mark, r"^\[init\] trojan: started again$")) == 21,
               "the last restart")
    desk.until(lambda: len(desk.since(mark, r"^\[trojan\] ready$")) == 21, "it is there again")
    faults = desk.since(mark, r"^\[init\] .*fault")
    assert len(faults) == 21
    assert all(re.match(r"\[init\] trojan: fault at 0x\w+ \(reopen_(start|again)\+0x\w+\), "
                        r"page fault: write 0x8$", line) for line in faults)
    sign(desk, 0)


def test_no_picture_of_the_screen(desk):
    """No operation of the screen server sends memory."""
    mark = attack(desk, "y")
    desk.wait_line(r"^\[init\] trojan: fault at 0x\w+ \(pixels_start\+0x\w+\), "
                   r"page fault: read 0x70000000$", mark)
    desk.wait_line(r"^\[trojan\] ready$", mark)
    assert desk.since(mark, "it is") == []


def test_signer_is_out_of_reach(desk):
    """Of all capability numbers two exist, screen and log, and none answers like the signer."""
    mark = attack(desk, "z")
    assert desk.wait_line(r"^\[trojan\] capabilities (\d+)$", mark)[1] == "2"
    assert desk.wait_line(r"^\[trojan\] served (\d+)$", mark)[1] == "0"
