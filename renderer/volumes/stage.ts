import { Matrix4, Scene, type WebGLRenderer } from 'three';
import type { Frame } from '#shared/frames';
import { StageCamera } from './camera';
import { scaleEnds, type Theme } from '#shared/colour-maps';
import { Labels } from './labels';
import { layOut } from '#shared/stage-layout';
import { Frames, HoverOutline } from './lines';
import { makeLook, type Look } from './look';
import { Pointer } from './pointer';
import { makeRenderer } from './renderer';
import type { StageLayer, StageOptions } from './stage-options';
import { LayerVolume, type TextureLimits } from './volume';

export type { StageHit, StageLayer, StageOptions } from './stage-options';

const margins = { top: 64, bottom: 34, left: 28, right: 58 };
const standsBack = 0.7;

/**
 * Every layer's feature maps as volumes, in the order of the network from left to right. Draws only when something
 * changed, and a layer in one draw call.
 */
export class Stage {
  private readonly options: StageOptions;
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera: StageCamera;
  private readonly pointer: Pointer;
  private readonly outline = new HoverOutline();
  private readonly resizes: ResizeObserver;
  private readonly limits: TextureLimits;
  private readonly looks = new Map<Theme, Look>();
  private readonly view = { width: 1, height: 1 };

  private layers: readonly StageLayer[] = [];
  private volumes: LayerVolume[] = [];
  private frames: Frames | null = null;
  private labels: Labels | null = null;
  private classNames: readonly string[] = [];
  private theme: Theme;
  private selected: string | null = null;
  private readonly seen = new Matrix4();
  private readonly labelled = new Matrix4();
  private labelsPlaced = false;
  private request = 0;
  private framed = false;
  private disposed = false;

  /** Throws a `Refusal` where there is no WebGL 2. */
  constructor(options: StageOptions) {
    this.options = options;
    this.theme = options.theme;
    const { canvas } = options;
    this.renderer = makeRenderer(canvas);
    const gl = this.renderer.getContext() as WebGL2RenderingContext;
    this.limits = {
      side: gl.getParameter(gl.MAX_TEXTURE_SIZE) as number,
      layers: gl.getParameter(gl.MAX_ARRAY_TEXTURE_LAYERS) as number,
    };
    this.scene.add(this.outline.lines);
    this.camera = new StageCamera(canvas, options.reducedMotion, this.invalidate);
    this.pointer = new Pointer(canvas, this.camera.camera, {
      onMove: this.invalidate,
      onHover: options.onHover,
      onSelect: (layer) => {
        this.select(layer);
        options.onSelect(layer);
      },
    });
    if (!canvas.hasAttribute('tabindex')) canvas.tabIndex = 0;
    canvas.addEventListener('keydown', this.onKey);
    canvas.addEventListener('webglcontextrestored', this.invalidate);
    this.resizes = new ResizeObserver(this.resize);
    this.resizes.observe(canvas);
    this.resize();
  }

  /** Replaces the network, the input first. A network of other shapes or kinds is framed anew. */
  setLayers(layers: readonly StageLayer[]): void {
    const same = signature(layers) === signature(this.layers);
    this.clear();
    this.layers = layers;
    const placements = layOut(layers.map(({ shape }) => shape));
    this.volumes = placements.map((placement, i) => {
      const volume = new LayerVolume((layers[i] as StageLayer).shape, placement, this.limits);
      this.scene.add(volume.mesh);
      return volume;
    });
    this.frames = new Frames(placements);
    this.scene.add(this.frames.lines);
    this.labels = new Labels(this.options.labels, layers, placements);
    this.labels.setClassNames(this.classNames);
    this.labelsPlaced = false;
    this.pointer.setLayers(layers, this.volumes, this.outline);
    if (!layers.some(({ name }) => name === this.selected)) this.selected = null;
    this.paint();
    if (same) this.invalidate();
    else this.frameAll();
  }

  /** Shows a frame of this network. Layers that the stage does not know are passed over. */
  setFrame(frame: Frame): void {
    for (const entry of frame.layers) {
      const index = this.layers.findIndex(({ name }) => name === entry.name);
      const volume = this.volumes[index];
      if (volume === undefined || !sameShape(entry.shape, (this.layers[index] as StageLayer).shape)) continue;
      const kind = volume.mapKind;
      if (volume.placement.kind === 'bars' && frame.output.length === entry.shape[2]) {
        volume.uploadProbabilities(frame.output);
        this.labels?.setProbabilities(frame.output);
      } else {
        volume.upload(frame.codes, entry);
        this.labels?.setLegend(index, volume.mapKind, ...scaleEnds(entry));
      }
      if (volume.mapKind === kind) continue;
      this.colour(volume);
      this.labelsPlaced = false;
    }
    this.invalidate();
  }

  /** Names of the classes, for the bars of the output. */
  setClassNames(names: readonly string[]): void {
    this.classNames = names;
    this.labels?.setClassNames(names);
    this.invalidate();
  }

  select(layer: string | null): void {
    this.selected = layer;
    this.paint();
    this.invalidate();
  }

  /** Shows the whole network in the first view. */
  frameAll(): void {
    this.framed = this.labels !== null && this.view.width > 1;
    if (this.labels !== null && this.framed) this.camera.frame(this.labels.points, this.view, margins);
    this.invalidate();
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    this.paint();
    this.invalidate();
  }

  setReducedMotion(reduced: boolean): void {
    this.camera.setReducedMotion(reduced);
  }

  dispose(): void {
    this.disposed = true;
    cancelAnimationFrame(this.request);
    this.resizes.disconnect();
    this.options.canvas.removeEventListener('keydown', this.onKey);
    this.options.canvas.removeEventListener('webglcontextrestored', this.invalidate);
    this.pointer.dispose();
    this.camera.dispose();
    this.clear();
    this.outline.dispose();
    for (const { maps } of this.looks.values()) {
      maps.sequential.dispose();
      maps.diverging.dispose();
    }
    this.renderer.dispose();
    // A browser keeps few contexts alive: do not wait for the garbage collector to free this one.
    this.renderer.forceContextLoss();
  }

  private readonly invalidate = (): void => {
    if (this.request === 0 && !this.disposed) this.request = requestAnimationFrame(this.draw);
  };

  private readonly draw = (): void => {
    this.request = 0;
    this.camera.update();
    const { camera } = this.camera;
    camera.updateMatrixWorld();
    this.pointer.pick();
    // Slabs along x do not overlap: those left of the viewer are far to near from the left, the others from the right.
    for (let i = 0; i < this.volumes.length; i++) {
      const volume = this.volumes[i] as LayerVolume;
      volume.faceViewer(camera.position);
      volume.mesh.renderOrder = volume.placement.x < camera.position.x ? i : 1000 - i;
    }
    this.renderer.render(this.scene, camera);
    this.placeLabels();
  };

  /** Labels move with the camera and no more: a frame of new values leaves them alone. */
  private placeLabels(): void {
    const seen = this.seen.multiplyMatrices(
      this.camera.camera.projectionMatrix,
      this.camera.camera.matrixWorldInverse,
    );
    if (this.labelsPlaced && seen.equals(this.labelled)) return;
    this.labelled.copy(seen);
    this.labelsPlaced = true;
    this.labels?.place(this.camera.camera, this.view);
  }

  private readonly resize = (): void => {
    const { clientWidth, clientHeight } = this.options.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.view.width = clientWidth;
    this.view.height = clientHeight;
    this.labelsPlaced = false;
    this.renderer.setPixelRatio(Math.min(devicePixelRatio, 2));
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.camera.resize(this.view);
    if (!this.framed || !this.camera.touched) this.frameAll();
    // A changed size clears the canvas: draw now, or it would be blank for a frame.
    cancelAnimationFrame(this.request);
    this.draw();
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'f' || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.frameAll();
  };

  private paint(): void {
    const look = this.look();
    const index = this.layers.findIndex(({ name }) => name === this.selected);
    this.frames?.paint(look, index);
    this.outline.lines.material.color.copy(look.accent);
    this.labels?.setTheme(this.theme);
    this.labels?.select(index);
    this.volumes.forEach((volume, i) => {
      volume.setEmphasis(index < 0 || i === index ? 1 : standsBack);
      this.colour(volume);
    });
  }

  private colour(volume: LayerVolume): void {
    const { maps, ink, haze } = this.look();
    volume.setColours(maps[volume.mapKind], ink, haze);
  }

  private look(): Look {
    const known = this.looks.get(this.theme);
    if (known !== undefined) return known;
    const made = makeLook(this.theme);
    this.looks.set(this.theme, made);
    return made;
  }

  private clear(): void {
    for (const volume of this.volumes) {
      this.scene.remove(volume.mesh);
      volume.dispose();
    }
    this.volumes = [];
    if (this.frames !== null) this.scene.remove(this.frames.lines);
    this.frames?.dispose();
    this.frames = null;
    this.labels?.dispose();
    this.labels = null;
    this.outline.hide();
  }
}

function signature(layers: readonly StageLayer[]): string {
  return layers.map(({ title, shape }) => `${title} ${shape.join(' ')}`).join(', ');
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a[0] === b[0] && a[1] === b[1] && a[2] === b[2];
}
