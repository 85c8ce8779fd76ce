import { Gauge } from 'prom-client';
import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { holders } from '#core/polling/holders.ts';
import { log } from '#core/log.ts';
import { metrics } from '#core/metrics.ts';
import { heldPeople, urgentFlags } from '#core/moderation/urgent.ts';
import { live } from '#core/records/live.ts';
import { readPools } from './pools.ts';
import { readQueues } from './queues.ts';

/*
 * The state of the system, read when Prometheus asks: every API process tells the same, so take `max by`. What cannot
 * be read is left out, and its alert says so.
 */

const overdueSeconds = 5;
const [pools, queues, now] = [shared(readPools), shared(readQueues), shared(live)];

gauge('minuet_poll_held', 'People whose requests this process holds', [], (set) => set({}, holders()));

gauge('minuet_people', 'People by where they are; `online`: heard of within 30 s', ['state'], async (set) => {
  const { online, searching, connecting, in_call, deciding, disconnecting } = await now();
  const counts = { online, searching, connecting, in_call, deciding, disconnecting };
  for (const [state, count] of Object.entries(counts)) set({ state }, count);
});

gauge('minuet_calls', 'Rounds under way, by mode', ['mode'], async (set) => {
  const { calls } = await now();
  for (const [mode, count] of Object.entries(calls)) set({ mode }, count);
});

gauge('minuet_pool_waiting', 'People who may be paired now', ['pool'], async (set) => {
  for (const { name, waiting } of (await pools()).pools) set({ pool: name }, waiting);
});
gauge('minuet_pool_longest_wait_seconds', 'How long the longest has waited', ['pool'], async (set) => {
  for (const pool of (await pools()).pools) set({ pool: pool.name }, pool.longest_wait_seconds ?? 0);
});
gauge('minuet_pool_led', 'Whether a matchmaker leads the pool', ['pool'], async (set) => {
  for (const { name, led } of (await pools()).pools) set({ pool: name }, led ? 1 : 0);
});

gauge('minuet_jobs', 'Jobs by queue and state', ['queue', 'state'], async (set) => {
  for (const { name, waiting, active, delayed, failed } of (await queues()).queues)
    for (const [state, count] of Object.entries({ waiting, active, delayed, failed }))
      set({ queue: name, state }, count);
});
gauge('minuet_workers', 'Workers at a queue', ['queue'], async (set) => {
  for (const { name, workers } of (await queues()).queues) set({ queue: name }, workers);
});
gauge('minuet_sample_age_seconds', 'Since a worker last counted people', [], async (set) => {
  const [row] = await sql<{ at: Date | null }>('SELECT max(at) AS at FROM activity_samples WHERE step = 10');
  if (row?.at) set({}, (clock.ms() - row.at.getTime()) / 1000);
});

gauge('minuet_flags_pending', 'Flags that nobody has decided on', ['queue'], async (set) => {
  const rows = await sql<{ queue: string; count: number }>(
    `SELECT queue, count(*)::integer AS count FROM flags WHERE status = 'pending' GROUP BY queue`,
  );
  for (const queue of ['normal', 'low_trust'])
    set({ queue }, rows.find((row) => row.queue === queue)?.count ?? 0);
});
gauge('minuet_flag_oldest_pending_seconds', 'Since the oldest open flag came in', [], async (set) => {
  const [row] = await sql<{ at: Date | null }>(
    `SELECT min(created_at) AS at FROM flags WHERE status = 'pending' AND queue = 'normal'`,
  );
  set({}, row?.at ? (clock.ms() - row.at.getTime()) / 1000 : 0);
});
gauge('minuet_flags_urgent', 'Open flags that a moderator must see at once', ['category'], async (set) => {
  for (const { category, count } of await urgentFlags()) set({ category }, count);
});
gauge('minuet_people_held', 'People held until a moderator has looked', [], async (set) => {
  set({}, (await heldPeople()).count);
});
gauge('minuet_hold_oldest_seconds', 'Since the oldest of these holds began', [], async (set) => {
  const { oldest_at } = await heldPeople();
  set({}, oldest_at ? (clock.ms() - oldest_at.getTime()) / 1000 : 0);
});
gauge('minuet_rounds_overdue', 'Rounds that run although their clock has ended them', [], async (set) => {
  const [row] = await sql<{ count: number }>(
    `SELECT count(*)::integer AS count FROM rounds WHERE status = 'active' AND deadline_at < $1`,
    [clock.after(-overdueSeconds)],
  );
  set({}, row?.count ?? 0);
});

/** The gauges of one scrape are read together, and share a reading. */
function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => (reading ??= read().finally(() => (reading = undefined)));
}

type Set = (labels: Record<string, string>, value: number) => void;

function gauge(
  name: string,
  help: string,
  labelNames: string[],
  read: (set: Set) => Promise<void> | void,
): void {
  new Gauge({
    ...{ name, help, labelNames, registers: [metrics] },
    async collect() {
      this.reset();
      try {
        await read((labels, value) => this.set(labels, value));
      } catch (err) {
        log.debug({ err, metric: name }, 'a gauge could not be read');
      }
    },
  });
}
