import type { Frame } from '#shared/frames';
import type { Theme } from './colour-maps';
import type { StageLayer, StageOptions } from './stage-options';

export type { StageHit, StageLayer, StageOptions } from './stage-options';

/** Every layer's feature maps as volumes, in the order of the network. */
export class Stage {
  constructor(_options: StageOptions) {}
  setLayers(_layers: readonly StageLayer[]): void {}
  setFrame(_frame: Frame): void {}
  setClassNames(_names: readonly string[]): void {}
  select(_layer: string | null): void {}
  frameAll(): void {}
  setTheme(_theme: Theme): void {}
  setReducedMotion(_reduced: boolean): void {}
  dispose(): void {}
}
