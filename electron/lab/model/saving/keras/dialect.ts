import type { Activation } from '../operations';

/** Who is to read a description of layers: names of fields and functions differ. */
export type Dialect = 'TensorFlow.js' | 'Keras 2' | 'Keras 3';

/** Names that are the same everywhere. */
const common = {
  linear: 'linear',
  relu: 'relu',
  relu6: 'relu6',
  elu: 'elu',
  selu: 'selu',
  sigmoid: 'sigmoid',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  tanh: 'tanh',
  mish: 'mish',
  gelu: 'gelu',
  swish: 'swish',
} as const satisfies Partial<Record<Activation, string>>;

/**
 * A dialect's name of a function; `null` where it has none. Keras 2 and 3 mean different functions by hard_sigmoid, and
 * Keras 3 reads files of both, so only its own archives may say it.
 */
export function activationName(activation: Activation, dialect: Dialect): string | null {
  const everywhere: Partial<Record<Activation, string>> = common;
  return everywhere[activation] ?? own[dialect][activation] ?? null;
}

const own: Readonly<Record<Dialect, Partial<Record<Activation, string>>>> = {
  'TensorFlow.js': { 'steep hard sigmoid': 'hardSigmoid' },
  'Keras 2': { exponential: 'exponential' },
  'Keras 3': {
    exponential: 'exponential',
    'hard sigmoid': 'hard_sigmoid',
    'hard swish': 'hard_silu',
    'hard tanh': 'hard_tanh',
    'log sigmoid': 'log_sigmoid',
    'tanh shrink': 'tanh_shrink',
  },
};
