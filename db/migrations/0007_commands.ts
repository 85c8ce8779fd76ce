import type { Migration } from '../migrate.ts';

/** What the commit of commands needs: a guard on devices, and a check that every row was written (core/store/commit.ts). */
export const up: Migration = ({ sql }) =>
  sql(`
    ALTER TABLE devices ADD COLUMN guard integer NOT NULL DEFAULT 0;

    CREATE FUNCTION all_written(written bigint, expected bigint) RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        IF written IS DISTINCT FROM expected THEN
          RAISE EXCEPTION 'a commit of commands wrote % of % rows', written, expected USING ERRCODE = 'data_exception';
        END IF;
        RETURN true;
      END $$;
  `);

export const down: Migration = ({ sql }) =>
  sql(`
    DROP FUNCTION all_written;
    ALTER TABLE devices DROP COLUMN guard;
  `);
