#!/usr/bin/python3
"""Draws the pictures of the demo catalogue.

    make.py [FOLDER]        writes every picture as FOLDER/NAME.png (beside this script when no folder is given)

Flat shapes on a plain ground, since they are mostly seen as some 40x14 terminal cells: large forms, strong
outlines of colour, nothing thin that has to be read. Everything is a polygon, filled row by row on a canvas
SCALE times as large and averaged down for smooth edges. Only the standard library is used.
"""
import math
import os
import struct
import sys
import zlib

WIDTH, HEIGHT = 200, 140        # the shape of 40x14 cells that are twice as tall as wide
SCALE = 4


class Canvas:
	"""Rows of indexes into a list of colours, at SCALE times the size of the picture."""

	def __init__(self, ground):
		self.colours = []
		index = self.index_of(ground)
		self.rows = [bytearray([index]) * (WIDTH * SCALE) for _ in range(HEIGHT * SCALE)]

	def index_of(self, colour):
		if colour not in self.colours:
			self.colours.append(colour)
		return self.colours.index(colour)

	def span(self, y, start, end, index, over):
		start, end = max(0, start), min(WIDTH * SCALE, end)
		if start >= end:
			return
		row = self.rows[y]
		if over is None:
			row[start:end] = bytes([index]) * (end - start)
			return
		for x in range(start, end):
			if row[x] == over:
				row[x] = index

	def fill(self, points, colour, over=None):
		"""Fills a polygon (even-odd); with `over`, only where that colour is now, which clips to an earlier shape."""
		index = self.index_of(colour)
		over = None if over is None else self.index_of(over)
		points = [(x * SCALE, y * SCALE) for x, y in points]
		edges = list(zip(points, points[1:] + points[:1]))
		top = max(0, math.floor(min(y for _, y in points)))
		bottom = min(HEIGHT * SCALE - 1, math.ceil(max(y for _, y in points)))
		for y in range(top, bottom + 1):
			middle = y + 0.5
			cuts = sorted(
				x1 + (middle - y1) * (x2 - x1) / (y2 - y1)
				for (x1, y1), (x2, y2) in edges if (y1 <= middle) != (y2 <= middle))
			for left, right in zip(cuts[::2], cuts[1::2]):
				self.span(y, math.ceil(left - 0.5), math.ceil(right - 0.5), index, over)

	def stroke(self, points, width, colour, over=None):
		"""A line with round ends and corners."""
		half = width / 2
		for x, y in points:
			self.fill(ellipse(x, y, half, half), colour, over)
		for (x1, y1), (x2, y2) in zip(points, points[1:]):
			length = math.hypot(x2 - x1, y2 - y1)
			if length == 0:
				continue
			dx, dy = (y2 - y1) / length * half, (x1 - x2) / length * half
			self.fill([(x1 + dx, y1 + dy), (x2 + dx, y2 + dy), (x2 - dx, y2 - dy), (x1 - dx, y1 - dy)], colour, over)

	def pixels(self):
		"""Rows of RGB bytes at the picture's own size."""
		channels = [bytes.fromhex(colour) for colour in self.colours]
		for top in range(0, HEIGHT * SCALE, SCALE):
			rows = self.rows[top:top + SCALE]
			line = bytearray()
			for left in range(0, WIDTH * SCALE, SCALE):
				block = b"".join(row[left:left + SCALE] for row in rows)
				if block.count(block[0]) == len(block):
					line += channels[block[0]]
					continue
				for channel in range(3):
					total = sum(channels[index][channel] for index in block)
					line.append((total + len(block) // 2) // len(block))
			yield bytes(line)


def ellipse(cx, cy, rx, ry, start=0, end=360):
	steps = 72
	angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
	return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def box(x, y, width, height, radius=0):
	if radius == 0:
		return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
	right, bottom = x + width - radius, y + height - radius
	return (ellipse(right, y + radius, radius, radius, -90, 0) + ellipse(right, bottom, radius, radius, 0, 90)
		+ ellipse(x + radius, bottom, radius, radius, 90, 180) + ellipse(x + radius, y + radius, radius, radius, 180, 270))


def curve(start, pull, other_pull, end):
	"""A cubic curve as points."""
	steps = 32
	points = []
	for i in range(steps + 1):
		t = i / steps
		u = 1 - t
		weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
		points.append(tuple(
			sum(w * p[axis] for w, p in zip(weights, (start, pull, other_pull, end))) for axis in (0, 1)))
	return points


def turned(points, cx, cy, degrees):
	c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
	return [(cx + (x - cx) * c - (y - cy) * s, cy + (x - cx) * s + (y - cy) * c) for x, y in points]


def scene(ground, table, level=112):
	canvas = Canvas(ground)
	canvas.fill(box(0, level, WIDTH, HEIGHT - level), table)
	return canvas


def leaf(x, y, length, degrees):
	"""A pointed leaf whose stem is at x, y."""
	half = length * 0.34
	tip = (x + length, y)
	points = (curve((x, y), (x + length * 0.3, y - half), (x + length * 0.7, y - half), tip)
		+ curve(tip, (x + length * 0.7, y + half), (x + length * 0.3, y + half), (x, y)))
	return turned(points, x, y, degrees)


def draw_cup():
	c = scene("f3d9b1", "c98b5a")
	c.fill(ellipse(98, 117, 68, 10), "a86f45")
	c.fill(ellipse(98, 113, 66, 10), "fffaf0")
	c.fill(ellipse(98, 112, 44, 6), "e6dac6")
	c.stroke(ellipse(146, 76, 18, 17), 9, "fffaf0")
	c.fill([(48, 56)] + curve((48, 56), (50, 98), (64, 112), (82, 114)) + [(114, 114)]
		+ curve((114, 114), (132, 112), (146, 98), (148, 56)), "fffaf0")
	c.fill([(122, 56)] + curve((122, 56), (122, 92), (112, 110), (100, 114)) + [(114, 114)]
		+ curve((114, 114), (132, 112), (146, 98), (148, 56)), "eadfcc", over="fffaf0")
	c.fill(box(40, 72, 108, 7), "d2553f", over="fffaf0")
	c.fill(box(40, 72, 108, 7), "b84534", over="eadfcc")
	c.fill(ellipse(98, 56, 50, 11), "fffaf0")
	c.fill(ellipse(98, 57, 44, 8.5), "5b3420")
	c.fill(ellipse(88, 58, 22, 4), "8a5433")
	for x in (80, 98, 116):
		c.stroke(curve((x, 38), (x - 9, 29), (x + 9, 22), (x, 12)), 5, "fff1d8")
	return c


def bean(c, x, y, size, degrees):
	c.fill(turned(ellipse(x, y, size, size * 0.68), x, y, degrees), "5e3620")
	c.stroke(turned(curve((x - size * 0.8, y), (x - size * 0.3, y - size * 0.4), (x + size * 0.3, y + size * 0.4),
		(x + size * 0.8, y)), x, y, degrees), 2, "9a6a45")


def draw_beans():
	c = scene("bcd3c4", "8f7358")
	c.fill([(66, 30), (134, 30), (140, 122), (60, 122)], "2f4a44")
	c.fill([(112, 30), (134, 30), (140, 122), (116, 122)], "243a36")
	c.fill(box(64, 14, 72, 20, 3), "3d5f57")
	c.fill(box(64, 25, 72, 4), "e9b44c")
	c.fill(box(74, 52, 52, 46, 4), "f6ead2")
	bean(c, 100, 70, 15, -35)
	c.fill(box(82, 86, 36, 4), "d2553f")
	for x, y, size, turn in ((36, 124, 11, 20), (54, 130, 11, -30), (22, 132, 10, -50), (154, 126, 11, 35),
			(172, 131, 11, -15), (146, 134, 9, 60)):
		bean(c, x, y, size, turn)
	return c


def draw_tin():
	c = scene("f0d2c8", "a9654f")
	c.fill(ellipse(100, 120, 50, 9), "8a4f3d")
	c.fill(box(54, 42, 92, 76), "2f7f79")
	c.fill(ellipse(100, 118, 46, 8), "2f7f79")
	c.fill(box(120, 42, 26, 82), "25665f", over="2f7f79")
	c.fill(box(50, 24, 100, 24), "e5b04f")
	c.fill(ellipse(100, 48, 50, 8), "e5b04f")
	c.fill(box(122, 24, 28, 34), "c8923a", over="e5b04f")
	c.fill(ellipse(100, 24, 50, 9), "f4cd7e")
	c.fill(ellipse(100, 23, 36, 5.5), "e5b04f")
	c.fill(ellipse(98, 88, 30, 25), "f8f0dd")
	c.fill(leaf(97, 106, 31, -128), "4d8b45")
	c.fill(leaf(99, 106, 31, -52), "6fae58")
	c.fill(leaf(98, 106, 38, -90), "3b7439")
	return c


def draw_bowl():
	c = scene("e8dcc8", "7d5a46")
	c.fill(ellipse(100, 122, 46, 7), "654636")
	c.fill(box(76, 108, 48, 14, 3), "dfe8ee")
	c.fill(curve((34, 56), (36, 96), (66, 114), (100, 114)) + curve((100, 114), (134, 114), (164, 96), (166, 56)), "f7fbfd")
	c.fill(curve((130, 56), (128, 92), (116, 110), (100, 114)) + curve((100, 114), (134, 114), (164, 96), (166, 56)),
		"dfe8ee", over="f7fbfd")
	for shade, blue in (("f7fbfd", "2c5f9e"), ("dfe8ee", "234c80")):
		wave = [(x, 80 + 6 * math.sin(x / 6.4)) for x in range(20, 181, 2)]
		c.stroke(wave, 7, blue, over=shade)
		c.fill(box(20, 96, 160, 6), blue, over=shade)
	c.fill(ellipse(100, 56, 66, 13), "2c5f9e")
	c.fill(ellipse(100, 57, 60, 10.5), "cfdce6")
	c.fill(curve((46, 60), (60, 40), (140, 40), (154, 60)) + ellipse(100, 59, 56, 8, 0, 180), "fffdf6")
	for end in (26, 42):
		c.stroke([(end + 124, 14), (end + 52, 52)], 5, "b5392f")
	return c


def draw_lamp():
	c = scene("27374d", "8d6a4f")
	c.fill([(118, 50), (170, 34), (196, 112), (92, 112)], "47546b")
	c.fill(ellipse(142, 114, 52, 9), "f2d38b")
	c.fill(ellipse(56, 117, 32, 8), "c78d1f")
	c.fill(ellipse(56, 113, 32, 8), "efb93f")
	c.stroke([(56, 110), (38, 66), (98, 28)], 6, "f5efe0")
	c.fill(ellipse(38, 66, 6.5, 6.5), "efb93f")
	c.fill(ellipse(56, 109, 6.5, 6.5), "c78d1f")
	c.fill(turned(ellipse(144, 45, 28, 10), 144, 45, -17), "fff4cf")
	shade = [(100, 14), (118, 9)] + [(171, 37), (117, 53)]
	c.fill(shade, "efb93f")
	c.fill([(112, 11), (118, 9), (171, 37), (152, 43)], "c78d1f")
	c.fill(ellipse(146, 47, 9, 7), "ffffff", over="fff4cf")
	c.fill(ellipse(104, 20, 10, 10), "efb93f")
	return c


def draw_notebook():
	c = Canvas("d9e4dd")
	c.fill(turned(box(54, 16, 88, 112, 6), 98, 72, -8), "b9c8be")
	c.fill(turned(box(53, 14, 88, 110, 5), 98, 70, -8), "f7f2e4")
	c.fill(turned(box(48, 12, 88, 110, 6), 94, 68, -8), "29487d")
	c.fill(turned(box(48, 12, 15, 110, 5), 94, 68, -8), "1e3763")
	c.fill(turned(box(118, 12, 6, 110), 94, 68, -8), "e5a53a")
	c.fill(turned(box(74, 34, 34, 26, 3), 94, 68, -8), "f7f2e4")
	c.fill(turned(box(79, 41, 24, 3), 94, 68, -8), "7d8aa5")
	c.fill(turned(box(79, 49, 17, 3), 94, 68, -8), "7d8aa5")
	pen = lambda points: turned(points, 164, 70, 14)
	c.fill(pen([(158, 104), (170, 104), (164, 124)]), "f0d2a2")
	c.fill(pen([(162, 117), (166, 117), (164, 124)]), "3a3330")
	c.fill(pen(box(158, 30, 12, 74)), "d2553f")
	c.fill(pen(box(165, 30, 5, 74)), "b3412f")
	c.fill(pen(box(158, 22, 12, 9)), "c9ccd0")
	c.fill(pen(box(158, 12, 12, 12, 3)), "e79a9a")
	return c


def draw_knife():
	c = Canvas("dfe6e2")
	c.fill(box(14, 20, 172, 106, 12), "a8764c")
	c.fill(box(14, 16, 172, 104, 12), "d6a871")
	for y in (38, 60, 82, 102):
		c.stroke(curve((20, y), (70, y - 7), (120, y + 7), (180, y)), 2, "c6955d")
	c.fill(ellipse(168, 34, 7, 7), "a8764c")
	c.fill(ellipse(168, 34, 5, 5), "dfe6e2")
	knife = lambda points: turned(points, 100, 68, -14)
	c.fill(knife([(24, 58)] + curve((24, 58), (34, 84), (60, 92), (84, 92)) + [(120, 92), (120, 52), (40, 52)]), "8fa0aa")
	c.fill(knife([(22, 54)] + curve((22, 54), (32, 78), (58, 86), (84, 86)) + [(120, 86), (120, 46), (40, 46)]), "eef3f5")
	c.fill(knife([(30, 67)] + curve((30, 67), (42, 80), (62, 86), (84, 86)) + [(120, 86), (120, 75), (78, 75)]
		+ curve((78, 75), (58, 75), (42, 72), (30, 67))), "bccad2", over="eef3f5")
	c.fill(knife(box(118, 46, 8, 24)), "6b7780")
	c.fill(knife(box(124, 46, 62, 22, 8)), "3b2a24")
	for x in (138, 155, 172):
		c.fill(knife(ellipse(x, 57, 3.4, 3.4)), "e5b04f")
	return c


def draw_teapot():
	c = scene("cfe3e6", "5f7f86")
	c.fill(ellipse(100, 122, 50, 7), "48646b")
	c.stroke(curve((140, 62), (188, 44), (184, 112), (136, 102)), 10, "a5432f")
	c.fill(curve((64, 98), (40, 92), (36, 66), (18, 48)) + [(34, 42)] + curve((34, 42), (48, 58), (52, 66), (68, 66)), "a5432f")
	c.fill(ellipse(100, 84, 52, 38), "c65a3f")
	c.fill(ellipse(112, 84, 40, 38), "b34c35", over="c65a3f")
	c.fill(ellipse(92, 82, 40, 36), "c65a3f", over="b34c35")
	c.fill(box(72, 114, 56, 9, 3), "a5432f")
	c.fill(ellipse(100, 51, 34, 8), "8d3525")
	c.fill(ellipse(100, 47, 32, 10), "d86d4f")
	c.fill(ellipse(100, 33, 8, 7), "8d3525")
	c.fill(turned(ellipse(70, 70, 6, 13), 70, 70, 28), "e69377")
	return c


def draw_headphones():
	c = scene("e9d6df", "b98fa6", 118)
	c.stroke(ellipse(100, 74, 56, 58, 180, 360), 12, "3a2f3c")
	c.stroke(ellipse(100, 74, 56, 58, 215, 325), 16, "55465a")
	for side in (-1, 1):
		x = 100 + side * 56
		c.fill(box(x - 5, 62, 10, 18), "c9ccd0")
		c.fill(box(min(x - side * 22, x - side * 2), 68, 20, 52, 9), "2b222d")
		c.fill(box(min(x - side * 8, x + side * 16), 64, 24, 60, 11), "8a5433")
		c.fill(box(min(x + side * 6, x + side * 16), 70, 10, 48, 5), "a96d45")
	c.stroke(curve((48, 122), (50, 140), (92, 124), (104, 132)) + curve((104, 132), (120, 138), (140, 134), (190, 130)), 4,
		"3a2f3c")
	return c


def draw_yarn():
	c = scene("e3dccb", "9c7b5e", 116)
	for x1, x2, y1, knob in ((50, 138, 16, "e5b04f"), (150, 62, 16, "e5b04f")):
		c.stroke([(x1, y1), (x2, 112)], 6, "c79a63")
		c.fill(ellipse(x1, y1, 8, 8), knob)
	c.fill(ellipse(100, 122, 46, 7), "7d6048")
	c.fill(ellipse(100, 78, 46, 45), "c23f4e")
	for shift in (-24, -12, 0, 12, 24):
		c.stroke(turned(curve((52, 78 + shift), (80, 60 + shift), (120, 60 + shift), (148, 78 + shift)), 100, 78, -32), 3.6,
			"8f2637", over="c23f4e")
	for shift in (10, 21, 32):
		c.stroke(turned(curve((58, 66 + shift), (84, 84 + shift), (116, 84 + shift), (142, 66 + shift)), 100, 78, 48), 3.6,
			"e47c84", over="c23f4e")
	c.stroke(curve((132, 112), (150, 134), (164, 112), (196, 128)), 5, "c23f4e")
	return c


def draw_can():
	c = scene("d5e6f0", "7fa65a", 110)
	c.fill(ellipse(114, 124, 48, 6), "678a47")
	c.stroke(curve((92, 50), (96, 8), (160, 8), (160, 96)), 8, "4e6f74")
	c.fill([(84, 108), (84, 88), (36, 36), (26, 44)], "5f868b")
	c.fill(turned(box(10, 26, 38, 11, 4), 29, 36, -42), "e0a83f")
	c.fill([(72, 52), (152, 52), (158, 122), (68, 122)], "7ba6a9")
	c.fill([(126, 52), (152, 52), (158, 122), (128, 122)], "66918f")
	c.fill([(72, 70), (152, 70), (153, 76), (71.5, 76)], "5f868b")
	c.fill([(69, 106), (157, 106), (157.4, 112), (68.6, 112)], "5f868b")
	c.fill(ellipse(112, 52, 40, 8), "4e6f74")
	for x, y in ((14, 58), (28, 66), (12, 76), (24, 86), (10, 94)):
		c.fill(ellipse(x, y, 2.6, 4), "3f86b5")
	for x in (20, 34, 48):
		c.stroke([(x, 128), (x, 112)], 4, "3b7439")
		c.fill(leaf(x, 116, 13, -30), "4d8b45")
		c.fill(leaf(x, 116, 13, -150), "4d8b45")
	return c


def draw_book():
	c = scene("dfe0ee", "8c6b54", 118)
	c.fill(ellipse(100, 127, 84, 6), "70533f")
	for side in (-1, 1):
		at = lambda points: [(100 + side * (x - 100), y) for x, y in points]
		c.fill(at([(98, 124), (188, 116), (188, 34), (98, 44)]), "8e2f3e")
		c.fill(at([(100, 118)] + curve((100, 118), (124, 104), (152, 104), (182, 108)) + [(182, 30)]
			+ curve((182, 30), (152, 24), (124, 26), (100, 42))), "d9cfb8")
		c.fill(at([(100, 114)] + curve((100, 114), (124, 98), (152, 98), (178, 103)) + [(178, 25)]
			+ curve((178, 25), (152, 18), (124, 22), (100, 38))), "fbf5e6" if side < 0 else "f1e8d3")
	for y in (50, 61, 72, 83):
		c.stroke(curve((32, y - 10), (48, y - 13), (70, y - 11), (88, y)), 3.4, "a79c88")
	c.fill(leaf(138, 84, 40, -90), "4d8b45")
	c.fill(leaf(138, 84, 32, -145), "6fae58")
	c.fill(leaf(138, 84, 32, -35), "6fae58")
	c.stroke([(138, 94), (138, 70)], 3, "3b7439")
	c.stroke([(100, 38), (100, 116)], 2.5, "c4b799")
	c.fill([(104, 34), (114, 29), (114, 130), (109, 124), (104, 132)], "e5a53a")
	return c


PICTURES = {
	"beans": draw_beans,
	"book": draw_book,
	"bowl": draw_bowl,
	"can": draw_can,
	"cup": draw_cup,
	"headphones": draw_headphones,
	"knife": draw_knife,
	"lamp": draw_lamp,
	"notebook": draw_notebook,
	"teapot": draw_teapot,
	"tin": draw_tin,
	"yarn": draw_yarn,
}


def png(canvas):
	def chunk(kind, data):
		return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
	rows = b"".join(b"\0" + row for row in canvas.pixels())
	return (b"\x89PNG\r\n\x1a\n"
		+ chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0))
		+ chunk(b"IDAT", zlib.compress(rows, 9))
		+ chunk(b"IEND", b""))


def main():
	folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
	for name, draw in PICTURES.items():
		with open(os.path.join(folder, name + ".png"), "wb") as file:
			file.write(png(draw()))


if __name__ == "__main__":
	main()
