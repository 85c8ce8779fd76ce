-- Answers a turn's polls of one pool: refreshes presence, notes that a request arrived, reads the view, and
-- the mailbox where one is asked for. One round trip whatever the pool's size.
--
-- KEYS[1]  sorted set: presence     KEYS[2]  sorted set: waiting     KEYS[3]  hash: facts about the pool
-- KEYS[2 + 2i]  hash: the view of poll i       KEYS[3 + 2i]  list: the mailbox (or the view again: none)
-- ARGV[1]  now (ms)
-- then for each poll: user id, arrived ('1' a new request, '0' one being held), seen ('', a version, or '-1': its
--                     answer carries no notice),
--                     after ('-' no mailbox, '' since the reader joined, or how many signals they have),
--                     known (the version that the process has at hand, whose view need not be sent)
-- returns  for each poll, false when there is no view, or
--          { version, private or false, body or false, notice, place in the queue (-1: none), size, estimated wait (s), mail }
--          notice: 0 nothing to see, 1 it has been seen (move on), 2 it is told by this answer
--          mail: false, or {} when there is none, or { generation, from, signal, … }: what follows `from`
local presence, waiting = KEYS[1], KEYS[2]
local now = ARGV[1]
local size, estimate
local replies = {}
for i = 1, (#ARGV - 1) / 5 do
  local view, box, at = KEYS[2 + 2 * i], KEYS[3 + 2 * i], 1 + (i - 1) * 5
  local user, arrived, seen, after = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local row = redis.call('HMGET', view, 'version', 'state', 'notice', 'delivered')
  if not row[2] then -- nothing, or the mark that bury.lua has left
    replies[i] = false
  else
    redis.call('ZADD', presence, now, user)
    -- Whether they have come since they were paired is asked of people in a round alone.
    if arrived == '1' and row[2] ~= 'WAITING' then
      redis.call('HSET', view, 'arrived', now)
    end
    local told = 0
    local notice = tonumber(row[3])
    -- Only what an answer has carried can have been seen: a person may know a later version from elsewhere.
    if notice > 0 and seen ~= '-1' then
      local sees = seen == '' and arrived == '1' or seen ~= '' and tonumber(seen) >= notice
      if sees and row[4] == row[3] then
        told = 1
      else
        redis.call('HSET', view, 'delivered', row[3])
        told = 2
      end
    end
    local place = -1
    if row[2] == 'WAITING' then
      -- Whoever waits from a later instant on has voted in secret: they count for nobody but themselves.
      size = size or redis.call('ZCOUNT', waiting, '-inf', now)
      place = math.min(redis.call('ZRANK', waiting, user) or -1, size)
      estimate = estimate or redis.call('HGET', KEYS[3], 'estimate') or ''
    end
    local mail = false
    if after ~= '-' then
      mail = {}
      local header = redis.call('LINDEX', box, 0)
      if header then
        local generation, joined = string.match(header, '^(.-):(%d+)$')
        local from = tonumber(after == '' and joined or after)
        mail = { generation, from, unpack(redis.call('LRANGE', box, from + 1, -1)) }
      end
    end
    local private, body = false, false
    if row[1] ~= ARGV[at + 5] then
      local sent = redis.call('HMGET', view, 'private', 'body')
      private, body = sent[1], sent[2]
    end
    replies[i] = { tonumber(row[1]), private, body, told, place, math.max(size or 0, place + 1), estimate or '', mail }
  end
end
return replies
