/** The camera: orbit, pan and zoom by pointer, touch and keys, and a view that fits everything. */
import { MOUSE, PerspectiveCamera, Vector3 } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import { firstAzimuth, firstElevation } from '#shared/stage-layout';

/** Narrow, so that sizes far and near can be compared. */
const fieldOfView = 22;
const turn = (6 * Math.PI) / 180;
const zoom = 0.88;

/** Room that labels need around the picture, in pixels. */
export interface Margins {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export interface View {
  readonly width: number;
  readonly height: number;
}

/** A rectangle of the view plane a unit before the camera, by its tangents. */
interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/**
 * Where a camera that looks along `forward` must stand so that all points (x, y, z after each other) lie within the
 * view less its margins. `right` and `up` are the camera's other axes. Each side of the view is a plane through the
 * camera: the tightest point decides, and the camera stands where the planes meet.
 */
export function standpoint(
  points: ArrayLike<number>,
  right: Vector3,
  up: Vector3,
  forward: Vector3,
  rectangle: Rectangle,
): Vector3 {
  let left = Infinity;
  let rightmost = -Infinity;
  let bottom = Infinity;
  let top = -Infinity;
  const point = new Vector3();
  for (let i = 0; i < points.length; i += 3) {
    point.fromArray(points, i);
    const x = point.dot(right);
    const y = point.dot(up);
    const z = point.dot(forward);
    left = Math.min(left, x - rectangle.left * z);
    rightmost = Math.max(rightmost, x - rectangle.right * z);
    bottom = Math.min(bottom, y - rectangle.bottom * z);
    top = Math.max(top, y - rectangle.top * z);
  }
  // A camera at depth z sees the points iff rightmost + right·z <= x <= left + left·z, and the same upwards.
  const depthX = (left - rightmost) / (rectangle.right - rectangle.left);
  const depthY = (bottom - top) / (rectangle.top - rectangle.bottom);
  const depth = Math.min(depthX, depthY);
  const x = (left + rectangle.left * depth + rightmost + rectangle.right * depth) / 2;
  const y = (bottom + rectangle.bottom * depth + top + rectangle.top * depth) / 2;
  return new Vector3().addScaledVector(right, x).addScaledVector(up, y).addScaledVector(forward, depth);
}

export class StageCamera {
  readonly camera = new PerspectiveCamera(fieldOfView, 1, 1, 1000);
  private readonly controls: OrbitControls;
  private readonly element: HTMLElement;
  /** Whether the person has moved the camera since it framed everything. */
  touched = false;

  constructor(element: HTMLElement, reducedMotion: boolean, onChange: () => void) {
    this.element = element;
    this.controls = new OrbitControls(this.camera, element);
    this.controls.mouseButtons = { LEFT: MOUSE.ROTATE, MIDDLE: MOUSE.PAN, RIGHT: MOUSE.PAN };
    this.controls.dampingFactor = 0.14;
    this.controls.zoomToCursor = true;
    this.setReducedMotion(reducedMotion);
    this.controls.addEventListener('change', onChange);
    this.controls.addEventListener('start', this.onStart);
    element.addEventListener('keydown', this.onKey);
  }

  setReducedMotion(reduced: boolean): void {
    this.controls.enableDamping = !reduced;
  }

  resize({ width, height }: View): void {
    this.camera.aspect = width / Math.max(1, height);
    this.camera.updateProjectionMatrix();
  }

  /** Moves on where damping is still at work; `onChange` is called if anything moved. */
  update(): void {
    this.controls.update();
  }

  /** The first view of everything: from the front, a little to the right and above. */
  frame(points: ArrayLike<number>, view: View, margins: Margins): void {
    const forward = new Vector3(
      -Math.sin(firstAzimuth) * Math.cos(firstElevation),
      -Math.sin(firstElevation),
      -Math.cos(firstAzimuth) * Math.cos(firstElevation),
    );
    const right = new Vector3().crossVectors(forward, this.camera.up).normalize();
    const up = new Vector3().crossVectors(right, forward);
    const tangent = Math.tan((fieldOfView * Math.PI) / 360);
    const perPixel = (2 * tangent) / Math.max(1, view.height);
    const half = (view.width / Math.max(1, view.height)) * tangent;
    const position = standpoint(points, right, up, forward, {
      left: -half + Math.min(margins.left * perPixel, half * 0.5),
      right: half - Math.min(margins.right * perPixel, half * 0.5),
      bottom: -tangent + Math.min(margins.bottom * perPixel, tangent * 0.7),
      top: tangent - Math.min(margins.top * perPixel, tangent * 0.7),
    });
    const depth = -position.dot(forward);
    const reach = farthest(points, position);
    this.camera.near = reach / 200;
    this.camera.far = reach * 20;
    this.controls.minDistance = reach / 150;
    this.controls.maxDistance = reach * 5;
    this.camera.position.copy(position);
    this.controls.target.copy(position).addScaledVector(forward, Math.max(depth, reach / 10));
    this.camera.updateProjectionMatrix();
    this.controls.update();
    this.touched = false;
  }

  private readonly onStart = (): void => {
    this.touched = true;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.act(event.key, event.shiftKey)) return;
    event.preventDefault();
    event.stopPropagation();
    this.touched = true;
    this.controls.update();
  };

  private act(key: string, shift: boolean): boolean {
    const { controls } = this;
    const pixels = 40;
    switch (key) {
      case 'ArrowLeft':
        if (shift) controls.pan(pixels, 0);
        else controls.rotateLeft(turn);
        return true;
      case 'ArrowRight':
        if (shift) controls.pan(-pixels, 0);
        else controls.rotateLeft(-turn);
        return true;
      case 'ArrowUp':
        if (shift) controls.pan(0, pixels);
        else controls.rotateUp(turn);
        return true;
      case 'ArrowDown':
        if (shift) controls.pan(0, -pixels);
        else controls.rotateUp(-turn);
        return true;
      case '+':
      case '=':
        controls.dollyIn(zoom);
        return true;
      case '-':
        controls.dollyOut(zoom);
        return true;
      default:
        return false;
    }
  }

  dispose(): void {
    this.element.removeEventListener('keydown', this.onKey);
    this.controls.dispose();
  }
}

function farthest(points: ArrayLike<number>, from: Vector3): number {
  let most = 0;
  const point = new Vector3();
  for (let i = 0; i < points.length; i += 3) {
    most = Math.max(most, point.fromArray(points, i).distanceTo(from));
  }
  return most;
}
