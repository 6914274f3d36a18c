import { describe, expect, it } from 'vitest';
import { csv } from '#shared/csv';
import { batchesCsv, epochsCsv, runsBatchesCsv, runsEpochsCsv } from '#shared/history-csv';

describe('comma-separated values', () => {
  it('quote what RFC 4180 has quoted', () => {
    const text = csv(
      ['name', 'note'],
      [
        ['conv2d, first', 'says "hello"'],
        ['two\r\nlines', ' plain '],
      ],
    );
    expect(text).toBe('name,note\r\n"conv2d, first","says ""hello"""\r\n"two\r\nlines", plain \r\n');
  });

  it('keep every digit, NaN, and the difference of nothing and zero', () => {
    const [, row] = csv(['a', 'b', 'c', 'd', 'e'], [[0.1 + 0.2, NaN, null, 0, 1e-9]]).split('\r\n');
    expect(row).toBe('0.30000000000000004,NaN,,0,1e-9');
  });
});

const epoch = {
  epoch: 1,
  step: 938,
  loss: 0.25,
  accuracy: 0.9,
  validationLoss: null,
  validationAccuracy: null,
  learningRate: 0.001,
  imagesPerSecond: 4460.5,
  seconds: 13.4,
  deadFilters: [
    { layer: 'conv2d', channels: [0, 3], of: 8 },
    { layer: 'conv2d_1', channels: [1], of: 8 },
  ],
};

describe('the history of a run', () => {
  it('has a line for every epoch, with nothing where nothing was validated', () => {
    expect(epochsCsv([epoch, { ...epoch, epoch: 2, step: 1876, validationLoss: 0.5, deadFilters: [] }])).toBe(
      'epoch,step,loss,accuracy,validationLoss,validationAccuracy,learningRate,imagesPerSecond,seconds,deadFilters\r\n' +
        '1,938,0.25,0.9,,,0.001,4460.5,13.4,3\r\n' +
        '2,1876,0.25,0.9,0.5,,0.001,4460.5,13.4,0\r\n',
    );
  });

  it('has a line for every batch', () => {
    expect(batchesCsv([{ step: 1, loss: NaN, accuracy: 0.5 }])).toBe('step,loss,accuracy\r\n1,NaN,0.5\r\n');
  });
});

describe('the history of several runs', () => {
  it('has the name of the run in front of every line', () => {
    const runs = [
      { run: '0001-digits-seed', records: [epoch] },
      { run: 'not, begun', records: [] },
      { run: 'low, slow', records: [epoch] },
    ];
    const line = '1,938,0.25,0.9,,,0.001,4460.5,13.4,3';
    expect(runsEpochsCsv(runs).split('\r\n')).toEqual([
      'run,epoch,step,loss,accuracy,validationLoss,validationAccuracy,learningRate,imagesPerSecond,seconds,deadFilters',
      `0001-digits-seed,${line}`,
      `"low, slow",${line}`,
      '',
    ]);
    expect(runsBatchesCsv([{ run: 'a', records: [{ step: 1, loss: 2.5, accuracy: 0 }] }])).toBe(
      'run,step,loss,accuracy\r\na,1,2.5,0\r\n',
    );
  });
});
