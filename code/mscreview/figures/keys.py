"""Where the entries of a key stand: side by side as far as the width goes."""


def side_by_side(widths, gap, limit):
    """(x, line) of entries of these widths; one that would pass the limit begins a new line."""
    places, x, line = [], 0, 0
    for width in widths:
        if x and x + width > limit:
            x, line = 0, line + 1
        places.append((x, line))
        x += width + gap
    return places
