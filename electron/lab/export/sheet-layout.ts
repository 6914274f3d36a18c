/** Where the pictures of sheets and their texts stand, for every format that draws them. All sizes are whole pixels. */
import type { ColourMapKind, Theme } from '#shared/colour-maps';
import { mapOf, rangeIn, type ValueRange } from '#shared/picture-colours';
import type { Picture, PictureSheet } from '#shared/pictures';
import { textHeight, textWidth } from './bitmap-text';
import { squareColumns } from './grid';
import { shortNumber } from './numbers';
import { wrapText } from './wrap-text';

export interface SheetOptions {
  /** Pixels a cell of a picture; `null` takes one at which pictures are easily seen. */
  readonly scale: number | null;
  /** Titles, the pictures' names and numbers, and what the colours stand for. */
  readonly labels: boolean;
  readonly theme: Theme;
}

export interface PlacedPicture {
  readonly picture: Picture;
  readonly range: ValueRange;
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

export interface PlacedText {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  /** Pixels a pixel of the bitmap font. */
  readonly size: number;
  readonly tone: 'strong' | 'quiet';
}

/** A colour map from its low to its high end. */
export interface PlacedMap {
  readonly map: ColourMapKind;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface SheetLayout {
  readonly width: number;
  readonly height: number;
  readonly theme: Theme;
  readonly pictures: readonly PlacedPicture[];
  readonly texts: readonly PlacedText[];
  readonly maps: readonly PlacedMap[];
}

/** The side that a picture is brought to where no scale is named. */
const easilySeen = 112;
const largestTextSize = 3;
const mapWidth = 64;
const mapHeight = 6;

/** Lays sheets out one under another, the pictures of each in rows. */
export function layOutSheets(sheets: readonly PictureSheet[], options: SheetOptions): SheetLayout {
  // Each for itself: the last maps of a network have few cells, and are looked at as closely as the first.
  const scales = sheets.map((sheet) => options.scale ?? usualScale(sheet));
  const textSize = textSizeFor(sheets, scales);
  const margin = options.labels ? 4 * textSize : Math.max(1, Math.round(Math.min(easilySeen, ...scales) / 2));
  const parts: Part[] = [];
  let top = margin;
  let width = 0;
  for (const [index, sheet] of sheets.entries()) {
    const scale = scales[index] as number;
    const part = layOutSheet(sheet, { ...options, scale, textSize, margin, top });
    parts.push(part);
    top = part.bottom + (options.labels ? 4 * margin : margin);
    width = Math.max(width, part.right + margin);
  }
  return {
    width: Math.max(1, width),
    height: Math.max(1, (parts.at(-1)?.bottom ?? 0) + margin),
    theme: options.theme,
    pictures: parts.flatMap(({ pictures }) => pictures),
    texts: parts.flatMap(({ texts }) => texts),
    maps: parts.flatMap(({ maps }) => maps),
  };
}

function usualScale({ pictures }: PictureSheet): number {
  const longest = Math.max(1, ...pictures.map(({ shape: [height, width] }) => Math.max(height, width)));
  return Math.max(1, Math.floor(easilySeen / longest));
}

function textSizeFor(sheets: readonly PictureSheet[], scales: readonly number[]): number {
  const widths = sheets.flatMap(({ pictures }, index) =>
    pictures.map(({ shape: [, width] }) => width * (scales[index] as number)),
  );
  const widest = Math.max(1, ...widths);
  return Math.min(largestTextSize, Math.max(1, Math.round(widest / easilySeen)));
}

interface Part {
  readonly right: number;
  readonly bottom: number;
  readonly pictures: readonly PlacedPicture[];
  readonly texts: readonly PlacedText[];
  readonly maps: readonly PlacedMap[];
}

interface PartOptions {
  readonly scale: number;
  readonly labels: boolean;
  readonly textSize: number;
  readonly margin: number;
  readonly top: number;
}

function layOutSheet(sheet: PictureSheet, options: PartOptions): Part {
  const { margin, labels } = options;
  const header = labels ? headerOf(sheet, options) : emptyPart(options.top);
  const cells = sheet.pictures.map((picture) => cellOf(picture, sheet, options));
  const cellWidth = Math.max(0, ...cells.map(({ width }) => width));
  const columns = squareColumns(cells.length);
  const pictures: PlacedPicture[] = [];
  const texts = [...header.texts];
  let top = header.bottom;
  for (let first = 0; first < cells.length; first += columns) {
    const row = cells.slice(first, first + columns);
    row.forEach((cell, column) => {
      const left = margin + column * (cellWidth + margin);
      pictures.push({ picture: cell.picture, range: cell.range, left, top, scale: options.scale });
      texts.push(
        ...cell.lines.map((line, index) => textAt(line, left, top + cell.pictureHeight, index, options)),
      );
    });
    top += Math.max(...row.map(({ height }) => height)) + margin;
  }
  const right = margin + columns * (cellWidth + margin) - margin;
  return { right: Math.max(right, header.right), bottom: top - margin, pictures, texts, maps: header.maps };
}

function emptyPart(top: number): Part {
  return { right: 0, bottom: top, pictures: [], texts: [], maps: [] };
}

/** The title and, where all pictures share their colours, what these stand for. */
function headerOf(sheet: PictureSheet, { textSize, margin, top }: PartOptions): Part {
  const line = (textHeight + 2) * textSize;
  const title: PlacedText = { text: sheet.title, left: margin, top, size: textSize, tone: 'strong' };
  const titleRight = margin + textWidth(sheet.title) * textSize;
  const scale = sheet.pictures[0]?.scale ?? 'image';
  if (sheet.sharedRange === null || scale === 'image') {
    return { ...emptyPart(top + line + margin), right: titleRight, texts: [title] };
  }
  const [lowest, highest] = sheet.sharedRange.map(shortNumber) as [string, string];
  const mapTop = top + line;
  const gap = 3 * textSize;
  const mapLeft = margin + textWidth(lowest) * textSize + gap;
  const highestLeft = mapLeft + mapWidth * textSize + gap;
  const quiet = { top: mapTop, size: textSize, tone: 'quiet' } as const;
  return {
    right: Math.max(titleRight, highestLeft + textWidth(highest) * textSize),
    bottom: mapTop + line + margin,
    pictures: [],
    texts: [title, { ...quiet, text: lowest, left: margin }, { ...quiet, text: highest, left: highestLeft }],
    maps: [
      {
        map: mapOf({ scale }),
        left: mapLeft,
        top: mapTop,
        width: mapWidth * textSize,
        height: mapHeight * textSize,
      },
    ],
  };
}

interface Line {
  readonly text: string;
  readonly tone: PlacedText['tone'];
}

interface Cell {
  readonly picture: Picture;
  readonly range: ValueRange;
  readonly lines: readonly Line[];
  readonly pictureHeight: number;
  readonly width: number;
  readonly height: number;
}

function cellOf(picture: Picture, sheet: PictureSheet, { scale, labels, textSize }: PartOptions): Cell {
  const [height, width] = picture.shape;
  const pictureHeight = height * scale;
  const range = rangeIn(sheet, picture);
  const named: Line[] = labels
    ? [
        { text: picture.name, tone: 'strong' },
        ...picture.numbers.map(({ name, value }): Line => ({
          text: `${name} ${shortNumber(value)}`,
          tone: 'quiet',
        })),
      ]
    : [];
  const cellWidth = Math.max(width * scale, ...named.map(({ text }) => textWidth(text) * textSize));
  const notes: readonly Line[] =
    labels && picture.note !== null
      ? wrapText(picture.note, Math.floor(cellWidth / textSize), textWidth).map((text) => ({
          text,
          tone: 'quiet',
        }))
      : [];
  const lines = [...named, ...notes];
  return {
    picture,
    range,
    lines,
    pictureHeight,
    width: cellWidth,
    height: pictureHeight + lines.length * lineHeight(textSize),
  };
}

function lineHeight(textSize: number): number {
  return (textHeight + 2) * textSize;
}

function textAt(
  { text, tone }: Line,
  left: number,
  pictureBottom: number,
  index: number,
  { textSize }: PartOptions,
): PlacedText {
  return {
    text,
    tone,
    left,
    top: pictureBottom + index * lineHeight(textSize) + 2 * textSize,
    size: textSize,
  };
}
