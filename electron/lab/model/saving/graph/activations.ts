import type { Activation } from '../operations';
import type { GraphTarget, GraphValue } from './target';

/** Writes a function of Keras with the operations that graph formats have. */
export function activate<V extends GraphValue>(target: GraphTarget<V>, activation: Activation, x: V): V {
  const times = (value: V, factor: number): V => target.binary('multiply', value, target.number(factor));
  const plus = (value: V, offset: number): V => target.binary('add', value, target.number(offset));
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
    case 'elu':
    case 'selu':
    case 'sigmoid':
    case 'softplus':
    case 'softsign':
    case 'tanh':
      return target.unary(activation, x);
    case 'exponential':
      return target.unary('exp', x);
    case 'relu6':
      return target.clip(x, 0, 6);
    case 'softmax':
      return target.softmax(x, x.shape.length - 1);
    case 'steep hard sigmoid':
      return target.clip(plus(times(x, 0.2), 0.5), 0, 1);
    case 'hard sigmoid':
      return target.clip(plus(times(x, 1 / 6), 0.5), 0, 1);
    case 'hard swish':
      return target.binary('multiply', x, activate(target, 'hard sigmoid', x));
    case 'hard tanh':
      return target.clip(x, -1, 1);
    case 'leaky relu':
      return target.leakyRelu(x, 0.2);
    case 'swish':
      return target.binary('multiply', x, target.unary('sigmoid', x));
    case 'mish':
      return target.binary('multiply', x, target.unary('tanh', target.unary('softplus', x)));
    case 'log sigmoid':
      return target.unary('negate', target.unary('softplus', target.unary('negate', x)));
    case 'tanh shrink':
      return target.binary('subtract', x, target.unary('tanh', x));
    case 'gelu': {
      const share = plus(target.unary('erf', times(x, Math.SQRT1_2)), 1);
      return target.binary('multiply', times(x, 0.5), share);
    }
    case 'gelu by tanh': {
      const cube = target.binary('multiply', target.binary('multiply', x, x), x);
      const inner = times(target.binary('add', x, times(cube, 0.044715)), Math.sqrt(2 / Math.PI));
      return target.binary('multiply', times(x, 0.5), plus(target.unary('tanh', inner), 1));
    }
  }
}
