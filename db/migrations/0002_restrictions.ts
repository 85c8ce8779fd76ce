import type { Migration } from '../migrate.ts';

/** Restrictions and whom they reach, appeals, the moderators' work on flags, and the log of it: DESIGN section 8. */
export const up: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE devices ADD COLUMN network uuid, ADD COLUMN network_at timestamptz;
    CREATE INDEX devices_network_age ON devices (network_at) WHERE network IS NOT NULL;

    CREATE TABLE restrictions (
      id              uuid PRIMARY KEY,
      user_id         uuid NOT NULL,
      kind            text NOT NULL CHECK (kind IN ('warning', 'restriction')),
      category        text,
      reason          text NOT NULL,
      created_at      timestamptz NOT NULL,
      until           timestamptz,
      automated       boolean NOT NULL,
      issued_by       uuid,
      proposed_permanent boolean NOT NULL DEFAULT false,
      confirmed_by    uuid,
      flag_id         uuid,
      seen_at         timestamptz,
      lifted_at       timestamptz,
      lifted_by       uuid,
      CHECK (automated = (issued_by IS NULL)),
      CHECK (kind = 'restriction' OR until IS NULL),
      CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
    );
    CREATE INDEX restrictions_user ON restrictions (user_id, created_at DESC);
    CREATE INDEX restrictions_unlifted ON restrictions (created_at DESC) WHERE lifted_at IS NULL;

    CREATE TABLE restriction_reach (
      restriction_id  uuid NOT NULL REFERENCES restrictions ON DELETE CASCADE,
      how             text NOT NULL CHECK (how IN ('account', 'device', 'network', 'newcomer')),
      subject         uuid NOT NULL,
      PRIMARY KEY (subject, restriction_id)
    );
    CREATE INDEX restriction_reach_restriction ON restriction_reach (restriction_id);

    CREATE TABLE appeals (
      id              uuid PRIMARY KEY,
      restriction_id  uuid NOT NULL REFERENCES restrictions,
      user_id         uuid NOT NULL,
      device_id       uuid NOT NULL,
      text            text NOT NULL,
      status          text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'upheld', 'lifted')),
      answer          text,
      answered_by     uuid,
      answered_at     timestamptz,
      created_at      timestamptz NOT NULL,
      UNIQUE (restriction_id, user_id),
      CHECK ((status = 'pending') = (answered_at IS NULL))
    );
    CREATE INDEX appeals_pending ON appeals (created_at) WHERE status = 'pending';
    CREATE INDEX appeals_user ON appeals (user_id);

    ALTER TABLE flags
      ADD COLUMN claimed_by uuid,
      ADD COLUMN claimed_at timestamptz,
      ADD COLUMN closed_by uuid,
      ADD COLUMN closed_at timestamptz,
      ADD COLUMN outcome text;
    CREATE INDEX flags_flagged_device ON flags (flagged_device_id) WHERE status = 'pending';
    CREATE INDEX flags_round ON flags (round_id);

    CREATE TABLE flag_notes (
      id              uuid PRIMARY KEY,
      flag_id         uuid NOT NULL REFERENCES flags,
      author_id       uuid NOT NULL,
      text            text NOT NULL,
      created_at      timestamptz NOT NULL
    );
    CREATE INDEX flag_notes_flag ON flag_notes (flag_id, created_at);

    CREATE TABLE moderation_log (
      seq             integer PRIMARY KEY,
      at              timestamptz NOT NULL,
      actor_id        uuid,
      action          text NOT NULL,
      subject_id      uuid,
      details         jsonb NOT NULL,
      previous        text NOT NULL,
      hash            text NOT NULL
    );
    CREATE INDEX moderation_log_subject ON moderation_log (subject_id);

    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
      END $$;
    CREATE TRIGGER moderation_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON moderation_log
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    DROP TABLE moderation_log, flag_notes, appeals, restriction_reach, restrictions;
    DROP FUNCTION refuse_change;
    DROP INDEX flags_round;
    ALTER TABLE flags DROP COLUMN claimed_by, DROP COLUMN claimed_at, DROP COLUMN closed_by, DROP COLUMN closed_at,
      DROP COLUMN outcome;
    ALTER TABLE devices DROP COLUMN network, DROP COLUMN network_at;
  `);
