import type { Migration } from '../migrate.ts';

/** A reporter may withdraw a flag; nothing ever wrote the status `reviewed`. */
export const up: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE flags ADD COLUMN withdrawn_at timestamptz;
    UPDATE flags SET status = 'resolved' WHERE status = 'reviewed';
    ALTER TABLE flags DROP CONSTRAINT flags_status_check,
      ADD CONSTRAINT flags_status_check CHECK (status IN ('pending', 'resolved', 'dismissed'));
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE flags DROP CONSTRAINT flags_status_check,
      ADD CONSTRAINT flags_status_check CHECK (status IN ('pending', 'reviewed', 'resolved', 'dismissed'));
    ALTER TABLE flags DROP COLUMN withdrawn_at;
  `);
