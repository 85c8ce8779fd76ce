import { type Rarity, topicKey, topicWeight } from './rarity.ts';

export interface Topics {
  /** The numbers of some topics, each once, counted as held if `held` (and as merely asked for if not). */
  take(topics: readonly string[], held: boolean): number[];
  /** Gives back what `take` returned; a topic that no person has any more leaves its number to another. */
  giveBack(numbers: readonly number[], held: boolean): void;
  /** As counted over those who hold topics now. */
  rarity(): Rarity;
  /** What sharing each topic is worth, by number. */
  weights(rarity?: Rarity): Float64Array;
}

/** The topics of those who are waiting, as small whole numbers that arrays can be indexed by. */
export function createTopics(): Topics {
  const numbers = new Map<string, number>();
  const names: string[] = [];
  const uses: number[] = [];
  const holders: number[] = [];
  const spare: number[] = [];
  let people = 0;
  let weights = new Float64Array(256);

  return {
    take(topics, held) {
      if (held) people++;
      const taken = [...new Set(topics.map((topic) => numberOf(topicKey(topic))))];
      for (const topic of taken) {
        uses[topic] = (uses[topic] ?? 0) + 1;
        if (held) holders[topic] = (holders[topic] ?? 0) + 1;
      }
      return taken;
    },
    giveBack(given, held) {
      if (held) people--;
      for (const topic of given) {
        if (held) holders[topic] = (holders[topic] ?? 0) - 1;
        uses[topic] = (uses[topic] ?? 0) - 1;
        if (uses[topic] === 0) retire(topic);
      }
    },
    rarity,
    weights(counted = rarity()) {
      if (weights.length < names.length) weights = new Float64Array(2 * names.length);
      for (const [topic, name] of names.entries())
        weights[topic] = topicWeight(counted.holders.get(name) ?? 0, counted.people);
      return weights;
    },
  };

  function rarity(): Rarity {
    return { people, holders: { get: (name) => holders[numbers.get(name) ?? -1] } };
  }

  function numberOf(name: string): number {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    const topic = spare.pop() ?? names.length;
    numbers.set(name, topic);
    names[topic] = name;
    uses[topic] = 0;
    holders[topic] = 0;
    return topic;
  }

  function retire(topic: number) {
    numbers.delete(names[topic] ?? '');
    spare.push(topic);
  }
}
