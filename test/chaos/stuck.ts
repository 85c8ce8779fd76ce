import pg from 'pg';

/**
 * People who are where they should have left long ago. To be asked while the house is whole and the crowd plays.
 * @returns a sentence for each
 */
export async function stuckPeople(databaseUrl: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ user_id: string; state: string; since: Date }>(
      `SELECT j.user_id, j.state, j.changed_at AS since
         FROM journeys j LEFT JOIN rounds r ON r.id = j.round_id
        WHERE j.state = 'CONNECTING' AND r.join_deadline_at < $1
           OR j.state = 'IN_CALL' AND r.deadline_at < $1
           OR j.state = 'DECIDING' AND r.decide_until < $1
           OR j.state = 'DISCONNECTING' AND j.changed_at < $2`,
      [new Date(Date.now() - mostLateMs), new Date(Date.now() - mostTellingMs - mostLateMs)],
    );
    return rows.map(
      ({ user_id, state, since }) => `Stuck in ${state} since ${since.toISOString()}: ${user_id}`,
    );
  } finally {
    await client.end();
  }
}

const mostLateMs = 2_000;
/** An end that was not seen is told for five seconds. */
const mostTellingMs = 5_000;
