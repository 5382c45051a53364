"""Pictures of pages, small enough to be kept with the sources: PNG (ISO/IEC 15948) with a palette."""

from __future__ import annotations

import base64
import struct
import zlib

from playwright.sync_api import BrowserContext

SHADES = """
async (png) => {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d");
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, picture.width, picture.height);
  const pixels = new Uint32Array(data.length / 4).map((_, at) =>
    data[4 * at] << 16 | data[4 * at + 1] << 8 | data[4 * at + 2]);
  const seen = new Map();
  for (const pixel of pixels) seen.set(pixel, (seen.get(pixel) ?? 0) + 1);
  const palette = [...seen].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([colour]) => colour);
  const parts = (colour) => [colour >> 16, colour >> 8 & 255, colour & 255];
  const far = (a, b) => parts(a).reduce((sum, part, at) => sum + (part - parts(b)[at]) ** 2, 0);
  const nearer = (colour) => (best, each, at) => (far(colour, each) < far(colour, palette[best]) ? at : best);
  const index = new Map([...seen.keys()].map((colour) => [colour, palette.reduce(nearer(colour), 0)]));
  let text = "";
  for (const pixel of pixels) text += String.fromCharCode(index.get(pixel));
  return { width: picture.width, height: picture.height, palette: palette.flatMap(parts), pixels: btoa(text) };
}
"""
"""Its 256 most frequent colours, and for each pixel the nearest of them."""


def small(context: BrowserContext, png: bytes) -> bytes:
    """The same picture in at most 256 colours; a page of the browser reads it."""
    reader = context.new_page()
    seen = reader.evaluate(SHADES, base64.b64encode(png).decode())
    reader.close()
    width, height, pixels = seen["width"], seen["height"], base64.b64decode(seen["pixels"])
    rows = b"".join(b"\0" + pixels[row * width : (row + 1) * width] for row in range(height))
    head = struct.pack("!IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", bytes(seen["palette"])), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))
