import { encodeLayers, type Frame, type ProbeSource } from '#shared/frames';
import type { NetworkActivations, ProbedNetwork } from '../engine/training-step';

export interface FrameMoment {
  readonly step: number;
  readonly epoch: number;
}

/** What the network makes of one image, as it is now; a promise of a network that is waited for. */
export function takeFrame(
  network: ProbedNetwork,
  pixels: Uint8Array,
  probe: ProbeSource,
  moment: FrameMoment,
): Frame | Promise<Frame> {
  const encoded = ({ layers, output }: NetworkActivations): Frame => ({
    ...moment,
    probe,
    ...encodeLayers(layers),
    output,
  });
  const read = network.activations(pixels);
  return read instanceof Promise ? read.then(encoded) : encoded(read);
}
