import { createSecretKey } from 'node:crypto';
import express from 'express';
import jwt from 'jsonwebtoken';
import { DataTypes, Op, Sequelize } from 'sequelize';

/**
 * The guide's next-match, written as it stands there: a poll updates `last_active`, looks for an incoming call,
 * and searches the active sessions for the freshest one in the age range. With the index that it asks for and
 * with a KeyObject, so that only its design is measured.
 */
const sequelize = new Sequelize(process.env.DATABASE_URL ?? '', { logging: false, pool: { max: 10 } });
const User = sequelize.define(
  'guide_user',
  { name: DataTypes.STRING, age: DataTypes.INTEGER, bio: DataTypes.TEXT, interests: DataTypes.JSONB },
  { timestamps: false },
);
const MatchingSession = sequelize.define(
  'guide_session',
  {
    session_id: DataTypes.STRING,
    status: DataTypes.STRING,
    last_active: DataTypes.DATE,
    matched_user_ids: DataTypes.TEXT,
    min_age: DataTypes.INTEGER,
    max_age: DataTypes.INTEGER,
  },
  { timestamps: false, indexes: [{ fields: ['status', 'last_active'] }, { fields: ['session_id'] }] },
);
const InstantCallSession = sequelize.define(
  'guide_call',
  { user1_id: DataTypes.INTEGER, user2_id: DataTypes.INTEGER, status: DataTypes.STRING },
  { timestamps: false, indexes: [{ fields: ['user2_id', 'status'] }] },
);
MatchingSession.belongsTo(User, { as: 'user', foreignKey: 'user_id' });

const people = 10_000;
if (process.env.GUIDE_SEED) {
  await sequelize.sync({ force: true });
  const numbers = Array.from({ length: people }, (_, index) => index + 1);
  await User.bulkCreate(
    numbers.map((id) => ({
      id,
      name: `user ${id}`,
      age: 18 + (id % 40),
      bio: 'hello',
      interests: ['Chess', 'Jazz'],
    })),
  );
  await MatchingSession.bulkCreate(
    numbers.map((id) => ({
      session_id: `session-${id}`,
      user_id: id,
      status: 'active',
      last_active: new Date(),
      matched_user_ids: numbers.slice(0, 20).join(','),
      min_age: 18,
      max_age: 60,
    })),
  );
  await sequelize.query('ANALYZE');
}

const key = createSecretKey(Buffer.from(process.env.JWT_SECRET ?? ''));
const app = express();
app.get('/api/continuous-matching/next-match', async (request, response) => {
  const token = request.headers.authorization?.slice(7) ?? '';
  jwt.verify(token, key, { algorithms: ['HS256'], audience: 'minuet', issuer: 'minuet' });
  const now = new Date();
  const session = await MatchingSession.findOne({ where: { session_id: request.query.guide as string } });
  if (session?.get('status') !== 'active')
    return void response.json({ match_found: false, message: 'Not actively matching' });
  session.set('last_active', now);
  await session.save();
  const me = Number(session.get('user_id'));
  await InstantCallSession.findOne({ where: { user2_id: me, status: 'waiting' } });
  const met = String(session.get('matched_user_ids')).split(',').map(Number);
  const found = await MatchingSession.findOne({
    include: [
      {
        model: User,
        as: 'user',
        required: true,
        where: {
          age: { [Op.between]: [session.get('min_age'), session.get('max_age')] as [number, number] },
        },
      },
    ],
    where: {
      user_id: { [Op.ne]: me, [Op.notIn]: met },
      status: 'active',
      last_active: { [Op.gte]: new Date(now.getTime() - 15_000) },
    },
    order: [['last_active', 'DESC']],
  });
  response.json({ match_found: false, message: found ? 'seen' : 'No active users found' });
});
app.listen(Number(process.env.PORT), '127.0.0.1');
