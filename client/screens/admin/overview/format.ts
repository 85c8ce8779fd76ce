const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const second = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const fullDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const dayMs = 86_400_000;
const none = '–';

/** 1,204; a mean keeps one digit while it is small. */
export const number = (value: number): string => (value < 10 ? fine : whole).format(value);

/** 42 %, of a share 0 to 1; a dash when there is none. */
export const percent = (share: number | null): string => (share === null ? none : percents.format(share));

/** How long something took, in the unit that suits it: 0.4 s, 14 s, 2 min, 2:05 min, 3.5 h, 4 days. A dash for null. */
export function duration(seconds: number | null): string {
  if (seconds === null) return none;
  if (seconds < 90) return `${number(seconds)} s`;
  if (seconds < 3600) {
    const rounded = Math.round(seconds);
    if (rounded % 60 === 0) return `${rounded / 60} min`;
    return `${Math.floor(rounded / 60)}:${String(rounded % 60).padStart(2, '0')} min`;
  }
  return seconds < 2 * 86_400 ? `${fine.format(seconds / 3600)} h` : `${whole.format(seconds / 86_400)} days`;
}

/** A share of something; null when there is nothing to divide. */
export const shareOf = (part: number, all: number): number | null => (all === 0 ? null : part / all);

export const exactTime = (at: number | string): string => second.format(new Date(at));
export const date = (at: number | string): string => fullDay.format(new Date(at));
export const fullTime = (at: number | string): string => moment.format(new Date(at));

/** An instant as an axis that is `overMs` long writes it. */
export const onAxis = (at: number, overMs: number): string =>
  overMs > 3 * dayMs ? day.format(at) : clock.format(at);

const hourMs = 3_600_000;
const intervals = [
  ...[1, 5, 10, 30].map((minutes) => minutes * 60_000),
  ...[1, 3, 6, 12, 24, 48, 168].map((hours) => hours * hourMs),
];

/** Round instants between two, at most `most` of them: full hours and days of the reader's own clock. */
export function roundInstants(from: number, to: number, most: number): number[] {
  const step = intervals.find((interval) => (to - from) / interval <= most) ?? 336 * hourMs;
  const offset = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offset) / step) * step + offset;
  return Array.from(
    { length: Math.max(0, Math.floor((to - first) / step) + 1) },
    (_, at) => first + at * step,
  );
}
