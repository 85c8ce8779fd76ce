import type { Operation } from './operation.ts';
import { accounts } from './routes/accounts.ts';
import { activity } from './routes/activity.ts';
import { admin } from './routes/admin.ts';
import { clientErrors } from './routes/clientErrors.ts';
import { health } from './routes/health.ts';
import { matching } from './routes/matching.ts';
import { me } from './routes/me.ts';
import { moderation } from './routes/moderation.ts';
import { probes } from './routes/probes.ts';
import { records } from './routes/records.ts';
import { restrictions } from './routes/restrictions.ts';
import { safety } from './routes/safety.ts';
import { statistics } from './routes/statistics.ts';
import { video } from './routes/video.ts';

/** Everything that the API can do: one list for the routes and for the contract. */
export const operations: Operation[] = [
  ...accounts,
  ...me,
  ...matching,
  ...video,
  ...safety,
  ...restrictions,
  ...records,
  ...activity,
  ...statistics,
  ...moderation,
  ...admin,
  ...health,
  ...clientErrors,
  ...probes,
];
