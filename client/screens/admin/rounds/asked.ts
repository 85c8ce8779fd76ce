import { endReasons, roundStatuses } from '#core/journey/journey.ts';

/** Which rounds are asked for, as the address of the page says it and as the server is asked. */
export type Asked = Partial<Record<Filter, string>>;
export type Filter =
  'user_id' | 'status' | 'mode' | 'end_reason' | 'mutual' | 'start_time' | 'end_time' | 'active_at';

export const modes = ['video', 'text'] as const;

const instant = (text: string): boolean => /Z$/.test(text) && !Number.isNaN(Date.parse(text));
const fits: Record<Filter, (value: string) => boolean> = {
  user_id: (value) => /^[0-9a-f-]{36}$/i.test(value),
  status: (value) => roundStatuses.some((status) => status === value),
  mode: (value) => modes.some((mode) => mode === value),
  end_reason: (value) => endReasons.some((reason) => reason === value),
  mutual: (value) => value === 'true',
  start_time: instant,
  end_time: instant,
  active_at: instant,
};

/** The filters that an address names; what makes no sense is left out. */
export function readAsked(params: URLSearchParams): Asked {
  const entries = Object.entries(fits).map(([name, isFit]) => [name, params.get(name), isFit] as const);
  return Object.fromEntries(
    entries
      .filter(([, value, isFit]) => value !== null && isFit(value))
      .map(([name, value]) => [name, value]),
  );
}

/** An instant as the field of a form takes it, on the reader's own clock; empty for none. */
export function toField(at: string | undefined): string {
  if (at === undefined) return '';
  const local = new Date(Date.parse(at) - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

/** What somebody has written into such a field, as an instant; undefined for nothing. */
export function fromField(value: string): string | undefined {
  const at = new Date(value); // without a zone it is the reader's own
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
