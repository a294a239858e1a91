import { useSignal } from "@preact/signals";
import * as maplibre from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import worker from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { useEffect, useRef } from "preact/hooks";
import { atlas } from "../lib/atlas";
import { colour, theme } from "../lib/theme";
import { basemap } from "./basemap";
import type { Box, Crossfilter } from "./crossfilter";
import { dotSize, SitesLayer } from "./sites-layer";
import { change, drawn, view } from "./store";

maplibre.setWorkerUrl(worker);

const rgb = (hex: string): [number, number, number] => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255) as [number, number, number];

/** The map that is shown, for exports. */
export let shown: maplibre.Map | null = null;

/** The box that holds the bulk of the events. */
function extent(filter: Crossfilter): maplibre.LngLatBoundsLike {
  const { lat, lon, length } = filter.sites;
  const sorted = (values: Float32Array) => values.slice(1, length).sort();
  const [ys, xs] = [sorted(lat), sorted(lon)];
  const pick = (values: Float32Array, part: number) => values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;
  return [[pick(xs, 0.005) - 0.7, pick(ys, 0.005) - 0.7], [pick(xs, 0.995) + 0.7, pick(ys, 0.995) + 0.7]];
}

/** The place nearest to a point of the screen: the smallest under it. */
function under(map: maplibre.Map, filter: Crossfilter, most: number, x: number, y: number): number | null {
  const { lat, lon, km, length } = filter.sites;
  let best: number | null = null;
  let nearest = Infinity;
  const bounds = map.getBounds();
  for (let i = 1; i < length; i += 1) {
    if (filter.places[i]! <= 0 || lat[i]! < bounds.getSouth() - 2 || lat[i]! > bounds.getNorth() + 2) continue;
    const point = map.project([lon[i]!, lat[i]!]);
    const away = Math.hypot(point.x - x, point.y - y);
    const reach = km[i]! > 0 ? 10 : dotSize(filter.places[i]!, most) + 3;
    if (away < reach && away < nearest) {
      nearest = away;
      best = i;
    }
  }
  return best;
}

function placeName(filter: Crossfilter, site: number): string {
  const { place, admin1 } = filter.events;
  const { of } = filter.sites;
  const { rows } = filter;
  const names = new Set<string>();
  for (let k = 0; k < rows.length && names.size < 4; k += 1) {
    const i = rows[k]!;
    if (of[i] !== site) continue;
    names.add(place.codes[i] ? place.names[place.codes[i]]! : admin1.names[admin1.codes[i]!]!);
  }
  const all = [...names];
  return all.length > 3 ? `${all.slice(0, 3).join(", ")} …` : all.join(", ");
}

interface Tip { x: number; y: number; words: string }

/** Where the events lie. Shift-drag draws a box; a click keeps one place. */
export function EventMap({ filter }: { filter: Crossfilter }) {
  const host = useRef<HTMLDivElement>(null);
  const tip = useSignal<Tip | null>(null);
  const rubber = useSignal<[number, number, number, number] | null>(null);
  const slip = useSignal<string | null>(null);
  useEffect(() => {
    let stop = () => {};
    let gone = false;
    void atlas().then((world) => {
      if (gone) return;
      try {
        stop = start(host.current!, filter, world, tip, rubber);
      } catch (wrong) {
        slip.value = wrong instanceof Error ? wrong.message : String(wrong);
      }
    });
    return () => {
      gone = true;
      stop();
    };
  }, [filter]);
  const box = rubber.value;
  return (
    <div class="event-map">
      <div ref={host} class="canvas" role="application" aria-label="Map of the events. Arrow keys move it, plus and minus zoom; the facets list the same places" />
      {slip.value && <p class="map-slip" role="alert">The map cannot be drawn here ({slip.value}); the facets and the table show the same events.</p>}
      {box && <div class="rubber" ref={(element) => { if (element) Object.assign(element.style, { left: `${Math.min(box[0], box[2])}px`, top: `${Math.min(box[1], box[3])}px`, width: `${Math.abs(box[2] - box[0])}px`, height: `${Math.abs(box[3] - box[1])}px` }); }} />}
      {tip.value && <div class="tip" ref={(element) => { if (element) Object.assign(element.style, { left: `${tip.value!.x}px`, top: `${tip.value!.y}px` }); }}>{tip.value.words}</div>}
      <div class="map-tools">
        <button type="button" class="button small" onClick={() => keepSeen()}>Only what the map shows</button>
        {view.value.box && <button type="button" class="button small" onClick={() => change({ box: null })}>Lift the box</button>}
      </div>
      <Legend filter={filter} />
    </div>
  );
}

function keepSeen() {
  const bounds = shown?.getBounds();
  if (bounds) change({ box: { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() } });
}

function Legend({ filter }: { filter: Crossfilter }) {
  void drawn.value;
  const { nowhere } = filter.vague;
  return (
    <div class="legend small">
      <svg width="14" height="14" aria-hidden="true"><circle cx="7" cy="7" r="5" fill="var(--fig-blue)" fill-opacity=".6" stroke="var(--fig-blue)" /></svg> place
      <svg width="18" height="14" aria-hidden="true"><circle cx="9" cy="7" r="6" fill="var(--fig-blue)" fill-opacity=".12" stroke="var(--fig-blue)" stroke-dasharray="2 2" /></svg> somewhere within
      {nowhere > 0 && <span class="muted">{nowhere} without a place</span>}
      {filter.events.gridded && <span class="muted">points are the middles of half-degree cells</span>}
    </div>
  );
}

function start(host: HTMLDivElement, filter: Crossfilter, world: Parameters<typeof basemap>[0], tip: { value: Tip | null }, rubber: { value: [number, number, number, number] | null }) {
  const camera = view.peek().camera;
  const map = new maplibre.Map({
    container: host,
    style: basemap(world),
    attributionControl: { compact: true, customAttribution: "Natural Earth" },
    dragRotate: false,
    pitchWithRotate: false,
    boxZoom: false,
    maxZoom: 11,
    fadeDuration: 0,
    canvasContextAttributes: { preserveDrawingBuffer: true },
    ...(camera ? { center: [camera[0], camera[1]], zoom: camera[2] } : { bounds: extent(filter), fitBoundsOptions: { padding: 10 } }),
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
  const layer = new SitesLayer(filter.sites, filter.places);
  const measure = () => {
    let most = 1;
    for (let i = 1; i < filter.places.length; i += 1) if (filter.sites.km[i] === 0) most = Math.max(most, filter.places[i]!);
    layer.most = most;
  };
  const dress = () => {
    layer.colour = rgb(colour("fig-blue"));
    measure();
    if (!map.getLayer("sites")) map.addLayer(layer, map.getLayer("names") ? "names" : undefined);
    if (view.peek().box) frameBox(map, view.peek().box);
  };
  map.on("load", dress);
  const stopDrawn = drawn.subscribe(() => {
    measure();
    layer.update();
    if (map.isStyleLoaded()) frameBox(map, view.peek().box);
  });
  let first = true;
  const stopTheme = theme.subscribe(() => {
    if (first) {
      first = false;
      return;
    }
    requestAnimationFrame(() => {
      const style = basemap(world);
      for (const each of style.layers) {
        for (const [key, value] of Object.entries(each.paint ?? {})) map.setPaintProperty(each.id, key as "fill-color", value as string);
      }
      layer.colour = rgb(colour("fig-blue"));
      map.triggerRepaint();
    });
  });
  map.on("moveend", (event) => {
    if (!(event as { originalEvent?: unknown }).originalEvent) return;
    const { lng, lat } = map.getCenter();
    change({ camera: [lng, lat, map.getZoom()] });
  });
  map.on("mousemove", (event) => {
    const site = under(map, filter, layer.most, event.point.x, event.point.y);
    map.getCanvas().style.cursor = site === null ? "" : "pointer";
    tip.value = site === null ? null : { x: event.point.x, y: event.point.y, words: `${placeName(filter, site)}: ${Math.round(filter.places[site]!)} ${view.peek().measure}${filter.sites.km[site]! > 0 ? `, within ${filter.sites.km[site]} km` : ""}` };
  });
  map.on("mouseout", () => (tip.value = null));
  map.on("click", (event) => {
    const site = under(map, filter, layer.most, event.point.x, event.point.y);
    if (site === null) return;
    const [lat, lon] = [filter.sites.lat[site]!, filter.sites.lon[site]!];
    change({ box: { west: lon - 0.02, east: lon + 0.02, south: lat - 0.02, north: lat + 0.02 } });
  });
  const undoBox = boxing(map, rubber);
  shown = map;
  return () => {
    stopDrawn();
    stopTheme();
    undoBox();
    shown = null;
    map.remove();
  };
}

/** Draws the box that is kept. */
function frameBox(map: maplibre.Map, box: Box | null) {
  const ring = box ? [[box.west, box.south], [box.east, box.south], [box.east, box.north], [box.west, box.north], [box.west, box.south]] : [];
  const data = { type: "Feature" as const, properties: {}, geometry: { type: "LineString" as const, coordinates: ring } };
  const source = map.getSource("box");
  if (source) void (source as maplibre.GeoJSONSource).setData(data);
  else if (box) {
    map.addSource("box", { type: "geojson", data });
    map.addLayer({ id: "box", type: "line", source: "box", paint: { "line-color": colour("fig-ink"), "line-width": 1.5, "line-dasharray": [3, 2] } });
  }
}

/** Shift and drag draw a box to keep. */
function boxing(map: maplibre.Map, rubber: { value: [number, number, number, number] | null }) {
  const canvas = map.getCanvasContainer();
  const where = (event: PointerEvent): [number, number] => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const down = (event: PointerEvent) => {
    if (!event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    map.dragPan.disable();
    canvas.setPointerCapture(event.pointerId);
    rubber.value = [...where(event), ...where(event)];
  };
  const move = (event: PointerEvent) => {
    if (!rubber.value) return;
    rubber.value = [rubber.value[0], rubber.value[1], ...where(event)];
  };
  const up = () => {
    const box = rubber.value;
    if (!box) return;
    rubber.value = null;
    map.dragPan.enable();
    if (Math.hypot(box[2] - box[0], box[3] - box[1]) < 6) return;
    const [a, b] = [map.unproject([box[0], box[1]]), map.unproject([box[2], box[3]])];
    change({ box: { west: Math.min(a.lng, b.lng), east: Math.max(a.lng, b.lng), south: Math.min(a.lat, b.lat), north: Math.max(a.lat, b.lat) } });
  };
  canvas.addEventListener("pointerdown", down, true);
  canvas.addEventListener("pointermove", move, true);
  canvas.addEventListener("pointerup", up, true);
  return () => {
    canvas.removeEventListener("pointerdown", down, true);
    canvas.removeEventListener("pointermove", move, true);
    canvas.removeEventListener("pointerup", up, true);
  };
}
