-- Opens a mailbox for a reader who joins, or joins again: a later page starts after what was meant for the page
-- before it. Its partner hears of the join before this runs, and may have written to the new page already.
-- KEYS[1]  list: the mailbox        KEYS[2]  hash: what the reader has sent
-- ARGV[1]  a generation, should there be no mailbox    ARGV[2]  epoch    ARGV[3]  time to live (s)
-- returns  { generation, from }
local epoch = tonumber(ARGV[2])
local known = tonumber(redis.call('HGET', KEYS[2], 'epoch') or '0')
local header = redis.call('LINDEX', KEYS[1], 0)
local generation, from = string.match(header or ARGV[1] .. ':0', '^(.-):(%d+)$')
from = tonumber(from)
if not header then
  redis.call('RPUSH', KEYS[1], generation .. ':0')
elseif epoch > 1 and epoch >= known then
  from = redis.call('LLEN', KEYS[1]) - 1
  while from > 0 and tonumber(string.match(redis.call('LINDEX', KEYS[1], from), '^%d+:(%d+) ')) >= epoch do
    from = from - 1
  end
  redis.call('LSET', KEYS[1], 0, generation .. ':' .. from)
end
-- Of two joins at once the earlier may come later: it takes nothing back.
if epoch > known then
  redis.call('HSET', KEYS[2], 'epoch', epoch, 'last', 0, 'gone', '')
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return { generation, from }
