/** A planted bug: a guard that is there no more. */
export interface Mutant {
  name: string;
  /** What is replaced by what in which file; each must occur there exactly once. */
  edits: [file: string, from: string, to: string][];
}

export const mutants: Mutant[] = [
  {
    name: 'the matchmaker commits whoever has moved since they were read',
    edits: [
      [
        'core/matching/commit.ts',
        ' AND w.version = j.version AND w.guard = j.guard\n     WHERE j.state',
        '\n     WHERE j.state',
      ],
    ],
  },
  {
    name: 'a leader that was replaced may still commit',
    edits: [
      [
        'core/matching/commit.ts',
        'WHERE EXISTS (SELECT 1 FROM matchmakers m WHERE m.pool = $2 AND m.fence = $3::bigint)',
        'WHERE $3::bigint IS NOT NULL',
      ],
    ],
  },
  {
    name: 'blocks and exclusions are looked at one way only',
    edits: [
      [
        'core/matching/commit.ts',
        `          WHERE (x.blocker_id = a.user_id OR x.blocker_device_id = a.device_id)
            AND`,
        '          WHERE false AND',
      ],
      [
        'core/matching/commit.ts',
        `          WHERE (x.user_id = a.user_id OR x.device_id = a.device_id)
            AND`,
        '          WHERE false AND',
      ],
      ['core/matching/roster.ts', 'return !avoids(p, q) && !avoids(q, p);', 'return true;'],
      ['core/matching/compatibility.ts', 'if (avoids(a, b) || avoids(b, a)) return false;', ''],
    ],
  },
  {
    name: 'nobody looks at cooldowns',
    edits: [
      ['core/matching/people.ts', 'row.cooldown_until?.getTime() ?? 0', '0'],
      [
        'core/matching/commit.ts',
        '       AND (j.cooldown_until IS NULL OR j.cooldown_until <= $4::timestamptz)\n',
        '',
      ],
      ['core/matching/commit.ts', 'AND d.cooldown_until > $4::timestamptz)', 'AND false)'],
    ],
  },
  {
    name: 'a journey is neither locked nor compared when it is saved',
    edits: [
      ['core/journey/advance.ts', '   ORDER BY user_id\n     FOR UPDATE`', '   ORDER BY user_id`'],
      ['core/journey/advance.ts', ' AND j.version = c.was', ''],
    ],
  },
  {
    name: 'each locks their own journey first',
    edits: [
      [
        'core/rounds/round.ts',
        'const journeys = await lockJourneys(tx, userIds);',
        `const own = userIds.toSorted((one) => (one === asParticipant ? -1 : 1));
  const journeys: Awaited<ReturnType<typeof lockJourneys>> = new Map();
  for (const one of own) for (const [id, row] of await lockJourneys(tx, [one])) journeys.set(id, row);`,
      ],
    ],
  },
  {
    name: 'the unique index of live seats is gone',
    edits: [
      [
        'db/migrations/0001_house.ts',
        'CREATE UNIQUE INDEX round_participants_one_live ON round_participants (user_id) WHERE live;',
        '',
      ],
    ],
  },
  {
    name: 'a round that has ended ends again',
    edits: [['core/rounds/end.ts', '  if (!isLive(round)) return round;\n', '']],
  },
  {
    name: 'after the deadline a round still ends as was asked',
    edits: [
      [
        'core/rounds/end.ts',
        "const ending: Ending = isOver(round, tx.now) ? { reason: 'clock', by: [] } : asked;",
        'const ending: Ending = asked;',
      ],
    ],
  },
  {
    name: 'the clock starts with the first who joins',
    edits: [
      ['core/rounds/join.ts', "round.status === 'waiting' && peer.joined_at", "round.status === 'waiting'"],
    ],
  },
  {
    name: 'joining again moves the deadline',
    edits: [
      [
        'core/rounds/join.ts',
        'else await remark(tx, locked, userId);',
        `else {
    await remark(tx, locked, userId);
    await tx.sql("UPDATE rounds SET deadline_at = deadline_at + interval '1 second' WHERE id = $1", [round.id]);
  }`,
      ],
    ],
  },
  {
    name: 'a decision is settled as soon as both have voted',
    edits: [
      [
        'core/decisions/decide.ts',
        'await afterVote(tx, locked, userId, decision);',
        `await afterVote(tx, locked, userId, decision);
    if (votes.size > 0 && decision !== 'continue') {
      round.settled_at = tx.now;
      await tx.sql("UPDATE rounds SET status = 'passed', settled_at = $2 WHERE id = $1", [roundId, tx.now]);
    }`,
      ],
    ],
  },
  {
    name: 'a continue is answered with what the other one has said',
    edits: [
      [
        'core/decisions/decide.ts',
        '    await saveJourneys(tx, locked.journeys.values());\n    return outcomeOf(locked, decision);',
        "    await saveJourneys(tx, locked.journeys.values());\n    if (votes.size > 0 && !round.mutual_at) return 'passed';\n    return outcomeOf(locked, decision);",
      ],
    ],
  },
  {
    name: 'a block leaves the vote as it was',
    edits: [
      ['core/safety/block.ts', '    await withdrawVote(tx, locked, userId);\n', ''],
      ['core/decisions/decide.ts', "includes('continue') && !blockedAt)", "includes('continue'))"],
    ],
  },
  {
    name: 'a restriction is not asked about under the lock',
    edits: [['core/matching/session.ts', '  await refuseRestrictedIn(tx, who.userId, who.deviceId);\n', '']],
  },
  {
    name: 'a repeated Start starts again',
    edits: [
      [
        'core/matching/session.ts',
        'key: idempotencyKey, request: preferences',
        'key: newId(), request: preferences',
      ],
    ],
  },
  {
    name: 'a view is written over a newer one',
    edits: [['db/lua/publish.lua', '  if version > current then', '  if version > 0 then']],
  },
  {
    name: 'reading signals takes them out',
    edits: [
      [
        'db/lua/poll.lua',
        "        mail = { generation, from, unpack(redis.call('LRANGE', KEYS[boxes], from + 1, -1)) }",
        "        mail = { generation, from, unpack(redis.call('LRANGE', KEYS[boxes], from + 1, -1)) }\n        redis.call('LTRIM', KEYS[boxes], 0, 0)",
      ],
    ],
  },
  {
    name: 'signals are taken after the end',
    edits: [['db/lua/append.lua', "if view[2] ~= ARGV[3] or view[3] ~= '1' or over then", 'if false then']],
  },
  {
    name: 'whoever is erased leaves no mark',
    edits: [['db/lua/bury.lua', "redis.call('HSET', KEYS[1], 'version', 2147483647)\n", '']],
  },
];
