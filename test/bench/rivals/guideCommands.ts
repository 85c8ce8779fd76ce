import { createSecretKey, randomUUID } from 'node:crypto';
import express from 'express';
import jwt from 'jsonwebtoken';
import { DataTypes, Sequelize } from 'sequelize';

/**
 * The guide's Start and End, written as they stand there: Start ends the user's sessions and makes a new one; End
 * completes the video session and its call. Each commits once, as `db.commit()` does. With the indexes that they ask for
 * and with a KeyObject, and without reading the user, so that only the design is measured.
 */
const sequelize = new Sequelize(process.env.DATABASE_URL ?? '', { logging: false, pool: { max: 10 } });
const plain = { timestamps: false };
const MatchingSession = sequelize.define(
  'guide_session',
  {
    session_id: DataTypes.STRING,
    user_id: DataTypes.INTEGER,
    status: DataTypes.STRING,
    last_active: DataTypes.DATE,
    matched_user_ids: DataTypes.TEXT,
    min_age: DataTypes.INTEGER,
    max_age: DataTypes.INTEGER,
    preferred_interests: DataTypes.JSONB,
    personality_weight: DataTypes.DOUBLE,
  },
  { ...plain, indexes: [{ fields: ['user_id', 'status'] }, { fields: ['session_id'] }] },
);
const VideoSession = sequelize.define(
  'guide_video_session',
  {
    session_id: DataTypes.STRING,
    match_id: DataTypes.INTEGER,
    duration: DataTypes.INTEGER,
    status: DataTypes.STRING,
    started_at: DataTypes.DATE,
    ended_at: DataTypes.DATE,
  },
  { ...plain, indexes: [{ fields: ['session_id'] }] },
);
const InstantCallSession = sequelize.define(
  'guide_call',
  {
    session_id: DataTypes.STRING,
    user1_id: DataTypes.INTEGER,
    user2_id: DataTypes.INTEGER,
    status: DataTypes.STRING,
    call_completed: DataTypes.BOOLEAN,
    created_at: DataTypes.DATE,
  },
  { ...plain, indexes: [{ fields: ['session_id'] }] },
);

const people = 2_000;
const now = new Date();
const numbers = Array.from({ length: people }, (_, index) => index);
await sequelize.sync({ force: true });
await VideoSession.bulkCreate(
  numbers.map((number) => ({
    ...{ session_id: `call-${number}`, duration: 180, status: 'active', started_at: now },
  })),
);
await InstantCallSession.bulkCreate(
  numbers.map((number) => ({
    ...{ session_id: `call-${number}`, user1_id: 2 * number, user2_id: 2 * number + 1 },
    ...{ status: 'active', call_completed: false, created_at: now },
  })),
);
await sequelize.query('ANALYZE');

const key = createSecretKey(Buffer.from(process.env.JWT_SECRET ?? ''));
const app = express();
app.use(express.json());
app.use((request, _response, next) => {
  const token = request.headers.authorization?.slice(7) ?? '';
  jwt.verify(token, key, { algorithms: ['HS256'], audience: 'minuet', issuer: 'minuet' });
  next();
});

app.post('/api/continuous-matching/start', async (request, response) => {
  const user_id = Number(request.query.guide);
  const wishes = request.body as { min_age: number; max_age: number };
  const session_id = randomUUID();
  await sequelize.transaction(async (transaction) => {
    const where = { user_id, status: 'active' };
    await MatchingSession.update({ status: 'ended' }, { where, transaction });
    await MatchingSession.create(
      {
        ...{ session_id, user_id, status: 'active', last_active: new Date(), matched_user_ids: '' },
        ...{ min_age: wishes.min_age, max_age: wishes.max_age, preferred_interests: [] },
        personality_weight: 0.5,
      },
      { transaction },
    );
  });
  response.json({ session_id, status: 'active', message: 'Started matching session' });
});

app.post('/api/video/end-call/:id', async (request, response) => {
  const where = { session_id: request.params.id };
  await sequelize.transaction(async (transaction) => {
    const session = await VideoSession.findOne({ where, transaction });
    if (session?.get('status') !== 'active') return;
    await session.update({ status: 'completed', ended_at: new Date() }, { transaction });
    if (session.get('match_id')) return;
    const call = await InstantCallSession.findOne({ where, transaction });
    await call?.update({ status: 'completed', call_completed: true }, { transaction });
  });
  response.json({ message: 'Call ended' });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
