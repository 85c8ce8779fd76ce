import { sql } from '#db/postgres.ts';
import type { Role } from '#core/rules.ts';
import { found } from '#core/errors.ts';
import type { EndReason, RoundStatus, State } from '#core/journey/journey.ts';
import type { FlagCategory, FlagStatus, Gender, RoundMode } from '#core/rules.ts';
import { listLog } from '#core/audit/log.ts';
import { namesOf } from '#core/audit/names.ts';

const roundsShown = 20;
const flagsShown = 50;

/**
 * One flag's whole story, for a moderator: the flag with the server's evidence, both people, their recent rounds
 * with each other's ids, earlier flags about and by them, what was imposed on them, notes, and what was done.
 * @throws `not_found`
 */
export async function readStory(flagId: string) {
  const flag = found((await sql<FlagRow>(`SELECT * FROM flags WHERE id = $1`, [flagId]))[0], 'flag');
  const [flagged, reporter] = await Promise.all([readPerson(flag.flagged_id), readPerson(flag.reporter_id)]);
  const [same, notes, lines, log] = await Promise.all([
    sql<Brief>(
      `SELECT ${brief} FROM flags WHERE flagged_id = $1 AND status = 'pending' AND id <> $2
        ORDER BY created_at DESC LIMIT ${flagsShown}`,
      [flag.flagged_id, flagId],
    ),
    sql<Note>(
      'SELECT id, author_id, text, created_at FROM flag_notes WHERE flag_id = $1 ORDER BY created_at',
      [flagId],
    ),
    sql<Line>(
      'SELECT id, user_id, text, created_at FROM chat_lines WHERE round_id = $1 ORDER BY created_at, id',
      [flag.round_id],
    ),
    listLog({ cursor: null, subject: flag.flagged_id, limit: flagsShown }),
  ]);
  const names = await namesOf([
    ...[flag, ...same].flatMap(peopleOfFlag),
    ...[flagged, reporter].flatMap(peopleOf),
    ...notes.map((note) => note.author_id),
    ...log.map((entry) => entry.actor_id),
    flag.closed_by,
  ]);
  return { flag: presentFlag(flag), flagged, reporter, merged: same, notes, chat: lines, log, names };
}

interface FlagRow extends Brief {
  reporter_device_id: string;
  flagged_device_id: string;
  evidence: Record<string, unknown>;
  claimed_at: Date | null;
  closed_by: string | null;
  updated_at: Date;
}

/** A flag in a list. */
interface Brief {
  id: string;
  reporter_id: string;
  flagged_id: string;
  round_id: string;
  category: FlagCategory | null;
  reason: string | null;
  queue: 'normal' | 'low_trust';
  status: FlagStatus;
  withdrawn_at: Date | null;
  claimed_by: string | null;
  outcome: 'none' | 'warn' | 'restrict' | null;
  closed_at: Date | null;
  created_at: Date;
}
const brief =
  'id, reporter_id, flagged_id, round_id, category, reason, queue, status, withdrawn_at, claimed_by, outcome, closed_at, created_at';

interface Note {
  id: string;
  author_id: string;
  text: string;
  created_at: Date;
}
interface Line {
  id: string;
  user_id: string;
  text: string;
  created_at: Date;
}

type Person = Awaited<ReturnType<typeof readPerson>>;
const peopleOfFlag = (flag: Brief) => [flag.reporter_id, flag.flagged_id, flag.claimed_by];
const peopleOf = ({ id, rounds, flags_about, flags_by, restrictions }: Person) => [
  ...[id, ...rounds.map((round) => round.partner_id)],
  ...[...flags_about, ...flags_by].flatMap(peopleOfFlag),
  ...restrictions.map((one) => one.issued_by),
];

const presentFlag = ({ reporter_device_id: _r, flagged_device_id: _d, ...flag }: FlagRow) => flag;

/**
 * One person as moderators see them, also when only the bare id is left.
 * @throws `not_found` when nothing at all is known of them
 */
export async function findPerson(userId: string) {
  const person = await readPerson(userId);
  const traces = [person.rounds, person.flags_about, person.flags_by, person.restrictions];
  found(person.account || traces.some((rows) => rows.length > 0) || null, 'person');
  return { ...person, names: await namesOf(peopleOf(person)) };
}

/** A person as moderators see them; `account` is null when it is gone and only the bare id is left. */
async function readPerson(userId: string) {
  const [account, rounds, about, by, restrictions] = await Promise.all([
    sql<Account>(
      `SELECT u.id, u.kind, u.role, u.display_name, u.bio, u.interests, u.gender, u.birth_date::text AS birth_date,
              u.created_at, u.active_at, j.state, j.cooldown_until
         FROM users u JOIN journeys j ON j.user_id = u.id WHERE u.id = $1`,
      [userId],
    ),
    sql<RoundRow>(
      `SELECT id, CASE WHEN user1_id = $1 THEN user2_id ELSE user1_id END AS partner_id, mode, status, matched_at,
              started_at, ended_at, end_reason, ended_by
         FROM rounds WHERE user1_id = $1 OR user2_id = $1 ORDER BY matched_at DESC LIMIT ${roundsShown}`,
      [userId],
    ),
    flagsOf('flagged_id', userId),
    flagsOf('reporter_id', userId),
    sql<Imposed>(
      `SELECT id, kind, category, reason, created_at, until, automated, issued_by, lifted_at FROM restrictions
        WHERE user_id = $1 ORDER BY created_at DESC LIMIT ${flagsShown}`,
      [userId],
    ),
  ]);
  return { id: userId, account: account[0] ?? null, rounds, flags_about: about, flags_by: by, restrictions };
}

const flagsOf = (side: 'flagged_id' | 'reporter_id', userId: string): Promise<Brief[]> =>
  sql<Brief>(`SELECT ${brief} FROM flags WHERE ${side} = $1 ORDER BY created_at DESC LIMIT ${flagsShown}`, [
    userId,
  ]);

interface Account {
  id: string;
  kind: 'guest' | 'member';
  role: Role;
  display_name: string;
  bio: string;
  interests: string[];
  gender: Gender;
  birth_date: string;
  created_at: Date;
  active_at: Date;
  state: State;
  cooldown_until: Date | null;
}
interface RoundRow {
  id: string;
  partner_id: string;
  mode: RoundMode;
  status: RoundStatus;
  matched_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  end_reason: EndReason | null;
  ended_by: string | null;
}
interface Imposed {
  id: string;
  kind: 'warning' | 'restriction';
  category: FlagCategory | null;
  reason: string;
  created_at: Date;
  until: Date | null;
  automated: boolean;
  issued_by: string | null;
  lifted_at: Date | null;
}
