import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '#shared/evaluation';
import type { ModelSummary } from '#shared/summary';
import type { ReportContent } from '../../../../../electron/lab/export/report/content';
import { reportDocument } from '../../../../../electron/lab/export/report/document';
import { sheetOf, somePicture } from './pictures';

const hostile = `</style><script>alert("1")</script><img src=x onerror='alert(2)'> & ]]>`;

const summary: ModelSummary = {
  name: hostile,
  inputShape: [28, 28, 1],
  layers: [
    {
      name: hostile,
      type: 'Conv2D',
      outputShape: [26, 26, 32],
      parameters: 320,
      flops: 432_640,
      activation: 'relu',
      inputs: [],
      window: null,
    },
  ],
  parameters: 320,
  trainableParameters: 320,
  flops: 432_640,
  text: '',
};

const evaluation: Evaluation = {
  images: 6,
  loss: 0.5,
  accuracy: 5 / 6,
  topK: { k: 3, accuracy: 1 },
  classes: [
    { correct: 3, support: 3, precision: 0.75, recall: 1 },
    { correct: 2, support: 3, precision: NaN, recall: 2 / 3 },
  ],
  confusion: Int32Array.of(3, 0, 1, 2),
  mistakes: {
    images: Int32Array.of(4),
    labels: Int32Array.of(1),
    readAs: Int32Array.of(0),
    confidences: Float32Array.of(0.9),
  },
};

const epoch = (number: number, loss: number) => ({
  epoch: number,
  step: number * 10,
  loss,
  accuracy: 1 - loss / 3,
  validationLoss: loss + 0.1,
  validationAccuracy: NaN,
  learningRate: 0.001,
  imagesPerSecond: 1000,
  seconds: 1,
  deadFilters: [],
});

const content: ReportContent = {
  title: hostile,
  facts: [{ name: hostile, value: hostile }],
  summary,
  epochs: [epoch(1, 2), epoch(2, NaN), epoch(3, 0.5)],
  batches: [],
  reading: {
    classes: [hostile, 'b'],
    evaluation,
    misread: sheetOf('Misread', { ...somePicture(hostile, 'image'), note: hostile }),
  },
  layers: [
    {
      name: hostile,
      kernels: sheetOf('k', somePicture(hostile, 'signed')),
      patterns: sheetOf('p', { ...somePicture(hostile, 'image'), note: hostile }),
    },
  ],
  notes: [hostile],
  recipes: [{ title: hostile, content: { hostile } }],
};

/** As a browser takes it: errors are those that the parser cannot mend. */
function parsed(html: string) {
  const complaints: string[] = [];
  const parser = new DOMParser({ onError: (level, message) => complaints.push(`${level}: ${message}`) });
  const document = parser.parseFromString(html, 'text/html');
  expect(complaints.filter((complaint) => !complaint.startsWith('warning'))).toEqual([]);
  return document;
}

describe('a report', () => {
  const html = reportDocument(content);

  it('shows every string as text, whatever it holds', () => {
    const document = parsed(html);
    expect(document.getElementsByTagName('script')).toHaveLength(0);
    expect(
      Array.from(document.getElementsByTagName('img')).some((image) => image.hasAttribute('onerror')),
    ).toBe(false);
    expect(document.getElementsByTagName('h1')[0]?.textContent).toBe(hostile);
    expect(JSON.parse(document.getElementsByTagName('pre')[0]?.textContent ?? '')).toEqual({ hostile });
  });

  it('names nothing outside of itself', () => {
    const addresses = [...html.matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) expect(address).toMatch(/^data:/);
    expect(html).not.toMatch(/url\(|@import|https?:/);
  });

  it('has the numbers of the confusion matrix and of the classes, with a dash for none', () => {
    const document = parsed(html);
    const cells = (id: string) =>
      Array.from(
        document.getElementById(id)?.getElementsByTagName('td') ?? [],
        ({ textContent }) => textContent,
      );
    expect(cells('confusion').slice(1)).toEqual(['3', '', '1', '2']);
    expect(cells('classes').slice(0, 8)).toEqual(['3', '3', '0.7500', '1.0000', '3', '2', '–', '0.6667']);
  });

  it('draws curves of what is finite, and says where nothing is', () => {
    const document = parsed(html);
    const lines = Array.from(document.getElementsByTagName('polyline'), (line) => [
      line.getAttribute('class'),
      line.getAttribute('points')?.split(' ').length,
    ]);
    expect(lines).toEqual([
      ['training', 2],
      ['validation', 2],
      ['training', 2],
    ]);
    const diverged = reportDocument({ ...content, epochs: [epoch(1, NaN), epoch(2, NaN)] });
    expect(diverged).toContain('Loss: no finite number was measured.');
  });

  it('is whole without training, test images, filters or patterns', () => {
    const bare = reportDocument({
      ...content,
      epochs: [],
      reading: null,
      layers: [],
      recipes: [],
      notes: [],
    });
    const headings = Array.from(parsed(bare).getElementsByTagName('h2'), ({ textContent }) => textContent);
    expect(headings).toEqual(['Layers']);
  });
});
