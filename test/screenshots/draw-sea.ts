import { crc32, deflateSync } from "node:zlib";

const WIDTH = 320;
const HEIGHT = 180;
const HORIZON = 80;

type Colour = readonly [red: number, green: number, blue: number];

const SKY: Colour = [0x6f, 0xb7, 0xea];
const HAZE: Colour = [0xf6, 0xd9, 0xb0];
const SUN: Colour = [0xff, 0xf2, 0xc0];
const DEEP: Colour = [0x0c, 0x3f, 0x6b];
const SHALLOW: Colour = [0x35, 0x9d, 0xa8];
const FOAM: Colour = [0xf2, 0xfb, 0xfb];

/**
 * Draws the sea under a low sun, as the address of a PNG of 320 by 180 pixels: `data:image/png;base64,…`
 *
 * `waves`: how high they are, from 0 to 1. Source: the PNG specification, https://www.w3.org/TR/png-3/
 */
export function drawSea(waves: number): string {
  const rows = Array.from({ length: HEIGHT }, (_, y) => [
    0, // no filter
    ...Array.from({ length: WIDTH }, (__, x) => colourAt(x, { y, waves })).flat(),
  ]);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 2], 8); // a byte for each of red, green and blue
  const png = Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.from(rows.flat()))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString("base64")}`;
}

function colourAt(x: number, { y, waves }: { readonly y: number; readonly waves: number }): Colour {
  if (y < HORIZON) return Math.hypot(x - 240, y - 52) < 18 ? SUN : mix(SKY, HAZE, y / HORIZON);
  const near = (y - HORIZON) / (HEIGHT - HORIZON);
  const swell = Math.sin(26 * Math.sqrt(near) + Math.sin(x / 31) * 1.4 + Math.sin(x / 11) * waves * near);
  if (swell > 1.02 - waves * near * 0.4) return FOAM;
  return mix(DEEP, SHALLOW, Math.max(0, Math.min(1, near * 0.7 + swell * 0.3 * waves)));
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const part = (start: number, end: number): number => Math.round(start + (end - start) * share);
  return [part(from[0], to[0]), part(from[1], to[1]), part(from[2], to[2])];
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
