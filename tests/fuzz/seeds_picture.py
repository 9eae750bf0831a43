#!/usr/bin/python3
"""Makes what fuzz_picture starts from, in corpus/picture: PNG of every kind, whole and broken, and rows of pixels. JPEG is made by
cjpeg (package libjpeg-turbo-progs) where there is one. Run it where it stands; files that a fuzzer has added stay."""

import pathlib
import shutil
import struct
import subprocess
import zlib

HERE = pathlib.Path(__file__).resolve().parent / "corpus" / "picture"
SHOWN = bytes([0, 19, 7, 4, 0])  # a picture of 20 x 8 cells at most, in 24-bit colours

# Colour type and depth: samples of a pixel.
KINDS = [(0, 1, 1), (0, 2, 1), (0, 4, 1), (0, 8, 1), (0, 16, 1), (2, 8, 3), (2, 16, 3), (3, 1, 1), (3, 4, 1), (3, 8, 1), (4, 8, 2),
         (4, 16, 2), (6, 8, 4), (6, 16, 4)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(width, height, bits, seed):
    """Each with a filter of its own."""
    size = (width * bits + 7) // 8
    return b"".join(bytes([y % 5]) + bytes((x * 7 + y * 13 + seed) & 0xFF for x in range(size)) for y in range(height))


def passes(width, height, bits):
    starts = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    for x, y, step_x, step_y in starts:
        across, down = (width - x + step_x - 1) // step_x, (height - y + step_y - 1) // step_y
        if across > 0 and down > 0:
            yield rows(across, down, bits, x)


def png(color, depth, samples, width=13, height=9, interlaced=False, more=b"", data=None):
    bits = depth * samples
    if data is None:
        data = b"".join(passes(width, height, bits)) if interlaced else rows(width, height, bits, 3)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, int(interlaced)))
    if color == 3:
        more = chunk(b"PLTE", bytes(range(3 * (1 << depth) & 0xFF or 255))[:3 * (1 << depth)]) + more
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def pictures():
    for color, depth, samples in KINDS:
        for interlaced in (False, True):
            yield "png-%d-%d%s" % (color, depth, "-interlaced" if interlaced else ""), png(color, depth, samples, interlaced=interlaced)
    plain = png(2, 8, 3)
    yield "png-transparent", png(2, 8, 3, more=chunk(b"tRNS", bytes(6)))
    yield "png-text", png(2, 8, 3, more=chunk(b"tEXt", b"Comment\0hello") + chunk(b"zTXt", b"C\0\0" + zlib.compress(b"a" * 100000)))
    yield "png-profile", png(2, 8, 3, more=chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(300))))
    yield "png-cut", plain[:-30]
    yield "png-no-end", plain[:-12]
    yield "png-bad-sum", plain[:60] + bytes([plain[60] ^ 1]) + plain[61:]
    yield "png-one", png(6, 8, 4, 1, 1)
    yield "png-wide", png(0, 1, 1, 4096, 1)
    yield "png-tall", png(0, 1, 1, 1, 4096)
    yield "png-too-wide", png(0, 1, 1, 4097, 1, data=b"")
    yield "png-huge", png(6, 16, 4, 0x7FFFFFFF, 0x7FFFFFFF, data=b"")
    yield "png-empty", png(6, 8, 4, 0, 0, data=b"")
    yield "png-bomb", png(0, 1, 1, 4096, 4096, data=bytes(513 * 4096))
    yield "png-short-data", png(2, 8, 3, data=b"")
    yield "nothing", b""
    yield "gif", b"GIF89a"
    yield "jpeg-start", b"\xff\xd8\xff"


def jpegs():
    if not shutil.which("cjpeg"):
        return
    plain = b"P6 29 21 255\n" + bytes((x * 5) & 0xFF for x in range(29 * 21 * 3))
    for name, options in (("baseline", []), ("progressive", ["-progressive"]), ("grey", ["-grayscale"]),
                          ("arithmetic", ["-arithmetic"]), ("restart", ["-restart", "1B"]), ("optimised", ["-optimize"]),
                          ("sampled", ["-sample", "4x1"]), ("coarse", ["-quality", "5"])):
        made = subprocess.run(["cjpeg", *options], input=plain, stdout=subprocess.PIPE, check=False).stdout
        if made:
            yield "jpeg-" + name, made
            yield "jpeg-%s-cut" % name, made[:len(made) * 2 // 3]


def main():
    HERE.mkdir(exist_ok=True)
    for name, data in [*pictures(), *jpegs()]:
        (HERE / name).write_bytes(SHOWN + data)
    for name, head in (("down", [1, 63, 40, 7, 15]), ("down-alpha", [3, 20, 30, 7, 7]), ("up", [1, 2, 3, 23, 15]),
                       ("up-alpha", [3, 0, 0, 7, 7]), ("across", [1, 60, 1, 7, 23]), ("along", [3, 1, 60, 23, 7])):
        count = (head[1] + 1) * (head[2] + 1) * (4 if head[0] & 2 else 3)
        (HERE / ("scale-" + name)).write_bytes(bytes(head) + bytes((x * 11 + x // 7) & 0xFF for x in range(count)))


if __name__ == "__main__":
    main()
