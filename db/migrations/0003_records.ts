import type { Migration } from '../migrate.ts';

/** History that pages by index, samples of who was where, and closed hours added up: issue 6, docs/data.md. */
export const up: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE round_participants ADD COLUMN waiting_since timestamptz;
    CREATE INDEX round_participants_session ON round_participants (session_id, round_id);

    DROP INDEX rounds_user1, rounds_user2, rounds_matched;
    CREATE INDEX rounds_user1 ON rounds (user1_id, id);
    CREATE INDEX rounds_user2 ON rounds (user2_id, id);
    CREATE INDEX rounds_matched ON rounds (matched_at, id);
    CREATE INDEX rounds_mutual ON rounds (matched_at, id) WHERE mutual_at IS NOT NULL;
    CREATE INDEX rounds_skipped ON rounds (ended_by, ended_at) WHERE end_reason = 'skip';
    CREATE INDEX rounds_missed ON rounds (matched_at) INCLUDE (ended_by, user1_id, user2_id)
      WHERE end_reason IN ('not_joined', 'not_acknowledged');
    CREATE INDEX users_created ON users (created_at);
    CREATE INDEX flags_created ON flags (created_at);
    CREATE INDEX flags_closed ON flags (closed_at) WHERE closed_at IS NOT NULL;

    CREATE TABLE activity_samples (
      step            integer NOT NULL CHECK (step IN (10, 60, 3600)),
      at              timestamptz NOT NULL,
      samples         integer NOT NULL,
      online          bigint NOT NULL,
      searching       bigint NOT NULL,
      connecting      bigint NOT NULL,
      in_call         bigint NOT NULL,
      deciding        bigint NOT NULL,
      video           bigint NOT NULL,
      text            bigint NOT NULL,
      most_online     integer NOT NULL,
      most_searching  integer NOT NULL,
      most_in_call    integer NOT NULL,
      PRIMARY KEY (step, at)
    );

    CREATE TABLE closed_hours (
      hour            timestamptz PRIMARY KEY,
      closed_at       timestamptz NOT NULL
    );
    CREATE TABLE hourly_facts (
      fact            text NOT NULL,
      hour            timestamptz NOT NULL,
      key             text NOT NULL,
      count           bigint NOT NULL,
      total           double precision NOT NULL,
      PRIMARY KEY (fact, hour, key)
    );

    CREATE FUNCTION two_digits(value numeric) RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
      SELECT CASE WHEN value < 10 THEN trunc(value, 1) WHEN value < 100 THEN trunc(value)
                  WHEN value < 1000 THEN trunc(value, -1) WHEN value < 10000 THEN trunc(value, -2)
                  WHEN value < 100000 THEN trunc(value, -3) ELSE trunc(value, -4) END
    $$;
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    DROP FUNCTION two_digits;
    DROP TABLE hourly_facts, closed_hours, activity_samples;
    DROP INDEX flags_closed, flags_created, users_created, rounds_missed, rounds_skipped, rounds_mutual, rounds_matched, rounds_user2,
      rounds_user1, round_participants_session;
    CREATE INDEX rounds_user1 ON rounds (user1_id, matched_at DESC);
    CREATE INDEX rounds_user2 ON rounds (user2_id, matched_at DESC);
    CREATE INDEX rounds_matched ON rounds (matched_at DESC);
    ALTER TABLE round_participants DROP COLUMN waiting_since;
  `);
