-- Notes a sign of life.
-- KEYS[1]  sorted set: presence     KEYS[2]  hash: the person's view
-- ARGV[1]  user id                  ARGV[2]  now (ms)
-- returns  1 when the person has a view, otherwise 0 (a hash without a version would look like one)
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
if redis.call('HEXISTS', KEYS[2], 'version') == 1 then
  redis.call('HSET', KEYS[2], 'arrived', ARGV[2])
  return 1
end
return 0
