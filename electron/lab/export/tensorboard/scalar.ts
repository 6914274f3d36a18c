import type { SummaryValue } from './event';

/**
 * A number over time, kept as float32. Written as `simple_value`, which every reader of event files knows; TensorBoard
 * itself turns it into a tensor of its plugin `scalars` when it loads.
 */
export function scalar(tag: string, value: number): SummaryValue {
  return { tag, simple_value: value };
}
