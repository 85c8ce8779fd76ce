import type { Migration } from '../migrate.ts';

/** People, their journeys, their rounds and what they said of each other: DESIGN section 2. */
export const up: Migration = ({ sql }) =>
  sql(`
    CREATE TABLE devices (
      id              uuid PRIMARY KEY,
      early_exits     integer NOT NULL DEFAULT 0,
      cooldown_until  timestamptz,
      created_at      timestamptz NOT NULL
    );

    CREATE TABLE users (
      id              uuid PRIMARY KEY,
      kind            text NOT NULL CHECK (kind IN ('guest', 'member')),
      role            text NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'moderator', 'admin')),
      device_id       uuid NOT NULL REFERENCES devices,
      email           text,
      password_hash   text,
      display_name    text NOT NULL,
      birth_date      date NOT NULL,
      gender          text NOT NULL,
      bio             text NOT NULL DEFAULT '',
      interests       text[] NOT NULL DEFAULT '{}',
      cell            text,
      seniority       text,
      contact_handle  text,
      rating_sum      integer NOT NULL DEFAULT 0,
      rating_count    integer NOT NULL DEFAULT 0,
      created_at      timestamptz NOT NULL,
      active_at       timestamptz NOT NULL,
      CHECK (kind = 'guest' OR (email IS NOT NULL AND password_hash IS NOT NULL))
    );
    CREATE UNIQUE INDEX users_email ON users (lower(email)) WHERE email IS NOT NULL;
    CREATE INDEX users_idle_guests ON users (active_at) WHERE kind = 'guest';
    CREATE INDEX users_device ON users (device_id);

    CREATE TABLE refresh_tokens (
      id              uuid PRIMARY KEY,
      family_id       uuid NOT NULL,
      user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
      device_id       uuid NOT NULL REFERENCES devices,
      token_hash      bytea NOT NULL UNIQUE,
      created_at      timestamptz NOT NULL,
      expires_at      timestamptz NOT NULL,
      used_at         timestamptz,
      revoked_at      timestamptz
    );
    CREATE INDEX refresh_tokens_family ON refresh_tokens (family_id);
    CREATE INDEX refresh_tokens_user ON refresh_tokens (user_id);
    CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at);

    CREATE TABLE idempotency_keys (
      scope           text NOT NULL,
      key             text NOT NULL,
      fingerprint     text NOT NULL,
      result          jsonb,
      created_at      timestamptz NOT NULL,
      PRIMARY KEY (scope, key)
    );
    CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

    CREATE TABLE sessions (
      id              uuid PRIMARY KEY,
      user_id         uuid NOT NULL REFERENCES users ON DELETE CASCADE,
      device_id       uuid NOT NULL REFERENCES devices,
      pool            text NOT NULL,
      status          text NOT NULL CHECK (status IN ('active', 'paused', 'ended')),
      mode            text NOT NULL CHECK (mode IN ('video', 'text', 'both')),
      min_age         integer NOT NULL,
      max_age         integer NOT NULL,
      genders         text[] NOT NULL,
      preferred_interests text[] NOT NULL,
      personality_weight  double precision NOT NULL,
      max_distance_km     double precision,
      started_at      timestamptz NOT NULL,
      ended_at        timestamptz,
      end_reason      text,
      CHECK ((status = 'ended') = (ended_at IS NOT NULL))
    );
    CREATE UNIQUE INDEX sessions_one_open ON sessions (user_id) WHERE status <> 'ended';
    CREATE INDEX sessions_user ON sessions (user_id, started_at DESC);

    CREATE TABLE rounds (
      id              uuid PRIMARY KEY,
      pool            text NOT NULL,
      mode            text NOT NULL CHECK (mode IN ('video', 'text')),
      status          text NOT NULL CHECK (status IN ('waiting', 'active', 'completed', 'cancelled', 'passed')),
      user1_id        uuid NOT NULL,
      user2_id        uuid NOT NULL,
      score           double precision NOT NULL,
      score_parts     jsonb NOT NULL,
      matched_topics  text[] NOT NULL,
      matched_at      timestamptz NOT NULL,
      ack_deadline_at   timestamptz NOT NULL,
      join_deadline_at  timestamptz NOT NULL,
      started_at      timestamptz,
      deadline_at     timestamptz,
      ended_at        timestamptz,
      end_reason      text CHECK (end_reason IN
        ('clock', 'skip', 'end', 'left', 'stale', 'not_joined', 'not_acknowledged', 'flag', 'block', 'restriction')),
      ended_by        uuid,
      decide_until    timestamptz,
      settled_at      timestamptz,
      mutual_at       timestamptz,
      CHECK (user1_id < user2_id),
      CHECK ((started_at IS NULL) = (deadline_at IS NULL)),
      CHECK ((ended_at IS NULL) = (end_reason IS NULL)),
      CHECK ((status IN ('waiting', 'active')) = (ended_at IS NULL)),
      CHECK ((status = 'active') <= (started_at IS NOT NULL)),
      CHECK (mutual_at IS NULL OR end_reason = 'clock')
    );
    CREATE INDEX rounds_user1 ON rounds (user1_id, matched_at DESC);
    CREATE INDEX rounds_user2 ON rounds (user2_id, matched_at DESC);
    CREATE INDEX rounds_matched ON rounds (matched_at DESC);
    CREATE INDEX rounds_waiting ON rounds (join_deadline_at) WHERE status = 'waiting';
    CREATE INDEX rounds_active ON rounds (deadline_at) WHERE status = 'active';
    CREATE INDEX rounds_unsettled ON rounds (decide_until) WHERE decide_until IS NOT NULL AND settled_at IS NULL;

    CREATE TABLE round_participants (
      round_id        uuid NOT NULL REFERENCES rounds ON DELETE CASCADE,
      user_id         uuid NOT NULL,
      session_id      uuid NOT NULL,
      device_id       uuid NOT NULL,
      live            boolean NOT NULL DEFAULT true,
      acknowledged_at timestamptz,
      joined_at       timestamptz,
      epoch           integer NOT NULL DEFAULT 0,
      left_at         timestamptz,
      quality         jsonb,
      PRIMARY KEY (round_id, user_id)
    );
    CREATE UNIQUE INDEX round_participants_one_live ON round_participants (user_id) WHERE live;
    CREATE INDEX round_participants_left ON round_participants (left_at) WHERE live AND left_at IS NOT NULL;
    CREATE INDEX round_participants_unacknowledged ON round_participants (round_id)
      WHERE live AND acknowledged_at IS NULL;

    CREATE TABLE journeys (
      user_id         uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
      device_id       uuid NOT NULL,
      pool            text NOT NULL,
      state           text NOT NULL DEFAULT 'IDLE' CHECK (state IN
        ('IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING')),
      version         integer NOT NULL DEFAULT 1,
      guard           integer NOT NULL DEFAULT 0,
      published_version integer NOT NULL DEFAULT 0,
      changed_at      timestamptz NOT NULL,
      session_id      uuid,
      round_id        uuid,
      waiting_since   timestamptz,
      parked          boolean NOT NULL DEFAULT false,
      pause_asked     boolean NOT NULL DEFAULT false,
      notice          jsonb,
      match_notices   uuid[] NOT NULL DEFAULT '{}',
      match_notice_version integer,
      early_exits     integer NOT NULL DEFAULT 0,
      cooldown_until  timestamptz,
      last_seen_at    timestamptz NOT NULL,
      CHECK ((state IN ('CONNECTING', 'IN_CALL', 'DECIDING', 'DISCONNECTING')) = (round_id IS NOT NULL)),
      CHECK (state <> 'WAITING' OR (session_id IS NOT NULL AND waiting_since IS NOT NULL)),
      CHECK (NOT parked OR state = 'WAITING')
    );
    CREATE INDEX journeys_waiting ON journeys (pool, changed_at) WHERE state = 'WAITING';
    CREATE INDEX journeys_seen ON journeys (last_seen_at) WHERE state <> 'IDLE';
    CREATE INDEX journeys_passing ON journeys (state, changed_at) WHERE state IN ('DECIDING', 'DISCONNECTING');
    CREATE INDEX journeys_unpublished ON journeys (changed_at) WHERE published_version < version;
    CREATE INDEX journeys_paused ON journeys (changed_at) WHERE state = 'IDLE' AND session_id IS NOT NULL;
    CREATE INDEX journeys_device ON journeys (device_id);

    CREATE TABLE journey_events (
      user_id         uuid NOT NULL,
      version         integer NOT NULL,
      event           text NOT NULL,
      from_state      text NOT NULL,
      to_state        text NOT NULL,
      round_id        uuid,
      session_id      uuid,
      at              timestamptz NOT NULL,
      PRIMARY KEY (user_id, version)
    );
    CREATE INDEX journey_events_at ON journey_events (at);
    CREATE INDEX journey_events_round ON journey_events (round_id) WHERE round_id IS NOT NULL;

    CREATE TABLE exclusions (
      id              uuid PRIMARY KEY,
      user_id         uuid NOT NULL,
      device_id       uuid NOT NULL,
      other_user_id   uuid NOT NULL,
      other_device_id uuid NOT NULL,
      round_id        uuid,
      reason          text NOT NULL CHECK (reason IN ('met', 'not_joined', 'skip_vote')),
      session_id      uuid,
      until           timestamptz,
      CHECK ((session_id IS NULL) <> (until IS NULL))
    );
    CREATE INDEX exclusions_session ON exclusions (session_id) WHERE session_id IS NOT NULL;
    CREATE INDEX exclusions_user ON exclusions (user_id);
    CREATE INDEX exclusions_other ON exclusions (other_user_id);
    CREATE INDEX exclusions_device ON exclusions (device_id);
    CREATE INDEX exclusions_other_device ON exclusions (other_device_id);
    CREATE INDEX exclusions_until ON exclusions (until) WHERE until IS NOT NULL;

    CREATE TABLE blocks (
      id              uuid PRIMARY KEY,
      blocker_id      uuid NOT NULL,
      blocker_device_id uuid NOT NULL,
      blocked_id      uuid NOT NULL,
      blocked_device_id uuid NOT NULL,
      round_id        uuid,
      created_at      timestamptz NOT NULL,
      UNIQUE (blocker_id, blocked_id),
      CHECK (blocker_id <> blocked_id)
    );
    CREATE INDEX blocks_blocked ON blocks (blocked_id);
    CREATE INDEX blocks_blocker_device ON blocks (blocker_device_id);
    CREATE INDEX blocks_blocked_device ON blocks (blocked_device_id);

    CREATE TABLE decisions (
      round_id        uuid NOT NULL REFERENCES rounds ON DELETE CASCADE,
      user_id         uuid NOT NULL,
      decision        text NOT NULL CHECK (decision IN ('continue', 'skip', 'next')),
      ratings         jsonb,
      decided_at      timestamptz NOT NULL,
      PRIMARY KEY (round_id, user_id)
    );

    CREATE TABLE chat_lines (
      id              uuid PRIMARY KEY,
      round_id        uuid NOT NULL REFERENCES rounds ON DELETE CASCADE,
      user_id         uuid NOT NULL,
      key             text NOT NULL,
      text            text NOT NULL,
      created_at      timestamptz NOT NULL,
      UNIQUE (round_id, user_id, key)
    );
    CREATE INDEX chat_lines_round ON chat_lines (round_id, created_at, id);

    CREATE TABLE flags (
      id              uuid PRIMARY KEY,
      reporter_id     uuid NOT NULL,
      reporter_device_id uuid NOT NULL,
      flagged_id      uuid NOT NULL,
      flagged_device_id  uuid NOT NULL,
      round_id        uuid NOT NULL,
      category        text,
      reason          text,
      evidence        jsonb NOT NULL,
      queue           text NOT NULL CHECK (queue IN ('normal', 'low_trust')),
      status          text NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'reviewed', 'resolved', 'dismissed')),
      created_at      timestamptz NOT NULL,
      updated_at      timestamptz NOT NULL,
      UNIQUE (reporter_id, round_id),
      CHECK (reporter_id <> flagged_id)
    );
    CREATE INDEX flags_reporter ON flags (reporter_id, created_at DESC);
    CREATE INDEX flags_flagged ON flags (flagged_id, created_at DESC);
    CREATE INDEX flags_open ON flags (queue, created_at) WHERE status = 'pending';

    CREATE TABLE matchmakers (
      pool            text PRIMARY KEY,
      holder          uuid,
      fence           bigint NOT NULL DEFAULT 0,
      expires_at      timestamptz NOT NULL
    );
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    DROP TABLE matchmakers, flags, chat_lines, decisions, blocks, exclusions, journey_events, journeys,
      round_participants, rounds, sessions, idempotency_keys, refresh_tokens, users, devices
  `);
