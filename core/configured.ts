import { settings } from './settings.ts';

// Imported first by every process, before db/ opens its connections.
if (!settings.databaseUrl || !settings.redisUrl)
  throw new Error('DATABASE_URL and REDIS_URL must be set; npm start brings its own');
