import { rules } from '#core/rules.ts';
import type { Cells } from './cells.ts';
import type { Links } from './links.ts';
import type { Roster } from './roster.ts';

export interface Search {
  /**
   * Links a newcomer with the best of those they could meet, and those with the newcomer.
   * @returns whether their links now name all whom they could meet
   */
  around(slot: number): boolean;
  /** The same among all who fit. @returns how many were looked at */
  everywhere(slot: number): number;
  /** Whether, after a search everywhere, their links name all whom they could meet: a full list may not. */
  complete(slot: number): boolean;
}

const { candidates, searchedInFull, pointsPerSecondWaited } = rules.matching;

/** Whom a person could meet: looks at few of many, because the best few are found near, or share a topic. */
export function createSearch(roster: Roster, cells: Cells, links: Links): Search {
  const seen: number[] = [];
  let searches = 0;
  let newcomer = 0;
  let patience = 0;

  return { around, everywhere, complete };

  function around(slot: number): boolean {
    const person = roster.person(slot);
    const fitting = cells.fitting(person);
    if (fitting <= searchedInFull) {
      everywhere(slot);
      return complete(slot);
    }
    begin(slot);
    cells.oldest(person, candidates.oldest / fitting, consider);
    let left: number = candidates.withTopics;
    for (const topic of roster.rarestFirst(slot)) {
      if (left <= 0) break;
      left -= cells.holding(
        person,
        topic,
        slot / roster.size(),
        Math.min(left, candidates.ofATopic),
        consider,
      );
    }
    cells.nearest(person, candidates.nearest, consider);
    return false;
  }

  function everywhere(slot: number): number {
    begin(slot);
    return cells.nearest(roster.person(slot), Infinity, consider);
  }

  function complete(slot: number): boolean {
    return links.living(slot) < rules.matching.links;
  }

  function begin(slot: number) {
    searches++;
    seen[slot] = searches;
    newcomer = slot;
    patience = longer(slot);
    roster.compare(slot);
  }

  /** @returns whether this one had not been looked at before */
  function consider(other: number): boolean {
    if (seen[other] === searches) return false;
    seen[other] = searches;
    const score = roster.score(other);
    if (score < 0) return true;
    const worth = score + longer(other) + lot(newcomer, other);
    const worthToOther = score + patience + lot(other, newcomer);
    // Whom either avoids is asked last: two lookups by text cost more than all the rest.
    if (links.wants(newcomer, other, worth, worthToOther) && roster.mayMeet(newcomer, other))
      links.join(newcomer, other, score, worth, worthToOther);
    return true;
  }

  /**
   * Of two equally good, the one who has waited longer: their advantage in points stays the same while both wait. In
   * steps, for else those who came together would all link with the first of them.
   */
  function longer(slot: number): number {
    return (
      -pointsPerSecondWaited *
      patienceSeconds *
      Math.floor(roster.waitingSinceSeconds(slot) / patienceSeconds)
    );
  }
}

const patienceSeconds = 5;

/**
 * Less than a point, drawn for two: among many who are equally good, each remembers others. Without it all would
 * link with the same twelve, and twelve pairs were found among four hundred people alike.
 */
function lot(slot: number, other: number): number {
  return (Math.imul(slot + 1, 0x9e3779b1) ^ Math.imul(other + 1, 0x85ebca6b)) / 2 ** 32;
}
