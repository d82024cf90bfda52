import { randomBytes } from 'node:crypto';
import { glyphs } from './glyphs.ts';
import { greyPng } from './png.ts';
import { between } from './random.ts';

const width = 300;
const height = 100;
const paper = 244;
const ink = 30;

interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The word as a picture: letters that lean, swell and run into one another, bent as one, crossed by strokes as
 * thick as their own, some of them in the colour of the paper. People put such letters together again; a reader
 * that cuts a picture into letters first does not.
 */
export function drawWord(word: string): Buffer {
  const pixels = new Float32Array(width * height).fill(paper);
  const bend = bending();
  shade(pixels);
  const letters = placed(word);
  for (const { strokes, thickness } of letters) {
    for (const stroke of strokes) drawLine(pixels, bent(stroke, bend), thickness, ink + between(0, 40));
  }
  drawLine(pixels, wave(), between(1.1, 1.5), paper - 10);
  drawLine(pixels, wave(), between(1.4, 2), ink + between(10, 50));
  for (let n = 0; n < 3; n++) drawLine(pixels, bent(scrap(), bend), between(1, 1.6), ink + between(20, 70));
  const noise = randomBytes(width * height);
  const grain = Uint8Array.from(pixels, (value, at) =>
    Math.max(0, Math.min(255, value + (noise[at]! - 128) / 6)),
  );
  return greyPng(width, height, grain);
}

interface Letter {
  readonly strokes: readonly (readonly Point[])[];
  readonly thickness: number;
}

/** Each letter in a place of its own making, a little into its neighbour's. */
function placed(word: string): Letter[] {
  const letters: Letter[] = [];
  const step = (width - 54) / word.length;
  let x = between(16, 26);
  for (const letter of word) {
    const w = between(0.78, 0.95) * step;
    const h = between(46, 58);
    const y = height / 2 - h / 2 + between(-8, 8);
    const angle = between(-0.33, 0.33);
    const lean = between(-0.25, 0.25);
    const around = { x: x + w / 2, y: y + h / 2 };
    const turn = (px: number, py: number): Point => {
      const dx = (px - 0.5) * w - (py - 0.5) * h * lean;
      const dy = (py - 0.5) * h;
      return {
        x: around.x + dx * Math.cos(angle) - dy * Math.sin(angle),
        y: around.y + dx * Math.sin(angle) + dy * Math.cos(angle),
      };
    };
    letters.push({
      strokes: glyphs[letter]!.map((stroke) => stroke.map(([px, py]) => turn(px, py))),
      thickness: between(2.2, 3.4),
    });
    x += step * between(0.9, 1.01);
  }
  return letters;
}

type Bend = (point: Point) => Point;

function bending(): Bend {
  const [a, b, c, d] = [between(2.5, 5), between(0.03, 0.055), between(2.5, 5), between(0.05, 0.09)];
  const [p, q] = [between(0, 7), between(0, 7)];
  return ({ x, y }) => ({ x: x + c * Math.sin(y * d + q), y: y + a * Math.sin(x * b + p) });
}

/** The line in small steps, each bent by itself, so that straight strokes become curves. */
function bent(line: readonly Point[], bend: Bend): Point[] {
  const points: Point[] = [];
  for (let i = 0; i + 1 < line.length; i++) {
    const [from, to] = [line[i]!, line[i + 1]!];
    const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 5));
    for (let n = i === 0 ? 0 : 1; n <= steps; n++) {
      points.push(
        bend({ x: from.x + ((to.x - from.x) * n) / steps, y: from.y + ((to.y - from.y) * n) / steps }),
      );
    }
  }
  return points;
}

/** From one side to the other, through the letters. */
function wave(): Point[] {
  const [base, height1, length, phase, slope] = [
    between(28, 62),
    between(6, 18),
    between(0.02, 0.06),
    between(0, 7),
    between(-0.12, 0.12),
  ];
  return Array.from({ length: 31 }, (_, i) => ({
    x: i * 10,
    y: base + height1 * Math.sin(i * 10 * length + phase) + slope * (i * 10 - width / 2),
  }));
}

/** A short stroke that belongs to no letter. */
function scrap(): Point[] {
  const from = { x: between(10, width - 10), y: between(12, height - 12) };
  return [from, { x: from.x + between(-16, 16), y: from.y + between(-16, 16) }];
}

/** Paper that is darker here than there: no one threshold parts ink from it. */
function shade(pixels: Float32Array): void {
  const [a, b, c] = [between(-0.16, 0.16), between(-0.4, 0.4), between(0, 7)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const tone =
        a * (x - width / 2) + b * (y - height / 2) + 12 * Math.sin(x / 19 + c) * Math.cos(y / 13 + c);
      pixels[y * width + x] = paper - 22 + tone;
    }
  }
}

/** Strokes with round ends and soft edges. */
function drawLine(pixels: Float32Array, line: readonly Point[], thickness: number, tone: number): void {
  for (let i = 0; i + 1 < line.length; i++) {
    const [from, to] = [line[i]!, line[i + 1]!];
    const reach = thickness + 1;
    const [left, right] = [Math.min(from.x, to.x) - reach, Math.max(from.x, to.x) + reach];
    const [top, bottom] = [Math.min(from.y, to.y) - reach, Math.max(from.y, to.y) + reach];
    for (let y = Math.max(0, Math.floor(top)); y <= Math.min(height - 1, bottom); y++) {
      for (let x = Math.max(0, Math.floor(left)); x <= Math.min(width - 1, right); x++) {
        const covered = Math.max(0, Math.min(1, thickness - distance({ x, y }, from, to) + 0.5));
        const at = y * width + x;
        pixels[at] = pixels[at]! * (1 - covered) + tone * covered;
      }
    }
  }
}

/** From a point to a segment. */
function distance(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const square = dx * dx + dy * dy;
  const t =
    square === 0 ? 0 : Math.max(0, Math.min(1, ((point.x - from.x) * dx + (point.y - from.y) * dy) / square));
  return Math.hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
}
