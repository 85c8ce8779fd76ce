import { expect } from 'chai';
import { clock } from '#core/clock.ts';
import { newId } from '#core/ids.ts';
import { listAllMatches, readTimeline } from '#core/records/allMatches.ts';
import { matchesFor } from '#core/records/history.ts';
import { currentSession, sessionHistory } from '#core/records/sessions.ts';
import { presentAt } from '#core/records/whereabouts.ts';
import { sql } from '#db/postgres.ts';
import { writePast } from '../bench/pastRounds.ts';
import { scansOf, statementsOf, type PlanNode } from '../statements.ts';

const days = 30;
const dayMs = 24 * 3_600_000;

describe('the pages of the lists', () => {
  // Whatever grows with what people do; the planner may read small tables whole.
  const growing = ['rounds', 'round_participants', 'journey_events', 'sessions', 'decisions'];

  it('read a page, and by index, however much there is', async function () {
    this.timeout(60_000);
    const to = clock.now();
    await writePast({ rounds: 10_000, people: 500, days, to });
    const [{ id: userId } = { id: '' }] = await sql<{ id: string }>('SELECT id FROM users LIMIT 1');
    const [{ id: cursor } = { id: '' }] = await sql<{ id: string }>(
      'SELECT id FROM rounds ORDER BY matched_at OFFSET 5000 LIMIT 1',
    );
    const [{ id: session } = { id: '' }] = await sql<{ id: string }>('SELECT id FROM sessions LIMIT 1');
    const me = { userId, deviceId: newId(), familyId: newId(), role: 'member' as const };
    const ago = (part: number) => new Date(to.getTime() - part * days * dayMs);
    const lists: Record<string, () => Promise<unknown>> = {
      'one’s own': () => matchesFor(me, { limit: 20, cursor }),
      'one’s own, mutual': () => matchesFor(me, { limit: 20, mutual: true }),
      'one’s own of a session': () => matchesFor(me, { limit: 20, session_id: session }),
      'one’s sessions': () => sessionHistory(me, { limit: 20 }),
      'the open session': () => currentSession(userId),
      'all, from a cursor': () => listAllMatches({ limit: 20, cursor }),
      'all of long ago': () => listAllMatches({ limit: 20, start_time: ago(0.9), end_time: ago(0.8) }),
      'all that are under way': () => listAllMatches({ limit: 20, status: 'active' }),
      'all that are mutual': () => listAllMatches({ limit: 20, mutual: true, cursor }),
      'all that one of the two missed': () =>
        listAllMatches({ limit: 20, end_reason: 'not_acknowledged', cursor }),
      'all that ended as none did': () => listAllMatches({ limit: 20, end_reason: 'restriction' }),
      'one’s own that were skipped': () => matchesFor(me, { limit: 20, end_reason: 'skip' }),
      'all of a person': () => listAllMatches({ limit: 20, user_id: userId }),
      'all of a session': () => listAllMatches({ limit: 20, session_id: session }),
      'calls of an instant': () => listAllMatches({ limit: 20, active_at: ago(0.5) }),
      'whoever was active at an instant': () => presentAt({ limit: 20, time: ago(0.5) }),
      'one with its steps': () => readTimeline(cursor),
    };
    for (const [name, list] of Object.entries(lists))
      for (const statement of await statementsOf(list)) {
        const { text } = statement;
        const scans = (await scansOf(statement)).filter((scan) =>
          growing.includes(scan['Relation Name'] ?? ''),
        );
        const whole = scans.filter((scan) => scan['Node Type'] === 'Seq Scan');
        const read = scans.reduce((sum, scan) => sum + rowsRead(scan), 0);
        expect(
          whole.map((scan) => scan['Relation Name']),
          `${name}\n${text}`,
        ).to.deep.equal([]);
        expect(read, `${name}: rows read\n${text}`).to.be.below(1_000);
      }
  });

  it('follow one another without a gap or a repeat', async () => {
    await writePast({ rounds: 60, people: 6, days: 2, to: clock.now() });
    const all = await sql<{ id: string }>('SELECT id FROM rounds ORDER BY matched_at DESC, id DESC');
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await listAllMatches({ limit: 7, cursor });
      seen.push(...page.matches.map((one) => one.match_id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(seen).to.deep.equal(all.map(({ id }) => id));

    const active = (await presentAt({ limit: 100, time: clock.after(-3600) })).people.map(
      (one) => one.user_id,
    );
    const found: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await presentAt({ limit: 1, time: clock.after(-3600), cursor });
      found.push(...page.people.map((one) => one.user_id));
      if (page.next_cursor === null) break;
      cursor = page.next_cursor;
    }
    expect(found).to.deep.equal(active);
  });
});

const rowsRead = (node: PlanNode): number =>
  ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1);
