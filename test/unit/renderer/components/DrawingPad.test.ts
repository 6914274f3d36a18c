import { flushPromises, mount, type VueWrapper } from '@vue/test-utils';
import { createPinia, setActivePinia } from 'pinia';
import { TooltipProvider } from 'reka-ui';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h } from 'vue';
import { probeChoice, type ProbeChoice } from '#shared/probe';
import DrawingPad from '../../../../renderer/components/DrawingPad.vue';
import { useLabStore } from '../../../../renderer/stores/lab';
import { FakeConnection } from '../../../../renderer/lab/fake-connection';

const Pad = defineComponent(() => () => h(TooltipProvider, () => h(DrawingPad)));

/** A 2D context that knows how to be filled black and to draw lines of single white pixels. */
function plainContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const red = new Uint8ClampedArray(canvas.width * canvas.height);
  let from = { x: 0, y: 0 };
  let to = from;
  const plain = {
    fillRect: () => red.fill(0),
    beginPath: () => undefined,
    moveTo: (x: number, y: number) => (from = { x, y }),
    lineTo: (x: number, y: number) => (to = { x, y }),
    stroke: () => {
      for (const { x, y } of [from, to]) red[Math.floor(y) * canvas.width + Math.floor(x)] = 255;
    },
    getImageData: () => {
      const data = new Uint8ClampedArray(red.length * 4);
      red.forEach((value, pixel) => data.set([value, value, value, 255], pixel * 4));
      return { data };
    },
  };
  return plain as unknown as CanvasRenderingContext2D;
}

let pad: VueWrapper;
let sent: ProbeChoice[];
let answer: (() => void) | null;

beforeEach(() => {
  setActivePinia(createPinia());
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    return plainContext(this);
  } as unknown as typeof HTMLCanvasElement.prototype.getContext);
  vi.spyOn(HTMLCanvasElement.prototype, 'getBoundingClientRect').mockReturnValue(
    new DOMRect(100, 50, 112, 112),
  );
  sent = [];
  answer = null;
  const lab = new FakeConnection().lab;
  vi.spyOn(lab, 'probe').mockImplementation((choice) => {
    sent.push(choice);
    return new Promise((resolve) => (answer = resolve));
  });
  useLabStore().use(new FakeConnection(), lab);
  pad = mount(Pad, { attachTo: document.body });
});

afterEach(() => {
  pad.unmount();
  vi.restoreAllMocks();
});

function point(type: string, clientX: number, clientY: number): void {
  const event = new PointerEvent(type, { clientX, clientY, bubbles: true, button: 0, pointerId: 1 });
  // The stand-in browser lacks both.
  Object.assign(event, { getCoalescedEvents: () => [] });
  const canvas = pad.get('canvas').element;
  canvas.setPointerCapture = () => undefined;
  canvas.dispatchEvent(event);
}

function whiteIn(choice: ProbeChoice | undefined): readonly (readonly [x: number, y: number])[] {
  if (choice?.kind !== 'drawing') throw new Error('no drawing was sent');
  return [...choice.pixels].flatMap((value, index) =>
    value > 0 ? [[index % choice.side, Math.floor(index / choice.side)] as const] : [],
  );
}

describe('the drawing pad', () => {
  it('sends what is drawn as it is, in a corner if it was drawn there, white on black', () => {
    point('pointerdown', 100 + 5, 50 + 10);
    const [choice] = sent;
    expect(probeChoice.safeParse(choice).success).toBe(true);
    // The pad is shown at half of its own 224 pixels.
    expect(whiteIn(choice)).toEqual([[10, 20]]);
  });

  it('sends no more while the lab is busy with the last one, and then only the newest', async () => {
    point('pointerdown', 105, 60);
    for (let step = 1; step <= 20; step++) point('pointermove', 105 + step, 60);
    expect(sent).toHaveLength(1);
    answer?.();
    await vi.waitFor(() => {
      expect(sent).toHaveLength(2);
    });
    expect(whiteIn(sent[1])).toHaveLength(21);
  });

  it('draws only while the pointer is down', async () => {
    point('pointermove', 150, 90);
    expect(sent).toHaveLength(0);
    point('pointerdown', 105, 60);
    point('pointerup', 105, 60);
    point('pointermove', 150, 90);
    answer?.();
    await flushPromises();
    expect(sent).toHaveLength(1);
  });

  it('is cleared by the keyboard', async () => {
    point('pointerdown', 105, 60);
    answer?.();
    await pad.get('canvas').trigger('keydown', { key: 'Delete' });
    await vi.waitFor(() => {
      expect(sent).toHaveLength(2);
    });
    expect(whiteIn(sent[1])).toEqual([]);
  });
});
