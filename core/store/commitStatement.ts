import { prepared } from '#db/postgres.ts';
import { owners, table, tableNames, type TableName } from './tables.ts';

/** One writing part of the statement: it takes the rows of one parameter. */
export interface Part {
  table: TableName;
  how: 'insert' | 'update';
}

/** The writing parts of the statement, in the order of its parameters from $3 on; a table's rows are updated first. */
export const parts: readonly Part[] = tableNames.flatMap((name) => {
  const { inserted, updated } = table(name);
  return [
    ...(updated.length > 0 ? [{ table: name, how: 'update' as const }] : []),
    ...(inserted ? [{ table: name, how: 'insert' as const }] : []),
  ];
});

/**
 * The one statement of `commit`. Takes $1 guards, $2 the number of rows that each command writes, $3 … the rows of
 * `parts`. Returns the numbers of the commands that were applied.
 *
 * Why it is atomic: the locking parts take the guarded rows with FOR NO KEY UPDATE and read their guards as they are
 * then, not as the statement's snapshot has them; a row that another transaction holds is skipped, so that no commit
 * waits or deadlocks. `held` keeps the commands of which every guard is locked and unchanged. Each writing part is
 * joined with it and returns what it wrote; when a row that a held command writes was not written, the whole statement
 * fails (`all_written`), since a journey without its history is worse than an error.
 * The arrays of ids keep each part on an index: the planner takes a recordset for a hundred rows.
 */
export const commitStatement = prepared(`
  WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS g(command integer, owner text, id uuid, guard integer)
  ), ${owners.map(lockPart).join(', ')}, held AS MATERIALIZED (
    SELECT a.command
      FROM asked a
      LEFT JOIN (${owners.map((name) => `SELECT '${name}' AS owner, id, guard FROM locked_${name}`).join(' UNION ALL ')}) l
        USING (owner, id, guard)
     GROUP BY a.command
    HAVING bool_and(l.id IS NOT NULL)
  ), ${parts.map(writePart).join(', ')}, written AS (
    ${parts.map(({ table: name, how }) => `SELECT FROM ${how}_${name}`).join(' UNION ALL ')}
  )
  SELECT command FROM held
   WHERE all_written((SELECT count(*) FROM written),
                     (SELECT sum(e.rows) FROM held
                        JOIN jsonb_to_recordset($2::jsonb) AS e(command integer, rows integer) USING (command)))`);

function lockPart(name: TableName): string {
  const [id] = table(name).key;
  return `locked_${name} AS MATERIALIZED (
    SELECT ${id} AS id, guard FROM ${name}
     WHERE ${id} = ANY (ARRAY(SELECT id FROM asked WHERE owner = '${name}'))
     ORDER BY ${id}
       FOR NO KEY UPDATE SKIP LOCKED)`;
}

function writePart({ table: name, how }: Part, index: number): string {
  const parameter = `$${index + 3}::jsonb`;
  return how === 'insert' ? insertPart(name, parameter) : updatePart(name, parameter);
}

function insertPart(name: TableName, parameter: string): string {
  const { inserted, updated, key, columns } = table(name);
  const names = Object.keys(columns);
  const rest = names.filter((column) => !key.includes(column));
  const over = `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${rest.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  // Siblings run in no promised order, and a unique index may want the old row changed before the new one comes.
  const first = updated.length > 0 ? `WHERE (SELECT count(*) FROM update_${name}) >= 0` : '';
  return `insert_${name} AS (
    INSERT INTO ${name} (${names.join(', ')})
    SELECT ${names.map((column) => valueOf(name, column)).join(', ')}
      FROM ${recordset(name, parameter, names)} JOIN held USING (command) ${first}
    ${inserted === 'over' ? over : ''}
    RETURNING ${names[0]})`;
}

function updatePart(name: TableName, parameter: string): string {
  const { key, updated, rising, added, owner, columns } = table(name);
  const id = key[0] ?? '';
  const set = updated.map((column) => {
    if (rising.includes(column)) return `${column} = greatest(t.${column}, w.${column})`;
    if (added.includes(column)) return `${column} = t.${column} + w.${column}`;
    return `${column} = ${valueOf(name, column)}`;
  });
  if (owner) set.push('guard = t.guard + 1');
  return `update_${name} AS (
    UPDATE ${name} t
       SET ${set.join(', ')}
      FROM ${recordset(name, parameter, [...key, ...updated])} JOIN held USING (command)
     WHERE ${key.map((column) => `t.${column} = w.${column}`).join(' AND ')}
       AND t.${id} = ANY (ARRAY(SELECT ${id} FROM jsonb_to_recordset(${parameter}) AS k(${id} ${columns[id]})))
    RETURNING t.${id})`;
}

/** The rows of a parameter, as `w`, each with the number of its command. */
function recordset(name: TableName, parameter: string, columns: readonly string[]): string {
  const typed = columns.map((column) => `${column} ${table(name).columns[column]}`);
  return `jsonb_to_recordset(${parameter}) AS w(command integer, ${typed.join(', ')})`;
}

/** JSON's null in a column of type jsonb would stay JSON's null. */
function valueOf(name: TableName, column: string): string {
  return table(name).columns[column] === 'jsonb' ? `nullif(w.${column}, 'null')` : `w.${column}`;
}
