import ngeohash from 'ngeohash';

const cellLength = 5; // about 5 km

/** Where a person is, as coarsely as we keep it: a geohash cell. The coordinates themselves are never stored. */
export const cellOf = (
  location: { latitude: number; longitude: number } | null | undefined,
): string | null => (location ? ngeohash.encode(location.latitude, location.longitude, cellLength) : null);
