import { createApp } from '#api/app.ts';
import { createServer } from '#api/server.ts';
import { listenForWakes } from '#core/polling/wakes.ts';
import { settings } from '#core/settings.ts';
import { redisReady } from '#db/redis.ts';

// The API as it is, with the pages of the browser tests in the place of the built client: nothing stands between.
await redisReady();
await listenForWakes();
createServer(createApp({ clientFolder: process.env.PAGES ?? '' })).listen(settings.port, settings.host);
