import type { Migration } from '../migrate.ts';

/**
 * A person whose page is left while they decide stays outside the pool, too. NOT VALID: the rule that it replaces was
 * stricter, so no row needs to be looked at.
 */
export const up: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE journeys DROP CONSTRAINT journeys_check2;
    ALTER TABLE journeys ADD CONSTRAINT journeys_parked
      CHECK (NOT parked OR state IN ('WAITING', 'DECIDING')) NOT VALID;
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    UPDATE journeys SET parked = false WHERE parked AND state <> 'WAITING';
    ALTER TABLE journeys DROP CONSTRAINT journeys_parked;
    ALTER TABLE journeys ADD CONSTRAINT journeys_check2 CHECK (NOT parked OR state = 'WAITING') NOT VALID;
  `);
