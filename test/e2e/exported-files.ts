import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, type Page } from '@playwright/test';
import { parse } from 'csv-parse/sync';
import {
  exportRecipe,
  formatsOf,
  recipePathOf,
  type ExportFormat,
  type ExportKind,
  type ExportRecipe,
} from '#shared/export';
import type { ReadArray } from '../fixtures/numpy/numpy';
import { gltfLayers, validGltf } from '../gltf';
import type { BrowserReader } from './browser-reader';
import { readArrays } from './read-arrays';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** What files of one thing must hold, as the network's own shapes have it. */
export interface Contents {
  /** What the pictures are called, in their order. */
  readonly pictures: readonly (string | RegExp)[];
  /** What pictures are told of by; each has the first ones at least. */
  readonly numbers: readonly string[];
  /** The values, by the names of NPZ. */
  readonly arrays: Shapes;
  /** Whole layers, in the order of GLB; of feature maps alone. */
  readonly volumes: Shapes;
  /** How many pictures move, one after the other. */
  readonly moments: number;
}

/** Files of one thing, by their formats. */
export type Exports = ReadonlyMap<ExportFormat, string>;

/** Without the recipe's being whole and the file's being what it tells of there is nothing to read. */
export async function readExport(
  file: string,
): Promise<{ readonly bytes: Buffer; readonly recipe: ExportRecipe }> {
  const bytes = await readFile(file);
  const recipe = exportRecipe.parse(JSON.parse(await readFile(recipePathOf(file), 'utf8')));
  expect(recipe.fileSha256, file).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(`.${recipe.request.format}`).toBe(path.extname(file));
  return { bytes, recipe };
}

/** Files of one thing in every format of its kind: each by itself, and that they say the same. */
export async function checkExports(
  reader: BrowserReader,
  kind: ExportKind,
  files: Exports,
  contents: Contents,
): Promise<void> {
  expect([...files.keys()].sort()).toEqual([...formatsOf[kind]].sort());
  for (const file of files.values()) {
    const { work } = await checkExport(reader, file, contents);
    expect(work.kind, file).toBe(kind);
  }
  await checkAlike(reader, files);
}

/** One file, read by what others made. */
export async function checkExport(
  reader: BrowserReader,
  file: string,
  contents: Contents,
): Promise<ExportRecipe['request']> {
  const { bytes, recipe } = await readExport(file);
  switch (recipe.request.format) {
    case 'png':
      await checkPng(reader, bytes);
      break;
    case 'svg':
      await checkSvg(reader, bytes, contents);
      break;
    case 'npy':
      expect(Object.values(contents.arrays)).toHaveLength(1);
      checkArray((await readArrays(file))[''], Object.values(contents.arrays)[0] ?? []);
      break;
    case 'npz':
      await checkNpz(file, contents.arrays);
      break;
    case 'gif':
      await checkGif(reader, bytes, contents.moments);
      break;
    case 'glb':
      await checkGlb(bytes, contents.volumes);
      break;
    case 'csv':
      checkCsv(bytes, contents);
      break;
    case 'html':
      await checkReport(reader, file);
      break;
  }
  return recipe.request;
}

export async function checkPng(reader: BrowserReader, png: Buffer): Promise<void> {
  const { width, height, colours } = await reader.picture(png);
  expect(Math.min(width, height)).toBeGreaterThan(1);
  // The ground, the ink of the texts, and what is drawn.
  expect(colours).toBeGreaterThan(3);
}

/** With labels: every picture's name once, and its numbers under it. */
export async function checkSvg(
  reader: BrowserReader,
  svg: Buffer,
  { pictures, numbers }: Pick<Contents, 'pictures' | 'numbers'>,
): Promise<void> {
  const { fault, images, brokenImages, texts } = await reader.drawing(svg);
  expect(fault).toBeNull();
  expect([images, brokenImages]).toEqual([pictures.length, 0]);
  for (const name of pictures) {
    expect(texts.filter((text) => (typeof name === 'string' ? text === name : name.test(text)))).toHaveLength(
      1,
    );
  }
  for (const name of numbers) {
    const told = texts.filter((text) => text.startsWith(`${name} `));
    expect(told.length, name).toBeGreaterThan(0);
    for (const text of told) expect(Number(text.slice(name.length).replaceAll(',', ''))).not.toBeNaN();
  }
}

export async function checkNpz(file: string, shapes: Shapes): Promise<void> {
  const arrays = await readArrays(file);
  expect(Object.keys(arrays)).toEqual(Object.keys(shapes));
  for (const [name, shape] of Object.entries(shapes)) checkArray(arrays[name], shape);
}

function checkArray(array: ReadArray | undefined, shape: readonly number[]): void {
  expect(array).toMatchObject({ type: '<f4', shape, cOrder: true });
  const values = array?.values ?? [];
  expect(values).toHaveLength(shape.reduce((product, size) => product * size, 1));
  expect(values.every((value) => Number.isFinite(value))).toBe(true);
  expect(values.some((value) => value !== 0)).toBe(true);
}

/** Every frame is seen as long as the usual look has it. */
export async function checkGif(reader: BrowserReader, gif: Buffer, frames: number): Promise<void> {
  const animation = await reader.animation(gif);
  expect(animation).toMatchObject({ frames, endless: true, moments: frames });
  expect(animation.seconds).toBeCloseTo(frames * 0.4, 3);
}

/** The film of the window has a picture every 0.4 s too. */
export async function checkWebm(reader: BrowserReader, file: string, pictures: number): Promise<void> {
  const middles = Array.from({ length: pictures }, (_, index) => (index + 0.5) * 0.4);
  const film = await reader.film(await readFile(file), middles);
  expect(film.moments).toBe(pictures);
  expect(film.seconds).toBeCloseTo(pictures * 0.4, 1);
  expect(Math.min(film.width, film.height)).toBeGreaterThan(100);
}

export async function checkGlb(glb: Buffer, volumes: Shapes): Promise<void> {
  expect((await validGltf(glb)).totalTriangleCount).toBeGreaterThan(12);
  expect(Object.entries(gltfLayers(glb))).toEqual(Object.entries(volumes));
}

/** Of feature maps a line a cell, of anything else a line a picture. */
export function checkCsv(csv: Buffer, { pictures, numbers, volumes }: Contents): void {
  const [header = [], ...lines] = linesOf(csv);
  if (Object.keys(volumes).length > 0) {
    expect(header).toEqual(['layer', 'y', 'x', 'channel', 'value']);
    const last = Object.entries(volumes).map(([name, shape]) => [
      name,
      ...shape.map((size) => String(size - 1)),
    ]);
    const cells = Object.values(volumes).map((shape) => shape.reduce((product, size) => product * size, 1));
    const ends = cells.map((_, index) => cells.slice(0, index + 1).reduce((sum, count) => sum + count, 0));
    expect(lines).toHaveLength(ends.at(-1) ?? 0);
    expect(ends.map((end) => lines[end - 1]?.slice(0, 4))).toEqual(last);
    expect(lines.every(([, , , , value]) => Number.isFinite(Number(value)))).toBe(true);
    return;
  }
  expect(header.slice(0, 3)).toEqual(['sheet', 'name', 'note']);
  expect(header).toEqual(expect.arrayContaining([...numbers]));
  expect(lines).toHaveLength(pictures.length);
  pictures.forEach((name, index) => {
    expect(lines[index]?.[1]).toMatch(typeof name === 'string' ? new RegExp(`^${literally(name)}$`) : name);
  });
}

/** Opened from the disk without a network it asks for nothing, complains of nothing and shows every picture. */
export async function checkReport(reader: BrowserReader, file: string): Promise<Page> {
  const { page, asked, complaints } = await reader.openPage(file);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('#confusion tbody tr')).toHaveCount(10);
  const widths = await page
    .locator('img')
    .evaluateAll((images) =>
      images.map((image) => (image instanceof HTMLImageElement ? image.naturalWidth : 0)),
    );
  expect(widths.length).toBeGreaterThan(0);
  expect(widths.every((width) => width > 0)).toBe(true);
  expect(complaints).toEqual([]);
  expect(asked).toEqual([]);
  return page;
}

/** The same sheet is in PNG and in SVG, the same values are in NPY, in NPZ and, of feature maps, in CSV. */
async function checkAlike(reader: BrowserReader, files: Exports): Promise<void> {
  const [png, svg, npy, npz, csv] = (['png', 'svg', 'npy', 'npz', 'csv'] as const).map((format) =>
    files.get(format),
  );
  if (png !== undefined && svg !== undefined) {
    const [painted, drawn] = [await readFile(png), await readFile(svg)];
    const { width, height } = await reader.drawing(drawn);
    expect(await reader.picture(painted)).toMatchObject({ width, height });
    expect(await reader.differingPixels(drawn, painted)).toBe(0);
  }
  if (npy === undefined || npz === undefined || csv === undefined) return;
  const array = (await readArrays(npy))[''];
  expect(Object.values(await readArrays(npz))).toEqual([array]);
  const [header = [], ...lines] = linesOf(await readFile(csv));
  if (!header.includes('value')) return;
  expect(lines.map((line) => Math.fround(Number(line.at(-1))))).toEqual(array?.values);
}

function linesOf(csv: Buffer): readonly (readonly string[])[] {
  // It throws where a line has more fields than the first, or fewer.
  return parse(csv, { record_delimiter: '\r\n' });
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
