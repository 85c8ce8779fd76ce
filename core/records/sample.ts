import { keys } from '#db/keys.ts';
import { sql } from '#db/postgres.ts';
import { redis } from '#db/redis.ts';
import { clock } from '#core/clock.ts';
import { rules } from '#core/rules.ts';
import { countOnline, countPeople, peopleIn } from './live.ts';

/**
 * Notes how many people are where, once in ten seconds, whichever worker comes first, and adds up the minutes and
 * hours that are over.
 */
export async function takeSample(): Promise<void> {
  const [online, people] = await Promise.all([countOnline(), countPeople()]);
  const at = clock.now();
  const searching = peopleIn(people, 'WAITING');
  const inCall = peopleIn(people, 'IN_CALL');
  const [video, text] = [peopleIn(people, 'IN_CALL', 'video'), peopleIn(people, 'IN_CALL', 'text')];
  await sql(
    `INSERT INTO activity_samples (step, at, samples, online, searching, connecting, in_call, deciding, video, text,
                                   most_online, most_searching, most_in_call)
     VALUES (10, date_bin('10 s', $1, 'epoch'::timestamptz), 1, $2::integer, $3::integer, $4, $5::integer, $6, $7, $8,
             $2, $3, $5)
     ON CONFLICT DO NOTHING`,
    [
      ...[at, online, searching, peopleIn(people, 'CONNECTING'), inCall, peopleIn(people, 'DECIDING')],
      ...[video, text],
    ],
  );
  const sample: Sample = { at, total_online: online, searching, in_call: inCall, breakdown: { video, text } };
  await redis.set(keys.activity(), JSON.stringify(sample), 'EX', keptSeconds);
  await addUp(60, 10);
  await addUp(3600, 60);
}

const keptSeconds = 60;
const graceSeconds = 2 * rules.sampleSeconds; // a sample that was counted in time may be written late

/** Adds up finer samples to those of every `step` that is over. */
async function addUp(step: number, of: number): Promise<void> {
  await sql(
    `INSERT INTO activity_samples
     SELECT $1::integer, date_bin(make_interval(secs => $1::integer), at, 'epoch'::timestamptz), sum(samples), sum(online), sum(searching),
            sum(connecting), sum(in_call), sum(deciding), sum(video), sum(text), max(most_online),
            max(most_searching), max(most_in_call)
       FROM activity_samples
      WHERE step = $2::integer
        AND at >= coalesce((SELECT max(at) FROM activity_samples WHERE step = $1::integer) + make_interval(secs => $1::integer), '-infinity')
        AND at < date_bin(make_interval(secs => $1::integer), $3, 'epoch'::timestamptz)
      GROUP BY 2
     ON CONFLICT DO NOTHING`,
    [step, of, clock.after(-graceSeconds - (step === 3600 ? 60 : 0))],
  );
}

/** The last sample, as everybody may see it. */
interface Sample {
  at: Date | string | null;
  total_online: number;
  searching: number;
  in_call: number;
  breakdown: { video: number; text: number };
}

/** How many people were where at the last sample: one read of Redis. Zero when no worker counts. */
export async function readActivity(): Promise<Sample> {
  const known = await redis.get(keys.activity());
  if (known !== null) return JSON.parse(known) as Sample; // as takeSample wrote it
  return { at: null, total_online: 0, searching: 0, in_call: 0, breakdown: { video: 0, text: 0 } };
}
