import { Cluster } from 'ioredis';
import { migrate } from '#db/migrate.ts';
import { sequelize, sql } from '#db/postgres.ts';
import { redis, redisReady } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { closeQueues } from '#core/jobs.ts';
import { closeHours } from '#core/records/closedHours.ts';
import { forgetExpired } from '#core/records/retention.ts';
import { takeSample } from '#core/records/sample.ts';
import { settings } from '#core/settings.ts';
import { generator } from '../../bench/population.ts';
import { deleteKeys } from '../../reset.ts';
import { meet } from './meeting.ts';
import { hire, reviewFlags } from './moderator.ts';
import { invite } from './people.ts';
import type { Options } from './options.ts';
import { createTime } from './time.ts';
import { between, comeIn, goHome, showSigns, type Town } from './town.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const sampleEveryMs = { busy: 120_000, quiet: 600_000 };
/** How much of a day's coming and going falls into each hour, UTC. */
const rhythm = [4, 2, 1, 0.5, 0.5, 0.5, 1, 2, 3, 4, 5, 7, 10, 7, 5, 5, 8, 14, 26, 44, 56, 48, 26, 10];
const weekend = 1.4;

/**
 * Lets the days go by.
 * @returns what came of them, in words
 */
export async function liveThrough({ days, people, seed }: Options, out: NodeJS.WriteStream): Promise<string> {
  await redisReady();
  await migrate();
  await refuseOthers();
  const began = performance.now();
  const nowMs = Date.now();
  const midnight = Math.floor(nowMs / dayMs) * dayMs; // whole days, so that the hour of asking changes nothing
  const random = generator(seed);
  const time = createTime(midnight - days * dayMs);
  await makeRoom();
  const invited = await invite(people, random);
  const town: Town = {
    people: new Map(invited.map((one) => [one.userId, one])),
    ...{ random, time, rounds: 0, matches: 0, waveAsked: false, meet },
  };
  const moderator = await hire();
  keepHouse(town);
  for (let day = 0; day <= days; day += 1) {
    const dawn = midnight - (days - day) * dayMs;
    planDay(town, dawn);
    for (const hour of [9, 19]) time.at(dawn + hour * hourMs, () => reviewFlags(moderator, random));
    await time.runUntil(Math.min(dawn + dayMs, nowMs) - 1);
    await forgetExpired();
    show(out, day < days ? `day ${day + 1} of ${days}` : 'today', town, began);
  }
  for (const one of town.people.values()) await goHome(one);
  if (out.isTTY) out.write('\n');
  return `${town.rounds} rounds and ${town.matches} matches of ${people} people in ${days} days`;
}

/** Closes what this process has opened, and takes its keys out of Redis. */
export async function close(): Promise<void> {
  await closeQueues();
  for (const node of redis instanceof Cluster ? redis.nodes('master') : [redis])
    await deleteKeys(node, settings.redisPrefix);
  redis.disconnect();
  await sequelize.close();
}

/** The sweepers of a running house would end every round of this past at once. */
async function refuseOthers(): Promise<void> {
  const others = await sql(
    `SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'minuet' AND backend_start < $1`,
    [new Date(performance.timeOrigin)],
  );
  if (others.length > 0) throw new Error('Minuet runs on this database; stop it first');
}

/** What has been added up since then does not know of what is about to have happened. */
async function makeRoom(): Promise<void> {
  for (const table of ['hourly_facts', 'closed_hours'])
    await sql(`DELETE FROM ${table} WHERE hour >= $1`, [clock.now()]);
  await sql('DELETE FROM daily_facts WHERE day >= $1', [clock.now()]); // which is a midnight
  await sql('DELETE FROM activity_samples WHERE at >= $1', [clock.now()]);
}

/** When everybody comes on a day. */
function planDay(town: Town, dawn: number): void {
  const { random, time } = town;
  const factor = [0, 6].includes(new Date(dawn + dayMs / 2).getUTCDay()) ? weekend : 1;
  const all = rhythm.reduce((sum, share) => sum + share, 0);
  for (const one of town.people.values())
    for (let times = random() < one.perDay * factor ? 1 : 0; times > 0; times = random() < 0.3 ? 1 : 0) {
      let draw = random() * all;
      const hour = rhythm.findIndex((share) => (draw -= share) < 0);
      time.at(dawn + hour * hourMs + between(random, 0, hourMs), () => comeIn(town, one));
    }
}

/** What a worker does: counts people, closes hours. Quiet hours are counted less often, for the sake of the minutes. */
function keepHouse(town: Town): void {
  const { time } = town;
  const sample = async () => {
    await showSigns(town);
    await takeSample();
    const busy = [...town.people.values()].some((one) => one.session !== null);
    time.after(busy ? sampleEveryMs.busy : sampleEveryMs.quiet, sample);
  };
  const hourly = async () => {
    await closeHours();
    time.after(hourMs, hourly);
  };
  time.after(1_000, sample);
  time.after(hourMs, hourly);
}

function show(out: NodeJS.WriteStream, day: string, town: Town, began: number): void {
  const seconds = Math.round((performance.now() - began) / 1000);
  const line = `${day} · ${clock.now().toISOString().slice(0, 10)} · rounds ${town.rounds} · matches ${town.matches} · ${seconds} s`;
  if (out.isTTY) out.write(`\r\u001b[2K${line}`);
  else out.write(`${line}\n`);
}
