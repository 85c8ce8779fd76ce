const seen = new Map<string, number>();

/** Notes a 5xx that is not a 503: no load and no fault excuses it. */
export function noteStatus(status: number, what: string): void {
  if (status >= 500 && status !== 503) note(`${what}: ${status}`, 1);
}

/** Takes over what another process has noted. */
export const noteAll = (errors: readonly (readonly [string, number])[]): void => {
  for (const [what, times] of errors) note(what, times);
};

/** What has been noted since this was asked last. */
export function takeServerErrors(): [string, number][] {
  const noted = [...seen];
  seen.clear();
  return noted;
}

const note = (what: string, times: number): void => void seen.set(what, (seen.get(what) ?? 0) + times);
