# SPDX-License-Identifier: MIT
"""make sizes: what a program really used; and a stack overflow is called what it is."""

import re

import guest
from guest import boot


def test_overflow_is_named():
    with boot("deep", wait=False) as g:
        g.wait_line(r"^\[deep\] back$")
        g.wait_line(r"^\[init\] deeper: fault at 0x[0-9a-f]+ \(descend\+")
        g.wait_line(r"^\[init\] stack overflow in deeper: raise stack$")
        g.wait_line(r"^\[init\] deeper: stopped$")
        assert not any("overflow in deep:" in line for line in g.lines())


def test_other_faults_are_not():
    """A page that is nowhere near the stack is missing for another reason."""
    with boot("probers", wait=False) as g:
        g.wait_line(r"^\[init\] .*page fault: ")
        assert not any("stack overflow" in line for line in g.lines())


def test_sizes():
    """20 frames of 1K and something, and a word in the third page of the heap."""
    done = guest.make("sizes", "SCENARIO=deep", "OUT=build/system/deep-sizes")
    assert done.returncode == 0, done.stderr
    rows = {words[0]: words[1:] for words in map(str.split, done.stdout.splitlines())
            if re.fullmatch(r"\d+K", words[1] if len(words) > 1 else "")}
    assert set(rows) == {"deep", "deeper"}
    assert rows["deep"][:3] == ["64K", "9K", "12K"]
    stack, used, enough = rows["deep"][3:6]
    assert stack == "32K" and 20 < int(used[:-1]) < 28 and enough in ("32K", "36K", "40K")
    # it used all, and would need more
    assert rows["deeper"][3:6] == ["32K", "32K", "48K!"]
    quota, used, _ = rows["deep"][6:]
    assert quota == "256K" and 16 <= int(used[:-1]) < 256
