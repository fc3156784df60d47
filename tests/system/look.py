# SPDX-License-Identifier: MIT
"""What the screen must show: colours of nitpicker, pictures of the test clients."""

STRIP = 24                      # height of the reserved strip
DESKTOP, DESKTOP_XRAY = 0x33414d, 0x161c22
STRIP_PAPER, STRIP_INK = 0x1b2127, 0xb4beca
LEGACY, TRUSTED = 0xf2c078, 0x8fe3b0
TITLE_INK, TITLE_PAPER = 0xd5dde5, 0x1b2127
BLACK, WHITE, KILL = 0x000000, 0xffffff, 0xd01818
ORANGE, BLUE, GREEN = 0xe08030, 0x4080e0, 0x40d060      # of clients in tests/configs

PAINTER = 100, 100, 320, 200            # windows of the painters
PAINTER2 = 540, 100, 320, 200


def rgb(colour):
    return colour.to_bytes(3, "big")


def painter_row(y):
    """A row of the painter's pattern as bytes."""
    return b"".join(bytes((0x40, x * 255 // 320, y * 255 // 200)) for x in range(320))


def dimmed(data, colour):
    """Client's pixels as X-ray mode must show them for the plan's colour."""
    tint = [0x30 + (c >> 2) for c in rgb(colour)]
    out = bytearray(len(data))
    for i in range(3):
        out[i::3] = data[i::3].translate(bytes((v >> 2) + tint[i] for v in range(256)))
    return bytes(out)


def same_window(screen, window, rows, skip=()):
    """Are these rows of bytes in the window?  Rectangles in skip are not compared."""
    x, y, width, height = window
    for line in range(height):
        left, holes = 0, sorted((hx, hx + hw) for hx, hy, hw, hh in skip
                                if hy <= y + line < hy + hh)
        for start, end in [*holes, (x + width, x + width)]:
            start = min(max(start, x), x + width) - x
            if start > left and \
                    screen.row(x + left, y + line, start - left) != rows[line][left * 3:start * 3]:
                return False
            left = max(left, min(end, x + width) - x)
    return True


def painter_rows(colour=ORANGE):
    """The painter's window with the frame of its session's colour."""
    edge = 2 * rgb(colour)
    rows = [edge + painter_row(y)[6:-6] + edge for y in range(200)]
    return [rgb(colour) * 320] * 2 + rows[2:-2] + [rgb(colour) * 320] * 2


def uniform(screen, x, y, width, height, colour):
    """Is this rectangle of one colour?"""
    return screen.colours(x, y, width, height) == {colour}
