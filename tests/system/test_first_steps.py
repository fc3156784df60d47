# SPDX-License-Identifier: MIT
"""docs/first-steps.md: its programs are short, and do what the page says, as typed from it."""

import os
import re
import subprocess

import pytest

from guest import ROOT, boot

PAGE = os.path.join(ROOT, "docs", "first-steps.md")


@pytest.fixture(scope="module")
def steps(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first") / "steps"
    done = subprocess.run(["tools/first-steps", folder], cwd=ROOT, text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["hello", "keys", "pager", "ping"]
    # a second time there: nothing is written over
    again = subprocess.run(["tools/first-steps", folder], cwd=ROOT, text=True,
                           capture_output=True, check=False)
    assert again.returncode != 0 and "name a new folder" in again.stderr
    return folder


def booted(steps, name):
    """As the page says it, but for the window: by make APP=."""
    return boot(name, wait=False, app=steps / name)


@pytest.mark.parametrize("name", ["hello", "ping", "keys", "pager"])
def test_short(steps, name):
    """The programs of each step are less than 60 lines, and no line is too long for the page."""
    texts = [path.read_text() for path in (steps / name).rglob("*.c")]
    assert 0 < sum(len(text.splitlines()) for text in texts) < 60
    assert max(len(line.expandtabs(8)) for text in texts for line in text.splitlines()) <= 100
    with open(PAGE, encoding="utf-8") as file:
        assert f"    make run APP=/tmp/steps/{name}\n" in file.read()


def test_hello(steps):
    with booted(steps, "hello") as g:
        g.wait_line(r"^\[hello\] Hello, world\.$")
        g.wait_line(r"^\[hello\] I was told to say this\.$")


def test_ping(steps):
    """All calls are answered; what one costs depends on the host."""
    with booted(steps, "ping") as g:
        g.wait_line(r"^\[ping\] calls answered: 1000$")
        cost = g.wait_line(r"^\[ping\] ticks for one: (\d+)$")
        assert int(cost[1]) > 0


def test_keys(steps):
    """Each press and release, once, as the controller's scan codes of set 1."""
    with booted(steps, "keys") as g:
        g.wait_line(r"^\[keys\] listening$")
        g.type("ab")
        for code in "1e", "9e", "30", "b0":
            g.wait_line(rf"^\[keys\] scan code 0x{code}$")
        codes = [re.search("0x(..)$", line)[1] for line in g.lines() if "scan code" in line]
        assert codes == ["1e", "9e", "30", "b0"]


def test_pager(steps):
    with booted(steps, "pager") as g:
        g.wait_line(r"^\[pager\] the sum is right$")
        assert not any("fault" in line for line in g.lines())
