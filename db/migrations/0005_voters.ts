import type { Migration } from '../migrate.ts';

/** After which round the person has voted in this session: see core/decisions/voters.ts. */
export const up: Migration = ({ sql }) => sql('ALTER TABLE journeys ADD COLUMN voted_round_id uuid');

export const down: Migration = ({ sql }) => sql('ALTER TABLE journeys DROP COLUMN voted_round_id');
