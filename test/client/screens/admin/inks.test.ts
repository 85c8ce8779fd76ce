import { readFileSync } from 'node:fs';
import { expect } from 'chai';

// Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
const eyes = {
  trichromat: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanope: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

const screens = new URL('../../../../client/screens/admin/overview/overview.module.css', import.meta.url);
const tokens = new URL('../../../../client/styles/tokens.css', import.meta.url);

describe('the inks of the dashboard', () => {
  for (const [theme, index] of [
    ['day', 0],
    ['evening', 1],
  ] as const) {
    const inks = ['online', 'searching', 'call'].map((name) => colour(screens, name)[index]!);

    it(`are far apart by ${theme}, for every eye`, () => {
      for (const [eye, matrix] of Object.entries(eyes))
        for (const [a, b] of pairs(inks))
          expect(distance(seen(a, matrix), seen(b, matrix)), `${eye}: ${a} ${b}`).to.be.above(0.12);
    });

    it(`stand out from the paper by ${theme}, as WCAG asks of graphics`, () => {
      for (const paper of ['paper', 'paper-raised'].map((name) => colour(tokens, name)[index]!))
        for (const ink of inks) expect(contrast(ink, paper), `${ink} on ${paper}`).to.be.at.least(3);
    });
  }
});

/** Both values of `--name: light-dark(a, b)`. */
function colour(file: URL, name: string): string[] {
  const found = new RegExp(`--${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(
    readFileSync(file, 'utf8'),
  );
  return found?.slice(1) ?? [];
}

const pairs = <T>(items: T[]): [T, T][] =>
  items.flatMap((one, at) => items.slice(at + 1).map((other): [T, T] => [one, other]));

const linear = (hex: string): number[] =>
  [1, 3, 5]
    .map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));

const times = (matrix: number[][], vector: number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, at) => sum + value * vector[at]!, 0));

/** A colour in Oklab (Ottosson, 2020), as an eye sees it. */
function seen(hex: string, eye: number[][]): number[] {
  const rgb = times(eye, linear(hex)).map((value) => Math.min(1, Math.max(0, value)));
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map(Math.cbrt);
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}

const distance = (a: number[], b: number[]): number => Math.hypot(...a.map((value, at) => value - b[at]!));

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [a, b]
    .map((hex) => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0]! + 0.05)
    .sort((x, y) => y - x);
  return light / dark;
}
