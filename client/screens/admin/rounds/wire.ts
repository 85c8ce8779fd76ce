import type * as activity from '#core/wire/activity.ts';
import type * as records from '#core/wire/records.ts';
import type { Answer } from '../../../api/wire.ts';

export type Rounds = Answer<typeof records.allMatchesAnswer>;
export type Round = Rounds['matches'][number];
export type RoundCourse = Answer<typeof records.roundTimeline>;
export type Sessions = Answer<typeof records.sessionHistoryAnswer>;
export type Present = Answer<typeof activity.presentAnswer>;
