import type { Api } from '../api/api.ts';
import { isProblem, type Problem } from '../api/problem.ts';
import { backoffMs, sleep } from '../api/sleep.ts';
import type { NextMatch } from '../api/wire.ts';

/** Asking what is next, again and again. */
export interface Following {
  stop: () => void;
}

interface Options {
  api: Api;
  sessionId: string;
  /** The version that the person has seen, as of now. */
  seen: () => number;
  /** Whether every moment counts. */
  urgent: () => boolean;
  onAnswer: (answer: NextMatch) => void;
  /** The server refuses; nothing more is asked. */
  onProblem: (problem: Problem) => void;
}

/**
 * Asks what is next until it is stopped, the session is over or the server refuses. Held, so an answer comes the
 * moment something changes; what cannot be held (paused, a match on the screen) is asked for at the server's pace.
 */
export function follow({ api, sessionId, seen, urgent, onAnswer, onProblem }: Options): Following {
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopped = () => signal.aborted; // asked anew, which TypeScript would think needless
  void run();
  return { stop: () => stopping.abort() };

  async function run(): Promise<void> {
    let failures = 0;
    while (!isStopped()) {
      const turn = api.holding.next(urgent() ? 'connecting' : 'waiting');
      await sleep(failures > 0 ? backoffMs(failures) : turn.delayMs, signal);
      if (isStopped()) return;
      const startedAt = performance.now();
      try {
        const answer = await api.nextMatch(sessionId, {
          waitSeconds: turn.waitSeconds,
          seen: seen(),
          signal,
        });
        if (isStopped()) return;
        api.holding.answered(turn, performance.now() - startedAt);
        onAnswer(answer);
        failures = 0;
        api.health.steady();
        if (isOver(answer)) return;
        if (isNeverHeld(answer)) await sleep(Math.max(answer.poll_after_ms, 2000), signal);
      } catch (error) {
        if (isStopped()) return;
        if (!isProblem(error)) {
          api.broke('poll', error); // an answer that the page could not use: it asks again
          api.health.stumbled();
          failures += 1;
          continue;
        }
        if (!error.passing && error.code !== 'rate_limited') {
          onProblem(error);
          return;
        }
        failures += 1;
        api.holding.cut(turn, performance.now() - startedAt);
        if (error.retryAfterMs > 0) await sleep(error.retryAfterMs, signal);
      }
    }
  }
}

const isOver = ({ session_status }: NextMatch): boolean =>
  session_status === 'ended' || session_status === 'none';

/** Paused, or telling of a match until it is closed: the answer comes at once, so it must be asked for slowly. */
const isNeverHeld = ({ state, notice }: NextMatch): boolean =>
  state === 'IDLE' || notice?.reason === 'mutual';
