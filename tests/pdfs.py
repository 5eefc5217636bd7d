"""A small writer of PDF files for the tests: text in the standard fonts, lines, boxes and pictures."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

A4 = (595, 842)
FONTS = {"regular": "Helvetica", "bold": "Helvetica-Bold", "italic": "Helvetica-Oblique", "symbol": "Symbol"}


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252")
    return b"(" + raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)") + b")"


@dataclass
class Page:
    """A page in the making; places are in points from the left and the TOP, as a reader sees them."""

    size: tuple[float, float] = A4
    rotate: int = 0
    crop: tuple[float, float, float, float] | None = None
    content: list[bytes] = field(default_factory=list)
    broken: bool = False
    """Whether the file has nothing in its place."""

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float = 10,
        font: str = "regular",
        colour: tuple[float, float, float] = (0, 0, 0),
        mode: int = 0,
        spacing: float = 0,
    ) -> Page:
        """Text on one line, `y` being its baseline."""
        colours = f"{colour[0]:g} {colour[1]:g} {colour[2]:g} rg"
        self.content.append(
            f"BT /{font} {size} Tf {colours} {mode} Tr {spacing} Tc 1 0 0 1 {x} {self.size[1] - y} Tm ".encode()
            + _escaped(text)
            + b" Tj ET"
        )
        return self

    def lines(
        self, x: float, y: float, lines: Sequence[str], size: float = 10, leading: float = 1.2, **how: str
    ) -> float:
        """Lines below each other; gives the baseline after the last."""
        for i, line in enumerate(lines):
            self.text(x, y + i * leading * size, line, size, **how)
        return y + len(lines) * leading * size

    def rule(self, x0: float, y0: float, x1: float, y1: float) -> Page:
        """A thin line."""
        height = self.size[1]
        self.content.append(f"0.5 w {x0} {height - y0} m {x1} {height - y1} l S".encode())
        return self

    def box(
        self, left: float, top: float, right: float, bottom: float, colour: tuple[float, float, float] = (0.9, 0.9, 0.9)
    ) -> Page:
        """A filled rectangle."""
        place = f"{left} {self.size[1] - bottom} {right - left} {bottom - top} re f"
        self.content.append(f"{colour[0]:g} {colour[1]:g} {colour[2]:g} rg {place}".encode())
        return self

    def grid(self, xs: Sequence[float], ys: Sequence[float]) -> Page:
        """The lines of a table."""
        for x in xs:
            self.rule(x, ys[0], x, ys[-1])
        for y in ys:
            self.rule(xs[0], y, xs[-1], y)
        return self

    def picture(self, left: float, top: float, right: float, bottom: float) -> Page:
        """A grey picture."""
        self.content.append(
            f"q {right - left} 0 0 {bottom - top} {left} {self.size[1] - bottom} cm /picture Do Q".encode()
        )
        return self


class Pdf:
    """A document in the making."""

    def __init__(self, info: dict[str, str] | None = None, ligatures: dict[int, tuple[str, int]] | None = None) -> None:
        self.pages: list[Page] = []
        self._info = info or {}
        self._ligatures = ligatures or {}

    def page(
        self, size: tuple[float, float] = A4, rotate: int = 0, crop: tuple[float, float, float, float] | None = None
    ) -> Page:
        """A new page."""
        self.pages.append(Page(size, rotate, crop))
        return self.pages[-1]

    def data(self, password: bool = False) -> bytes:
        """The file; with `password` as one that asks for one (its content is not really encrypted)."""
        objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
        fonts = b"".join(b"/%s %d 0 R " % (name.encode(), self._font(objects, base)) for name, base in FONTS.items())
        fonts += b"/lost %d 0 R " % self._lost_font(objects)
        objects.append(
            b"<< /Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray "
            b"/Length 4 >>\n"
            b"stream\n\x90\x80\x80\x90\nendstream"
        )
        picture = len(objects)
        kids = []
        for page in self.pages:
            body = zlib.compress(b"\n".join(page.content))
            objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(body), body))
            extra = b"/Rotate %d " % page.rotate
            if page.crop:
                extra += b"/CropBox [%g %g %g %g] " % page.crop
            resources = b"/Font << %s>> /XObject << /picture %d 0 R >>" % (fonts, picture)
            if page.broken:
                objects.append(b"null")
                kids.append(b"%d 0 R" % len(objects))
                continue
            objects.append(
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %g %g] %s/Resources << %s >> /Contents %d 0 R >>"
                % (*page.size, extra, resources, len(objects))
            )
            kids.append(b"%d 0 R" % len(objects))
        objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
        info = b" ".join(b"/%s %s" % (key.encode(), _escaped(value)) for key, value in self._info.items())
        objects.append(b"<< %s >>" % info)
        extra = b""
        if password:
            secret = b"<" + b"5A" * 32 + b">"
            objects.append(b"<< /Filter /Standard /V 1 /R 2 /O %s /U %s /P -4 >>" % (secret, secret))
            extra = b"/Encrypt %d 0 R /ID [<00> <00>] " % len(objects)
            return _file(objects, len(objects) - 1, extra)
        return _file(objects, len(objects), extra)

    def _font(self, objects: list[bytes], base: str) -> int:
        encoding = b"" if base == "Symbol" else b" /Encoding /WinAnsiEncoding"
        objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /%s%s >>" % (base.encode(), encoding))
        return len(objects)

    def _lost_font(self, objects: list[bytes]) -> int:
        """Helvetica in which some codes are ligatures that the file gives no letters for."""
        pairs = b"\n".join(b"<%02X> <0000>" % code for code in self._ligatures)
        cmap = (
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /x def 1 begincodespacerange "
            b"<00> <FF> endcodespacerange 1 beginbfrange <20> <7E> <0020> endbfrange\n%d beginbfchar\n%s\nendbfchar\n"
            b"endcmap end end" % (len(self._ligatures), pairs)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap))
        unicode_map = len(objects)
        widths = [WIDTHS.get(chr(code), 556) for code in range(32, 256)]
        for code, (_, width) in self._ligatures.items():
            widths[code - 32] = width
        names = b" ".join(b"%d /%s" % (code, name.encode()) for code, (name, _) in self._ligatures.items())
        objects.append(
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /FirstChar 32 /LastChar 255 /Widths [%s] "
            b"/Encoding << /BaseEncoding /WinAnsiEncoding /Differences [%s] >> /ToUnicode %d 0 R >>"
            % (b" ".join(b"%d" % width for width in widths), names, unicode_map)
        )
        return len(objects)


WIDTHS = {
    " ": 278, "a": 556, "b": 556, "c": 500, "d": 556, "e": 556, "f": 278, "g": 556, "h": 556, "i": 222, "j": 222,
    "k": 500, "l": 222, "m": 833, "n": 556, "o": 556, "p": 556, "q": 556, "r": 333, "s": 500, "t": 278, "u": 556,
    "v": 500, "w": 722, "x": 500, "y": 500, "z": 500, ".": 278, ",": 278,
}  # fmt: skip
"""Advances in Helvetica, in thousandths of its size."""


def width(text: str, size: float = 10) -> float:
    """How wide a text is in Helvetica, about."""
    return sum(WIDTHS.get(char, 600) for char in text) * size / 1000


def _file(objects: Sequence[bytes], info: int, extra: bytes) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, info, extra, start,
    )  # fmt: skip
    return bytes(out)
