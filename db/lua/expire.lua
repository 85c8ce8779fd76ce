-- Gives several keys the same time to live: the mailboxes of a round that has ended, in one command.
-- KEYS     what is to expire
-- ARGV[1]  time to live (s)
-- returns  how many of them are there
local found = 0
for _, key in ipairs(KEYS) do
  found = found + redis.call('EXPIRE', key, ARGV[1])
end
return found
