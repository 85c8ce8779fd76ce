import type { Migration } from '../migrate.ts';

/** Rounds own the facts of their participants and votes: core/store/tables.ts says what a guard is. */
export const up: Migration = ({ sql }) =>
  sql('ALTER TABLE rounds ADD COLUMN guard integer NOT NULL DEFAULT 0');

export const down: Migration = ({ sql }) => sql('ALTER TABLE rounds DROP COLUMN guard');
