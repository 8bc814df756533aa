import { crc32, deflateSync } from "node:zlib";

/** A letter a pixel, of PALETTE. */
const PIXELS = [
  "................................",
  "................................",
  "...........rrrrrrrrr............",
  "..........rwwwwrwwwwr...........",
  ".........rwwwwwrwwwwwr..........",
  "........rwwwwwwrwwwwwwr.........",
  "...rrrrrrrrrrrrrrrrrrrrrrrrrr...",
  "..rrrrrrrrrrrrrrrrrrrrrrrrrrrry.",
  "..rrrrrrrrrrrrrrrrrrrrrrrrrrrry.",
  "..rrrrkkkkrrrrrrrrrrrrkkkkrrrrr.",
  "..rrrkkggkkrrrrrrrrrrkkggkkrrrr.",
  ".....kkggkk..........kkggkk.....",
  "......kkkk............kkkk......",
  "ssssssssssssssssssssssssssssssss",
];
const PALETTE = [
  [".", 0x9f, 0xd8, 0xff], // sky
  ["r", 0xe0, 0x20, 0x30], // body
  ["w", 0xe8, 0xf6, 0xff], // windows
  ["y", 0xff, 0xe0, 0x60], // headlight
  ["k", 0x18, 0x18, 0x18], // tyres
  ["g", 0xb8, 0xb8, 0xb8], // rims
  ["s", 0x60, 0x60, 0x68], // street
] as const;
const PIXEL_SIZE = 8;

/** Draws a car as a PNG of 256 by 112 pixels. Source: the PNG specification, https://www.w3.org/TR/png-3/ */
export function drawCar(): Buffer {
  const rows = PIXELS.flatMap((row) => Array<string>(PIXEL_SIZE).fill(row)).map(scanline);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(rows[0] === undefined ? 0 : rows[0].length - 1, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 3], 8); // a byte a pixel, its place in the palette
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(PALETTE.flatMap(([, ...rgb]) => rgb))),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Begins with 0, for no filter. */
function scanline(row: string): Buffer {
  const pixels = row
    .split("")
    .flatMap((letter) => Array<number>(PIXEL_SIZE).fill(PALETTE.findIndex(([name]) => name === letter)));
  return Buffer.from([0, ...pixels]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, checksum]);
}
