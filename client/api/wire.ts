import type { z } from 'zod';
import type { entryAnswer, profile, signedInAnswer } from '#core/wire/account.ts';
import type {
  decisionAnswer,
  decisionBody,
  matchData,
  nextMatchAnswer,
  notice,
  sessionAnswer,
  startBody,
} from '#core/wire/matching.ts';
import type { match, matchesAnswer } from '#core/wire/records.ts';
import type {
  amendFlagBody,
  blockAnswer,
  blocksAnswer,
  flagAnswer,
  flagBody,
  flaggedAnswer,
  flagsAnswer,
} from '#core/wire/safety.ts';
import type {
  chatLine,
  exitAnswer,
  joinAnswer,
  qualityBody,
  sentAnswer,
  signalsAnswer,
  videoSession,
} from '#core/wire/video.ts';

/** An answer as it comes out of JSON: no Date in it. */
type Parsed<T> = T extends Date
  ? never
  : T extends (infer Item)[]
    ? Parsed<Item>[]
    : T extends object
      ? { [Key in keyof T]: Parsed<T[Key]> }
      : T;
export type Answer<Schema extends z.ZodType> = Parsed<z.infer<Schema>>;

export type Profile = Answer<typeof profile>;
export type SignedIn = Answer<typeof signedInAnswer>;
export type Entry = Answer<typeof entryAnswer>;

export type Preferences = z.input<typeof startBody>;
export type Session = Answer<typeof sessionAnswer>;
export type NextMatch = Answer<typeof nextMatchAnswer>;
export type MatchData = Answer<typeof matchData>;
export type Notice = Answer<typeof notice>;
export type Queue = NonNullable<NextMatch['queue']>;
export type DecisionBody = z.input<typeof decisionBody>;
export type DecisionOutcome = Answer<typeof decisionAnswer>;

export type VideoSession = Answer<typeof videoSession>;
export type Joined = Answer<typeof joinAnswer>;
export type Mail = Answer<typeof signalsAnswer>;
export type RoundState = Mail['session'];
export type Sent = Answer<typeof sentAnswer>;
export type Exit = Answer<typeof exitAnswer>;
export type ChatLine = Answer<typeof chatLine>;
export type Quality = z.input<typeof qualityBody>;

export type Match = Answer<typeof match>;
export type Matches = Answer<typeof matchesAnswer>;

export type FlagBody = z.input<typeof flagBody>;
export type AmendFlag = z.input<typeof amendFlagBody>;
export type Flag = Answer<typeof flagAnswer>;
export type Flagged = Answer<typeof flaggedAnswer>;
export type Flags = Answer<typeof flagsAnswer>;
export type Block = Answer<typeof blockAnswer>;
export type Blocks = Answer<typeof blocksAnswer>;
