import type { Operation } from './operation.ts';
import { accounts } from './routes/accounts.ts';
import { matching } from './routes/matching.ts';
import { me } from './routes/me.ts';
import { probes } from './routes/probes.ts';
import { records } from './routes/records.ts';
import { safety } from './routes/safety.ts';
import { video } from './routes/video.ts';

/** Everything that the API can do: one list for the routes and for the contract. */
export const operations: Operation[] = [
  ...accounts,
  ...me,
  ...matching,
  ...video,
  ...safety,
  ...records,
  ...probes,
];
