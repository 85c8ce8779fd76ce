import type { State } from '#core/journey/journey.ts';
import type { Evening } from './crowd.ts';

const everySeconds = 5;

/**
 * Shows how it is going: one line that is drawn again on a terminal, a line every few seconds elsewhere.
 * @param seconds how long they play
 */
export function openDisplay(out: NodeJS.WriteStream, seconds: number) {
  let shown = 0;
  return {
    show: (evening: Evening): void => {
      const line = lineOf(evening, seconds);
      if (out.isTTY) out.write(`\r\u001b[2K${line.slice(0, out.columns - 1)}`);
      else if (shown++ % everySeconds === 0) out.write(`${line}\n`);
    },
    close: () => void (out.isTTY && out.write('\r\u001b[2K')),
  };
}

function lineOf({ people, ledger, seconds }: Evening, of: number): string {
  const there = (state: State) =>
    people.filter((person) => person.token !== '' && person.state === state).length;
  const rounds = new Set(ledger.visits.map((visit) => visit.round)).size;
  const matches = new Set(ledger.visits.filter((visit) => visit.toldMutual).map((visit) => visit.round)).size;
  const parts = [
    seconds < of ? `${Math.round(seconds)} of ${of} s` : 'going home',
    `waiting ${there('WAITING')}`,
    `connecting ${there('CONNECTING')}`,
    `talking ${there('IN_CALL')}`,
    `deciding ${there('DECIDING')}`,
    `home ${there('IDLE')}`,
    `rounds ${rounds}`,
    `matches ${matches}`,
    `requests ${ledger.requests}`,
  ];
  if (ledger.broken.size > 0) parts.unshift(`BROKEN ${ledger.broken.size}`); // where no terminal is too narrow
  return parts.join(' · ');
}
