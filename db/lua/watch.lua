-- Says since when presence has been continuously available. Every sweeper calls it once a second; a gap of
-- five seconds (Redis was away, or no sweeper ran) or a missing record (Redis was emptied) starts it anew.
-- KEYS[1]  hash: since, alive (ms)
-- ARGV[1]  now (ms)
-- returns  since (ms)
local now = tonumber(ARGV[1])
local record = redis.call('HMGET', KEYS[1], 'since', 'alive')
local since, alive = tonumber(record[1]), tonumber(record[2])
if not since or now - alive > 5000 then
  since = now
  redis.call('HSET', KEYS[1], 'since', since)
end
if not alive or now > alive then
  redis.call('HSET', KEYS[1], 'alive', now)
end
return since
