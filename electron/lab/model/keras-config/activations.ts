import * as tf from '@tensorflow/tfjs';
import type { Generation } from './keras-model';
import { UnsupportedLayer } from './layer-faults';
import { ElementFunction, type ElementFunctionName } from './own-layers/element-function';

type ActivationIdentifier =
  | 'elu'
  | 'linear'
  | 'relu'
  | 'relu6'
  | 'selu'
  | 'sigmoid'
  | 'softmax'
  | 'softplus'
  | 'softsign'
  | 'tanh'
  | 'hardSigmoid';

/** An activation, as the layer itself computes it or as a layer of its own after it. */
export type Activation =
  | { readonly kind: 'built in'; readonly identifier: ActivationIdentifier }
  | { readonly kind: 'own'; readonly computes: ElementFunctionName };

const builtIn = (identifier: ActivationIdentifier): Activation => ({ kind: 'built in', identifier });
const own = (computes: ElementFunctionName): Activation => ({ kind: 'own', computes });

const activations: Readonly<Record<string, Activation>> = {
  elu: builtIn('elu'),
  linear: builtIn('linear'),
  relu: builtIn('relu'),
  relu6: builtIn('relu6'),
  selu: builtIn('selu'),
  sigmoid: builtIn('sigmoid'),
  softmax: builtIn('softmax'),
  softplus: builtIn('softplus'),
  softsign: builtIn('softsign'),
  tanh: builtIn('tanh'),
  swish: own('swish'),
  silu: own('swish'),
  mish: own('mish'),
  gelu: own('gelu'),
  gelu_new: own('gelu by tanh'),
  exponential: own('exponential'),
  hard_swish: own('hard swish'),
  hard_silu: own('hard swish'),
  hard_tanh: own('hard tanh'),
  log_sigmoid: own('log sigmoid'),
  leaky_relu: own('leaky relu'),
  tanh_shrink: own('tanh shrink'),
};

/**
 * Finds the function that a layer's `activation` names. Keras writes a name, `null`, or an object whose `config` is
 * the name. Throws an `UnsupportedLayer` for one that is not known, such as a person's own.
 */
export function activationOf(written: unknown, generation: Generation): Activation {
  if (written === null || written === undefined) return builtIn('linear');
  const name = typeof written === 'string' ? written : nameIn(written);
  if (name === null) throw new UnsupportedLayer('its activation is written in a way that is not known');
  // Keras 3 gave the name to another function (keras.activations.hard_sigmoid), TensorFlow.js writes it joined.
  if (name === 'hard_sigmoid' || name === 'hardSigmoid') {
    return generation === 3 ? own('hard sigmoid') : builtIn('hardSigmoid');
  }
  const known = Object.hasOwn(activations, name) ? activations[name] : undefined;
  if (known === undefined) throw new UnsupportedLayer(`its activation ${name} is no function of Keras`);
  return known;
}

function nameIn(written: unknown): string | null {
  if (typeof written !== 'object' || written === null) return null;
  if ('config' in written && typeof written.config === 'string') return written.config;
  if (!('class_name' in written) || typeof written.class_name !== 'string') return null;
  // A layer as an activation, such as ReLU(): its defaults are the function's.
  const name = written.class_name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
  return name === 're_lu' ? 'relu' : name;
}

/** What a layer that has an activation is given, and what follows it. */
export function splitActivation(
  activation: Activation,
  name: string,
): { readonly inside: ActivationIdentifier; readonly after: readonly tf.layers.Layer[] } {
  return activation.kind === 'built in'
    ? { inside: activation.identifier, after: [] }
    : {
        inside: 'linear',
        after: [new ElementFunction({ name: `${name}/activation`, computes: activation.computes })],
      };
}

export function activationLayer(activation: Activation, name: string): tf.layers.Layer {
  return activation.kind === 'built in'
    ? tf.layers.activation({ name, activation: activation.identifier })
    : new ElementFunction({ name, computes: activation.computes });
}
