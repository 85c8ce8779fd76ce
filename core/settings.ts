import { z } from 'zod';
import { rules } from './rules.ts';

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);
const count = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

const skipCooldowns = z
  .string()
  .default(rules.skipCooldowns.map((step) => `${step.exits}:${step.seconds}`).join(','))
  .transform((text, context) => {
    const steps = text.split(',').map((step) => {
      const [exits, seconds] = step.split(':').map(Number);
      return { exits: exits ?? NaN, seconds: seconds ?? NaN };
    });
    if (steps.some((step) => !(step.exits > 0) || !(step.seconds >= 0)))
      context.addIssue('expected exits:seconds,… as in 5:60,10:300');
    return steps;
  });

/** The environment, one line a variable. Unknown variables are ignored; a malformed one stops the process. */
export const environment = z.object({
  NODE_ENV: z.string().default('development'),
  DATABASE_URL: z.string().default(''),
  DATABASE_POOL: count(10),
  DATABASE_IDLE_SECONDS: seconds(1),
  DATABASE_STATEMENT_SECONDS: seconds(2),
  DATABASE_LONG_STATEMENT_SECONDS: seconds(30),
  REDIS_URL: z.string().default(''),
  REDIS_PREFIX: z.string().default('minuet'),
  PORT: count(3000),
  HOST: z.string().default('0.0.0.0'),
  DATA_DIR: z.string().default('.data'),
  LOG_LEVEL: z.string().default('info'),
  TRUST_PROXY: count(0),
  CORS_ORIGINS: list,
  DRAIN_SECONDS: z.coerce.number().nonnegative().default(5),
  RATE_LIMIT_FACTOR: z.coerce.number().positive().default(1),
  JWT_SECRET: z
    .string()
    .min(32, 'JWT_SECRET needs at least 32 characters')
    .default('minuet-development-secret-not-for-production'),
  METRICS_TOKEN: z.string().default(''),
  METRICS_PORT: count(0),
  ADMIN_EMAIL: z.string().default(''),
  ADMIN_PASSWORD: z.string().default(''),

  ROUND_SECONDS: seconds(rules.roundSeconds),
  ACK_SECONDS: seconds(rules.ackSeconds),
  CONNECT_SECONDS: seconds(rules.connectSeconds),
  DECISION_SECONDS: seconds(rules.decisionSeconds),
  ACTIVE_WITHIN_SECONDS: seconds(rules.activeWithinSeconds),
  LOST_AFTER_SECONDS: seconds(rules.lostAfterSeconds),
  STALE_AFTER_SECONDS: seconds(rules.staleAfterSeconds),
  LONGEST_WAIT_SECONDS: seconds(rules.longestWaitSeconds),
  LONGEST_PAUSE_SECONDS: seconds(rules.longestPauseSeconds),
  LEAVE_GRACE_SECONDS: seconds(rules.leaveGraceSeconds),
  ABANDONED_AFTER_SECONDS: seconds(rules.abandonedAfterSeconds),
  RELAX_AFTER_SECONDS: seconds(rules.relaxAfterSeconds),
  SKIP_COOLDOWNS: skipCooldowns,
  REMATCH: z.enum(['session', 'cooldown']).default('session'),
  REMATCH_COOLDOWN_SECONDS: seconds(rules.rematchCooldownSeconds),
  SKIP_MEMORY_DAYS: z.coerce.number().nonnegative().default(rules.skipMemoryDays),

  STUN_URLS: list,
  TURN_URLS: list,
  TURN_SECRET: z.string().default(''),
  ICE_POLICY: z.enum(['all', 'relay']).default('all'),
});

const env = environment.parse(process.env);

if (env.NODE_ENV === 'production' && !process.env.JWT_SECRET)
  throw new Error('JWT_SECRET must be set in production (at least 32 random characters)');

if (env.TURN_URLS.length > 0 && env.TURN_SECRET === '')
  throw new Error(
    'TURN_URLS needs TURN_SECRET: without the secret shared with coturn no credential is worth anything',
  );

/** The settings of this process: read once at import, validated, frozen. Durations in the unit of their name. */
export const settings = Object.freeze({
  production: env.NODE_ENV === 'production',
  testing: env.NODE_ENV === 'test',
  databaseUrl: env.DATABASE_URL,
  databasePool: env.DATABASE_POOL,
  databaseIdleSeconds: env.DATABASE_IDLE_SECONDS,
  databaseStatementSeconds: env.DATABASE_STATEMENT_SECONDS,
  databaseLongStatementSeconds: env.DATABASE_LONG_STATEMENT_SECONDS,
  redisUrl: env.REDIS_URL,
  redisPrefix: env.REDIS_PREFIX,
  port: env.PORT,
  host: env.HOST,
  dataDir: env.DATA_DIR,
  logLevel: env.LOG_LEVEL,
  trustProxyHops: env.TRUST_PROXY,
  corsOrigins: env.CORS_ORIGINS,
  drainSeconds: env.DRAIN_SECONDS,
  rateLimitFactor: env.RATE_LIMIT_FACTOR,
  jwtSecret: env.JWT_SECRET,
  metricsToken: env.METRICS_TOKEN,
  metricsPort: env.METRICS_PORT,
  adminEmail: env.ADMIN_EMAIL,
  adminPassword: env.ADMIN_PASSWORD,

  roundSeconds: env.ROUND_SECONDS,
  ackSeconds: env.ACK_SECONDS,
  connectSeconds: env.CONNECT_SECONDS,
  decisionSeconds: env.DECISION_SECONDS,
  activeWithinSeconds: env.ACTIVE_WITHIN_SECONDS,
  lostAfterSeconds: env.LOST_AFTER_SECONDS,
  staleAfterSeconds: env.STALE_AFTER_SECONDS,
  longestWaitSeconds: env.LONGEST_WAIT_SECONDS,
  longestPauseSeconds: env.LONGEST_PAUSE_SECONDS,
  leaveGraceSeconds: env.LEAVE_GRACE_SECONDS,
  abandonedAfterSeconds: env.ABANDONED_AFTER_SECONDS,
  relaxAfterSeconds: env.RELAX_AFTER_SECONDS,
  skipCooldowns: env.SKIP_COOLDOWNS,
  rematch: env.REMATCH,
  rematchCooldownSeconds: env.REMATCH_COOLDOWN_SECONDS,
  skipMemoryDays: env.SKIP_MEMORY_DAYS,

  stunUrls: env.STUN_URLS,
  turnUrls: env.TURN_URLS,
  turnSecret: env.TURN_SECRET,
  icePolicy: env.ICE_POLICY,
});
