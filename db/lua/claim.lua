-- Claims the restoration of a pool's views, once for each run of Redis and PostgreSQL; the marker goes with an emptied
-- Redis.
-- KEYS[1]  hash: the watch of the pool
-- ARGV[1]  the runs of Redis and PostgreSQL
-- returns  1 for the first caller, otherwise 0
if redis.call('HGET', KEYS[1], 'restored') == ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'restored', ARGV[1])
return 1
