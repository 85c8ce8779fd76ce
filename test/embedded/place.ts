import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What `removePlaces` will delete. */
export const places: string[] = [];

/** A new temporary directory that only we can enter. */
export function newPlace(): string {
  const place = mkdtempSync(path.join(tmpdir(), 'minuet-test-'));
  places.push(place);
  return place;
}

export function removePlaces(): void {
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
}
