import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { states, transitions, type State } from '#core/journey/journey.ts';
import { environment } from '#core/settings.ts';

const house = path.dirname(import.meta.dirname);
const read = (page: string): string => readFileSync(path.join(house, page), 'utf8');

describe('the pages', () => {
  const defaults = Object.entries(environment.parse({})).map(
    ([name, value]) => [name, words(value)] as const,
  );

  it('docs/configuration.md has every setting with its default, and no other', () => {
    expect(table(read('docs/configuration.md'))).to.have.deep.members(defaults);
  });

  it('docs/qa.md has every timer of a date with its default', () => {
    const timers = defaults.filter(([name]) =>
      /^(?!DATABASE_|DRAIN_).*_SECONDS$|^SKIP_COOLDOWNS$/.test(name),
    );
    expect(table(read('docs/qa.md'))).to.have.deep.members(timers);
  });

  it('ARCHITECTURE.md has every file of core, and no other', () => {
    const core = readdirSync(path.join(house, 'core'), { recursive: true, encoding: 'utf8' });
    const files = core.filter((file) => file.endsWith('.ts'));
    const named = tree(read('ARCHITECTURE.md'));
    expect(files.filter((file) => !named.includes(file))).to.deep.equal([]);
    expect(named.filter((file) => !files.includes(file))).to.deep.equal([]);
  });

  it('ARCHITECTURE.md names tests that there are', () => {
    const named = [...read('ARCHITECTURE.md').matchAll(/^\|.*\| ([^|]+) \|$/gm)].flatMap(([, cell = '']) =>
      testsIn(cell),
    );
    expect(named).to.have.length.above(10);
    expect(named.filter((file) => !existsSync(path.join(house, file)))).to.deep.equal([]);
  });

  it('README.md draws the transition table', () => {
    const drawn = [...read('README.md').matchAll(/^ {4}([A-Z_]+) --> ([A-Z_]+):/gm)].map(
      ([, from, to]) => `${from} → ${to}`,
    );
    const rows = Object.values<Partial<Record<State, State>>>(transitions);
    const arrows = rows.flatMap((row) =>
      states.flatMap((from) => (row[from] && row[from] !== from ? [`${from} → ${row[from]}`] : [])),
    );
    expect(drawn).to.have.members([...new Set(arrows)]);
  });

  for (const page of [
    'README.md',
    'ARCHITECTURE.md',
    ...readdirSync(path.join(house, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ])
    it(`${page} leads nowhere where there is nothing`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(
        ([, link = '']) => link,
      );
      const missing = links.filter((link) => !existsSync(path.join(house, path.dirname(page), link)));
      expect(missing).to.deep.equal([]);
    });
});

/** A default as it would be written in the environment. */
function words(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value
    .map((item: unknown) => (typeof item === 'object' && item ? Object.values(item).join(':') : String(item)))
    .join(',');
}

/** The first two cells of the rows that begin with a variable. */
const table = (page: string): [string, string][] =>
  [...page.matchAll(/^\| ([A-Z_]+) \| ?([^|]*?) ?\|/gm)].map(([, name = '', value = '']) => [name, value]);

/** The files of the tree's first folder, `core/`, by their paths in it. */
function tree(page: string): string[] {
  const [, block = ''] = /^ {4}core\/\n(.*?)^ {4}\w/ms.exec(page) ?? [];
  let folder = '';
  return block.split('\n').flatMap((line) => {
    folder = /^ +(\w+)\/( |$)/.exec(line)?.[1] ?? folder;
    const [, files = ''] = /^ +((?:\w+\.ts ?)+)/.exec(line) ?? [];
    return files
      .split(' ')
      .filter(Boolean)
      .map((file) => path.join(folder, file));
  });
}

/** `test/rounds/leave, join; test/story/guide` names three files. */
function testsIn(cell: string): string[] {
  let folder = '';
  return cell.split(/[,;] /).flatMap((name) => {
    const [, parent, file] = /^(?:(test\/\w+)\/)?(\w+)$/.exec(name.trim()) ?? [];
    folder = parent ?? folder;
    return file && folder ? [`${folder}/${file}.test.ts`] : [];
  });
}
