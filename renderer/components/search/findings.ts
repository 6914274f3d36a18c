import { computed, nextTick, type ComputedRef } from 'vue';
import { count, dateAndTime, percent, runName, shapeText } from '../numbers';
import type { Finding } from './match';
import { useFilterFocusStore } from '../../stores/filter-focus';
import { useFiltersStore } from '../../stores/filters';
import { useFramesStore } from '../../stores/frames';
import { useModelsStore } from '../../stores/models';
import { useProbeStore } from '../../stores/probe';
import { useRunsStore } from '../../stores/runs';
import { useSessionStore } from '../../stores/session';
import { useWindowStore } from '../../stores/window';

/**
 * What can be found in the window now.
 * @param query names filters (`conv2d 5`) and test images (`417`), which are too many to be listed
 */
export function useFindings(
  views: readonly { readonly id: string; readonly title: string }[],
  query: () => string,
): ComputedRef<readonly Finding[]> {
  const session = useSessionStore();
  const window = useWindowStore();
  const runs = useRunsStore();
  const models = useModelsStore();
  const filters = useFiltersStore();
  const focus = useFilterFocusStore();
  const frames = useFramesStore();
  const probe = useProbeStore();

  const ofViews = (): readonly Finding[] =>
    views.map(({ id, title }, index) => ({
      kind: 'View',
      title,
      note: `key ${index + 1}`,
      go: () => {
        window.view = id;
      },
    }));

  const ofLayers = (): readonly Finding[] =>
    (session.network?.summary.layers ?? []).map(({ name, type, outputShape, parameters }) => ({
      kind: 'Layer',
      title: name,
      note: `${type}, ${shapeText(outputShape)}${parameters > 0 ? `, ${count(parameters)} parameters` : ''}`,
      go: () => {
        window.selectedLayer = name;
        if (window.view !== 'filters') window.view = 'train';
      },
    }));

  const ofFilters = (): readonly Finding[] => {
    const channel = numberIn(query());
    if (channel === null) return [];
    const layers = (session.network?.summary.layers ?? []).filter(
      ({ parameters, outputShape }) => parameters > 0 && channel < (outputShape.at(-1) ?? 0),
    );
    return layers.map(({ name, type }) => ({
      kind: 'Filter',
      title: `${name} ${channel}`,
      note: `filter ${channel} of ${name}, ${type}`,
      go: () => {
        filters.layer = name;
        window.view = 'filters';
        // With another layer the filter that was looked at is forgotten first.
        void nextTick(() => focus.focus({ layer: name, channel }));
      },
    }));
  };

  const ofTestImages = (): readonly Finding[] => {
    const index = numberIn(query());
    if (index === null || index >= (session.network?.testImages ?? 0)) return [];
    return [
      {
        kind: 'Test image',
        title: `Test image ${index}`,
        note: 'shown to the network',
        go: () => {
          frames.goLive();
          void probe.choose({ kind: 'sample', index });
        },
      },
    ];
  };

  const ofRuns = (): readonly Finding[] =>
    (runs.runs ?? []).map(({ id, folder, startedAt, recipe, result }) => ({
      kind: 'Run',
      title: runName(id),
      note: `${recipe.data.source} ${recipe.model.name}, ${dateAndTime(startedAt)}${
        result === null ? '' : `, ${percent(result.testAccuracy)}`
      }`,
      go: () => {
        void session.openRun(folder).then((opened) => {
          if (opened) window.view = 'train';
        });
      },
    }));

  const ofModels = (): readonly Finding[] =>
    models.recent.map(({ name, file, format }) => ({
      kind: 'Model',
      title: name,
      note: `${format}, ${file}`,
      go: () => void models.open(file),
    }));

  const ofActions = (): readonly Finding[] => {
    const action = (possible: boolean, title: string, note: string, go: () => void): readonly Finding[] =>
      possible ? [{ kind: 'Action', title, note, go }] : [];
    const theme = window.theme === 'dark' ? 'Light theme' : 'Dark theme';
    return [
      ...action(!session.locked, 'Train', 'from scratch', () => void session.train()),
      ...action(session.phase === 'training', 'Pause', 'the run', () => void session.pause()),
      ...action(session.phase === 'paused', 'Resume', 'the run', () => void session.resume()),
      ...action(session.running, 'Stop', 'the run', () => void session.stop()),
      ...action(true, theme, 'colours of the window', () => {
        window.toggleTheme();
      }),
      ...action(true, 'All keys', 'shortcuts of the keyboard', () => {
        window.keysShown = true;
      }),
    ];
  };

  return computed(() => [
    ...ofViews(),
    ...ofLayers(),
    ...ofFilters(),
    ...ofTestImages(),
    ...ofRuns(),
    ...ofModels(),
    ...ofActions(),
  ]);
}

/** The last whole number of a query, such as a filter's or an image's. */
function numberIn(query: string): number | null {
  const found = /(?:^|\s)(\d{1,7})\s*$/.exec(query)?.[1];
  return found === undefined ? null : Number(found);
}
