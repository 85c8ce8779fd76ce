import type { Changes } from '#core/store/commit.ts';
import { table, type TableName } from '#core/store/tables.ts';

type Row = Record<string, unknown>;

/** The tables that commands write, in memory: rows by their primary key. */
export type Memory = Record<TableName, Map<string, Row>>;

/** The key of a row in `Memory`. */
export const keyOf = (name: TableName, row: Row): string =>
  table(name)
    .key.map((column) => String(row[column]))
    .join(' ');

/**
 * What `commit` does, in memory: each command's changes all or not at all; when a held command cannot be applied, the
 * whole batch fails and nothing is changed.
 * @param locked the keys of owner rows that another transaction holds
 * @returns for each command, whether its changes were applied
 * @throws Error when a row to update is missing or a row to insert exists
 */
export function commitInMemory(
  memory: Memory,
  commands: readonly Changes[],
  locked: ReadonlySet<string> = new Set(),
): boolean[] {
  const held = commands.map(({ guards }) =>
    guards.every(
      ({ owner, id, guard }) => !locked.has(`${owner} ${id}`) && memory[owner].get(id)?.guard === guard,
    ),
  );
  const writes = commands
    .flatMap((one, index) => (held[index] ? one.writes : []))
    .map((write) => ({ ...write, row: { ...write.row } }));
  const inserted = new Set<string>();
  for (const { table: name, how, row } of writes) {
    const key = keyOf(name, row);
    const exists = memory[name].has(key) || inserted.has(`${name} ${key}`);
    if (how === 'update' && !memory[name].has(key)) throw new Error(`${name} ${key} is missing`);
    if (how === 'insert' && exists && table(name).inserted !== 'over')
      throw new Error(`${name} ${key} exists`);
    if (how === 'insert') inserted.add(`${name} ${key}`);
  }
  for (const { table: name, row } of writes) apply(memory, name, row);
  return held;
}

function apply(memory: Memory, name: TableName, row: Row): void {
  const { updated, rising, added, inserted, owner, columns } = table(name);
  const key = keyOf(name, row);
  const before = memory[name].get(key);
  const names = before && inserted !== 'over' ? updated : Object.keys(columns);
  const after = { ...before, ...Object.fromEntries(names.map((column) => [column, row[column] ?? null])) };
  for (const column of before ? rising : []) {
    const instants = [before?.[column], row[column]].filter((one) => one !== null && one !== undefined);
    after[column] = instants.map(String).sort().at(-1); // ISO 8601 in UTC sorts by time
  }
  for (const column of before ? added : []) after[column] = Number(before?.[column]) + Number(row[column]);
  if (owner) Object.assign(after, { guard: Number(before?.guard ?? 0) + 1 });
  memory[name].set(key, after);
}
