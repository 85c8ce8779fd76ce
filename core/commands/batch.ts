import { Counter, Histogram } from 'prom-client';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { countStep } from '#core/journey/journeyMetrics.ts';
import { isOut, publish } from '#core/journey/publish.ts';
import { log } from '#core/log.ts';
import { metrics } from '#core/metrics.ts';
import { commit, type Changes } from '#core/store/commit.ts';
import { load, type Facts, type Needs } from '#core/store/facts.ts';
import { transaction } from '#core/transaction.ts';

const outcomes = new Counter({
  name: 'minuet_commands_total',
  help: 'Commands by outcome: applied (or nothing to do), refused, conflict (decided again), failed',
  labelNames: ['command', 'outcome'],
  registers: [metrics],
});

const batchSize = new Histogram({
  name: 'minuet_command_batch_size',
  help: 'Commands that shared one read and one write',
  buckets: [1, 2, 5, 10, 20, 50],
  registers: [metrics],
});

/** How commands share statements. Tests change it. */
export const batching = {
  /** At most so many commands share a read and a write. */
  cap: 50,
  /** So many batches may be under way at once. */
  atOnce: 4,
};

/** How often a command is tried without locks; after that it takes the locks of the people concerned. */
const attempts = 3;
const jitterMs = 10;

type Decide = (facts: Facts, now: Date) => { changes: Changes; answer: unknown };

interface Pending {
  name: string;
  needs: Needs;
  decide: Decide;
  attempt: number;
  resolve: (answer: never) => void;
  reject: (error: unknown) => void;
}

interface Decided {
  pending: Pending;
  changes: Changes;
  answer: unknown;
}

let waiting: Pending[] = [];
let underWay = 0;
let scheduled = false;

/** Queues a command for the next batch of this turn of the event loop, and returns its answer. */
export function submit<Answer>(
  name: string,
  needs: Needs,
  decide: (facts: Facts, now: Date) => { changes: Changes; answer: Answer },
): Promise<Answer> {
  return new Promise<Answer>((resolve, reject) => {
    waiting.push({ name, needs, decide, attempt: 1, resolve, reject });
    schedule();
  });
}

function schedule(): void {
  if (scheduled || waiting.length === 0 || underWay >= batching.atOnce) return;
  scheduled = true;
  setImmediate(() => {
    scheduled = false;
    const batch = waiting.slice(0, batching.cap);
    waiting = waiting.slice(batching.cap);
    underWay += 1;
    schedule();
    void runBatch(batch).finally(() => {
      underWay -= 1;
      schedule();
    });
  });
}

async function runBatch(batch: Pending[]): Promise<void> {
  batchSize.observe(batch.length);
  let unanswered = batch;
  try {
    const facts = await load(
      batch.map((one) => one.needs),
      clock.now(),
    );
    const decided = batch.flatMap((pending) => decideOne(pending, facts));
    const { chosen, postponed } = withoutOverlap(decided);
    unanswered = chosen.map(({ pending }) => pending);
    for (const { pending } of postponed) again(pending);
    await apply(chosen, facts);
  } catch (error) {
    for (const pending of unanswered) fail(pending, error);
  }
}

function decideOne(pending: Pending, facts: Facts): Decided[] {
  try {
    return [{ pending, ...pending.decide(facts, instantOf(facts, pending.needs)) }];
  } catch (error) {
    if (error instanceof Problem) outcomes.inc({ command: pending.name, outcome: 'refused' });
    fail(pending, error);
    return [];
  }
}

/** Now, or when the last thing happened to the people concerned, by whichever process's clock (Lamport 1978). */
function instantOf(facts: Facts, { people = [] }: Needs): Date {
  const changes = people.map((userId) => facts.journeys.get(userId)?.changed_at.getTime() ?? 0);
  return new Date(Math.max(clock.ms(), ...changes));
}

/** Two commands that guard the same row cannot share a statement: the later one waits for the next batch. */
function withoutOverlap(decided: readonly Decided[]): { chosen: Decided[]; postponed: Decided[] } {
  const guarded = new Set<string>();
  const chosen: Decided[] = [];
  const postponed: Decided[] = [];
  for (const one of decided) {
    const ids = one.changes.guards.map(({ owner, id }) => `${owner} ${id}`);
    if (ids.some((id) => guarded.has(id))) postponed.push(one);
    else chosen.push(one);
    for (const id of ids) guarded.add(id);
  }
  return { chosen, postponed };
}

async function apply(decided: readonly Decided[], facts: Facts): Promise<void> {
  const writing = decided.filter(({ changes }) => changes.writes.length > 0);
  const { applied, conflicting } = await commitSplitting(writing);
  for (const one of conflicting) conflict(one.pending);
  await answer([...decided.filter((one) => !writing.includes(one)), ...applied], facts);
}

/** Counts, publishes and answers commands that are committed, or had nothing to change. */
async function answer(done: readonly Decided[], facts: Facts): Promise<void> {
  for (const { changes } of done)
    for (const write of changes.writes) if (write.table === 'journey_events') countStep(write.row);
  await publishMoved(done, facts);
  for (const { pending, answer } of done) {
    outcomes.inc({ command: pending.name, outcome: 'applied' });
    pending.resolve(answer as never);
  }
}

interface Committed {
  applied: Decided[];
  conflicting: Decided[];
}

/**
 * Commits a batch; one that fails as a whole is split, until the command that breaks it stands alone and is answered
 * with the error.
 */
async function commitSplitting(decided: readonly Decided[]): Promise<Committed> {
  const [only] = decided;
  if (!only) return { applied: [], conflicting: [] };
  try {
    const applied = await commit(decided.map((one) => one.changes));
    return {
      applied: decided.filter((_, index) => applied[index]),
      conflicting: decided.filter((_, index) => !applied[index]),
    };
  } catch (error) {
    if (decided.length > 1 && !isOfAStatement(error)) throw error;
    if (decided.length === 1) {
      fail(only.pending, error);
      return { applied: [], conflicting: [] };
    }
    const half = Math.ceil(decided.length / 2);
    const first = await commitSplitting(decided.slice(0, half));
    const second = await commitSplitting(decided.slice(half));
    return {
      applied: [...first.applied, ...second.applied],
      conflicting: [...first.conflicting, ...second.conflicting],
    };
  }
}

/** Whether PostgreSQL has refused the statement, and may take its half; a connection that is gone takes neither. */
function isOfAStatement(error: unknown): boolean {
  const code = (error as { original?: { code?: unknown } }).original?.code;
  return typeof code === 'string' && /^(?!08|57P)[0-9A-Z]{5}$/.test(code);
}

function conflict(pending: Pending): void {
  outcomes.inc({ command: pending.name, outcome: 'conflict' });
  pending.attempt += 1;
  if (pending.attempt > attempts) void runLocked(pending);
  else setTimeout(() => again(pending), Math.random() * jitterMs * pending.attempt);
}

/**
 * Decides and commits under locks, taken in the order of all others: nothing that was read can change any more. For a
 * command that has met changed or locked rows each time: without a lock nothing promises that it ever wins.
 */
async function runLocked(pending: Pending): Promise<void> {
  try {
    const { decided, facts } = await transaction(async (tx) => {
      const { people = [] } = pending.needs;
      for (const lock of locks) await tx.sql(lock, [people]);
      const facts = await load([pending.needs], clock.now(), tx.raw);
      const decided = { pending, ...pending.decide(facts, instantOf(facts, pending.needs)) };
      const { changes } = decided;
      const [applied] = changes.writes.length > 0 ? await commit([changes], tx.raw) : [true];
      if (!applied) throw new Problem('unavailable'); // it guards a row that it has not said it needs
      return { decided, facts };
    });
    await answer([decided], facts);
  } catch (error) {
    fail(pending, error);
  }
}

const locks = [
  'SELECT 1 FROM journeys WHERE user_id = ANY ($1::uuid[]) ORDER BY user_id FOR NO KEY UPDATE',
  `SELECT 1 FROM devices
    WHERE id IN (SELECT device_id FROM journeys WHERE user_id = ANY ($1::uuid[])) ORDER BY id FOR NO KEY UPDATE`,
];

function again(pending: Pending): void {
  waiting.unshift(pending);
  schedule();
}

function fail(pending: Pending, error: unknown): void {
  if (!(error instanceof Problem)) outcomes.inc({ command: pending.name, outcome: 'failed' });
  pending.reject(error);
}

/**
 * Publishes whom the commands have moved, and whom they have read in a state that another process has committed and not
 * published yet: an answer must not tell more than the next poll.
 */
async function publishMoved(applied: readonly Decided[], facts: Facts): Promise<void> {
  const journeys = applied.flatMap(({ changes }) => [
    ...changes.writes.filter((write) => write.table === 'journeys').map(({ row }) => String(row.user_id)),
    ...changes.guards
      .filter(({ owner, id }) => owner === 'journeys' && isLate(facts, id))
      .map(({ id }) => id),
  ]);
  if (journeys.length === 0) return;
  try {
    await publish([...new Set(journeys)]);
  } catch (err) {
    log.warn({ err }, 'views could not be published; the sweeper publishes them');
  }
}

function isLate(facts: Facts, userId: string): boolean {
  const journey = facts.journeys.get(userId);
  return journey !== undefined && journey.published_version < journey.version && !isOut(journey);
}
