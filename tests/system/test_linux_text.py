# SPDX-License-Identifier: MIT
"""An unmodified Debian kernel in a window: it boots, is typed into, crashes, starts again, is
killed.  What Linux says is judged by its own words on the channel "log"; its prompt by the cursor."""

import pytest

from guest import boot

LEFT, TOP, COLUMNS, ROWS = 101, 88, 100, 37     # of the text in the window, in characters
GREY, NOTICE = 0xaaaaaa, 0xfbe6e4
PROMPT = len("user@vitrine:~$ ")
LIMIT = 200     # seconds that the machine had, for a boot


def cursor(screen):
    """(column, row) of the underline that Linux shows where the next character will be, or None."""
    for row in reversed(range(ROWS)):
        y = TOP + 16 * row
        for column in range(COLUMNS):
            x = LEFT + 8 * column
            if screen.colours(x, y + 14, 8, 1) == {GREY} and \
                    screen.colours(x, y, 8, 13) == {0}:
                return column, row
    return None


def wait_cursor(guest, column, what, below=-1):
    """The row of the cursor, when it is in that column, and lower than a row."""
    def there(screen):
        at = cursor(screen)
        return at is not None and at[0] == column and at[1] > below
    return cursor(guest.wait_screen(there, what, LIMIT))[1]


def say(guest, command, answer):
    """A command whose output goes to the channel is typed; what it says is on the serial line."""
    mark = guest.mark()
    guest.type(f"{command} > /dev/log\n")
    guest.wait_line(rf"^\[linux\] {answer}$", mark)


@pytest.fixture(scope="module")
def linux():
    with boot("linux-text") as guest:
        wait_cursor(guest, PROMPT, "the prompt")
        guest.click(500, 500)
        guest.wait_line(r"^\[nitpicker\] focus Linux$")
        yield guest


def become_root(guest):
    row = wait_cursor(guest, PROMPT, "the prompt")
    guest.type("su\n")
    wait_cursor(guest, len("Password: "), "the question", row)
    guest.type("vitrine\n")
    wait_cursor(guest, len("root@vitrine:/home/user# "), "root's prompt", row)


def start_again(guest, mark):
    guest.wait_line(r"^\[linux\] The guest starts again\.$", mark, LIMIT)
    guest.wait_screen(lambda s: cursor(s) is None, "the screen is empty", LIMIT)
    wait_cursor(guest, PROMPT, "the prompt")


def test_user_and_root(linux):
    """The kernel is Debian's; the user is none that may anything, until the password is said."""
    say(linux, "echo $((6*7))", "42")
    say(linux, "uname -srv", r"Linux 6\.1\.\S+-cloud-amd64 #1 SMP \S+ Debian 6\.1\.\S+ \(.*\)")
    say(linux, "id -u", "1000")
    say(linux, "(touch /etc/x 2>&1)", "touch: /etc/x: Permission denied")
    become_root(linux)
    say(linux, "id -u", "0")


def test_crash(linux):
    """The window says it; other keys do nothing, Enter starts Linux again."""
    mark = linux.mark()
    linux.type("echo c > /proc/sysrq-trigger\n")
    linux.wait_line(r"^\[linux\] The guest has halted:$", mark, LIMIT)
    linux.wait_pixel(LEFT + 110, TOP + 250, NOTICE)
    linux.type("abc")
    linux.idle()
    assert not linux.since(mark, "starts again")
    linux.key("ret")
    start_again(linux, mark)
    say(linux, "cut -d . -f 1 /proc/uptime | sed 's/^..$/young/;s/^.$/young/'", "young")


def test_reboot(linux):
    """The guest's own: it starts again, and nobody is asked."""
    become_root(linux)
    mark = linux.mark()
    linux.type("reboot -f\n")
    start_again(linux, mark)
    assert not linux.since(mark, "has halted")


def test_halt(linux):
    become_root(linux)
    mark = linux.mark()
    linux.type("halt -f\n")
    linux.wait_line(r"^\[linux\] it has stopped its processor$", mark, LIMIT)
    linux.wait_pixel(LEFT + 110, TOP + 250, NOTICE)


def test_kill(linux):
    mark = linux.mark()
    linux.key("f11")
    linux.wait_line(r"^\[nitpicker\] kill mode on$", mark)
    linux.until(lambda: linux.since(mark, r"^\[nitpicker\] locked out Linux$") or
                linux.click(500, 500), "Linux is locked out")
    linux.wait_line(r"^\[init\] linux: destroyed$", mark)
