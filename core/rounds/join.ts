import { clock } from '#core/clock.ts';
import { command } from '#core/commands/command.ts';
import { journeyIfAny, journeyIn, roundIn, type Draft, type DraftRound } from '#core/commands/draft.ts';
import { Problem } from '#core/errors.ts';
import { once } from '#core/commands/once.ts';
import { scheduleEnd } from '#core/jobs.ts';
import { advance } from '#core/journey/advance.ts';
import { exclude } from './exclusions.ts';
import { roleOf } from '#core/present.ts';
import { settings } from '#core/settings.ts';
import { openMailbox } from '#core/mailbox/mailbox.ts';
import { endRound } from './end.ts';
import { isLive, isOver, otherThan, participantOf, refuseStranger, type Round } from '#core/store/round.ts';

/** What a person who joins needs to know. */
export interface Joined {
  round: Round;
  role: 'offerer' | 'answerer';
  /** Counts this person's pages: a refresh or a second tab gets the next one, and older ones are stale. */
  epoch: number;
  /** The partner's; 0 while they have not joined. */
  peerEpoch: number;
  /** Where to read signals from; null when Redis did not answer, then signals are read from the join. */
  cursor: string | null;
  /** What the join has made of the person's `state_version`: the first read of signals need not ask for it. */
  stateVersion: number;
}

interface Asked {
  userId: string;
  roundId: string;
  page: string | undefined;
}

const joinCommand = command({
  name: 'join',
  needs: ({ userId, roundId, page }: Asked) => ({
    people: [userId],
    rounds: [roundId],
    idempotencyKeys: page === undefined ? [] : [{ scope: scopeOf(userId), key: page }],
  }),
  rule: joinRule,
});

const scopeOf = (userId: string): string => `join:${userId}`;

/**
 * Joins a round, or joins it again. When both have joined the clock starts: it runs once, and its deadline
 * never moves.
 * @param page its Idempotency-Key: a repeat of its join, however late it arrives, is the same page and changes nothing.
 *   Without one each join is a page of its own, and a repeat that was held up on its way replaces the page that sent it
 * @throws `not_found` for an unknown or a stranger's round; `round_cancelled`; `round_over`; `idempotency_mismatch`
 */
export async function join(userId: string, roundId: string, page?: string): Promise<Joined> {
  const joined = await joinCommand({ userId, roundId, page });
  if (!isLive(joined.round))
    throw new Problem(joined.round.status === 'cancelled' ? 'round_cancelled' : 'round_over');
  return {
    ...joined,
    role: roleOf(joined.round.user1_id === userId ? 1 : 2),
    cursor: await openMailbox(joined.round.pool, roundId, userId, joined.epoch),
  };
}

/** The rule of `join`. A round that is over is returned as it is: its ending is committed all the same. */
export function joinRule(
  draft: Draft,
  { userId, roundId, page }: Asked,
): Pick<Joined, 'round' | 'epoch' | 'peerEpoch' | 'stateVersion'> {
  const seen = roundIn(draft, roundId);
  const { round, participants } = seen;
  refuseStranger(round, userId);
  const journey = journeyIn(draft, userId);
  if (isLive(round) && isOver(round, draft.now)) endRound(draft, roundId, { reason: 'clock', by: [] });
  if (!isLive(round)) return { round, epoch: 0, peerEpoch: 0, stateVersion: 0 };
  const request = { scope: scopeOf(userId), key: page, request: { round: roundId } };
  const { epoch } = once(draft, request, () => takeSeat(draft, seen, userId));
  return { round, epoch, peerEpoch: otherThan(participants, userId).epoch, stateVersion: journey.version };
}

/** Another page of theirs, and the only one that counts from now on. */
function takeSeat(draft: Draft, seen: DraftRound, userId: string): { epoch: number } {
  const me = participantOf(seen.participants, userId);
  me.epoch += 1;
  me.joined_at ??= draft.now;
  me.acknowledged_at ??= draft.now;
  me.left_at = null;
  if (seen.round.status === 'waiting' && otherThan(seen.participants, userId).joined_at) start(draft, seen);
  else
    // The partner's client must hear of the new epoch at once.
    advanceBoth(draft, seen, (one) => (one === userId ? 'joined' : 'peer_joined'));
  return { epoch: me.epoch };
}

/** Both are there: the call begins, and each now excludes the other. */
function start(draft: Draft, seen: DraftRound): void {
  const { round, participants } = seen;
  const deadline = clock.after(settings.roundSeconds, draft.now);
  Object.assign(round, { status: 'active', started_at: draft.now, deadline_at: deadline });
  if (settings.rematch === 'session') exclude(draft, participants, 'met', { session: true });
  advanceBoth(draft, seen, () => 'started');
  draft.effects.push(() => scheduleEnd(round.id, deadline));
}

function advanceBoth(
  draft: Draft,
  { participants }: DraftRound,
  event: (userId: string) => 'started' | 'joined' | 'peer_joined',
): void {
  for (const { user_id } of participants) {
    const journey = journeyIfAny(draft, user_id);
    if (journey) advance(journey, event(user_id));
  }
}
