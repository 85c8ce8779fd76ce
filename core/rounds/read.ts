import { sql } from '#db/postgres.ts';
import { clock } from '#core/clock.ts';
import { found, Problem } from '#core/errors.ts';
import type { State } from '#core/journey/journey.ts';
import { presentPartner, roleOf, type Stranger } from '#core/present.ts';
import { iceConfiguration } from '#core/relays/ice.ts';
import { endRoundByClock } from './end.ts';
import { publicReason } from './endings.ts';
import { isOver, partnerOf, type Round } from '#core/store/round.ts';

/** What never changes about a round: who its two people are, and where its keys live. */
interface Seating {
  pool: string;
  user1_id: string;
  user2_id: string;
}

const seatings = new Map<string, Seating>();
const seatingsRemembered = 20_000;

/**
 * The partner and the pool of a person's round: remembered, so that signals need no SQL.
 * @throws `not_found` for an unknown round, and for a stranger's
 */
export async function roundFor(
  userId: string,
  roundId: string,
): Promise<{ pool: string; partnerId: string }> {
  const seating = seatings.get(roundId) ?? (await readSeating(roundId));
  if (seating.user1_id !== userId && seating.user2_id !== userId)
    throw new Problem('not_found', 'No such round');
  return { pool: seating.pool, partnerId: partnerOf(seating, userId) };
}

async function readSeating(roundId: string): Promise<Seating> {
  const [row] = await sql<Seating>('SELECT pool, user1_id, user2_id FROM rounds WHERE id = $1', [roundId]);
  const seating = found(row, 'round');
  if (seatings.size >= seatingsRemembered) seatings.delete(seatings.keys().next().value ?? '');
  seatings.set(roundId, seating);
  return seating;
}

type SessionRow = Round &
  Stranger & { epoch: number; peer_epoch: number; peer_joined: boolean; state: State };

/**
 * One round as a participant sees it. Reading past the deadline ends it (the read rule).
 * @throws `not_found` for an unknown or a stranger's round; `round_cancelled` when it never started
 */
export async function readRound(userId: string, roundId: string) {
  let row = await readRow(userId, roundId);
  if (row.status === 'active' && isOver(row, clock.now())) {
    await endRoundByClock(roundId);
    row = await readRow(userId, roundId);
  }
  if (row.status === 'cancelled') throw new Problem('round_cancelled');
  const now = clock.now();
  return {
    session_id: row.id,
    status: row.status,
    mode: row.mode,
    state: row.state,
    duration: row.started_at && row.deadline_at ? secondsBetween(row.started_at, row.deadline_at) : null,
    started_at: row.started_at,
    ends_at: row.deadline_at,
    remaining_ms:
      row.ended_at || !row.deadline_at ? null : Math.max(0, row.deadline_at.getTime() - now.getTime()),
    server_time: now,
    ended_at: row.ended_at,
    end_reason: row.end_reason && publicReason(row.end_reason),
    ended_by: endedBy(row, userId),
    partner: { ...presentPartner(row, now), joined: row.peer_joined },
    role: roleOf(row.user1_id === userId ? 1 : 2),
    epoch: row.epoch,
    peer_epoch: row.peer_epoch,
    ...iceConfiguration(userId),
  };
}

async function readRow(userId: string, roundId: string): Promise<SessionRow> {
  const [row] = await sql<SessionRow>(
    `SELECT r.*, p.epoch, q.epoch AS peer_epoch, q.joined_at IS NOT NULL AS peer_joined, j.state,
            u.display_name, u.birth_date::text AS birth_date, u.bio, u.interests
       FROM rounds r
       JOIN round_participants p ON p.round_id = r.id AND p.user_id = $2
       JOIN round_participants q ON q.round_id = r.id AND q.user_id <> $2
       JOIN journeys j ON j.user_id = $2
       JOIN users u ON u.id = q.user_id
      WHERE r.id = $1`,
    [roundId, userId],
  );
  return found(row, 'round');
}

function endedBy(row: SessionRow, userId: string): 'me' | 'partner' | 'system' | null {
  if (!row.ended_at) return null;
  if (row.ended_by === null) return 'system';
  return row.ended_by === userId ? 'me' : 'partner';
}

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000;
