# SPDX-License-Identifier: MIT
"""The sample app in QEMU: asked on one side, approved or refused on the other."""

import itertools
import time

import pytest
from guest import boot
from look import BLACK, GREEN

FIELD = 200, 180                # in the legacy part's window
APPROVE, REFUSE = (820, 560), (930, 560)        # buttons in the core's


@pytest.fixture(scope="module")
def app():
    with boot("sample") as guest:
        guest.wait_line(r"^\[sample\] ready$")
        guest.wait_line(r"^\[sample-ui\] Type something and press Enter\.$")     # of data/hint.txt
        guest.wait_line(r"^\[sample-ui\] ready$")
        yield guest


def ask(app, text):
    mark = app.mark()
    app.click(*FIELD)
    app.type(text + "\n")
    app.wait_line(r"^\[sample\] asked$", mark)
    return mark


def approve(app, mark):
    """Again and again: it counts only after the window was seen for a while, which a click that
    comes too early begins anew: the pauses grow."""
    pauses = itertools.count()

    def approved():
        app.click(*APPROVE)
        time.sleep(0.2 * next(pauses))
        return app.since(mark, r"^\[sample\] approved$")
    app.until(approved, "the core takes the approval")


def test_approved(app):
    mark = ask(app, "lend my bicycle to Bob")
    approve(app, mark)
    app.wait_line(r"^\[sample-ui\] Approved\.$", mark)
    app.wait_screen(lambda s: s.find_text("Sample", BLACK, GREEN) == (8, 4),
                    "the strip names the core")


def test_first_click_does_not_approve(app):
    """It only brings the focus: the user has not looked for long enough."""
    mark = ask(app, "an overhasty click")
    app.click(*APPROVE)
    app.wait_line(r"^\[sample\] (not yet|approved)$", mark)
    assert not app.since(mark, r"^\[sample\] approved$")
    approve(app, mark)


def test_refused(app):
    mark = ask(app, "give everything away")
    app.click(*REFUSE)
    app.wait_line(r"^\[sample\] refused$", mark)
    app.wait_line(r"^\[sample-ui\] Refused\.$", mark)
