import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Refusal } from '#shared/errors';
import type { ExportCall, ExportedFile, ExportFormat, ExportKind } from '#shared/export';
import { cancelledInsight } from '#shared/insight';
import ExportMenu from '../../../../renderer/components/ExportMenu.vue';
import { FakeConnection } from '../../../../renderer/lab/fake-connection';
import { fakeDescription } from '../../../../renderer/lab/fake-description';
import { FakeExport } from '../../../../renderer/lab/fake-export';
import { useExportLookStore } from '../../../../renderer/stores/export-look';
import { useLabStore } from '../../../../renderer/stores/lab';
import { useProblemStore } from '../../../../renderer/stores/problem';
import { useSessionStore } from '../../../../renderer/stores/session';
import { network, recipe } from '../samples';

interface Exportable {
  readonly title: string;
  readonly work: { readonly kind: ExportKind };
  readonly formats?: readonly ExportFormat[];
}

const kernels: Exportable = { title: 'Kernels of conv2d', work: { kind: 'kernels' } };
const film: Exportable = { title: 'The evolution', work: { kind: 'evolution' } };
const stage: Exportable = { title: 'The whole stage', work: { kind: 'maps' }, formats: ['glb', 'npz'] };
const report: Exportable = { title: 'Everything', work: { kind: 'report' } };

let mounted: VueWrapper[];
/** What was asked of the lab, and what it answers with. */
let calls: { readonly call: ExportCall; give(): Promise<void>; refuse(sentence: string): void }[];
/** What lies on the clipboard; `forbidden` takes nothing. */
let clipboard: { readonly pictures: Blob[]; forbidden: boolean };

beforeEach(() => {
  localStorage.clear();
  setActivePinia(createPinia());
  mounted = [];
  calls = [];
  const connection = new FakeConnection();
  const { lab } = connection;
  vi.spyOn(lab, 'exportFile').mockImplementation(
    (call) =>
      new Promise<ExportedFile>((resolve, reject) => {
        const give = async () => {
          resolve(await new FakeExport(() => undefined).exportFile('net', call));
          await flushPromises();
        };
        calls.push({
          call,
          give,
          refuse: (sentence) => {
            reject(new Refusal(sentence));
          },
        });
      }),
  );
  vi.spyOn(lab, 'cancelExport').mockImplementation(async (id) => {
    calls.find(({ call }) => call.id === id)?.refuse(cancelledInsight);
  });
  const store = useLabStore();
  store.use(connection, lab);
  store.state = { kind: 'connected' };
  store.description = fakeDescription;
  useSessionStore().take({ phase: 'ready', recipe, network });
  clipboard = { pictures: [], forbidden: false };
  vi.stubGlobal(
    'ClipboardItem',
    class {
      constructor(readonly of: Readonly<Record<string, Promise<Blob>>>) {}
    },
  );
  vi.stubGlobal('navigator', {
    clipboard: {
      write: async ([item]: readonly { of: Readonly<Record<string, Promise<Blob>>> }[]) => {
        const picture = await item?.of['image/png'];
        if (clipboard.forbidden) throw new DOMException('Document is not focused.', 'NotAllowedError');
        if (picture !== undefined) clipboard.pictures.push(picture);
      },
    },
  });
});

afterEach(() => {
  for (const one of mounted) one.unmount();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function menuOf(...items: readonly Exportable[]): VueWrapper {
  const one = mount(ExportMenu, { props: { items }, attachTo: document.body });
  mounted.push(one);
  return one;
}

async function settle(): Promise<void> {
  await flushPromises();
  // Menus hand the focus on in a task of their own.
  await new Promise((resolve) => setTimeout(resolve, 20));
}

async function open(menu: VueWrapper): Promise<void> {
  const trigger = menu.get<HTMLElement>('button[aria-label="Export"]');
  trigger.element.focus();
  await trigger.trigger('keydown', { key: 'Enter' });
  await settle();
}

/** What the open menu offers, by role. */
function offered(role: string): readonly string[] {
  return [...document.querySelectorAll(`[role="${role}"]`)].map(
    (item) => item.getAttribute('aria-label') ?? item.textContent.trim(),
  );
}

async function press(name: string | RegExp): Promise<void> {
  const items = [...document.querySelectorAll<HTMLElement>('[role^="menuitem"]')];
  const named = (item: HTMLElement) => item.getAttribute('aria-label') ?? item.textContent.trim();
  const found = items.find((item) => named(item).search(name) !== -1);
  if (found === undefined) throw new Error(`The menu has no ${String(name)}.`);
  found.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  await settle();
}

const cancelButton = '[aria-label="Cancel the export"]';

describe('the look in a menu of exports', () => {
  it.each([
    ['kernels', kernels, ['Names and numbers'], /^Pixels a cell.*Theme/],
    ['a film', film, ['Names and numbers'], /^Pixels a cell.*Theme.*Each moment/],
    ['a volume', stage, [], /^Theme.*Cells of the volume/],
  ] as const)('of %s is what its formats have a place for', async (_, item, checks, choices) => {
    await open(menuOf(item));
    expect(offered('menuitemcheckbox')).toEqual(checks);
    const beside = [...document.querySelectorAll('[aria-haspopup="menu"][role="menuitem"]')];
    expect(beside.map(({ textContent }) => textContent).join()).toMatch(choices);
    expect(beside).toHaveLength(choices.source.split('.*').length);
  });

  it('of a report is its own', async () => {
    await open(menuOf(report));
    expect(offered('menuitem')).toEqual(['Everything as HTML']);
    expect(offered('menuitemcheckbox')).toEqual([]);
  });

  it('is chosen with the menu open, and is what the file is asked for with', async () => {
    await open(menuOf(kernels));
    await press('Names and numbers');
    expect(document.querySelector('[role="menuitemcheckbox"]')?.getAttribute('aria-checked')).toBe('false');
    await press(/^Pixels a cell/);
    await press(/^4$/);
    expect(offered('menu').length).toBe(2);
    expect(offered('menuitemradio')).toEqual(['Automatic', '1', '2', '4', '8', '16', '32']);
    expect(document.querySelector('[role="menuitemradio"][aria-checked="true"]')?.textContent).toBe('4');
    await press('Kernels of conv2d as PNG');
    expect(calls[0]?.call.request).toMatchObject({ format: 'png', look: { labels: false, scale: 4 } });
    expect(useExportLookStore().chosen).toMatchObject({ labels: false, scale: 4 });
  });
});

describe('an export under way', () => {
  it('stands in its own menu alone, has the focus, and gives it back', async () => {
    const menu = menuOf(kernels);
    const other = menuOf(film);
    await open(menu);
    await press('Kernels of conv2d as CSV');
    expect(offered('menu')).toEqual([]);
    expect(other.find(cancelButton).exists()).toBe(false);
    expect(document.activeElement).toBe(menu.get(cancelButton).element);
    await calls[0]?.give();
    await settle();
    expect(menu.find(cancelButton).exists()).toBe(false);
    expect(document.activeElement).toBe(menu.get('[aria-label="Export"]').element);
  });

  it('is cancelled without a word', async () => {
    const menu = menuOf(kernels);
    await open(menu);
    await press('Kernels of conv2d as CSV');
    await menu.get(cancelButton).trigger('click');
    await settle();
    expect(menu.find(cancelButton).exists()).toBe(false);
    expect(useProblemStore().notice).toBe(null);
  });
});

describe('copying a picture', () => {
  it('stands before the formats where one of them is PNG and the browser can', async () => {
    await open(menuOf(kernels));
    expect(offered('menuitem').slice(0, 2)).toEqual([
      'Copy picture: Kernels of conv2d',
      'Kernels of conv2d as PNG',
    ]);
  });

  it('is not offered where there is no PNG', async () => {
    await open(menuOf(stage));
    expect(offered('menuitem').join()).not.toContain('Copy');
  });

  it('is not offered where the browser cannot', async () => {
    vi.stubGlobal('ClipboardItem', undefined);
    await open(menuOf(kernels));
    expect(offered('menuitem').join()).not.toContain('Copy');
  });

  it('puts the PNG on the clipboard, and says so', async () => {
    const menu = menuOf(kernels);
    await open(menu);
    await press(/^Copy picture/);
    expect(calls[0]?.call.request.format).toBe('png');
    expect(menu.get('[role="status"]').text()).toBe('');
    await calls[0]?.give();
    await settle();
    expect(clipboard.pictures.map(({ type }) => type)).toEqual(['image/png']);
    expect(menu.get('[role="status"]').text()).toBe('Copied the picture: Kernels of conv2d.');
  });

  it('tells of a browser that forbids it', async () => {
    clipboard.forbidden = true;
    const menu = menuOf(kernels);
    await open(menu);
    await press(/^Copy picture/);
    await calls[0]?.give();
    await settle();
    expect(useProblemStore().notice).toMatchObject({
      attempt: 'Copying the picture',
      problem: { kind: 'refusal' },
    });
    expect(menu.get('[role="status"]').text()).toBe('');
  });

  it('tells once of a picture that could not be made', async () => {
    await open(menuOf(kernels));
    await press(/^Copy picture/);
    calls[0]?.refuse('The layer is gone.');
    await settle();
    expect(useProblemStore().notice).toMatchObject({
      attempt: 'Exporting',
      problem: { message: 'The layer is gone.' },
    });
  });
});
