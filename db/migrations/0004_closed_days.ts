import type { Migration } from '../migrate.ts';

/** Closed hours added up to days: a month of statistics reads thirty of them. */
export const up: Migration = ({ sql }) =>
  sql(`
    CREATE TABLE daily_facts (
      fact            text NOT NULL,
      day             timestamptz NOT NULL,
      key             text NOT NULL,
      count           bigint NOT NULL,
      total           double precision NOT NULL,
      PRIMARY KEY (fact, day, key)
    );
    INSERT INTO daily_facts (fact, day, key, count, total)
    SELECT fact, date_bin('1 day', hour, 'epoch'::timestamptz), key, sum(count), sum(total)
      FROM hourly_facts
     WHERE hour < date_bin('1 day', (SELECT max(hour) FROM closed_hours) + interval '1 hour', 'epoch'::timestamptz)
     GROUP BY 1, 2, 3;
  `);

export const down: Migration = ({ sql }) => sql('DROP TABLE daily_facts');
