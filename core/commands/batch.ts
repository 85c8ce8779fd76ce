import { Counter, Histogram } from 'prom-client';
import { clock } from '#core/clock.ts';
import { Problem } from '#core/errors.ts';
import { metrics } from '#core/metrics.ts';
import { commit, type Changes } from '#core/store/commit.ts';
import { load, type Facts } from '#core/store/facts.ts';
import { transaction } from '#core/transaction.ts';
import { afterCommit } from './afterCommit.ts';
import { instantOf } from './instant.ts';
import { applyLocked } from './locked.ts';
import type { Decision, Submitted } from './rule.ts';

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

/** How often a command is tried without locks; after that it takes the locks of what it needs. */
const attempts = 3;
const jitterMs = 10;

interface Pending extends Submitted<unknown> {
  /** When it was submitted. */
  began: Date;
  attempt: number;
  resolve: (answer: never) => void;
  reject: (error: unknown) => void;
}

interface Decided extends Decision<unknown> {
  pending: Pending;
}

let waiting: Pending[] = [];
let underWay = 0;
let scheduled = false;

/** Queues a command for the next batch of this turn of the event loop, and returns its answer. */
export const submit = <Answer>(submitted: Submitted<Answer>): Promise<Answer> =>
  new Promise<Answer>((resolve, reject) => {
    const pending = { ...submitted, began: clock.now(), attempt: 1, resolve, reject };
    const place = submitted.urgent ? waiting.findIndex(({ urgent }) => !urgent) : -1;
    waiting.splice(place === -1 ? waiting.length : place, 0, pending);
    schedule();
  });

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
    return [{ pending, ...pending.decide(facts, instantOf(facts, pending.needs, pending.began)) }];
  } catch (error) {
    fail(pending, error);
    return [];
  }
}

/**
 * Two commands that guard or update the same row cannot share a statement, and a later command about one person waits
 * for the earlier one: the later one goes to the next batch.
 */
function withoutOverlap(decided: readonly Decided[]): { chosen: Decided[]; postponed: Decided[] } {
  const taken = new Set<string>();
  const chosen: Decided[] = [];
  const postponed: Decided[] = [];
  for (const one of decided) {
    const ids = rowsOf(one.changes);
    if (ids.some((id) => taken.has(id))) postponed.push(one);
    else chosen.push(one);
    for (const id of ids) taken.add(id);
  }
  return { chosen, postponed };
}

const rowsOf = ({ guards, writes }: Changes): string[] => [
  ...guards.map(({ owner, id }) => `${owner} ${id}`),
  ...writes.flatMap((write) => (write.table === 'users' ? [`users ${String(write.row.id)}`] : [])),
];

async function apply(decided: readonly Decided[], facts: Facts): Promise<void> {
  const writing = decided.filter(({ changes }) => changes.writes.length > 0);
  const { applied, conflicting } = await commitSplitting(writing);
  for (const one of conflicting) conflict(one.pending);
  await answer([...decided.filter((one) => !writing.includes(one)), ...applied], facts);
}

/** Answers commands that are committed, or had nothing to change, once what follows is done. */
async function answer(done: readonly Decided[], facts: Facts): Promise<void> {
  const follows = afterCommit(done, facts);
  for (const one of done) if (one.pending.effects === 'left') succeed(one);
  await follows;
  for (const one of done) if (one.pending.effects === 'awaited') succeed(one);
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
    if (isTransient(error)) return { applied: [], conflicting: [...decided] };
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

const codeOf = (error: unknown): string => (error as { original?: { code?: string } }).original?.code ?? '';

/** A deadlock or a serialization failure: the same commands may pass when they are decided again. */
const isTransient = (error: unknown): boolean => ['40P01', '40001'].includes(codeOf(error));

/** Whether PostgreSQL has refused the statement, and may take its half; a connection that is gone takes neither. */
const isOfAStatement = (error: unknown): boolean => /^(?!08|57P)[0-9A-Z]{5}$/.test(codeOf(error));

function conflict(pending: Pending): void {
  outcomes.inc({ command: pending.name, outcome: 'conflict' });
  pending.attempt += 1;
  if (pending.attempt > attempts) void runLocked(pending);
  else setTimeout(() => again(pending), Math.random() * jitterMs * pending.attempt);
}

/**
 * Decides and commits under locks: nothing that was read can change any more. For a command that has met changed or
 * locked rows each time: without a lock nothing promises that it ever wins.
 */
async function runLocked(pending: Pending): Promise<void> {
  try {
    const done = await transaction((tx) => applyLocked(tx, pending), pending.effects);
    succeed({ pending, ...done });
  } catch (error) {
    fail(pending, error);
  }
}

function again(pending: Pending): void {
  waiting.unshift(pending);
  schedule();
}

function succeed({ pending, answer }: Decided): void {
  outcomes.inc({ command: pending.name, outcome: 'applied' });
  pending.resolve(answer as never);
}

function fail(pending: Pending, error: unknown): void {
  outcomes.inc({ command: pending.name, outcome: error instanceof Problem ? 'refused' : 'failed' });
  pending.reject(error);
}
