// The parts of Leaflet that the map of routes needs.
export { circleMarker, control, divIcon, latLngBounds, layerGroup, map, marker, polyline, tileLayer } from "leaflet";
