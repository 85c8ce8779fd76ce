import { clock } from '#core/clock.ts';

type Action = () => Promise<void>;

/** What is going to happen, in its order. Time stands still but for the steps from one thing to the next. */
export interface Time {
  /** Lets something happen so many ms from now. */
  after: (ms: number, action: Action) => void;
  at: (ms: number, action: Action) => void;
  /** Lets happen everything until an instant, ms. */
  runUntil: (ms: number) => Promise<void>;
}

/** Time from an instant on, ms. The house's clock is stopped, and moved by it. */
export function createTime(fromMs: number): Time {
  const agenda: { ms: number; action: Action }[] = []; // the next is the last
  clock.stop();
  clock.advance(fromMs - clock.ms());

  const at = (ms: number, action: Action) => {
    let index = agenda.length;
    while (index > 0 && (agenda[index - 1]?.ms ?? 0) <= ms) index -= 1;
    agenda.splice(index, 0, { ms, action });
  };
  return {
    at,
    after: (ms, action) => at(clock.ms() + ms, action),
    runUntil: async (untilMs) => {
      for (let next = agenda.at(-1); next && next.ms <= untilMs; next = agenda.at(-1)) {
        agenda.pop();
        clock.advance(Math.max(0, next.ms - clock.ms()));
        await next.action();
      }
    },
  };
}
