/**
 * A layer in one draw call: an instanced quad a slice, all reading one texture array of codes. Slices run along the
 * axis that faces the viewer and are ordered from far to near by their number alone.
 */
export const vertexShader = /* glsl */ `
precision highp float;
precision highp int;

uniform mat4 projectionMatrix;
uniform mat4 modelViewMatrix;
uniform ivec3 grid;
uniform vec2 cell;
uniform int axis;
uniform int before;

in vec3 position;
out vec3 place;

void main() {
  int slices = grid[axis];
  int slice = gl_InstanceID < before ? gl_InstanceID : slices - 1 - (gl_InstanceID - before);
  float at = float(slice) + 0.5;
  vec3 size = vec3(grid);
  place = axis == 2 ? vec3(position.xy * size.xy, at)
        : axis == 0 ? vec3(at, position.xy * size.yz)
        : vec3(position.x * size.x, at, position.y * size.z);
  vec3 local = vec3((place.x - size.x * 0.5) * cell.x, (size.y * 0.5 - place.y) * cell.y, size.z * 0.5 - place.z);
  gl_Position = projectionMatrix * modelViewMatrix * vec4(local, 1.0);
}
`;

/** `KIND`: 0 volume, 1 cells, 2 bars. Colours leave premultiplied. */
export const fragmentShader = /* glsl */ `
precision highp float;
precision highp int;
precision highp sampler2DArray;

uniform ivec3 grid;
uniform int axis;
uniform int units;
uniform bool diverging;
uniform float emphasis;
uniform float haze;
uniform vec3 ink;
uniform sampler2DArray codes;
uniform sampler2D map;

in vec3 place;
out vec4 colour;

float codeAt(ivec3 at) {
  return floor(texelFetch(codes, at, 0).r * 255.0 + 0.5);
}

vec3 colourOf(float code) {
  return texelFetch(map, ivec2(int(code), 0), 0).rgb;
}

void main() {
#if KIND == 2
  int unit = clamp(int(place.y), 0, grid.y - 1);
  float code = codeAt(ivec3(unit & 1023, 0, unit >> 10));
  float across = abs(fract(place.y) - 0.5);
  if (across > 0.34) discard;
  bool filled = place.x * 255.0 <= max(code, 1.5);
  vec3 bar = mix(ink, colourOf(max(code, 96.0)), 0.9);
  colour = filled ? vec4(bar, 1.0) * emphasis : vec4(ink, 1.0) * 0.09 * emphasis;
#else
  ivec3 at = clamp(ivec3(place), ivec3(0), grid - 1);
  #if KIND == 1
  int unit = at.y * grid.x + at.x;
  if (unit >= units) discard;
  float code = codeAt(ivec3(unit & 1023, 0, unit >> 10));
  #else
  float code = codeAt(ivec3(at.z, at.x, at.y));
  #endif
  float strength = diverging ? abs(code - 127.0) / 127.0 : code / 255.0;
  // Seen from near, a thin seam tells neighbouring cells apart; from afar it would only be noise.
  vec2 inPlane = axis == 2 ? place.xy : axis == 0 ? place.yz : place.xz;
  vec2 change = fwidth(inPlane);
  float pixel = max(change.x, change.y);
  float seam = 0.0;
  if (pixel < 0.16) {
    vec2 fromEdge = 0.5 - abs(fract(inPlane) - 0.5);
    seam = 1.0 - smoothstep(0.03, 0.03 + 1.2 * pixel, min(fromEdge.x, fromEdge.y));
    seam *= 1.0 - smoothstep(0.06, 0.16, pixel);
  }
  #if KIND == 1
  float alpha = mix(0.55, 1.0, smoothstep(0.0, 0.4, strength));
  #else
  float alpha = mix(haze, 0.97, smoothstep(0.01, 0.45, strength));
  #endif
  alpha *= (1.0 - 0.55 * seam) * emphasis;
  colour = vec4(colourOf(code) * alpha, alpha);
#endif
}
`;
