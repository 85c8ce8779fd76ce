import type { z } from 'zod';
import type { match } from '#core/wire/records.ts';
import type { Visit } from './ledger.ts';

/** One of somebody's rounds as the server lists it. */
export type Listed = z.infer<typeof match>;

/** One person's side of a round: what they lived through, and what the server lists for them. */
export interface Side {
  who: string;
  visit: Visit | undefined;
  listed: Listed | undefined;
}

/**
 * Puts the sides of each round together. A partner who is one of the crowd has a side, whether or not they ever
 * heard of the round.
 * @param lists each person's rounds by their name
 */
export function sidesOf(visits: readonly Visit[], lists: ReadonlyMap<string, Listed[]>): Map<string, Side[]> {
  const rounds = new Map<string, Map<string, Side>>();
  const side = (round: string, who: string): Side => {
    const sides = rounds.get(round) ?? new Map<string, Side>();
    rounds.set(round, sides);
    const known = sides.get(who) ?? { who, visit: undefined, listed: undefined };
    sides.set(who, known);
    return known;
  };
  for (const visit of visits) {
    side(visit.round, visit.who).visit = visit;
    if (lists.has(visit.partner)) side(visit.round, visit.partner);
  }
  for (const [who, list] of lists)
    for (const listed of list) {
      side(listed.match_id, who).listed = listed;
      const partner = listed.partner?.user_name;
      if (partner !== undefined && lists.has(partner)) side(listed.match_id, partner);
    }
  return new Map([...rounds].map(([round, sides]) => [round, [...sides.values()]]));
}
