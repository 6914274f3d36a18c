import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia, type Pinia } from 'pinia';
import { vi } from 'vitest';
import App from '../../../../renderer/App.vue';
import { FakeConnection } from '../../../../renderer/lab/fake-connection';
import { openLab } from '../../../../renderer/stores/open-lab';

/** Stand-ins for what needs WebGL or a 2D canvas, at the border of the rooms that do. */
const boundary = vi.hoisted(() => {
  const names = [
    'setLayers',
    'setClassNames',
    'setFrame',
    'select',
    'frameAll',
    'setTheme',
    'setEveryLayer',
    'setReducedMotion',
  ];
  const stage = Object.fromEntries([...names, 'dispose'].map((name) => [name, vi.fn()]));
  return { stage };
});

vi.mock('../../../../renderer/volumes/stage', () => ({
  Stage: vi.fn(function () {
    return boundary.stage;
  }),
}));
vi.mock('../../../../renderer/volumes/feature-map-grid', () => ({
  FeatureMapGrid: class {
    draw = vi.fn();
    hit = vi.fn(() => null);
    highlight = vi.fn();
    mark = vi.fn();
  },
}));
vi.mock('../../../../renderer/charts/metric-chart', () => ({
  MetricChart: class {
    append = vi.fn();
    setEpochs = vi.fn();
    setTotalSteps = vi.fn();
    setLogScale = vi.fn();
    setTheme = vi.fn();
    clear = vi.fn();
    describe = vi.fn(() => 'Loss');
    dispose = vi.fn();
  },
}));

export const stage = boundary.stage as Readonly<Record<string, ReturnType<typeof vi.fn>>>;

export interface MountedApp {
  readonly app: VueWrapper;
  readonly connection: FakeConnection;
  readonly pinia: Pinia;
  /** The button of this accessible name or text. */
  button(name: string): ReturnType<VueWrapper['get']>;
  text(): string;
  unmount(): void;
}

/** The whole window over a simulated lab that has not been reached yet: `connection.open()` reaches it. */
export async function mountApp(): Promise<MountedApp> {
  localStorage.clear();
  for (const spy of Object.values(stage)) spy.mockClear();
  const pinia = createPinia();
  setActivePinia(pinia);
  const connection = new FakeConnection();
  const close = openLab(connection);
  const app = mount(App, { global: { plugins: [pinia] }, attachTo: document.body });
  await flushPromises();
  return {
    app,
    connection,
    pinia,
    button: (name) => {
      const found = app
        .findAll('button')
        .find((button) => button.attributes('aria-label') === name || button.text() === name);
      if (found === undefined) throw new Error(`There is no button ${name}.`);
      return found;
    },
    text: () => app.text(),
    unmount: () => {
      app.unmount();
      close();
    },
  };
}
