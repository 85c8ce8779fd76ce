import { rules } from '#core/rules.ts';

/** A date as somebody wrote it into three fields. */
export interface WrittenDate {
  day: string;
  month: string;
  year: string;
}

export type DateFault = 'dateMissing' | 'dateWrong' | 'tooYoung';

/**
 * Reads a birth date.
 * @param today for the age, which the server reckons by the UTC calendar
 * @returns YYYY-MM-DD, or what is wrong with it
 */
export function readBirthDate(
  { day, month, year }: WrittenDate,
  today: Date,
): { date: string } | { fault: DateFault } {
  if ([day, month, year].some((part) => part.trim() === '')) return { fault: 'dateMissing' };
  const [d, m, y] = [Number(day), Number(month), Number(year)];
  const date = new Date(Date.UTC(y, m - 1, d));
  const isDate = date.getUTCFullYear() === y && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
  const oldest = today.getUTCFullYear() - rules.oldestYears;
  if (!isDate || y < oldest || date > today) return { fault: 'dateWrong' };
  const comesOfAge = Date.UTC(y + rules.adultYears, m - 1, d);
  if (comesOfAge > today.getTime()) return { fault: 'tooYoung' };
  return { date: date.toISOString().slice(0, 10) };
}

type Part = keyof WrittenDate;

/** In which order this reader writes a date. */
export function dateOrder(locale?: string): Part[] {
  const parts = new Intl.DateTimeFormat(locale, { dateStyle: 'short' })
    .formatToParts(0)
    .map(({ type }) => type);
  return parts.filter((part): part is Part => part === 'day' || part === 'month' || part === 'year');
}
