import type { Migration } from '../migrate.ts';

/** Holds until a human has looked; and newcomers of whom more is asked, instead of restrictions that reach a network. */
export const up: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE restrictions ADD COLUMN hold boolean NOT NULL DEFAULT false,
      ADD CONSTRAINT restrictions_hold CHECK (NOT hold OR automated);
    CREATE INDEX restrictions_held ON restrictions (created_at) WHERE hold AND lifted_at IS NULL;

    CREATE TABLE newcomers (
      device_id       uuid PRIMARY KEY REFERENCES devices ON DELETE CASCADE,
      network         uuid NOT NULL,
      arrived_at      timestamptz NOT NULL,
      until           timestamptz NOT NULL,
      let_in_at       timestamptz,
      let_in_by       uuid,
      CHECK ((let_in_at IS NULL) = (let_in_by IS NULL))
    );
    CREATE INDEX newcomers_until ON newcomers (until);

    DELETE FROM restriction_reach WHERE how = 'newcomer';
    ALTER TABLE restriction_reach DROP CONSTRAINT restriction_reach_how_check,
      ADD CONSTRAINT restriction_reach_how_check CHECK (how IN ('account', 'device', 'network'));
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE restriction_reach DROP CONSTRAINT restriction_reach_how_check,
      ADD CONSTRAINT restriction_reach_how_check CHECK (how IN ('account', 'device', 'network', 'newcomer'));
    DROP TABLE newcomers;
    ALTER TABLE restrictions DROP COLUMN hold;
  `);
