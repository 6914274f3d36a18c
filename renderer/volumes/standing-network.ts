import type { Scene } from 'three';
import { scaleEnds, type Theme } from '#shared/colour-maps';
import type { Frame, FrameLayer } from '#shared/frames';
import { arrange, type Arrangement } from './arrangement';
import type { Margins, View } from './camera';
import { detailLines, planDetail, type TextureLimits } from './detail';
import { Labels } from './labels';
import { Frames } from './lines';
import type { Look } from './look';
import { standingFor } from './main-layers';
import type { StageLayer } from './stage-options';
import { LayerVolume } from './volume';
import { sourcesOf, type Source } from './windows';

const standsBack = 0.7;
/** Milliseconds that taking values in may cost a picture; what is left waits for the next one. */
const uploadTime = 3;

/** What stands on the stage of one network: volumes, boxes and labels of some of its layers. */
export class StandingNetwork {
  readonly layers: readonly StageLayer[];
  readonly volumes: readonly LayerVolume[];
  readonly labels: Labels;
  readonly sources: readonly (readonly Source[])[];
  arrangement: Arrangement;

  private readonly scene: Scene;
  private readonly network: readonly StageLayer[];
  private readonly drawn: readonly number[];
  private readonly places: ReadonlyMap<string, number>;
  private frames: Frames;
  private rowOf: readonly number[] = [];
  /** What is shown, and of which layers it has yet to be taken in. */
  private frame: Frame | null = null;
  private readonly waiting: (FrameLayer | null)[];
  /** Labels have another size or other contents than when they were placed. */
  labelsChanged = true;

  /** `drawn` are the numbers of the layers of the network that stand on the stage. */
  constructor(
    scene: Scene,
    container: HTMLElement,
    network: readonly StageLayer[],
    drawn: readonly number[],
    limits: TextureLimits,
  ) {
    this.scene = scene;
    this.network = network;
    this.drawn = drawn;
    const layers = drawn.map((i) => pick(network, i));
    const shapes = layers.map(({ shape }) => shape);
    const details = planDetail(shapes, limits);
    this.layers = layers;
    this.places = new Map(layers.map(({ name }, i) => [name, i]));
    this.sources = sourcesOf(network, drawn);
    this.waiting = layers.map(() => null);
    this.arrangement = arrange(shapes, { width: 1, height: 1, betweenRows: 0, betweenLayers: 0 });
    const { placements } = this.arrangement;
    this.volumes = shapes.map((shape, i) => new LayerVolume(shape, pick(placements, i), pick(details, i)));
    for (const { mesh } of this.volumes) scene.add(mesh);
    this.frames = new Frames(this.arrangement);
    const texts = layers.map((layer, i) => ({
      ...layer,
      detail: detailLines(pick(details, i), layer.shape),
    }));
    this.labels = new Labels(container, texts, placements);
  }

  /** Arranges the layers for a view of this size and returns the room that labels need around them. */
  arrangeFor(view: View): Margins {
    const shapes = this.volumes.map(({ shape }) => shape);
    this.arrangement = arrange(shapes, this.labels.room(view));
    const { placements, rows } = this.arrangement;
    this.rowOf = placements.map((_, i) => rows.findLastIndex((first) => first <= i));
    this.volumes.forEach((volume, i) => {
      volume.moveTo(pick(placements, i));
    });
    this.scene.remove(this.frames.lines);
    this.frames.dispose();
    this.frames = new Frames(this.arrangement);
    this.scene.add(this.frames.lines);
    this.labels.stand(placements, rows.length);
    this.labelsChanged = true;
    return this.labels.margins(view);
  }

  /** A selected layer that does not stand here is marked at the one whose values it passes on. */
  paint(look: Look, theme: Theme, selected: string | null): void {
    const number = this.network.findIndex(({ name }) => name === selected);
    const index = number < 0 ? -1 : standingFor(this.drawn, number);
    this.frames.paint(look, index);
    this.labels.setTheme(theme);
    this.labels.select(index);
    this.labelsChanged = true;
    this.volumes.forEach((volume, i) => {
      volume.setEmphasis(index < 0 || i === index ? 1 : standsBack);
      volume.setColours(look);
    });
  }

  /** Shows a frame from the next picture on. Layers that do not stand here are passed over. */
  setFrame(frame: Frame): void {
    this.frame = frame;
    this.waiting.fill(null);
    for (const entry of frame.layers) {
      const index = this.places.get(entry.name);
      if (index === undefined || !sameShape(entry.shape, pick(this.volumes, index).shape)) continue;
      this.waiting[index] = entry;
    }
  }

  /** Lets volumes take the frame in, as many as there is time for. Says whether some still wait. */
  takeIn(look: Look): boolean {
    if (this.frame === null) return false;
    const end = performance.now() + uploadTime;
    for (let i = 0; i < this.volumes.length; i++) {
      const entry = this.waiting[i];
      if (entry === null || entry === undefined) continue;
      if (performance.now() > end) return true;
      this.waiting[i] = null;
      this.take(i, this.frame, entry, look);
    }
    return false;
  }

  private take(index: number, frame: Frame, entry: FrameLayer, look: Look): void {
    const volume = pick(this.volumes, index);
    const kind = volume.mapKind;
    volume.take(frame, entry);
    if (volume.placement.kind === 'bars') this.labels.setBars(index, volume);
    else this.labels.setLegend(index, volume.mapKind, ...scaleEnds(entry));
    if (volume.mapKind === kind) return;
    volume.setColours(look);
    this.labelsChanged = true;
  }

  /**
   * Turns the volumes' cuts to the viewer and orders them from far to near. Slabs along x do not overlap: those left of
   * the viewer are far to near from the left, the others from the right. Nor do rows: those above the viewer are far to
   * near from the top, the others from the bottom.
   */
  face(viewer: { readonly x: number; readonly y: number; readonly z: number }): void {
    const rows = this.arrangement.rows.length;
    for (let i = 0; i < this.volumes.length; i++) {
      const volume = pick(this.volumes, i);
      const row = this.rowOf[i] ?? 0;
      volume.faceViewer(viewer);
      const inRow = volume.placement.x < viewer.x ? i : 1000 - i;
      volume.mesh.renderOrder = 2000 * (volume.placement.y > viewer.y ? row : rows - row) + inRow;
    }
  }

  dispose(): void {
    for (const volume of this.volumes) {
      this.scene.remove(volume.mesh);
      volume.dispose();
    }
    this.scene.remove(this.frames.lines);
    this.frames.dispose();
    this.labels.dispose();
  }
}

function pick<T>(items: readonly T[], index: number): T {
  return items[index] as T;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}
