/** What the pointer does on the stage beside orbiting: hover a cell, choose a layer. */
import { Raycaster, Vector2, type PerspectiveCamera } from 'three';
import type { HoverOutline } from './lines';
import type { MutableVector } from './picking';
import type { StageHit, StageLayer } from './stage-options';
import type { LayerVolume } from './volume';

export interface PointerEvents {
  /** The pointer moved: a frame must be drawn. */
  onMove(): void;
  onHover(hit: StageHit | null): void;
  onSelect(layer: string | null): void;
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
  private outline: HoverOutline | null = null;
  private inside = false;
  private pressed = false;
  private clientX = 0;
  private clientY = 0;
  private pressX = 0;
  private pressY = 0;
  private hovered = -1;
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

  setLayers(layers: readonly StageLayer[], volumes: readonly LayerVolume[], outline: HoverOutline): void {
    this.layers = layers;
    this.volumes = volumes;
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
    const [column, row, slice] = this.cell;
    this.outline?.show(volume.placement, this.cell);
    const value = volume.valueAt(column, row, slice);
    if (!this.isNews(value)) return;
    const isVolume = volume.placement.kind === 'volume';
    this.events.onHover({
      layer: layer.name,
      y: isVolume ? row : 0,
      x: isVolume ? column : 0,
      channel: volume.channelAt(this.cell),
      value,
      clientX: this.clientX,
      clientY: this.clientY,
    });
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
      if (distance < 0 || distance >= nearest || volume.channelAt(this.candidate) < 0) continue;
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
