import type { Transaction } from 'sequelize';
import { sql } from '#db/postgres.ts';
import type { Step } from '#core/journey/advance.ts';
import { commitStatement, parts } from './commitStatement.ts';
import { table, type TableName } from './tables.ts';

/** A row on which a decision rests, and the guard with which it was read. */
export interface Guard {
  owner: TableName;
  id: string;
  guard: number;
}

/** A step of a journey, as a row of its history. `requested_before` is counted and not stored. */
export type StepRow = Step & { at: Date | string };

/** A row to insert, or to set the updated columns of. The update of an owner bumps its guard. */
export type Write =
  | { table: 'journey_events'; how: 'insert'; row: StepRow }
  | { table: Exclude<TableName, 'journey_events'>; how: 'insert' | 'update'; row: Record<string, unknown> };

/** What one command changes. Each owner that it updates is among its guards. */
export interface Changes {
  guards: readonly Guard[];
  writes: readonly Write[];
}

/**
 * Applies the changes of several commands in one autocommitted statement: each command's changes all or not at all,
 * independently of the others. A command is left out when a row that it guards has changed since it was read, or is
 * locked by another transaction.
 * @param commands no two of them guard the same row
 * @param transaction one that holds the rows already, for a command that has met changed or locked rows too often
 * @returns for each command, whether its changes were applied
 * @throws Error when a command updates an owner that it does not guard, or two commands share a guard; the database's
 *   error when a constraint is broken or a row to update is missing: then nothing of any command was applied
 */
export async function commit(commands: readonly Changes[], transaction?: Transaction): Promise<boolean[]> {
  refuseUnguarded(commands);
  const guards = commands.flatMap((one, command) => one.guards.map((guard) => ({ command, ...guard })));
  const expected = commands.map((one, command) => ({ command, rows: one.writes.length }));
  const rows = parts.map(({ table, how }) =>
    commands.flatMap((one, command) =>
      one.writes
        .filter((write) => write.table === table && write.how === how)
        .map((write) => ({ command, ...write.row })),
    ),
  );
  const applied = await sql<{ command: number }>(
    commitStatement,
    [guards, expected, ...rows].map((part) => JSON.stringify(part)),
    transaction,
  );
  const ids = new Set(applied.map((one) => one.command));
  return commands.map((_, command) => ids.has(command));
}

function refuseUnguarded(commands: readonly Changes[]): void {
  const guarded = new Set<string>();
  for (const { guards, writes } of commands) {
    const own = new Set(guards.map(({ owner, id }) => `${owner} ${id}`));
    if (own.size === 0) throw new Error('A command that guards nothing');
    for (const { table: name, row } of writes) {
      const { owner, key } = table(name);
      const id = `${name} ${String(Reflect.get(row, key[0] ?? ''))}`;
      if (owner && !own.has(id)) throw new Error(`A command updates ${id} without guarding it`);
    }
    for (const one of own) {
      if (guarded.has(one)) throw new Error(`Two commands of a batch guard ${one}`);
      guarded.add(one);
    }
  }
}
