import { encode } from 'fast-png';
import type { GreyImage } from '../grey-image';
import type { SummaryValue } from './event';

const strings = 7;

/**
 * Pictures of one size under one tag, as `tf.summary.image` writes them (tensorboard/plugins/image/summary_v2.py): a
 * tensor of strings with width, height, and the PNG file of each.
 * @param description Markdown
 */
export function images(tag: string, pictures: readonly GreyImage[], description: string): SummaryValue {
  const { width, height } = pictures[0] ?? { width: 0, height: 0 };
  return {
    tag,
    metadata: { plugin_data: { plugin_name: 'images' }, summary_description: description },
    tensor: {
      dtype: strings,
      tensor_shape: { dim: [{ size: pictures.length + 2 }] },
      string_val: [
        Buffer.from(String(width)),
        Buffer.from(String(height)),
        ...pictures.map((picture) => encode({ ...picture, channels: 1, depth: 8 })),
      ],
    },
  };
}
