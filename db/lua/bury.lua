-- Forgets a person who is gone. A mark stays in the place of their view, with a version that nothing is newer than:
-- a process that read them before they went, and writes only now, does not bring them back.
-- KEYS[1]  hash: the view        KEYS[2]  sorted set: presence        KEYS[3]  sorted set: waiting
-- ARGV[1]  user id               ARGV[2]  time to live of the mark (s)
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'version', 2147483647)
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
return 1
