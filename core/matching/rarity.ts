import { rules } from '#core/rules.ts';

/** How many of `people` hold each topic (by topicKey): rare ones weigh more. */
export interface Rarity {
  people: number;
  holders: Pick<ReadonlyMap<string, number>, 'get'>;
}

/** Counts the topics of some people: their own interests, each once. */
export function rarityOf(people: Iterable<{ interests: readonly string[] }>): Rarity {
  const holders = new Map<string, number>();
  let count = 0;
  for (const { interests } of people) {
    count++;
    for (const key of topicKeys(interests)) holders.set(key, (holders.get(key) ?? 0) + 1);
  }
  return { people: count, holders };
}

/** The form in which two spellings of a topic are the same. */
export function topicKey(topic: string): string {
  return topic.trim().toLowerCase();
}

/** The distinct topics of a list, as keys. */
export function topicKeys(topics: readonly string[]): Set<string> {
  return new Set(topics.map(topicKey));
}

/**
 * What sharing a topic is worth: the logarithm of how few hold it (inverse document frequency), 1 for
 * one in twenty. The prior keeps a pool of two from calling everything common.
 */
export function topicWeight(holders: number, people: number): number {
  const { rarityPrior: prior, rarest, commonest } = rules.matching;
  const information = Math.log((people + prior.people) / (holders + prior.holders));
  return Math.min(rarest, Math.max(commonest, information / Math.log(prior.people / prior.holders)));
}
