import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import type { State } from '#core/journey/journey.ts';
import { pools } from '#core/pools.ts';
import { countsAsDeciding } from '#core/decisions/voters.ts';
import { rules, type RoundMode, type SearchMode } from '#core/rules.ts';
import { cached } from './cached.ts';
import { sum } from './distribution.ts';

/** So many people are in one state, looking for or in a round of one mode. */
interface Group {
  state: State;
  mode: SearchMode;
  people: number;
}

/** How many people are online: those heard of lately, wherever they are. */
export async function countOnline(): Promise<number> {
  const since = clock.ms() - rules.onlineWithinSeconds * 1000;
  const counts = await Promise.all(pools.map((pool) => redis.zcount(keys.presence(pool), since, '+inf')));
  return sum(counts, (count) => count);
}

/** How many people are where. A vote changes none of these numbers: see core/decisions/voters.ts. */
export const countPeople = (): Promise<Group[]> =>
  sql<Group>(
    `SELECT CASE WHEN ${hasVoted} THEN 'DECIDING' ELSE j.state END AS state,
            CASE WHEN ${hasVoted} THEN v.mode ELSE coalesce(r.mode, s.mode) END AS mode, count(*)::integer AS people
       FROM journeys j
       LEFT JOIN rounds r ON r.id = j.round_id
       LEFT JOIN rounds v ON v.id = j.voted_round_id
       LEFT JOIN sessions s ON s.id = j.session_id
      WHERE j.state <> 'IDLE' OR (j.state = 'IDLE' AND j.session_id IS NOT NULL AND ${hasVoted})
      GROUP BY 1, 2`,
    [clock.now()],
  );

const hasVoted = `(j.state IN ('WAITING', 'IDLE') AND ${countsAsDeciding('v', '$1')})`;

/** How many of these people are in a state, in a mode where one is given. */
export const peopleIn = (groups: readonly Group[], state: State, mode?: SearchMode): number =>
  sum(
    groups.filter((group) => group.state === state && (mode === undefined || group.mode === mode)),
    ({ people }) => people,
  );

/** What is going on at this moment, and what the last hour was like. Cached for seconds. */
export const live = () =>
  cached('live', {}, rules.cachedSeconds.live, async () => {
    const [online, groups, calls, lastHour] = await Promise.all([
      countOnline(),
      countPeople(),
      sql<{ mode: RoundMode; count: number }>(
        `SELECT mode, count(*)::integer AS count FROM rounds WHERE status = 'active' GROUP BY mode`,
      ),
      sql<LastHour>(lastHourStatement, [clock.after(-3600), clock.now()]),
    ]);
    const here = (state: State, mode?: SearchMode) => peopleIn(groups, state, mode);
    const callsIn = (mode: RoundMode) => calls.find((one) => one.mode === mode)?.count ?? 0;
    return {
      server_time: clock.now(),
      online,
      searching: here('WAITING'),
      connecting: here('CONNECTING'),
      in_call: here('IN_CALL'),
      deciding: here('DECIDING'),
      disconnecting: here('DISCONNECTING'),
      searching_for: {
        video: here('WAITING', 'video'),
        text: here('WAITING', 'text'),
        both: here('WAITING', 'both'),
      },
      calls: { video: callsIn('video'), text: callsIn('text') },
      last_hour: lastHour[0] ?? { rounds: 0, completed: 0, mutual: 0, flags: 0, newcomers: 0 },
    };
  });

interface LastHour {
  rounds: number;
  completed: number;
  mutual: number;
  flags: number;
  newcomers: number;
}

const lastHourStatement = `
  SELECT r.*, (SELECT count(*)::integer FROM flags WHERE created_at >= $1 AND created_at < $2) AS flags,
         (SELECT count(*)::integer FROM users WHERE created_at >= $1 AND created_at < $2) AS newcomers
    FROM (SELECT count(*)::integer AS rounds, (count(*) FILTER (WHERE end_reason = 'clock'))::integer AS completed,
                 count(mutual_at)::integer AS mutual
            FROM rounds WHERE matched_at >= $1 AND matched_at < $2) AS r`;
