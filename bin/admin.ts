import { verifyLog } from '#core/moderation/log.ts';
import { sequelize } from '#db/postgres.ts';

// `npm run admin -- verify-log [<hash>]`: what whoever runs Minuet does without the API.

const usage = 'npm run admin -- verify-log [<the last hash, as written down before>]\n';

const [command, known] = process.argv.slice(2);
process.exitCode = command === 'verify-log' ? await verify(known) : (process.stderr.write(usage), 2);
await sequelize.close();

/** Says whether the moderation log is whole, and its last hash: write it down elsewhere, and give it next time. */
async function verify(before: string | undefined): Promise<number> {
  const { entries, head, brokenAt, contains } = await verifyLog(before);
  if (brokenAt !== null) {
    process.stdout.write(`The log is broken at entry ${brokenAt}: it was changed, or something is missing\n`);
    return 1;
  }
  if (contains === false) {
    process.stdout.write(
      `The log is whole in itself, but does not contain ${before}: its end was cut off or rewritten\n`,
    );
    return 1;
  }
  process.stdout.write(`The log is whole: ${entries} entries, the last is ${head}\n`);
  return 0;
}
