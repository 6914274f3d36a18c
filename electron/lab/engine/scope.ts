import * as tf from '@tensorflow/tfjs';

/** `tf.tidy` for computations that return plain data: every tensor made inside is released, also on a throw. */
export function scoped<T>(compute: () => T): T {
  const engine = tf.engine();
  engine.startScope();
  try {
    return compute();
  } finally {
    engine.endScope();
  }
}
