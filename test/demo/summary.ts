import type { Evening } from './crowd.ts';
import { delays, percentile } from './lateness.ts';
import type { Listed } from './sides.ts';

/** The whole evening on one screen. */
export function summary({ people, ledger, lists, seconds }: Evening): string {
  const rounds = [...new Map([...lists.values()].flat().map((listed) => [listed.match_id, listed])).values()];
  const told = delays(ledger);
  const lines = [
    [
      'people',
      `${people.length}, ${people.filter((person) => person.held).length} of them hold their requests`,
    ],
    ['rounds', roundsIn(rounds)],
    ['ended by', tally(endingsOf(rounds))],
    ['matches', String(rounds.filter((round) => round.mutual).length)],
    ['start → told', figures(told.startToTold)],
    ['both there → both told', figures(told.bothTold)],
    ['skip or end → partner told', figures(told.partnerTold)],
    ['clock → told', figures(told.clockTold)],
    [
      'requests',
      `${ledger.requests} in ${Math.round(seconds)} s, ${Math.round(ledger.requests / seconds)} a second`,
    ],
    ['any answer', figures(ledger.tookMs)],
    ['answers', tally(ledger.answers)],
  ] as const;
  const wide = Math.max(...lines.map(([name]) => name.length));
  return [...lines.map(([name, words]) => `${name.padEnd(wide)}  ${words}`), '', verdict(ledger.broken)].join(
    '\n',
  );
}

/** A pair with a block between them lists nothing, so these are the rounds that people may still look at. */
function roundsIn(rounds: Listed[]): string {
  const started = rounds.filter((round) => round.started_at !== null);
  const text = started.filter((round) => round.mode === 'text');
  return `${rounds.length} opened, ${started.length} started (${text.length} in writing), ${rounds.filter((round) => round.ended_at).length} ended`;
}

function endingsOf(rounds: Listed[]): Map<string, number> {
  const endings = new Map<string, number>();
  for (const { end_reason } of rounds)
    endings.set(end_reason ?? 'not ended', (endings.get(end_reason ?? 'not ended') ?? 0) + 1);
  return endings;
}

const tally = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, many]) => `${name} ${many}`)
    .join(', ') || 'none';

export function figures(values: readonly number[]): string {
  if (values.length === 0) return 'never';
  const at = (percent: number) => `${Math.round(percentile(values, percent) ?? 0)} ms`;
  return `p50 ${at(50)}, p99 ${at(99)}, most ${at(100)} (${values.length} times)`;
}

function verdict(broken: ReadonlyMap<string, number>): string {
  if (broken.size === 0) return 'Nothing is broken, nobody is stuck.';
  return [
    'BROKEN:',
    ...[...broken].map(([what, times]) => `  ${what}${times > 1 ? ` (${times} times)` : ''}`),
  ].join('\n');
}
