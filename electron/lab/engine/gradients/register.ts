import { registerAbsGradient } from './abs';
import { registerAddGradient } from './add';
import { registerGreaterGradient } from './greater';
import { registerReluGradient } from './relu';

let registered = false;

/** Replaces gradients of TensorFlow.js by leaner ones, or by TensorFlow's where they differ or lack, on every engine. */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  registerReluGradient();
  registerAddGradient();
  registerAbsGradient();
  registerGreaterGradient();
}
