/** A planted bug: a guard that is there no more. */
export interface Mutant {
  name: string;
  /** What is replaced by what in which file; each must occur there exactly once. */
  edits: [file: string, from: string, to: string][];
  /** The tests that notice it, where it takes no order of steps; otherwise the evenings of the proof do. */
  tests?: string;
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
    name: 'no guard is compared when commands are committed',
    edits: [['core/store/commitStatement.ts', 'USING (owner, id, guard)', 'USING (owner, id)']],
  },
  {
    name: 'a vote does not bump the guard of its round',
    edits: [
      [
        'core/commands/draft.ts',
        "[{ table: 'rounds', how: 'update', row: { ...round } }, ...parts]",
        'parts',
      ],
    ],
    tests: 'test/decisions/decide.test.ts',
  },
  {
    name: 'two may begin on one device at once',
    edits: [['core/sessions/session.ts', '  touchDevice(draft, deviceId);\n', '']],
    tests: 'test/commands/batch.test.ts',
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
        "const ending: Ending = isOver(round, draft.now) ? { reason: 'clock', by: [] } : asked;",
        'const ending: Ending = asked;',
      ],
    ],
  },
  {
    name: 'the clock starts with the first who joins',
    edits: [
      [
        'core/rounds/join.ts',
        "seen.round.status === 'waiting' && otherThan(seen.participants, userId).joined_at",
        "seen.round.status === 'waiting'",
      ],
    ],
  },
  {
    name: 'joining again moves the deadline',
    edits: [
      [
        'core/rounds/join.ts',
        '  me.left_at = null;\n',
        `  me.left_at = null;
  if (seen.round.deadline_at) seen.round.deadline_at = clock.after(1, seen.round.deadline_at);
`,
      ],
    ],
  },
  {
    name: 'a decision is settled as soon as both have voted',
    edits: [
      [
        'core/decisions/decide.ts',
        '  afterVote(draft, seen, userId, decision);\n',
        `  afterVote(draft, seen, userId, decision);
  if (votes.size > 1 && decision !== 'continue')
    Object.assign(round, { status: 'passed', settled_at: draft.now });
`,
      ],
    ],
  },
  {
    name: 'a continue is answered with what the other one has said',
    edits: [
      [
        'core/decisions/decide.ts',
        '  admitVoters(draft, seen, 2, draft.now);\n  return outcomeOf(round, decision);',
        `  admitVoters(draft, seen, 2, draft.now);
  if (votes.size > 1 && !round.mutual_at) return 'passed';
  return outcomeOf(round, decision);`,
      ],
    ],
  },
  {
    name: 'a block leaves the vote as it was',
    edits: [
      ['core/safety/hiding.ts', '  withdrawVote(draft, seen, userId);\n', ''],
      ['core/decisions/decide.ts', ' && !seen.blocked_at', ''],
    ],
  },
  {
    name: 'a restriction is not asked about at the start',
    edits: [['core/sessions/session.ts', '  refuseEntry(draft, userId, deviceId);\n', '']],
  },
  {
    name: 'a repeated Start starts again',
    edits: [
      [
        'core/sessions/session.ts',
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
        '        addPage(mail, KEYS[boxes], from + 1)',
        "        addPage(mail, KEYS[boxes], from + 1)\n        redis.call('LTRIM', KEYS[boxes], 0, 0)",
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
  {
    name: 'a flag or block leaves a text round going',
    edits: [
      [
        'core/safety/hiding.ts',
        '  endRound(draft, before.live_round_id ?? round.id, ending);',
        "  if (round.mode !== 'text') endRound(draft, before.live_round_id ?? round.id, ending);",
      ],
    ],
  },
  {
    name: 'a flag or block by the id of an old round leaves the live one going',
    edits: [['core/safety/hiding.ts', 'before.live_round_id ?? round.id, ending', 'round.id, ending']],
  },
  {
    name: 'a finished round makes up for early exits on the device of one of the two only',
    edits: [
      [
        'core/rounds/end.ts',
        "if (ending.reason === 'clock') deviceIn",
        "if (ending.reason === 'clock' && user_id === participants[0]?.user_id) deviceIn",
      ],
    ],
  },
  {
    name: 'whoever confirmed a restriction may answer the appeal',
    edits: [
      [
        'core/safety/appeal.ts',
        '[restriction.issued_by, restriction.confirmed_by, appealed.user_id]',
        '[restriction.issued_by, appealed.user_id]',
      ],
    ],
  },
  {
    name: 'a restriction may be confirmed after it was lifted',
    edits: [['core/safety/lift.ts', ' || restriction.lifted_at !== null;', ';']],
  },
  {
    name: 'a restriction does not reach the devices on which the account is signed in',
    edits: [
      [
        'core/safety/restrict.ts',
        'WHERE user_id = $1 AND expires_at > $2\n',
        'WHERE user_id = $1 AND expires_at > $2 AND false\n',
      ],
    ],
  },
  {
    name: 'a restriction does not reach a device on which the account signs in later',
    edits: [
      [
        'core/accounts/signIn.ts',
        '  await reachDevice(tx, userId, deviceId); // locks journeys, which come before devices\n',
        '',
      ],
    ],
  },
  {
    name: 'a call goes on at a device on which a restricted account signs in',
    edits: [['core/safety/network.ts', '  await eject(tx, there);\n', '']],
  },
  {
    name: 'a voter is paired although the other has not voted',
    edits: [
      ['core/matching/people.ts', " AND NOT ${isHeldBack('j')}", ''],
      ['core/matching/commit.ts', " AND NOT ${isHeldBack('j')}", ''],
    ],
  },
  {
    name: 'a sign-in that overtakes a restriction is not found by it',
    edits: [
      [
        'core/safety/restrict.ts',
        '(await devicesOf(tx, userId)).some((id) => !devices.includes(id))',
        'devices.length === 0',
      ],
    ],
    tests: 'test/safety/reach.test.ts',
  },
  {
    name: 'a restriction that overtakes a sign-in is not found by it',
    edits: [
      [
        'core/safety/network.ts',
        "    if (await mustReach(tx, userId, deviceId)) throw new LostUpdate('The account was restricted meanwhile');\n",
        '',
      ],
    ],
    tests: 'test/safety/reach.test.ts',
  },
  {
    name: 'of two restrictions the one that ends is told, not the one for good',
    edits: [['core/restrictions/restricted.ts', 'r.until DESC NULLS FIRST', 'r.until DESC NULLS LAST']],
    tests: 'test/safety/reach.test.ts',
  },
  {
    name: 'a network is not known again after midnight',
    edits: [['core/safety/newcomer.ts', '[0, 24, 48].map(', '[0].map(']],
    tests: 'test/safety/newcomer.test.ts',
  },
  {
    name: 'an export tells the partner’s e-mail',
    edits: [
      [
        'core/accounts/export.ts',
        'p.left_at, p.quality\n',
        `p.left_at, p.quality, (SELECT email FROM users u
                WHERE u.id IN (r.user1_id, r.user2_id) AND u.id <> $1) AS with\n`,
      ],
    ],
    tests: 'test/accounts/erase.test.ts',
  },
  {
    name: 'an entry of the log need not follow the one before it',
    edits: [['core/audit/log.ts', ' || row.previous !== head', '']],
    tests: 'test/moderation/log.test.ts',
  },
  {
    name: 'an entry of the log may be missing',
    edits: [['core/audit/log.ts', 'row.seq !== entries + 1 || ', '']],
    tests: 'test/moderation/log.test.ts',
  },
  {
    name: 'of a batch of views only the last one wakes its holder',
    edits: [['db/lua/publish.lua', 'woken[#woken + 1] = user', 'woken[1] = user']],
    tests: 'test/journey/hold.test.ts',
  },
];
