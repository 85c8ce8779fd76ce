/** Programs that some tests need and a machine may lack, each with the Debian package that it comes in. */
const packages = {
  Chromium: 'chromium',
  coturn: 'coturn',
  'a real Redis server': 'redis-server',
  curl: 'curl',
  ps: 'procps',
} as const;

export type Need = keyof typeof packages;

/** The command that installs what is missing. */
export const installs = (need: Need): string => `apt-get install ${packages[need]}`;

/** In CI every program is installed: there nothing is skipped, and what lacks its program fails. */
export const mayLack = process.env.CI !== 'true';

/** The title of tests that are skipped because a program is missing; the reporter adds them up by this. */
export const titleWithout = (need: Need, title: string): string =>
  `${title} (needs ${need}: ${installs(need)})`;

/** The need and the command in the full title of a skipped test. */
export const needIn = (fullTitle: string): string | undefined =>
  /\(needs ([^()]+: apt-get install [^()]+)\)/.exec(fullTitle)?.[1];

/** `describe` where the program is there, else `describe.skip` with a title that names it. */
export function describeWith(
  need: Need,
  isThere: boolean,
  title: string,
  body: (this: Mocha.Suite) => void,
): void {
  if (isThere || !mayLack) describe(title, body);
  else describe.skip(titleWithout(need, title), body);
}

/** `it` where the program is there, else `it.skip` with a title that names it. */
export function itWith(
  need: Need,
  isThere: boolean,
  title: string,
  test: Mocha.AsyncFunc | Mocha.Func,
): Mocha.Test {
  if (isThere) return it(title, test);
  if (mayLack) return it.skip(titleWithout(need, title));
  return it(title, () => {
    throw new Error(`This needs ${need}: ${installs(need)}`);
  });
}
