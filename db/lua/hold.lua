-- Refreshes the presence of people of one pool whose requests are being held, and says who has news. Cheaper
-- than a poll: nothing is read but two numbers a person.
-- KEYS[1]  sorted set: presence      KEYS[2i]  hash: the view of holder i      KEYS[2i + 1]  list: their mailbox
--                                              (or the view again: none)
-- ARGV[1]  now (ms), then for each holder: user id, version known, entries of the mailbox known (-1: none)
-- returns  the numbers (from 1) of those whose view is gone or newer, or whose mailbox has grown
local news = {}
local seen = {}
for i = 1, (#KEYS - 1) / 2 do
  local at = 1 + (i - 1) * 3
  seen[#seen + 1] = ARGV[1]
  seen[#seen + 1] = ARGV[at + 1]
  local known = ARGV[at + 3]
  if redis.call('HGET', KEYS[2 * i], 'version') ~= ARGV[at + 2] then
    news[#news + 1] = i
  elseif known ~= '-1' and redis.call('LLEN', KEYS[2 * i + 1]) ~= tonumber(known) then
    news[#news + 1] = i
  end
end
redis.call('ZADD', KEYS[1], unpack(seen))
return news
