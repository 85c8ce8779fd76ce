import { rules, type Gender, type SearchMode } from '#core/rules.ts';
import { browserStorage } from '../api/storage.ts';
import { ownStorage } from '../api/tokens.ts';

/** Whom somebody would like to meet: kept on this device for this person, and sent with every start. */
export interface Preferences {
  mode: SearchMode;
  min_age: number;
  max_age: number;
  /** Empty: everybody. */
  genders: Gender[];
  /** What a partner should like: it orders the choice, and forbids nobody. */
  preferred_interests: string[];
  /** 0 shared interests, 1 how people get on. */
  personality_weight: number;
  /** Null: anywhere. */
  max_distance_km: number | null;
}

const storage = browserStorage();
const key = 'minuet.preferences';

/** From this age on the slider means: and older. */
export const oldestOnScale = 80;

const first: Preferences = {
  mode: 'video',
  min_age: rules.adultYears,
  max_age: oldestOnScale,
  genders: [],
  preferred_interests: [],
  personality_weight: 0.5,
  max_distance_km: null,
};

/** The wishes kept on this device. */
export function readPreferences(): Preferences {
  try {
    const kept: unknown = JSON.parse(ownStorage(storage).getItem(key) ?? '{}');
    return { ...first, ...(kept as Partial<Preferences>) };
  } catch {
    return first;
  }
}

/** Keeps the wishes on this device. */
export function keepPreferences(preferences: Preferences): void {
  ownStorage(storage).setItem(key, JSON.stringify(preferences));
}

/** The wishes as a start sends them. */
export function wishes(): Preferences {
  const kept = readPreferences();
  return { ...kept, max_age: kept.max_age >= oldestOnScale ? rules.oldestYears : kept.max_age };
}
