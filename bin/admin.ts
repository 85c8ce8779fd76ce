import { randomBytes } from 'node:crypto';
import type { Role } from '#core/rules.ts';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { listJobs, retryJob, type JobState } from '#core/health/queues.ts';
import { checkInvariants } from '#core/invariants/check.ts';
import { isWatched } from '#core/invariants/presence.ts';
import { closeQueues } from '#core/jobs.ts';
import { findPeople } from '#core/moderation/lists.ts';
import { verifyLog } from '#core/audit/log.ts';
import { endByHand, hireAdmin } from '#core/moderation/operator.ts';
import { restrictFairly } from '#core/moderation/restrictFairly.ts';
import { setRole } from '#core/moderation/role.ts';
import { currentSession } from '#core/records/sessions.ts';
import { lift } from '#core/safety/lift.ts';
import { settings } from '#core/settings.ts';
import { checkRelays } from '#core/relays/checkRelays.ts';
import { noTurn } from '#core/relays/ice.ts';
import { longSql, sequelize, synchronizeClock } from '#db/postgres.ts';
import { redis, redisReady } from '#db/redis.ts';

// `npm run admin -- <command> …`: what the operator does without the API.

/** What the clocks of two processes may differ by. */
const skewSeconds = 1;

interface Command {
  takes: string;
  does: string;
  /** Arguments that it needs at least. */
  least: number;
  /** @returns the exit code */
  run: (...args: string[]) => Promise<number>;
}

const commands: Record<string, Command> = {
  check: {
    takes: '',
    does: 'looks for broken invariants in DATABASE_URL and REDIS_URL',
    least: 0,
    run: check,
  },
  'verify-log': {
    takes: '[<the last hash, as written down before>]',
    does: 'whether the moderation log is whole, and its last hash',
    least: 0,
    run: verify,
  },
  'create-admin': {
    takes: '<e-mail>',
    does: 'a new admin, whose password is printed once (or ADMIN_PASSWORD)',
    least: 1,
    run: async (email = '') => {
      const password = process.env.ADMIN_PASSWORD || randomBytes(15).toString('base64url');
      const id = await hireAdmin(email, password);
      return say(`${id} is an admin`, ...(process.env.ADMIN_PASSWORD ? [] : [`Password: ${password}`]));
    },
  },
  role: {
    takes: '<person id> member|moderator|admin',
    does: 'gives a member a role, or takes it',
    least: 2,
    run: async (id = '', role = '') => {
      if (!isRole(role)) throw new Problem('invalid', `There is no role ${role}`);
      await setRole(id, role, null);
      return say(`${id} is ${role} now`);
    },
  },
  person: {
    takes: '<id, e-mail or the beginning of a name>',
    does: 'who they are and where',
    least: 1,
    run: async (text = '') => {
      const people = await findPeople(text, 20);
      for (const { id, kind, role, display_name, restricted, active_at } of people) {
        const { session } = await currentSession(id);
        say(
          `${id}  ${display_name}  ${kind}, ${role}${restricted ? ', restricted' : ''}  last seen ${active_at.toISOString()}` +
            (session ? `  ${session.state} in session ${session.session_id}` : ''),
        );
      }
      return people.length > 0 ? 0 : say('Nobody') + 1;
    },
  },
  restrict: {
    takes: '<person id> <hours, or forever> <moderator id> <reason, which they read>',
    does: 'restricts somebody, in a moderator’s name',
    least: 4,
    run: async (user_id = '', hours = '', by = '', ...reason) => {
      const order = { user_id, kind: 'restriction' as const, category: null, reason: reason.join(' ') };
      const { id, until } = await restrictFairly({ ...order, hours: hoursOf(hours) }, by);
      return say(`Restriction ${id}, until ${until?.toISOString() ?? 'lifted'}`);
    },
  },
  lift: {
    takes: '<restriction id> <moderator id>',
    does: 'lifts a restriction',
    least: 2,
    run: async (id = '', by = '') => {
      await lift(id, by);
      return say('Lifted');
    },
  },
  'end-round': {
    takes: '<round id>',
    does: 'ends a round that is under way; both go on waiting',
    least: 1,
    run: async (id = '') => say(`The round is ${(await endByHand(id)).status}`),
  },
  'check-turn': {
    takes: '',
    does: 'tries STUN_URLS and TURN_URLS: a binding, and a relay with the credentials that clients get',
    least: 0,
    run: async () => {
      const checked = await checkRelays();
      if (checked.length === 0) return say(noTurn) + 1;
      for (const { url, works, says } of checked) say(`${works ? 'works' : 'FAILS'}  ${url}  ${says}`);
      if (settings.turnUrls.length === 0) say(noTurn);
      return checked.every(({ works }) => works) ? 0 : 1;
    },
  },
  jobs: {
    takes: '[failed|waiting|delayed|active]',
    does: 'jobs of one state, the latest first; failed ones unless told',
    least: 0,
    run: async (state = 'failed') => {
      if (!isJobState(state)) throw new Problem('invalid', `Jobs are never ${state}`);
      const { jobs } = await listJobs({ state, limit: 50 });
      for (const { id, name, attempts, added_at, failure } of jobs)
        say(`${id}  ${name}  added ${added_at.toISOString()}, tried ${attempts} times  ${failure ?? ''}`);
      return jobs.length > 0 ? 0 : say(`No job is ${state}`);
    },
  },
  retry: {
    takes: '<queue:id, as jobs tells>',
    does: 'lets a failed job be tried again',
    least: 1,
    run: async (id = '') => say(`${(await retryJob(id)).id} waits to be tried again`),
  },
};

const [name = '', ...args] = process.argv.slice(2);
const command = commands[name];
process.exitCode = command && args.length >= command.least ? await attempt(command) : explain();
await closeQueues();
redis.disconnect();
await sequelize.close();

async function attempt({ run }: Command): Promise<number> {
  try {
    return await run(...args);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function explain(): number {
  for (const [word, { takes, does }] of Object.entries(commands))
    process.stderr.write(`npm run admin -- ${`${word} ${takes}`.trim()}
    ${does}
`);
  return 2;
}

function say(...lines: string[]): number {
  for (const line of lines) process.stdout.write(`${line}\n`);
  return 0;
}

function isRole(text: string): text is Role {
  return ['member', 'moderator', 'admin'].includes(text);
}
function isJobState(text: string): text is JobState {
  return ['failed', 'waiting', 'delayed', 'active'].includes(text);
}

function hoursOf(text: string): number | null {
  if (text === 'forever') return null;
  const hours = Number(text);
  if (!(hours > 0)) throw new Problem('invalid', `Hours, or forever: not ${text}`);
  return hours;
}

/** Says what is true that must not be. It only reads, and may be asked while everything runs. */
async function check(): Promise<number> {
  await redisReady();
  await synchronizeClock();
  const sight = { sql: longSql, redis, redisPrefix: settings.redisPrefix };
  const nowMs = clock.ms();
  const running = await isWatched(sight, nowMs);
  const meetOnce = settings.rematch === 'session';
  const broken = await checkInvariants(sight, { nowMs, running, meetOnce, skewSeconds });
  say(...broken);
  if (broken.length === 0) say('Nothing is broken');
  return broken.length === 0 ? 0 : 1;
}

/** Says whether the moderation log is whole, and its last hash: write it down elsewhere, and give it next time. */
async function verify(before?: string): Promise<number> {
  const { entries, head, brokenAt, contains } = await verifyLog(before);
  if (brokenAt !== null)
    return say(`The log is broken at entry ${brokenAt}: it was changed, or something is missing`) + 1;
  if (contains === false)
    return (
      say(`The log is whole in itself, but does not contain ${before}: its end was cut off or rewritten`) + 1
    );
  return say(`The log is whole: ${entries} entries, the last is ${head}`);
}
