import { Matrix4, Scene, type WebGLRenderer } from 'three';
import type { Theme } from '#shared/colour-maps';
import type { Frame } from '#shared/frames';
import { StageCamera } from './camera';
import type { TextureLimits } from './detail';
import { HoverOutline } from './lines';
import { disposeLook, makeLook, type Look } from './look';
import { mainLayers } from './main-layers';
import { Pointer } from './pointer';
import { makeRenderer } from './renderer';
import type { StageExtent, StageLayer, StageOptions } from './stage-options';
import { StandingNetwork } from './standing-network';

export type { StageExtent, StageHit, StageLayer, StageOptions } from './stage-options';

/**
 * The feature maps of a network's layers as volumes, in the order of the network from left to right, row by row. Draws
 * only when something changed, and a layer in one draw call.
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

  /** All layers of the network, and what of them stands here. */
  private network: readonly StageLayer[] = [];
  private standing: StandingNetwork | null = null;
  private everyLayer = false;
  private frame: Frame | null = null;
  private classNames: readonly string[] = [];
  private theme: Theme;
  private selected: string | null = null;
  private readonly seen = new Matrix4();
  private readonly labelled = new Matrix4();
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
      onHover: (hit) => {
        if (this.standing?.labels.point(this.pointer.hovered) === true) this.standing.labelsChanged = true;
        options.onHover(hit);
      },
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
    const same = signature(layers) === signature(this.network);
    this.network = layers;
    this.frame = null;
    this.build(same);
  }

  /** Whether layers that only pass values on stand on the stage too. */
  setEveryLayer(every: boolean): void {
    if (every === this.everyLayer) return;
    this.everyLayer = every;
    if (mainLayers(this.network).length < this.network.length) this.build(false);
  }

  get extent(): StageExtent {
    return {
      layers: this.network.length,
      mainLayers: mainLayers(this.network).length,
      compressed: this.standing?.arrangement.compressed ?? false,
    };
  }

  private build(keepView: boolean): void {
    const { network, everyLayer } = this;
    this.standing?.dispose();
    this.outline.hide();
    const drawn = everyLayer ? network.map((_, i) => i) : mainLayers(network);
    const standing = new StandingNetwork(this.scene, this.options.labels, network, drawn, this.limits);
    this.standing = standing;
    standing.labels.setClassNames(this.classNames);
    this.pointer.setScene(standing, this.outline);
    if (!network.some(({ name }) => name === this.selected)) this.selected = null;
    standing.arrangeFor(this.view);
    this.paint();
    if (this.frame !== null) standing.setFrame(this.frame);
    if (keepView) this.invalidate();
    else this.frameAll();
  }

  /** Shows a frame of this network. Layers that the stage does not know are passed over. */
  setFrame(frame: Frame): void {
    this.frame = frame;
    this.standing?.setFrame(frame);
    this.invalidate();
  }

  /** Names of the classes, for the bars of the output. */
  setClassNames(names: readonly string[]): void {
    this.classNames = names;
    this.standing?.labels.setClassNames(names);
    if (!this.camera.touched) this.frameAll();
    this.invalidate();
  }

  select(layer: string | null): void {
    this.selected = layer;
    this.paint();
    this.invalidate();
  }

  /** Shows the whole network in the first view, arranged for the stage's present size. */
  frameAll(): void {
    this.framed = this.standing !== null && this.view.width > 1;
    if (this.standing !== null && this.framed) {
      const margins = this.standing.arrangeFor(this.view);
      this.camera.frame(this.standing.labels.points, this.view, margins);
      this.paint();
    }
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
    this.standing?.dispose();
    this.standing = null;
    this.outline.dispose();
    for (const look of this.looks.values()) disposeLook(look);
    this.renderer.dispose();
    // A browser keeps few contexts alive: do not wait for the garbage collector to free this one.
    this.renderer.forceContextLoss();
  }

  private readonly invalidate = (): void => {
    if (this.request === 0 && !this.disposed) this.request = requestAnimationFrame(this.draw);
  };

  private readonly draw = (): void => {
    this.request = 0;
    if (this.standing?.takeIn(this.look()) === true) this.invalidate();
    this.camera.update();
    const { camera } = this.camera;
    camera.updateMatrixWorld();
    this.pointer.pick();
    this.standing?.face(camera.position);
    this.renderer.render(this.scene, camera);
    this.placeLabels();
  };

  /** Labels move with the camera and no more: a frame of new values leaves them alone. */
  private placeLabels(): void {
    const { standing } = this;
    if (standing === null) return;
    const { camera } = this.camera;
    this.seen.multiplyMatrices(camera.projectionMatrix, camera.matrixWorldInverse);
    if (!standing.labelsChanged && this.seen.equals(this.labelled)) return;
    this.labelled.copy(this.seen);
    standing.labelsChanged = false;
    standing.labels.place(camera, this.view);
  }

  private readonly resize = (): void => {
    const { clientWidth, clientHeight } = this.options.canvas;
    if (clientWidth === 0 || clientHeight === 0) return;
    this.view.width = clientWidth;
    this.view.height = clientHeight;
    if (this.standing !== null) this.standing.labelsChanged = true;
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
    this.outline.lines.material.color.copy(look.accent);
    this.standing?.paint(look, this.theme, this.selected);
  }

  private look(): Look {
    const known = this.looks.get(this.theme);
    if (known !== undefined) return known;
    const made = makeLook(this.theme);
    this.looks.set(this.theme, made);
    return made;
  }
}

function signature(layers: readonly StageLayer[]): string {
  return layers.map(({ title, shape }) => `${title} ${shape.join(' ')}`).join(', ');
}
