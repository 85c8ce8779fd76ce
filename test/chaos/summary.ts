import { figures, summary as ofEvening } from '../demo/summary.ts';
import type { Outcome } from './run.ts';

const mostShown = 25;

/** The whole run on one screen. */
export function summary({
  evening,
  faults,
  traffic,
  looked,
  clockEndings,
  worstLateMs,
  waits,
  starvedMs,
  harm,
}: Outcome): string {
  const tally = (counts: ReadonlyMap<unknown, number>) =>
    [...counts]
      .sort(([, a], [, b]) => b - a)
      .map(([name, times]) => `${String(name)} ${times}`)
      .join(', ') || 'none';
  const byKind = new Map<string, number>();
  for (const { kind } of faults) byKind.set(kind, (byKind.get(kind) ?? 0) + 1);
  return [
    ofEvening(evening).split('\n').slice(0, -2).join('\n'),
    '',
    `${faults.length} faults: ${tally(byKind)}`,
    `answers of the house: ${tally(traffic.statuses)}; broken off ${traffic.broken}`,
    `acknowledged and looked for: ${tally(looked)}`,
    `rounds that the clock ended: ${clockEndings}, at worst ${Math.round(worstLateMs)} ms after they could be (timers here up to ${Math.round(starvedMs)} ms late)`,
    `two who fit, both there → both told: ${figures(waits.toldMs)}`,
    ...namedWaits(waits.long),
    '',
    harm.length === 0
      ? 'No harm: nobody is stuck, nothing acknowledged is lost, no round ended late, no wait is without a reason, every invariant holds.'
      : `HARM, ${harm.length} times:\n${harm
          .slice(0, mostShown)
          .map((sentence) => `  ${sentence.slice(0, 1500)}`)
          .join('\n')}`,
  ].join('\n');
}

function namedWaits(long: readonly string[]): string[] {
  if (long.length === 0) return [];
  const named = long.slice(0, mostShown).map((sentence) => `  ${sentence}`);
  return [
    `waits longer than two seconds, and the faults that they follow: ${long.length}, the longest`,
    ...named,
  ];
}
