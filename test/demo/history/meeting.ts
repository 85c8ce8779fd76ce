import { sql } from '#db/postgres.ts';
import { decide } from '#core/decisions/decide.ts';
import { Problem } from '#core/errors.ts';
import { flagCategories, type Decision, type RoundMode } from '#core/rules.ts';
import { end, skip } from '#core/rounds/exit.ts';
import { endRoundByClock } from '#core/rounds/end.ts';
import { join } from '#core/rounds/join.ts';
import { endBySilence } from '#core/rounds/lose.ts';
import { noteQuality } from '#core/rounds/quality.ts';
import { cancelUnjoined } from '#core/sweeps/rounds.ts';
import { settings } from '#core/settings.ts';
import { block } from '#core/safety/block.ts';
import { flag } from '#core/safety/flag.ts';
import type { Random } from '../../bench/population.ts';
import type { Somebody } from './people.ts';
import { between, closeWindow, goOn, type Town } from './town.ts';

/**
 * Two people are told of each other: they join or do not, talk, and part one way or another. Everything is drawn
 * at once, so that it does not depend on what others do meanwhile.
 */
export function meet(town: Town, roundId: string, one: Somebody, other: Somebody): void {
  const { random, time } = town;
  const fate = fateOf(random, one, other);
  const delays = [between(random, 400, 4_000), between(random, 400, 5_000)];
  const reports = [report(random), report(random)];
  const votes = [vote(random, one), vote(random, other)];
  const joins = [fate.kind !== 'absent' || fate.by !== one, fate.kind !== 'absent' || fate.by !== other];

  [one, other].forEach((who, index) => {
    if (!joins[index]) return;
    time.after(delays[index] ?? 0, () =>
      quietly(async () => {
        if ((await join(who.userId, roundId)).round.status !== 'active') return;
        const mode = await begun(roundId);
        if (mode === 'video')
          [one, other].forEach((side, at) => {
            const told = reports[at];
            if (told) time.after(told.setup_ms, () => noteQuality(side.userId, roundId, told));
          });
        time.after(Math.min(fate.afterMs, settings.roundSeconds * 1000), () =>
          part(town, roundId, one, other, fate, votes),
        );
      }),
    );
  });
  if (fate.kind === 'absent')
    time.after(settings.connectSeconds * 1000 + 200, async () => {
      await cancelUnjoined();
      for (const who of [one, other]) goOn(town, who, 1_000);
    });
}

type Kind = 'clock' | 'absent' | 'skip' | 'end' | 'stale' | 'left' | 'flag' | 'block';
interface Fate {
  kind: Kind;
  by: Somebody;
  afterMs: number;
}

function fateOf(random: Random, one: Somebody, other: Somebody): Fate {
  const sides = random() < 0.5 ? [one, other] : [other, one];
  const chances: [Kind, (by: Somebody, of: Somebody) => number, least: number, most: number][] = [
    ['absent', (by) => by.absent, 0, 0],
    ['flag', (_by, of) => of.unpleasant, 15_000, 90_000],
    ['skip', (by) => by.restless * 0.5, 4_000, 110_000],
    ['end', () => 0.04, 10_000, 150_000],
    ['left', () => 0.012, 5_000, 170_000],
    ['stale', () => 0.012, 12_000, 170_000],
    ['block', () => 0.004, 20_000, 120_000],
  ];
  for (const [kind, chance, least, most] of chances)
    for (const [index, by] of sides.entries())
      if (random() < chance(by, sides[1 - index] ?? by))
        return { kind, by, afterMs: least + random() ** 2 * (most - least) };
  return { kind: 'clock', by: one, afterMs: Infinity };
}

async function part(
  town: Town,
  roundId: string,
  one: Somebody,
  other: Somebody,
  { kind, by }: Fate,
  votes: Vote[],
): Promise<void> {
  await quietly(() => endings[kind](roundId, by, town.random));
  if (kind !== 'clock') {
    for (const who of [one, other]) goOn(town, who, 1_500);
    return;
  }
  [one, other].forEach((who, index) => {
    const cast = votes[index];
    if (cast?.decision)
      town.time.after(cast.afterMs, async () => {
        await quietly(() => decide(who.userId, roundId, cast.decision ?? 'next', cast.ratings));
        goOn(town, who, 4_000);
      });
  });
  town.time.after(settings.decisionSeconds * 1000 + 500, async () => {
    await closeWindow(town, roundId);
    for (const who of [one, other]) goOn(town, who, 3_000);
  });
}

const endings: Record<Kind, (roundId: string, by: Somebody, random: Random) => Promise<unknown>> = {
  absent: async () => undefined,
  clock: (roundId) => endRoundByClock(roundId),
  skip: (roundId, by) => skip(by.userId, roundId),
  end: (roundId, by) => end(by.userId, roundId),
  left: (roundId, by) =>
    endBySilence({ roundId: roundId, reason: 'left', by: [by.userId], unless: () => false }),
  stale: (roundId, by) =>
    endBySilence({ roundId: roundId, reason: 'stale', by: [by.userId], unless: () => false }),
  block: (roundId, by) => block(by.userId, roundId),
  flag: (roundId, by, random) =>
    flag(by.userId, {
      match_id: roundId,
      category: flagCategories[Math.floor(random() ** 2 * flagCategories.length)] ?? 'other',
      reason: 'It was not a pleasant conversation',
    }),
};

interface Vote {
  decision: Decision | null;
  afterMs: number;
  ratings: { warmth: number; humour: number };
}

function vote(random: Random, { fond }: Somebody): Vote {
  const draw = random();
  const silent = random() < 0.1;
  const star = () => 1 + Math.floor(random() * 5);
  return {
    decision: silent ? null : draw < fond ? 'continue' : draw < fond + 0.3 ? 'skip' : 'next',
    afterMs: between(random, 1_500, 15_000),
    ratings: { warmth: star(), humour: star() },
  };
}

function report(random: Random) {
  const bad = random() < 0.06;
  const told = {
    setup_ms: Math.round(120 + random() ** 3 * (bad ? 15_000 : 2_500)),
    rtt_ms: Math.round(15 + random() ** 2 * (bad ? 900 : 180)),
    loss: Math.round(random() ** 4 * (bad ? 2_000 : 200)) / 10_000,
    stalls: bad ? Math.floor(random() * 4) : 0,
    relayed: random() < 0.12,
  };
  return random() < 0.9 ? told : null;
}

async function begun(roundId: string): Promise<RoundMode | undefined> {
  const [row] = await sql<{ mode: RoundMode }>('SELECT mode FROM rounds WHERE id = $1', [roundId]);
  return row?.mode;
}

/** Whoever comes too late for what they meant to do lets it be. */
async function quietly(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}
