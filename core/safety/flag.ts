import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { journeyIn, type DraftRound } from '#core/commands/draft.ts';
import { saveDraft } from '#core/commands/locked.ts';
import { found, Problem } from '#core/errors.ts';
import { newId } from '#core/ids.ts';
import type { Journey } from '#core/journey/advance.ts';
import { logDeed } from '#core/audit/log.ts';
import { roundFor } from '#core/rounds/read.ts';
import { otherThan, participantOf, type Round } from '#core/store/round.ts';
import { rules, type FlagCategory, type FlagStatus } from '#core/rules.ts';
import { transaction, type Tx } from '#core/transaction.ts';
import { actOnFlags } from './actOnFlags.ts';
import { writeBlock } from './block.ts';
import { findBefore, hide, isHidden, lockToHide } from './hiding.ts';
import { countSignals, evidenceAround, evidenceAtHand, type SignalCounts } from './evidence.ts';

/** A flag as its reporter sees it. */
export interface Flag {
  id: string;
  match_id: string;
  category: FlagCategory | null;
  reason: string | null;
  status: FlagStatus;
  created_at: Date;
  updated_at: Date;
  /** When the reporter took it back; a moderator looks at it all the same. */
  withdrawn_at: Date | null;
}

/** Where the reporter is. */
type Place = Pick<Journey, 'state' | 'version'>;

/** What the reporter says; everything but the round can follow later. */
export interface Report {
  match_id: string;
  flagged_user_id?: string | undefined;
  reason?: string | undefined;
  category?: FlagCategory | undefined;
  then?: 'idle' | 'waiting' | undefined;
}

export const flagColumns =
  'id, round_id AS match_id, category, reason, status, created_at, updated_at, withdrawn_at';

/**
 * Flags the partner of a round: saves who, whom, when and the evidence, ends a live round and blocks the pair,
 * all in one transaction before the answer. Accepted until ten minutes after the round. Never refused for their
 * number: beyond five an hour they go to the low-trust queue. One flag a reporter and round; a repeat adds to it, and
 * one that changes nothing locks nothing.
 * @param onRepeat called when this round was flagged by them before; may throw, to limit repeats
 * @returns the flag, and where the reporter is now
 * @throws `not_found` for an unknown or a stranger's round, or another person than the partner;
 *   `flag_too_late`
 */
export async function flag(
  userId: string,
  report: Report,
  onRepeat: () => void = () => undefined,
): Promise<{ flag: Flag; journey: Place }> {
  const { pool, partnerId } = await roundFor(userId, report.match_id);
  if (report.flagged_user_id !== undefined && report.flagged_user_id !== partnerId)
    throw new Problem('not_found', 'No such round'); // one answer for every mismatch
  const now = clock.now();
  const before = await findBefore(userId, report.match_id, now);
  if (before?.flag_id) onRepeat();
  else if (before && isTooLate(before, now)) throw new Problem('flag_too_late');
  if (before?.flag_id && isHidden(before)) return addTo(userId, partnerId, report);
  const signals = await countSignals(pool, report.match_id, [userId, partnerId]);
  const attempt = { before };
  return transaction(async (tx) => {
    const locked = await lockToHide(tx, report.match_id, userId, attempt);
    const earlier = await repeat(tx, userId, report);
    const saved = earlier?.flag ?? (await save(tx, locked.seen, userId, report, signals));
    await writeBlock(tx, locked, userId);
    hide(locked, userId, { reason: 'flag', by: [userId], ...(report.then && { then: report.then }) });
    await saveDraft(tx, locked.draft);
    tx.afterCommit(() => actOnFlags(partnerId));
    if (!earlier) await logFlag(tx, 'flag', { by: userId, about: partnerId }, saved);
    else if (earlier.changed) await logFlag(tx, 'flag_amend', { by: userId, about: partnerId }, saved);
    return { flag: saved, journey: journeyIn(locked.draft, userId) };
  });
}

/** A repeat with nothing left to end or to hide: neither of the two is locked, nor anything of theirs changed. */
async function addTo(
  userId: string,
  partnerId: string,
  report: Report,
): Promise<{ flag: Flag; journey: Place }> {
  return transaction(async (tx) => {
    const { flag: saved, changed } = found(await repeat(tx, userId, report), 'flag');
    if (changed) {
      tx.afterCommit(() => actOnFlags(partnerId));
      await logFlag(tx, 'flag_amend', { by: userId, about: partnerId }, saved);
    }
    const journey = await tx.one<Place>('SELECT state, version FROM journeys WHERE user_id = $1', [userId]);
    if (!journey) throw new Problem('unauthenticated', 'This account no longer exists');
    return { flag: saved, journey };
  });
}

/** The reporter has flagged this round before: what they add is added until the flag is reviewed. */
async function repeat(
  tx: Tx,
  userId: string,
  { match_id, reason, category }: Report,
): Promise<{ flag: Flag; changed: boolean } | undefined> {
  const row = await tx.one<Flag & { changed: boolean }>(
    `WITH amended AS (
       UPDATE flags SET reason = coalesce($3, reason), category = coalesce($4, category), updated_at = $5
        WHERE reporter_id = $1 AND round_id = $2 AND status = 'pending'
          AND (coalesce($3, reason), coalesce($4, category)) IS DISTINCT FROM (reason, category)
       RETURNING ${flagColumns}
     )
     SELECT *, true AS changed FROM amended
     UNION ALL
     SELECT ${flagColumns}, false FROM flags
      WHERE reporter_id = $1 AND round_id = $2 AND NOT EXISTS (SELECT 1 FROM amended)`,
    [userId, match_id, reason ?? null, category ?? null, tx.now],
  );
  if (!row) return undefined;
  const { changed, ...saved } = row;
  return { flag: saved, changed };
}

/** The log says that a flag was made, changed or withdrawn, and its category; never what the reporter wrote. */
export const logFlag = (
  tx: Tx,
  action: 'flag' | 'flag_amend' | 'flag_withdraw',
  { by, about }: { by: string; about: string },
  { id, match_id, category, reason }: Flag,
): Promise<void> =>
  logDeed(tx, {
    ...{ actor: by, action, subject: about },
    details: { flag_id: id, round_id: match_id, category, has_reason: reason !== null },
  });

/** Counting the hour's flags, gathering the evidence and saving both is one statement: people wait for this one. */
async function save(
  tx: Tx,
  seen: DraftRound,
  userId: string,
  report: Report,
  signals: SignalCounts,
): Promise<Flag> {
  const { round, participants } = seen;
  if (isTooLate(round, tx.now)) throw new Problem('flag_too_late');
  const me = participantOf(participants, userId);
  const other = otherThan(participants, userId);
  const saved = await tx.one<Flag>(
    `INSERT INTO flags (id, reporter_id, reporter_device_id, flagged_id, flagged_device_id, round_id, category,
                        reason, evidence, queue, created_at, updated_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, $8, ${evidenceAround('$9::jsonb', '$6::uuid')},
            CASE WHEN count(*) < $11 THEN 'normal' ELSE 'low_trust' END, $10::timestamptz, $10::timestamptz
       FROM flags f
      WHERE (f.reporter_id = $2 OR f.reporter_device_id = $3) AND f.created_at > $12
     RETURNING ${flagColumns}`,
    [
      ...[newId(), userId, me.device_id, other.user_id, other.device_id, round.id],
      ...[report.category ?? null, report.reason ?? null],
      JSON.stringify(evidenceAtHand(tx, seen, signals)),
      ...[tx.now, rules.flagsPerHour, clock.after(-3600, tx.now)],
    ],
  );
  return found(saved, 'flag');
}

const isTooLate = (round: Pick<Round, 'ended_at'>, now: Date): boolean =>
  round.ended_at !== null && now.getTime() - round.ended_at.getTime() > rules.flagWithinMinutes * 60_000;

/**
 * Adds a reason or a category to one's own flag while it is pending.
 * @throws `not_found` for an unknown or a stranger's flag; `flag_reviewed`
 */
export async function amendFlag(
  userId: string,
  flagId: string,
  { reason, category }: Pick<Report, 'reason' | 'category'>,
): Promise<Flag> {
  return transaction(async (tx) => {
    const mine = await lockOwnFlag(tx, userId, flagId);
    const amended = await tx.one<Flag>(
      `UPDATE flags SET reason = coalesce($2, reason), category = coalesce($3, category), updated_at = $4
        WHERE id = $1 RETURNING ${flagColumns}`,
      [flagId, reason ?? null, category ?? null, tx.now],
    );
    const saved = found(amended, 'flag');
    if (saved.reason === mine.reason && saved.category === mine.category) return saved;
    tx.afterCommit(() => actOnFlags(mine.flagged_id));
    await logFlag(tx, 'flag_amend', { by: userId, about: mine.flagged_id }, saved);
    return saved;
  });
}

/**
 * Locks a flag of this reporter that is not decided.
 * @throws `not_found` for an unknown or a stranger's flag; `flag_reviewed`
 */
export async function lockOwnFlag(
  tx: Tx,
  userId: string,
  flagId: string,
): Promise<Flag & { flagged_id: string }> {
  const row = await tx.one<Flag & { flagged_id: string }>(
    `SELECT ${flagColumns}, flagged_id FROM flags WHERE id = $1 AND reporter_id = $2 FOR UPDATE`,
    [flagId, userId],
  );
  const mine = found(row, 'flag');
  if (mine.status !== 'pending') throw new Problem('flag_reviewed');
  return mine;
}

/** One's own flags, newest first: all of them, of one round, or in one state. */
export const listFlags = (
  userId: string,
  { match_id, status }: { match_id?: string | undefined; status?: FlagStatus | undefined } = {},
): Promise<Flag[]> =>
  sql<Flag>(
    `SELECT ${flagColumns} FROM flags
      WHERE reporter_id = $1 AND ($2::uuid IS NULL OR round_id = $2) AND ($3::text IS NULL OR status = $3)
      ORDER BY created_at DESC, id DESC LIMIT 200`,
    [userId, match_id ?? null, status ?? null],
  );
