import ngeohash from 'ngeohash';
import { rules } from '#core/rules.ts';

const earthRadiusKm = 6371;
const cellLength = 5;

/** The centre of a cell as a point on the unit sphere. */
export interface Place {
  x: number;
  y: number;
  z: number;
}

/**
 * The place of a geohash cell. Cells are cut to five characters (about 5 km), so that a person's
 * distance cannot be triangulated from scores.
 * @returns null for an unknown cell
 */
export function placeOf(cell: string | null): Place | null {
  if (cell === null || cell === '') return null;
  const key = cell.slice(0, cellLength).toLowerCase();
  const known = places.get(key);
  if (known) return known;
  const { latitude, longitude } = ngeohash.decode(key);
  const [lat, lon] = [(latitude * Math.PI) / 180, (longitude * Math.PI) / 180];
  const place = { x: Math.cos(lat) * Math.cos(lon), y: Math.cos(lat) * Math.sin(lon), z: Math.sin(lat) };
  if (places.size >= mostPlaces) places.clear();
  places.set(key, place);
  return place;
}

// Decoding costs 2 µs; a country has some thousands of lived-in cells.
const places = new Map<string, Place>();
const mostPlaces = 50_000;

/** The squared chord between two places: grows with their distance, and needs no trigonometry to compare. */
export function squaredChord(a: Place, b: Place): number {
  const [dx, dy, dz] = [a.x - b.x, a.y - b.y, a.z - b.z];
  return dx * dx + dy * dy + dz * dz;
}

/** The squared chord of a distance in km along the ground. */
export function squaredChordOf(km: number): number {
  const halfAngle = Math.min(km / earthRadiusKm, Math.PI) / 2;
  return (2 * Math.sin(halfAngle)) ** 2;
}

/** The share (0–1) of the location points that a squared chord earns, in coarse steps. */
export function closeness(chord2: number): number {
  for (let step = 0; step < shares.length; step++)
    if (chord2 <= (chords[step] ?? 0)) return shares[step] ?? 0;
  return 0;
}

// Typed arrays: this runs for every candidate.
const chords = Float64Array.from(rules.matching.closeness, ({ km }) => squaredChordOf(km));
const shares = Float64Array.from(rules.matching.closeness, ({ share }) => share);
