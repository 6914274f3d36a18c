/**
 * A layer in one draw call that reads one texture array of codes. A volume is drawn as the inside of its box: every
 * pixel walks the slices that face the viewer from near to far and stops where nothing behind would be seen. So a
 * volume costs what can be seen of it, however many channels it has. Panels of cells and bars are one quad.
 */
export const vertexShader = /* glsl */ `
precision highp float;
precision highp int;

uniform mat4 projectionMatrix;
uniform mat4 modelViewMatrix;
uniform ivec3 grid;
uniform vec3 cell;

in vec3 position;
out vec3 place;

void main() {
  vec3 size = vec3(grid);
  place = position * size;
  vec3 local = (place - size * 0.5) * vec3(1.0, -1.0, -1.0) * cell;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(local, 1.0);
}
`;

const head = /* glsl */ `
precision highp float;
precision highp int;
precision highp sampler2DArray;

uniform ivec3 grid;
uniform float emphasis;
/** Colours of the codes, premultiplied by how much a cell of that code covers. */
uniform sampler2D map;
uniform sampler2DArray codes;

in vec3 place;
out vec4 colour;

int codeAt(ivec3 at) {
  return int(texelFetch(codes, at, 0).r * 255.0 + 0.5);
}

vec4 cellColour(int code) {
  return texelFetch(map, ivec2(code, 0), 0);
}

// Seen from near, a thin seam tells neighbouring cells apart; from afar it would only be noise. The size of a pixel is
// given in cells.
float seamAt(vec2 inPlane, float pixel) {
  vec2 fromEdge = 0.5 - abs(fract(inPlane) - 0.5);
  float seam = 1.0 - smoothstep(0.03, 0.03 + 1.2 * pixel, min(fromEdge.x, fromEdge.y));
  return seam * (1.0 - smoothstep(0.06, 0.16, pixel));
}
`;

/** Slices stand in the middle of their cells, across the axis that `along` is 1 for. `viewer` is in cells. */
const volumeShader = /* glsl */ `
${head}
uniform mat4 projectionMatrix;
uniform mat4 modelViewMatrix;
uniform vec3 cell;
uniform vec3 viewer;
uniform vec3 along;
/** The code that stands for zero. */
uniform int zero;

vec2 across(vec3 at) {
  return along.z > 0.5 ? at.xy : along.x > 0.5 ? at.yz : at.xz;
}

float depthOf(vec3 at) {
  vec3 local = (at - vec3(grid) * 0.5) * vec3(1.0, -1.0, -1.0) * cell;
  vec4 seen = projectionMatrix * modelViewMatrix * vec4(local, 1.0);
  return 0.5 + 0.5 * seen.z / seen.w;
}

void main() {
  vec3 size = vec3(grid);
  vec3 ray = place - viewer;
  vec3 toLow = -viewer / ray;
  vec3 toHigh = (size - viewer) / ray;
  vec3 nearSides = min(toLow, toHigh);
  float enter = max(max(nearSides.x, nearSides.y), max(nearSides.z, 0.0));
  float forward = dot(ray, along);
  vec3 slope = ray / max(abs(forward), 1e-6);
  float here = dot(viewer, along);
  float from = dot(viewer + enter * ray, along);
  float to = dot(place, along);
  float first = forward > 0.0 ? ceil(from - 0.5) : floor(from - 0.5);
  float last = forward > 0.0 ? floor(to - 0.5) : ceil(to - 0.5);
  int count = int((last - first) * sign(forward)) + 1;
  vec2 spread = fwidth(across(slope));
  float pixelAtOne = max(spread.x, spread.y);

  float reach = abs(first + 0.5 - here);
  vec3 at = viewer + slope * reach;
  vec4 empty = cellColour(zero);
  vec4 sum = vec4(0.0);
  float seenAt = -1.0;
  for (int i = 0; i < count; i++) {
    ivec3 which = clamp(ivec3(at), ivec3(0), grid - 1);
    int code = codeAt(ivec3(which.z, which.x, which.y));
    vec4 one = empty;
    if (code != zero) one = cellColour(code);
    float pixel = pixelAtOne * reach;
    if (pixel < 0.16) one *= 1.0 - 0.55 * seamAt(across(at), pixel);
    sum += (1.0 - sum.a) * one;
    if (seenAt < 0.0 && sum.a > 0.5) seenAt = reach;
    if (sum.a > 0.98) break;
    at += slope;
    reach += 1.0;
  }
  colour = sum * emphasis;
  // Lines behind what can be seen are hidden by it.
  gl_FragDepth = seenAt < 0.0 ? 1.0 : depthOf(viewer + slope * seenAt);
}
`;

/** Units of a dense layer as cells, row by row. */
const cellsShader = /* glsl */ `
${head}
uniform int units;

void main() {
  ivec3 at = clamp(ivec3(place), ivec3(0), grid - 1);
  int unit = at.y * grid.x + at.x;
  if (unit >= units) discard;
  vec2 spread = fwidth(place.xy);
  float pixel = max(spread.x, spread.y);
  float seam = pixel < 0.16 ? seamAt(place.xy, pixel) : 0.0;
  vec4 one = cellColour(codeAt(ivec3(unit & 1023, 0, unit >> 10)));
  colour = one * (1.0 - 0.55 * seam) * emphasis;
}
`;

/** A bar a class, as long as its probability. */
const barsShader = /* glsl */ `
${head}
uniform vec3 ink;

void main() {
  int unit = clamp(int(place.y), 0, grid.y - 1);
  int code = codeAt(ivec3(unit, 0, 0));
  if (abs(fract(place.y) - 0.5) > 0.34) discard;
  bool filled = place.x * 255.0 <= max(float(code), 1.5);
  vec4 one = cellColour(max(code, 96));
  colour = (filled ? vec4(mix(ink, one.rgb / one.a, 0.9), 1.0) : vec4(ink, 1.0) * 0.09) * emphasis;
}
`;

/** A layer's fragment shader by how it is drawn. Colours leave premultiplied. */
export const fragmentShaders = { volume: volumeShader, cells: cellsShader, bars: barsShader } as const;
