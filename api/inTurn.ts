import { Problem } from '#core/errors.ts';
import { rules } from '#core/rules.ts';

/** The operations of one person: how many are under way, and what begins the next ones, in the order they came. */
interface Turns {
  running: number;
  waiting: (() => void)[];
}

const turnsOf = new Map<string, Turns>();

/**
 * Does a piece of work for a person when fewer than `rules.operationsAtOncePerPerson` of theirs are under way in this
 * process, in the order in which they came. Otherwise one account with many connections would take every connection of
 * the database, and everybody else would wait for it. Held requests are no such work: hold.ts has a cap of its own.
 * @throws Problem `rate_limited` when too many wait already; what `work` throws
 */
export async function inTurn<T>(userId: string, work: () => Promise<T>): Promise<T> {
  const turns = turnsOf.get(userId) ?? { running: 0, waiting: [] };
  turnsOf.set(userId, turns);
  if (turns.running >= rules.operationsAtOncePerPerson) {
    if (turns.waiting.length >= rules.operationsWaitingPerPerson)
      throw new Problem('rate_limited', 'Wait for the answers to your earlier requests', { retry_after: 1 });
    await new Promise<void>((begin) => turns.waiting.push(begin)); // takes over the place of one that has ended
  } else turns.running += 1;
  try {
    return await work();
  } finally {
    const next = turns.waiting.shift();
    if (next) next();
    else {
      turns.running -= 1;
      if (turns.running === 0) turnsOf.delete(userId);
    }
  }
}

/** How many people have operations under way: the tests look for what is left behind. */
export const peopleInTurn = (): number => turnsOf.size;
