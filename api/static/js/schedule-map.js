// 路线图: routes as lines between numbered places. The table beneath says the same; tiles only where a setting names them.
import { control, divIcon, latLngBounds, layerGroup, map, marker, polyline, tileLayer } from "../vendor/leaflet.js";

const COLOURS = ["#12586a", "#8a6118", "#a3331f", "#3f6b46", "#6a5a7c", "#6b655a"];
const part = document.querySelector("#routes");
const legend = document.querySelector("#routes-legend");

const icon = (text, name, size) => divIcon({ html: text, className: name, iconSize: [size, size] });
const words = (text) => Object.assign(document.createElement("span"), { textContent: text });

function draw({ offices, routes }) {
  const chart = map(part, { attributionControl: Boolean(part.dataset.credit), zoomControl: false, zoomSnap: 0.25 });
  control.zoom({ zoomInTitle: part.dataset.in, zoomOutTitle: part.dataset.out }).addTo(chart);
  control.scale({ imperial: false }).addTo(chart);
  if (part.dataset.credit) chart.attributionControl.setPrefix(false);
  if (part.dataset.tiles) tileLayer(part.dataset.tiles, { attribution: words(part.dataset.credit).innerHTML, maxZoom: 19 }).addTo(chart);
  const layer = layerGroup().addTo(chart);
  const bounds = latLngBounds([]);
  const teams = new Map();
  for (const route of routes) {
    if (!teams.has(route.team)) teams.set(route.team, teams.size % COLOURS.length);
    const colour = teams.get(route.team);
    polyline(route.line, { color: COLOURS[colour], weight: 3, opacity: 0.8, interactive: false }).addTo(layer);
    for (const stop of route.stops) {
      bounds.extend(stop.at);
      const name = `routes__stop routes__stop--${colour}`;
      marker(stop.at, { icon: icon(String(stop.number), name, 24), keyboard: false }).bindTooltip(words(stop.title)).addTo(layer);
    }
  }
  for (const office of offices) {
    bounds.extend(office.at);
    marker(office.at, { icon: icon("", "routes__office", 18), keyboard: false }).bindTooltip(words(office.title)).addTo(layer);
  }
  chart.fitBounds(bounds, { padding: [32, 32], maxZoom: 15, animate: false });
  for (const [team, colour] of teams) {
    const line = document.createElement("li");
    const mark = Object.assign(document.createElement("span"), { className: `routes-legend__mark routes-legend__mark--${colour}` });
    line.append(mark, team);
    legend.append(line);
  }
  legend.hidden = teams.size > 12;
  part.dataset.drawn = String(routes.length);
}

try {
  const answer = await fetch(part.dataset.routes, { headers: { accept: "application/json" }, cache: "no-store" });
  if (!answer.ok) throw new Error(answer.statusText);
  draw(await answer.json());
} catch {
  part.textContent = part.dataset.lost;
}
