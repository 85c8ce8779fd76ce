-- Opens a mailbox for a reader who joins, or joins again: whoever comes back starts after what is there,
-- since it was meant for their page before.
-- KEYS[1]  list: the mailbox        KEYS[2]  hash: what the reader has sent
-- ARGV[1]  a generation, should there be no mailbox    ARGV[2]  epoch    ARGV[3]  time to live (s)
-- returns  { generation, from }
local header = redis.call('LINDEX', KEYS[1], 0)
local generation = header and string.match(header, '^(.-):') or ARGV[1]
local from = 0
if header then
  from = tonumber(ARGV[2]) > 1 and redis.call('LLEN', KEYS[1]) - 1 or 0
  redis.call('LSET', KEYS[1], 0, generation .. ':' .. from)
else
  redis.call('RPUSH', KEYS[1], generation .. ':0')
end
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('HSET', KEYS[2], 'epoch', ARGV[2], 'last', 0)
redis.call('EXPIRE', KEYS[2], ARGV[3])
return { generation, from }
