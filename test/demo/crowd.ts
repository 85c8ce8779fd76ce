import { setMaxListeners } from 'node:events';
import type { Scene } from './ask.ts';
import { openDoor, Refused } from './door.ts';
import { breaks, newLedger, type Ledger } from './ledger.ts';
import { live } from './life.ts';
import { listRounds } from './list.ts';
import { see } from './look.ts';
import type { Options } from './options.ts';
import { makeUp, type Person } from './person.ts';
import { rest } from './rest.ts';
import type { Listed } from './sides.ts';

/** An evening: who is there, what they saw, and how long it has been going on. */
export interface Evening {
  people: Person[];
  ledger: Ledger;
  seconds: number;
  /** Each person's rounds as the server lists them once everybody is home. */
  lists: Map<string, Listed[]>;
}

/** Long enough for a round's last seconds, both windows and everybody's notice. */
const homewardMs = 75_000;

/**
 * Lets a crowd play against a running server, sends everybody home, and asks each for their rounds.
 * @param show is called once a second with how it is going
 * @param enough sends them home before their time
 */
export async function playCrowd(
  options: Options,
  show: (evening: Evening) => void,
  enough?: Promise<unknown>,
): Promise<Evening> {
  const ledger = newLedger();
  const run = String(Date.now() % 100_000);
  const people = Array.from({ length: options.people }, (_, number) => makeUp(number, options.seed, run));
  const evening: Evening = { people, ledger, seconds: 0, lists: new Map() };
  const [closing, over] = [new AbortController(), new AbortController()];
  setMaxListeners(0, closing.signal, over.signal); // everybody listens
  const door = openDoor(options.url, ledger, options.outages);
  const scene = { door, ledger, closing: closing.signal, over: over.signal };

  const beganMs = performance.now();
  const showing = setInterval(() => {
    evening.seconds = (performance.now() - beganMs) / 1000;
    show(evening);
  }, 1000);
  const out = new Set(people);
  const lives = people.map(async (person) => {
    await rest(person.random() * Math.min(10_000, options.seconds * 200), scene.closing);
    await live(scene, person).finally(() => out.delete(person));
  });
  const home = Promise.all(lives);
  await Promise.race([rest(options.seconds * 1000, scene.over), home, ...(enough ? [enough] : [])]);
  ledger.closedMs = Date.now();
  closing.abort();
  await Promise.race([home, rest(homewardMs, scene.over)]);
  for (const person of out) breaks(ledger, `stuck in ${person.state}`);
  // Whoever is stuck is asked nothing more: a server that keeps many waiting would keep us for as long each time.
  for (const person of people)
    if (!out.has(person)) evening.lists.set(person.guest.display_name, await lookBack(scene, person));
  over.abort();
  await home;
  clearInterval(showing);
  return evening;
}

/** A last look: whoever went home early may have a match. And then: whom have I met? */
async function lookBack(scene: Scene, person: Person): Promise<Listed[]> {
  if (person.session === null) return [];
  try {
    await see(scene, person, 0);
    return await listRounds(scene, person);
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
