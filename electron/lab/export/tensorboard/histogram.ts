import type { SummaryValue } from './event';

/** TensorBoard's DEFAULT_BUCKET_COUNT. */
const bucketCount = 30;
const float64 = 2;

/**
 * How values are spread, as `tf.summary.histogram` writes it (tensorboard/plugins/histogram/summary_v2.py): rows of left
 * edge, right edge and count, in buckets of equal width from the least to the greatest value. Where all values are the
 * same, every edge is that value and the last bucket holds them all; of no values all is zero.
 * @param values finite numbers
 */
export function histogram(tag: string, values: Float32Array): SummaryValue {
  const rows = histogramRows(values);
  return {
    tag,
    metadata: { plugin_data: { plugin_name: 'histograms' }, summary_description: '' },
    tensor: {
      dtype: float64,
      tensor_shape: { dim: [{ size: bucketCount }, { size: 3 }] },
      tensor_content: new Uint8Array(rows.buffer),
    },
  };
}

function histogramRows(values: Float32Array): Float64Array {
  const rows = new Float64Array(bucketCount * 3);
  if (values.length === 0) return rows;
  const { least, greatest } = rangeOf(values);
  const width = (greatest - least) / bucketCount;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    rows[bucket * 3] = least + bucket * width;
    // Not a sum for the last, so that rounding does not move the greatest value.
    rows[bucket * 3 + 1] = bucket === bucketCount - 1 ? greatest : least + (bucket + 1) * width;
  }
  for (let i = 0; i < values.length; i++) {
    const bucket = width === 0 ? bucketCount - 1 : Math.floor(((values[i] as number) - least) / width);
    (rows[Math.min(bucket, bucketCount - 1) * 3 + 2] as number)++;
  }
  return rows;
}

function rangeOf(values: Float32Array): { readonly least: number; readonly greatest: number } {
  let least = Infinity;
  let greatest = -Infinity;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return { least, greatest };
}
