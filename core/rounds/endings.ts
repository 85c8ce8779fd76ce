import {
  endReasons,
  type EndReason,
  type Move,
  type PublicReason,
  type State,
} from '#core/journey/journey.ts';

/** What one reason means: for the person who caused the ending, and for the other. */
interface EndingRule {
  /** The step of the person who caused it, and that of the other. */
  moves: readonly [Move, Move];
  /** The reason as people see it. */
  seen: PublicReason;
  /** It leads the person who caused it home; everybody else goes back to the pool. */
  home: boolean;
  /** It is the answer to their own request, so they go on at once, without a notice. */
  told: boolean;
  /** It counts towards the cooldown of DESIGN section 4. */
  earlyExit: boolean;
  /** What keeps the two apart afterwards. */
  apart: 'met' | 'not_joined' | 'nothing';
  /** The person who caused it waits outside the pool until they are heard of. */
  parks: boolean;
}

const usual = { home: false, told: false, earlyExit: false, apart: 'met', parks: false } as const;

/**
 * THE table of endings: DESIGN section 3, one row a reason. A flag looks like an end and a block too, so that people
 * do not learn that they were reported, and a restriction like a page that was left; a partner who never came looks
 * the same in the first window as in the second.
 */
export const endings = {
  clock: { ...usual, moves: ['clock', 'clock'], seen: 'clock' },
  skip: { ...usual, moves: ['skip', 'partner_skip'], seen: 'skip', told: true, earlyExit: true },
  end: { ...usual, moves: ['end', 'partner_end'], seen: 'end', home: true, told: true, earlyExit: true },
  left: { ...usual, moves: ['left', 'partner_left'], seen: 'left', earlyExit: true },
  stale: { ...usual, moves: ['lost', 'partner_lost'], seen: 'stale', earlyExit: true },
  not_joined: {
    ...usual,
    moves: ['not_joined', 'partner_not_joined'],
    seen: 'not_joined',
    apart: 'not_joined',
  },
  not_acknowledged: {
    ...usual,
    moves: ['not_acknowledged', 'partner_not_acknowledged'],
    seen: 'not_joined',
    apart: 'nothing',
    parks: true,
  },
  flag: { ...usual, moves: ['flag', 'partner_flag'], seen: 'end', home: true, told: true },
  block: { ...usual, moves: ['block', 'partner_block'], seen: 'end', told: true },
  restriction: { ...usual, moves: ['restriction', 'partner_restriction'], seen: 'left', home: true },
} as const satisfies Record<EndReason, EndingRule>;

/** How a round ends: why, and who caused it (empty when the clock did; both when neither came). */
export interface Ending {
  reason: EndReason;
  by: readonly string[];
  /** After a flag: where the reporter wants to go. */
  then?: 'idle' | 'waiting';
}

/** What an ending means for one of the two. */
export interface Side {
  move: Move;
  /** Where DISCONNECTING leads. */
  target: State;
  initiated: 'me' | 'partner' | 'system';
  told: boolean;
  earlyExit: boolean;
  parks: boolean;
}

/** The outcome of an ending for one participant. */
export function sideOf(ending: Ending, userId: string): Side {
  const rule: EndingRule = endings[ending.reason];
  const mine = ending.by.includes(userId);
  const goesOn = ending.reason === 'flag' && ending.then === 'waiting';
  return {
    move: mine && goesOn ? 'flag_and_go_on' : rule.moves[mine ? 0 : 1],
    target: mine && rule.home && !goesOn ? 'IDLE' : 'WAITING',
    initiated: ending.reason === 'clock' ? 'system' : mine ? 'me' : 'partner',
    told: mine && rule.told,
    earlyExit: mine && rule.earlyExit,
    parks: mine && rule.parks,
  };
}

/** A reason as people see it. */
export const publicReason = (reason: EndReason): PublicReason => endings[reason].seen;

/** The endings that people are shown as this one. */
export const reasonsShownAs = (shown: PublicReason): EndReason[] =>
  endReasons.filter((reason) => publicReason(reason) === shown);
