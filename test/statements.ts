import { sequelize, sql } from '#db/postgres.ts';

/** A statement as it was sent. */
export interface Statement {
  text: string;
  bind: unknown[];
}

/** A node of a plan, as EXPLAIN (FORMAT JSON) has it. */
export interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Actual Rows'?: number;
  'Actual Loops'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

/** The statements that a verb sends, with their parameters, each as often as it is sent. */
export async function statementsOf(verb: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const options = Reflect.get(sequelize, 'options') as object;
  Object.assign(options, {
    logQueryParameters: true,
    logging: (line: string) => {
      const [, text = '', bind = ''] =
        /^Executing \([^)]*\): (.*?)(?:; ((?:null|true|false|[\d"[{-]).*))?$/s.exec(line) ?? [];
      if (/^(\/\*.*?\*\/)?\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/.test(text))
        statements.push({ text, bind: JSON.parse(`[${bind}]`) as unknown[] });
    },
  });
  try {
    await verb();
  } finally {
    Object.assign(options, { logQueryParameters: false, logging: false });
  }
  return statements;
}

/** The scans of tables in a statement's plan, which is run, too. */
export async function scansOf({ text, bind }: Statement): Promise<PlanNode[]> {
  const [row] = await sql<Plan>(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, bind);
  return scansIn(row);
}

/**
 * The scans of tables in a statement's plan when no table may be read from end to end: one that still is has no index for
 * what is asked. So the tables of a test may be far smaller than those that it speaks of.
 */
export const scansByIndex = ({ text, bind }: Statement): Promise<PlanNode[]> =>
  sequelize.transaction(async (tx) => {
    await sql('SET LOCAL enable_seqscan = off', [], tx);
    const [row] = await sql<Plan>(`EXPLAIN (FORMAT JSON) ${text}`, bind, tx);
    return scansIn(row);
  });

interface Plan {
  'QUERY PLAN': { Plan: PlanNode }[];
}

function scansIn(row: Plan | undefined): PlanNode[] {
  return flat(row!['QUERY PLAN'][0]!.Plan).filter((node) => node['Node Type'].includes('Scan'));
}

const flat = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)];
