import { migrate } from '#db/migrate.ts';
import { sequelize } from '#db/postgres.ts';

const steps = await migrate();
process.stdout.write(steps.length > 0 ? `Migrated: ${steps.join(', ')}\n` : 'The schema is up to date\n');
await sequelize.close();
