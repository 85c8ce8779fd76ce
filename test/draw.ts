import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash, randomInt } from 'node:crypto';
import { idSource } from '#core/ids.ts';

/*
 * What tests draw at random: ids, so that whoever is made first is not always `user1_id`, and what stories leave open.
 * Every test draws from its own sequence, which follows from the seed of the run and the test's title. A failure
 * prints the seed; DRAW_SEED repeats it.
 */

const seed = process.env.DRAW_SEED ?? String(randomInt(1_000_000));
let title = '';
let drawn = 0;
let everDrawn = 0;

/** Starts the sequence of a test. */
export function drawFor(test: string): void {
  title = test;
  drawAgain();
}

/** Starts the sequence anew: what is told twice in one test, to be compared, is told of the same people. */
export function drawAgain(): void {
  drawn = 0;
}

const digits = (what: string): string => createHash('sha256').update(`${seed} ${what}`).digest('hex');

/** The next digits of base 16 of the sequence. */
function nextDigits(): string {
  drawn += 1;
  return digits(`${title} ${drawn}`);
}

/** One of these. */
export const among = <T>(choices: readonly T[]): T =>
  choices[parseInt(nextDigits().slice(0, 8), 16) % choices.length]!;

const people = new AsyncLocalStorage<true>();

/** Makes people, whose ids are drawn. What happens to them afterwards has ids in its order, as lists expect. */
export const drawPeople = <T>(make: () => Promise<T>): Promise<T> => people.run(true, make);

/**
 * From now on the ids of people sort in random order. They have the right form, and their second half is never the same:
 * processes remember ids.
 */
export function drawIds(): void {
  const inOrder = idSource.draw;
  idSource.draw = () => {
    if (!people.getStore()) return inOrder();
    everDrawn += 1;
    const [first, second] = [nextDigits(), digits(String(everDrawn))];
    return `${first.slice(0, 8)}-${first.slice(8, 12)}-7${first.slice(12, 15)}-8${second.slice(0, 3)}-${second.slice(3, 15)}`;
  };
}

/** How to draw the same again, for whoever has to look into a failure. */
export const howToRepeat = (): string => `DRAW_SEED=${seed} draws the same ids and choices again`;
