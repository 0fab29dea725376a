"""Create colour profiles for test pictures (ICC.1, version 2): for RGB from three primaries and the
curve of sRGB, and for grey from a gamma."""

import struct

WHITE = (0.9642, 1.0, 0.8249)  # D50, as the format requires
DISPLAY_P3 = (  # the primaries, adapted to D50, as in Apple's profile
    (0.51512, 0.2412, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.1571, 0.06657, 0.78407),
)


def matrix_profile(primaries=DISPLAY_P3):
    """Return the bytes of an RGB profile."""
    colours = {name: _xyz(each) for name, each in zip(("r", "g", "b"), primaries, strict=True)}
    tags = {
        b"wtpt": _xyz(WHITE),
        b"desc": _description_tag("For tests"),
        b"cprt": _text_tag("None"),
    }
    for name, xyz in colours.items():
        tags[f"{name}XYZ".encode()] = xyz
        tags[f"{name}TRC".encode()] = _srgb_curve()
    return _profile(b"RGB ", tags)


def grey_profile(*, gamma):
    tags = {
        b"wtpt": _xyz(WHITE),
        b"desc": _description_tag("For tests"),
        b"cprt": _text_tag("None"),
    }
    return _profile(b"GRAY", {**tags, b"kTRC": _curve(gamma)})


def _profile(space, tags):
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    size = start + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02100000, b"mntr", space, b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    return header + _numbers(WHITE) + b"\0" * 48 + table + body


def _numbers(values):
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _xyz(values):
    return b"XYZ \0\0\0\0" + _numbers(values)


def _curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def _srgb_curve():
    steps = [each / 255 for each in range(256)]
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in steps]
    values = b"".join(struct.pack(">H", round(each * 65535)) for each in light)
    return b"curv\0\0\0\0" + struct.pack(">I", 256) + values


def _text_tag(text):
    return b"text\0\0\0\0" + text.encode() + b"\0"


def _description_tag(text):
    words = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words + b"\0" * 78
