# SPDX-License-Identifier: MIT
"""A mail program that swaps messages below the user's hands, against somebody who types on."""

import pytest
from guest import boot
from look import BLACK
from signer import BAD_GROUND, CORE_COLOUR, CORE_TITLE, band, can_accept, has_field


@pytest.fixture(scope="module")
def desk():
    with boot("swapper") as guest:
        guest.wait_line(r"^\[mail-signer\] ready$")
        guest.wait_line(r"^\[mail-signer\] another message in its place$")
        guest.click(*CORE_TITLE)
        guest.wait_screen(lambda s: s.text(8, 4, 11, BLACK, CORE_COLOUR) == "Mail signer",
                          "the signer has the focus")
        yield guest


def test_typing_on_signs_nothing(desk):
    """Through a dozen swaps somebody goes on as if nothing had happened: the window says all the
    time that this is another message, asks for no passphrase, and signs nothing."""
    mark = desk.mark()
    while len(desk.since(mark, r"^\[swapper\] submitted 0$")) < 12:
        desk.type("\nvitrine\n\n")
        screen = desk.wait_screen(lambda s: band(s) == BAD_GROUND, "it says what happened")
        assert not has_field(screen) and not can_accept(screen)
    assert desk.since(0, r"signed|signature|fault") == []


def test_no_swap_goes_unsaid(desk):
    """Only the first message was one to review; each later one came after a notice."""
    assert len(desk.since(0, r"^\[mail-signer\] a message to review$")) == 1
    taken = len(desk.since(0, r"^\[mail-signer\] taken back$"))
    assert taken >= 12
    assert abs(taken - len(desk.since(0, r"^\[mail-signer\] another message"))) <= 1
