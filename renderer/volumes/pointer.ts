/** What the pointer does on the stage beside orbiting: hover a cell, choose a layer. */
import { Raycaster, Vector2, type PerspectiveCamera } from 'three';
import type { HoverOutline } from './lines';
import type { MutableVector } from './picking';
import type { StageHit, StageLayer } from './stage-options';
import type { LayerVolume, TrueCell } from './volume';
import { cellsUnder, type Cells, type Source } from './windows';

export interface PointerEvents {
  /** The pointer moved: a frame must be drawn. */
  onMove(): void;
  onHover(hit: StageHit | null): void;
  onSelect(layer: string | null): void;
}

/** What there is to point at. */
interface Scene {
  readonly layers: readonly StageLayer[];
  readonly volumes: readonly LayerVolume[];
  readonly sources: readonly (readonly Source[])[];
}

/** A press that travels less than this many pixels is a click, not an orbit. */
const clickTravel = 4;

export class Pointer {
  private readonly canvas: HTMLCanvasElement;
  private readonly camera: PerspectiveCamera;
  private readonly events: PointerEvents;
  private readonly ray = new Raycaster();
  private readonly at = new Vector2();
  private readonly cell: MutableVector = [0, 0, 0];
  private readonly candidate: MutableVector = [0, 0, 0];

  private layers: readonly StageLayer[] = [];
  private volumes: readonly LayerVolume[] = [];
  private sources: readonly (readonly Source[])[] = [];
  private outline: HoverOutline | null = null;
  private inside = false;
  private pressed = false;
  private clientX = 0;
  private clientY = 0;
  private pressX = 0;
  private pressY = 0;
  /** The layer under the pointer among those on the stage, or -1. */
  hovered = -1;
  private readonly located: TrueCell = { y: 0, x: 0, channel: 0 };
  private readonly tried: TrueCell = { y: 0, x: 0, channel: 0 };
  private readonly cells: Cells = { top: 0, left: 0, bottom: 0, right: 0 };
  /** What was told last: layer, column, row, channel, value and the pointer's place. */
  private readonly told = new Float64Array(7).fill(-1);
  private readonly now = new Float64Array(7);

  constructor(canvas: HTMLCanvasElement, camera: PerspectiveCamera, events: PointerEvents) {
    this.canvas = canvas;
    this.camera = camera;
    this.events = events;
    canvas.addEventListener('pointermove', this.onMove);
    canvas.addEventListener('pointerleave', this.onLeave);
    canvas.addEventListener('pointerdown', this.onDown);
    canvas.addEventListener('pointerup', this.onUp);
    canvas.addEventListener('pointercancel', this.onLeave);
  }

  setScene({ layers, volumes, sources }: Scene, outline: HoverOutline): void {
    this.layers = layers;
    this.volumes = volumes;
    this.sources = sources;
    this.outline = outline;
    this.hovered = -1;
  }

  /** Finds the cell under the pointer and tells if it is another one. Called once a drawn frame. */
  pick(): void {
    if (!this.inside || this.pressed) {
      this.leaveCell();
      return;
    }
    this.hovered = this.volumeUnderPointer();
    const volume = this.volumes[this.hovered];
    const layer = this.layers[this.hovered];
    if (volume === undefined || layer === undefined) {
      this.leaveCell();
      return;
    }
    volume.locate(this.cell, this.located);
    this.outline?.show(volume.placement, this.cell);
    this.showSources();
    const value = volume.valueAt(this.located);
    if (!this.isNews(value)) return;
    const { clientX, clientY } = this;
    this.events.onHover({ layer: layer.name, ...this.located, value, clientX, clientY });
  }

  /** Outlines what the cell under the pointer is computed from. */
  private showSources(): void {
    const sources = this.sources[this.hovered];
    if (sources === undefined) return;
    const { y, x, channel } = this.located;
    for (let i = 0; i < sources.length; i++) {
      const { index, window } = sources[i] as Source;
      const volume = this.volumes[index];
      if (volume?.placement.kind !== 'volume' || !cellsUnder(window, volume.shape, y, x, this.cells))
        continue;
      this.outline?.showSource(volume.whole, this.cells, window.perChannel ? channel : -1);
    }
  }

  private leaveCell(): void {
    this.outline?.hide();
    this.hovered = -1;
    if (this.isNews(0)) this.events.onHover(null);
  }

  /** Whether what is pointed at differs from what was told last, which it replaces. */
  private isNews(value: number): boolean {
    const { now, told } = this;
    now[0] = this.hovered;
    now[1] = this.hovered < 0 ? 0 : this.cell[0];
    now[2] = this.hovered < 0 ? 0 : this.cell[1];
    now[3] = this.hovered < 0 ? 0 : this.cell[2];
    now[4] = value;
    now[5] = this.hovered < 0 ? 0 : this.clientX;
    now[6] = this.hovered < 0 ? 0 : this.clientY;
    let differs = false;
    for (let i = 0; i < now.length; i++) {
      differs ||= told[i] !== now[i];
      told[i] = now[i] as number;
    }
    return differs;
  }

  private volumeUnderPointer(): number {
    const bounds = this.canvas.getBoundingClientRect();
    this.at.set(
      ((this.clientX - bounds.left) / bounds.width) * 2 - 1,
      1 - ((this.clientY - bounds.top) / bounds.height) * 2,
    );
    this.ray.setFromCamera(this.at, this.camera);
    const { origin, direction } = this.ray.ray;
    let nearest = Infinity;
    let index = -1;
    for (let i = 0; i < this.volumes.length; i++) {
      const volume = this.volumes[i] as LayerVolume;
      const distance = volume.pick(origin, direction, this.candidate);
      if (distance < 0 || distance >= nearest || !volume.locate(this.candidate, this.tried)) continue;
      nearest = distance;
      index = i;
      this.cell[0] = this.candidate[0];
      this.cell[1] = this.candidate[1];
      this.cell[2] = this.candidate[2];
    }
    return index;
  }

  private remember(event: PointerEvent): void {
    this.clientX = event.clientX;
    this.clientY = event.clientY;
  }

  private readonly onMove = (event: PointerEvent): void => {
    this.remember(event);
    this.inside = true;
    this.events.onMove();
  };

  private readonly onLeave = (): void => {
    this.inside = false;
    this.pressed = false;
    this.events.onMove();
  };

  private readonly onDown = (event: PointerEvent): void => {
    this.remember(event);
    this.pressed = true;
    this.pressX = event.clientX;
    this.pressY = event.clientY;
  };

  private readonly onUp = (event: PointerEvent): void => {
    this.remember(event);
    const wasPressed = this.pressed;
    this.pressed = false;
    this.events.onMove();
    const travel = Math.hypot(event.clientX - this.pressX, event.clientY - this.pressY);
    if (!wasPressed || event.button !== 0 || travel > clickTravel) return;
    const index = this.volumeUnderPointer();
    this.events.onSelect(this.layers[index]?.name ?? null);
  };

  dispose(): void {
    this.canvas.removeEventListener('pointermove', this.onMove);
    this.canvas.removeEventListener('pointerleave', this.onLeave);
    this.canvas.removeEventListener('pointerdown', this.onDown);
    this.canvas.removeEventListener('pointerup', this.onUp);
    this.canvas.removeEventListener('pointercancel', this.onLeave);
  }
}
