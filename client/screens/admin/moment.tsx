const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const clockFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** An instant in words: day and minute. */
export const inWords = (at: string): string => format.format(new Date(at));

/** An instant on the screen; `clock` is its time alone, to the second. */
export function Moment({ at, clock = false }: { at: string; clock?: boolean }) {
  return (
    <time dateTime={at} title={at}>
      {clock ? clockFormat.format(new Date(at)) : inWords(at)}
    </time>
  );
}
