import { Activity, Aperture, Blocks, Boxes, Cpu, Images, Microscope, Rows3, ScanEye } from '@lucide/vue';
import type { Component } from 'vue';
import DataView from './DataView.vue';
import EngineView from './EngineView.vue';
import EvidenceView from './EvidenceView.vue';
import EvaluateView from './EvaluateView.vue';
import ModelsView from './ModelsView.vue';
import ModelView from './ModelView.vue';
import FiltersView from './FiltersView.vue';
import RunsView from './RunsView.vue';
import TrainView from './TrainView.vue';

export interface View {
  readonly id: string;
  readonly title: string;
  readonly icon: Component;
  readonly component: Component;
}

/** The views on the rail, in the order of their keys 1 to 9. The first is where one starts. */
export const views: readonly [View, ...View[]] = [
  { id: 'train', title: 'Train', icon: Activity, component: TrainView },
  { id: 'data', title: 'Data', icon: Images, component: DataView },
  { id: 'model', title: 'Model', icon: Blocks, component: ModelView },
  { id: 'filters', title: 'Filters', icon: Aperture, component: FiltersView },
  { id: 'evidence', title: 'Evidence', icon: Microscope, component: EvidenceView },
  { id: 'evaluate', title: 'Evaluate', icon: ScanEye, component: EvaluateView },
  { id: 'models', title: 'Models', icon: Boxes, component: ModelsView },
  { id: 'runs', title: 'Runs', icon: Rows3, component: RunsView },
  { id: 'engine', title: 'Engine', icon: Cpu, component: EngineView },
];
