import type { ScheduleSpec, TrainingSpec } from '#shared/spec';
import type { TrainingPosition } from '../runs/position';

type PlateauState = TrainingPosition['plateau'];

/** The length of a run, which schedules are stretched over. */
export interface RunLength {
  readonly epochs: number;
  readonly stepsPerEpoch: number;
}

/**
 * The learning rate of a step: a pure function of where training is, so that a resumed run repeats it.
 * @param step batches trained before this one, since the run began
 */
export function learningRateAt(
  { schedule, warmUpSteps }: Pick<TrainingSpec, 'schedule' | 'warmUpSteps'>,
  base: number,
  step: number,
  plateauFactor: number,
  length: RunLength,
): number {
  if (step < warmUpSteps) return (base * (step + 1)) / warmUpSteps;
  return base * shareAt(schedule, step, warmUpSteps, plateauFactor, length);
}

function shareAt(
  schedule: ScheduleSpec,
  step: number,
  warmUpSteps: number,
  plateauFactor: number,
  { epochs, stepsPerEpoch }: RunLength,
): number {
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(step / stepsPerEpoch / schedule.everyEpochs);
    case 'cosine': {
      const decaySteps = Math.max(1, epochs * stepsPerEpoch - warmUpSteps);
      const done = Math.min(1, (step - warmUpSteps) / decaySteps);
      return schedule.finalShare + (1 - schedule.finalShare) * 0.5 * (1 + Math.cos(Math.PI * done));
    }
    case 'plateau':
      return plateauFactor;
  }
}

/**
 * What an epoch's loss does to the schedule `plateau` (keras.callbacks.ReduceLROnPlateau).
 * @param base the learning rate that the factor multiplies, for `lowest`
 */
export function plateauAfter(
  schedule: ScheduleSpec,
  state: PlateauState,
  loss: number,
  base: number,
): PlateauState {
  if (schedule.kind !== 'plateau') return state;
  if (state.best === null || loss < state.best - schedule.minimumDelta)
    return { ...state, best: loss, wait: 0 };
  const wait = state.wait + 1;
  if (wait < schedule.patience) return { ...state, wait };
  const rate = Math.max(base * state.factor * schedule.factor, schedule.lowest);
  return { ...state, factor: rate / base, wait: 0 };
}
