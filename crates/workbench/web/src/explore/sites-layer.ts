import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibre } from "maplibre-gl";
import { kmAt, mx, my } from "../lib/mercator";
import type { Sites } from "./sites";

/** How big a place with that much is drawn, in pixels. */
export const dotSize = (value: number, most: number) => (value > 0 ? 2.2 + 17 * Math.sqrt(value / most) : 0);

const VERTEX = `#version 300 es
in vec2 corner;
in vec3 site;
in float value;
uniform mat4 matrix;
uniform vec2 screen;
uniform float most;
uniform float density;
uniform bool areas;
out vec2 at;
out float share;
out float size;
void main() {
  at = corner;
  share = value / most;
  bool area = site.z > 0.0;
  if (value <= 0.0 || area != areas) { gl_Position = vec4(2.0, 2.0, 2.0, 1.0); return; }
  if (area) {
    vec4 middle = matrix * vec4(site.xy, 0.0, 1.0);
    vec4 rim = matrix * vec4(site.xy + vec2(site.z, 0.0), 0.0, 1.0);
    size = length((rim.xy / rim.w - middle.xy / middle.w) * screen * 0.5);
    gl_Position = matrix * vec4(site.xy + corner * site.z, 0.0, 1.0);
  } else {
    size = (2.2 + 17.0 * sqrt(min(share, 1.0))) * density;
    vec4 middle = matrix * vec4(site.xy, 0.0, 1.0);
    gl_Position = vec4(middle.xy + corner * size / (screen * 0.5) * middle.w, middle.z, middle.w);
  }
}`;

const FRAGMENT = `#version 300 es
precision highp float;
in vec2 at;
in float share;
in float size;
uniform vec3 colour;
uniform bool areas;
uniform float density;
out vec4 painted;
void main() {
  float far = length(at);
  if (far > 1.0) discard;
  float rim = smoothstep(1.0 - 2.2 * density / size, 1.0 - 1.0 * density / size, far);
  float alpha;
  if (areas) {
    // A broken rim: somewhere within.
    float dash = step(0.5, fract(atan(at.y, at.x) / 6.2832 * max(12.0, size / density / 1.6)));
    alpha = max(0.03 + 0.14 * sqrt(min(share, 1.0)), rim * dash * 0.6);
  } else {
    alpha = mix(0.5, 0.95, rim);
  }
  painted = vec4(colour * alpha, alpha);
}`;

function compile(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(kind)!;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? "the map cannot draw");
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return program;
}

/** Places of events, drawn by the graphics card: a brush only sends new values. */
export class SitesLayer implements CustomLayerInterface {
  readonly id = "sites";
  readonly type = "custom" as const;
  colour: [number, number, number] = [0, 0.45, 0.7];
  most = 1;
  private map: MapLibre | null = null;
  private gl: WebGL2RenderingContext | null = null;
  private program: WebGLProgram | null = null;
  private array: WebGLVertexArrayObject | null = null;
  private values: WebGLBuffer | null = null;
  private fresh = true;

  constructor(
    private readonly sites: Sites,
    private readonly amounts: Float32Array,
  ) {}

  onAdd(map: MapLibre, context: WebGLRenderingContext | WebGL2RenderingContext) {
    const gl = context as WebGL2RenderingContext;
    this.map = map;
    this.gl = gl;
    this.program = compile(gl);
    this.array = gl.createVertexArray();
    gl.bindVertexArray(this.array);
    const { lat, lon, km, length } = this.sites;
    const places = new Float32Array(length * 3);
    for (let i = 1; i < length; i += 1) places.set([mx(lon[i]!), my(lat[i]!), km[i]! * kmAt(lat[i]!)], i * 3);
    this.attribute("corner", new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]), 2, 0);
    this.attribute("site", places, 3, 1);
    this.values = this.attribute("value", this.amounts, 1, 1);
    gl.bindVertexArray(null);
  }

  private attribute(name: string, data: Float32Array, size: number, divisor: number) {
    const gl = this.gl!;
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.DYNAMIC_DRAW);
    const place = gl.getAttribLocation(this.program!, name);
    gl.enableVertexAttribArray(place);
    gl.vertexAttribPointer(place, size, gl.FLOAT, false, 0, 0);
    gl.vertexAttribDivisor(place, divisor);
    return buffer;
  }

  /** The amounts have changed. */
  update() {
    this.fresh = true;
    this.map?.triggerRepaint();
  }

  render(context: WebGLRenderingContext | WebGL2RenderingContext, input: CustomRenderMethodInput) {
    const gl = context as WebGL2RenderingContext;
    const program = this.program!;
    gl.useProgram(program);
    gl.bindVertexArray(this.array);
    if (this.fresh) {
      gl.bindBuffer(gl.ARRAY_BUFFER, this.values);
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, this.amounts);
      this.fresh = false;
    }
    const uniform = (name: string) => gl.getUniformLocation(program, name);
    gl.uniformMatrix4fv(uniform("matrix"), false, Float32Array.from(input.defaultProjectionData.mainMatrix as ArrayLike<number>));
    gl.uniform2f(uniform("screen"), gl.drawingBufferWidth, gl.drawingBufferHeight);
    gl.uniform1f(uniform("most"), this.most);
    gl.uniform1f(uniform("density"), devicePixelRatio || 1);
    gl.uniform3f(uniform("colour"), ...this.colour);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    gl.disable(gl.DEPTH_TEST);
    gl.disable(gl.STENCIL_TEST);
    for (const areas of [1, 0]) {
      gl.uniform1i(uniform("areas"), areas);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.sites.length);
    }
    gl.bindVertexArray(null);
  }
}
