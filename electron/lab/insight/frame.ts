import { encodeLayers, type Frame, type ProbeSource } from '#shared/frames';
import type { TrainingStep } from '../engine/training-step';

export interface FrameMoment {
  readonly step: number;
  readonly epoch: number;
}

/** What the network makes of one image, as it is now. */
export function takeFrame(
  network: TrainingStep,
  pixels: Uint8Array,
  probe: ProbeSource,
  moment: FrameMoment,
): Frame {
  const { layers, output } = network.activations(pixels);
  return { ...moment, probe, ...encodeLayers(layers), output };
}
