-- Writes the views of some people of one pool, each only over an older one, keeps the waiting set in step,
-- and wakes their holders. Atomic, so that a view and a place in the queue never disagree, and a slow writer
-- never covers a newer state.
--
-- KEYS[1]  sorted set: waiting           KEYS[1 + i]  hash: the view of person i
-- ARGV[1]  channel: wake                 ARGV[2]  pool
-- then for each person: user id, version, in the pool ('1'/'0'), counted in the queue from (ms) or '', state,
--                       notice version,
--                       round id or '', live ('1'/'0'), deadline (ms), epoch, peer epoch,
--                       private view (JSON), body (JSON), whom they met in this session (user ids)
-- returns  how many views were written
local written = 0
local woken = {}
for i = 1, #KEYS - 1 do
  local view, at = KEYS[1 + i], 2 + (i - 1) * 14
  local user, version = ARGV[at + 1], tonumber(ARGV[at + 2])
  local current = tonumber(redis.call('HGET', view, 'version') or '-1')
  if version > current then
    redis.call('HSET', view, 'version', version, 'state', ARGV[at + 5], 'notice', ARGV[at + 6],
      'round', ARGV[at + 7], 'live', ARGV[at + 8], 'deadline', ARGV[at + 9], 'epoch', ARGV[at + 10],
      'peer_epoch', ARGV[at + 11], 'private', ARGV[at + 12], 'body', ARGV[at + 13],
      'met', ARGV[at + 14])
    redis.call('EXPIRE', view, 86400)
    if ARGV[at + 4] ~= '' then
      redis.call('ZADD', KEYS[1], ARGV[at + 4], user)
    else
      redis.call('ZREM', KEYS[1], user)
    end
    written = written + 1
    woken[#woken + 1] = user .. ':' .. version .. ':' .. ARGV[at + 3]
  end
end
if written > 0 then
  redis.call('PUBLISH', ARGV[1], ARGV[2] .. ' ' .. table.concat(woken, ' '))
end
return written
