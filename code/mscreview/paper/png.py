"""How fine a PNG is."""

import struct

METRES_PER_INCH = 0.0254


def dots_per_inch(path):
    """Horizontal resolution that the file states in its pHYs chunk; None if it states none."""
    content = path.read_bytes()
    at = content.find(b"pHYs")
    if at < 0:
        return None
    per_metre, _, unit = struct.unpack(">IIB", content[at + 4 : at + 13])
    return round(per_metre * METRES_PER_INCH) if unit == 1 else None
