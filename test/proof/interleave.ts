import { keptBy, type Keeper, type Sent } from './seams.ts';

/** Somebody's work, one thing after the other: a page, a sweeper, a matchmaker. */
export interface Lane {
  name: string;
  work: () => Promise<void>;
}

/** Whose turn it is, and for how many steps, unless they must wait before. */
export interface Turn {
  lane: number;
  steps: number;
}

/** Two lanes wait for each other: Postgres would end one of them, a second later. */
export class Deadlock extends Error {
  readonly trace: string[];

  constructor(trace: string[]) {
    super('Two wait for each other: locks were not taken in the order of the house');
    this.trace = trace;
  }
}

interface Step {
  sent: Sent;
  release: () => void;
  isOver: boolean;
  failed: boolean;
  over: Promise<void>;
}

interface Running {
  name: string;
  /** Asked for, and held back until it is their turn. */
  asked: Step[];
  /** Released: being answered, or waiting for a lock. */
  under: Set<Step>;
  /** What is no step: BEGIN, which touches nothing. */
  passing: number;
  isOver: boolean;
}

/**
 * Runs lanes against each other in one order that `turns` alone decides: one SQL statement or Redis command at a
 * time is released, and the next only when its lane has come to rest. A step that waits for a lock is noticed, and
 * others are released until it is let go. When the turns are used up, the lanes are finished one after the other.
 * @param lockWaits how many of this house's connections wait for a lock
 * @param onStep called before each step is released
 * @returns the steps in their order
 * @throws Deadlock
 */
export async function interleave(
  lanes: readonly Lane[],
  turns: readonly Turn[],
  lockWaits: () => Promise<number>,
  onStep: () => void,
): Promise<string[]> {
  const trace: string[] = [];
  let free = false;
  const running = lanes.map((lane) => begin(lane, () => free));
  try {
    const order = [...turns];
    let turn = order.shift();
    let left = turn?.steps ?? 0;
    let current: Running | undefined;
    for (;;) {
      await rest(running);
      const ready = running.filter((one) => one.asked.length > 0);
      if (ready.length === 0) break;
      if (!current || left <= 0 || current.asked.length === 0) {
        current = ready[(turn?.lane ?? 0) % ready.length]!;
        left = turn?.steps ?? Infinity;
        turn = order.shift();
      }
      left -= 1;
      const step = current.asked.shift()!;
      current.under.add(step);
      onStep();
      trace.push(`${current.name}: ${step.sent.what.replaceAll(/\s+/g, ' ').trim().slice(0, 110)}`);
      step.release();
      await answered(step, running, lockWaits);
      if (!step.isOver) trace.push(`${current.name}: … waits for a lock`);
    }
    if (running.some((one) => one.under.size > 0)) throw new Deadlock(trace);
    return trace;
  } finally {
    free = true; // after a failure: whatever is left goes as it likes
    for (const one of running) for (const step of one.asked.splice(0)) step.release();
    while (running.some((one) => !one.isOver)) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function begin({ name, work }: Lane, isFree: () => boolean): Running {
  const lane: Running = { name, asked: [], under: new Set(), passing: 0, isOver: false };
  const keeper: Keeper = (sent, send) => {
    if (isFree()) return send();
    if (sent.what.startsWith('START TRANSACTION')) {
      lane.passing += 1;
      return send().finally(() => (lane.passing -= 1));
    }
    return new Promise((resolve, reject) => {
      const step: Step = {
        sent,
        isOver: false,
        failed: false,
        over: Promise.resolve(),
        release: () => {
          const note = (failed: boolean) => {
            Object.assign(step, { isOver: true, failed });
            lane.under.delete(step);
          };
          const answer = send();
          answer.then(resolve, reject);
          step.over = answer.then(
            () => note(false),
            () => note(true),
          );
        },
      };
      lane.asked.push(step);
    });
  };
  const whole = keptBy(keeper, async () => {
    await Promise.resolve();
    await work();
  });
  whole.catch(() => undefined).finally(() => (lane.isOver = true));
  return lane;
}

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

/** Waits until every lane has asked for its next step, waits for a lock, or is over. */
async function rest(running: readonly Running[]): Promise<void> {
  const isResting = (one: Running) =>
    one.passing === 0 && (one.isOver || one.asked.length > 0 || one.under.size > 0);
  const since = performance.now();
  await turnOfTheLoop();
  await turnOfTheLoop();
  while (!running.every(isResting)) {
    await turnOfTheLoop();
    const waitedMs = performance.now() - since;
    // One may wait for what another lane has asked for: the marks of what is published are written one by one.
    const canGoOn =
      running.every(({ passing }) => passing === 0) && running.some(({ asked }) => asked.length > 0);
    if (waitedMs > longMs && canGoOn) return;
    if (waitedMs > patienceMs) throw new Error('A lane does something that is neither SQL nor Redis');
  }
}

const patienceMs = 60_000;
const longMs = 500;
const usuallyAnsweredMs = 2;

/** Waits until a step has been answered or waits for a lock, and whoever it has let go has been answered too. */
async function answered(
  step: Step,
  running: readonly Running[],
  lockWaits: () => Promise<number>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([step.over, new Promise((resolve) => (timer = setTimeout(resolve, usuallyAnsweredMs)))]);
  clearTimeout(timer);
  if (step.isOver && !step.sent.releases && !step.failed) return;
  const under = (to: Sent['to']) =>
    running.flatMap((one) => [...one.under]).filter(({ sent }) => sent.to === to).length;
  const late = performance.now() + patienceMs;
  while (under('postgres') + under('redis') > 0) {
    const asked = under('postgres');
    if (under('redis') > 0) await turnOfTheLoop();
    else if ((await lockWaits()) === asked && under('postgres') === asked) return; // none was let go while we looked
    if (performance.now() > late) throw new Error(`A step was not answered: ${step.sent.what}`);
  }
}
