import type { Migration } from '../migrate.ts';

/** What is asked of one person, every second or every hour has an index: test/records/scans.test.ts. */
export const up: Migration = ({ sql }) =>
  sql(`
    CREATE INDEX decisions_user ON decisions (user_id);
    CREATE INDEX round_participants_user ON round_participants (user_id);
    CREATE INDEX chat_lines_user ON chat_lines (user_id);
    CREATE INDEX chat_lines_age ON chat_lines (created_at);
    CREATE INDEX idempotency_keys_owner ON idempotency_keys (split_part(scope, ':', 2));
    CREATE INDEX idempotency_keys_result ON idempotency_keys ((result ->> 'user_id'));
    CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX journeys_waiting_since ON journeys (waiting_since) WHERE state = 'WAITING';
    CREATE INDEX rounds_reason ON rounds (end_reason, matched_at, id);
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    DROP INDEX decisions_user, round_participants_user, chat_lines_user, chat_lines_age, idempotency_keys_owner,
      idempotency_keys_result, sessions_ended, journeys_waiting_since, rounds_reason
  `);
