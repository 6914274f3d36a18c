import { WebGLRenderer } from 'three';
import { Refusal } from '#shared/errors';

/** Draws on a transparent ground, so that the window's own shows. Throws a `Refusal` where there is no WebGL 2. */
export function makeRenderer(canvas: HTMLCanvasElement): WebGLRenderer {
  const context = canvas.getContext('webgl2', {
    alpha: true,
    antialias: hasHardware(),
    premultipliedAlpha: true,
  });
  if (context === null) {
    throw new Refusal(
      'The stage needs WebGL 2, which this window does not offer; turn on hardware acceleration or update the graphics driver.',
    );
  }
  const renderer = new WebGLRenderer({ canvas, context });
  renderer.setClearColor(0x000000, 0);
  return renderer;
}

/**
 * Smooth edges halve the speed of a renderer in software, and volumes of square cells gain little by them. The name
 * is asked for because `failIfMajorPerformanceCaveat` lets SwiftShader pass.
 */
function hasHardware(): boolean {
  const probe = document.createElement('canvas').getContext('webgl2');
  const names = probe?.getExtension('WEBGL_debug_renderer_info');
  if (probe === null || names === null || names === undefined) return true;
  const name = String(probe.getParameter(names.UNMASKED_RENDERER_WEBGL));
  probe.getExtension('WEBGL_lose_context')?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(name);
}
