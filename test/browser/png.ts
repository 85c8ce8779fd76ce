import { deflateSync, inflateSync } from 'node:zlib';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * Makes a screenshot smaller without a difference to the eye.
 * @param png 8-bit RGB or RGBA without transparency, as Chromium writes it (ISO/IEC 15948)
 * @param step levels of a channel that become one: Chromium dithers its gradients by one level, which nobody sees and
 *   which takes a third of the room; a picture of a video bears more
 */
export function shrink(png: Buffer, step = 2): Buffer {
  const { header, data } = read(png);
  const [width, height, channels] = [header.readUInt32BE(0), header.readUInt32BE(4), header[9] === 6 ? 4 : 3];
  const pixels = unfilter(inflateSync(data), width, height, channels);
  pixels.forEach((level, at) => (pixels[at] = Math.min(255, Math.round(level / step) * step)));
  const rows = filter(pixels, width, height);
  header[9] = 2; // RGB
  const image = deflateSync(rows, { level: 9, memLevel: 9, windowBits: 15 });
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', image),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function read(png: Buffer): { header: Buffer; data: Buffer } {
  const parts: Buffer[] = [];
  let header = Buffer.alloc(0);
  for (let at = signature.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    const content = png.subarray(at + 8, at + 8 + length);
    if (type === 'IHDR') header = Buffer.from(content);
    if (type === 'IDAT') parts.push(content);
    at += length + 12;
  }
  return { header, data: Buffer.concat(parts) };
}

/** @returns RGB, three bytes a pixel */
function unfilter(raw: Buffer, width: number, height: number, channels: number): Buffer {
  const stride = width * channels;
  const rgb = Buffer.alloc(width * height * 3);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y += 1) {
    const from = y * (stride + 1);
    const line = Buffer.from(raw.subarray(from + 1, from + 1 + stride));
    const guess = predictors[raw[from] ?? 0] ?? none;
    for (let x = 0; x < stride; x += 1) {
      const left = x >= channels ? (line[x - channels] ?? 0) : 0;
      const corner = x >= channels ? (above[x - channels] ?? 0) : 0;
      line[x] = ((line[x] ?? 0) + guess(left, above[x] ?? 0, corner)) & 255;
    }
    for (let x = 0; x < width; x += 1) line.copy(rgb, (y * width + x) * 3, x * channels, x * channels + 3);
    above = line;
  }
  return rgb;
}

/** Each line with the predictor that leaves the least, by the sum of differences. */
function filter(rgb: Buffer, width: number, height: number): Buffer {
  const stride = width * 3;
  const rows: Buffer[] = [];
  let above: Buffer = Buffer.alloc(stride);
  for (let y = 0; y < height; y += 1) {
    const line = rgb.subarray(y * stride, (y + 1) * stride);
    const tries = predictors.map((guess, type) => {
      const row = Buffer.alloc(stride + 1);
      row[0] = type;
      let sum = 0;
      for (let x = 0; x < stride; x += 1) {
        const left = x >= 3 ? (line[x - 3] ?? 0) : 0;
        const corner = x >= 3 ? (above[x - 3] ?? 0) : 0;
        const rest = ((line[x] ?? 0) - guess(left, above[x] ?? 0, corner)) & 255;
        row[x + 1] = rest;
        sum += rest < 128 ? rest : 256 - rest;
      }
      return { row, sum };
    });
    rows.push(tries.reduce((best, one) => (one.sum < best.sum ? one : best)).row);
    above = line;
  }
  return Buffer.concat(rows);
}

type Predictor = (left: number, above: number, corner: number) => number;
const none: Predictor = () => 0;
const predictors: Predictor[] = [
  none,
  (left) => left,
  (_left, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [l, a, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  return l <= a && l <= c ? left : a <= c ? above : corner;
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const sized = Buffer.alloc(4);
  sized.writeUInt32BE(content.length);
  const checked = Buffer.alloc(4);
  checked.writeUInt32BE(crc32(named));
  return Buffer.concat([sized, named, checked]);
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

function crc32(bytes: Buffer): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (table[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
