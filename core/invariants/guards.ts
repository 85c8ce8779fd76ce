/** What Postgres itself refuses, regardless of what the code does: none of it may have got lost. */
const guards = [
  'round_participants_one_live',
  'round_participants_pkey',
  'sessions_one_open',
  'journeys_pkey',
  'journey_events_pkey',
  'decisions_pkey',
  'flags_reporter_id_round_id_key',
  'blocks_blocker_id_blocked_id_key',
  'chat_lines_round_id_user_id_key_key',
  'idempotency_keys_pkey',
];

export const ofGuards: Record<string, string> = {
  'A unique index of the database is missing': `
    SELECT g.name FROM unnest(ARRAY['${guards.join("', '")}']) AS g(name)
     WHERE NOT EXISTS (SELECT 1 FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
                        WHERE c.relname = g.name AND c.relnamespace = 'public'::regnamespace
                          AND i.indisunique AND i.indisvalid)`,
};
