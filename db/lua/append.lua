-- Appends signals to the partner's mailbox. Idempotent on (writer, epoch, client_seq) or on a tag: what is there
-- already is acknowledged again, and a gap ends the batch with what is acknowledged so far. Judged by the writer's view:
-- only a person who sits in this live round, in their latest page, writes; nothing is dropped without being said.
--
-- KEYS[1]  hash: the writer's view    KEYS[2]  list: the partner's mailbox    KEYS[3]  hash: what was sent
-- KEYS[4]  sorted set: presence
-- ARGV[1]  writer   ARGV[2]  partner   ARGV[3]  round   ARGV[4]  now (ms)   ARGV[5]  epoch or '' (the latest)
-- ARGV[6]  peer epoch or '' (the latest)    ARGV[7]  most entries and most bytes: '500 262144'    ARGV[8]  a generation, should there be
-- no mailbox    ARGV[9]  time to live (s)   ARGV[10]  channel: wake   ARGV[11]  pool
-- then for each signal: client_seq, or a tag, or '' (always new); the signal (JSON, kept behind the epochs of
--                       the writer's page and of the partner's that it is meant for)
-- returns  { code, last acknowledged client_seq, dropped, epoch, peer epoch }
--          code: 1 taken, 0 no view, -1 not in this live round, -2 not joined, -3 older page, -4 mailbox full,
--          -6 a newer page than the view knows
--          dropped: how many of these were stale for the partner's page, now or when they first came
local view = redis.call('HMGET', KEYS[1], 'version', 'round', 'live', 'deadline', 'epoch', 'peer_epoch')
if not view[2] then -- nothing, or the mark that bury.lua has left
  return { 0, 0, 0, 0, 0 }
end
redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
redis.call('HSET', KEYS[1], 'arrived', ARGV[4])
local deadline, epoch, peer = tonumber(view[4]), tonumber(view[5]), tonumber(view[6])
local over = deadline > 0 and tonumber(ARGV[4]) >= deadline
if view[2] ~= ARGV[3] or view[3] ~= '1' or over then
  return { -1, 0, 0, 0, 0 }
end
local page = tonumber(ARGV[5]) or epoch
if page ~= epoch then
  return { page > epoch and -6 or -3, 0, 0, epoch, peer }
end
if epoch == 0 then
  return { -2, 0, 0, epoch, peer }
end
local last, gone, counts = 0, '', true
local sent = redis.call('HMGET', KEYS[3], 'epoch', 'last', 'gone')
if sent[1] == tostring(epoch) then
  last, gone = tonumber(sent[2]), sent[3] or ''
elseif not sent[1] then
  -- The join has opened the count: Redis was emptied since, and the writer goes on from where they are. Only a
  -- number says where that is: what has none (a line of chat) must not open the count at nothing.
  local first = tonumber(ARGV[12])
  last, counts = (first or 1) - 1, first ~= nil
end
-- A signal for a partner who has not joined yet (0) is for their first page.
local meant = tonumber(ARGV[6])
local stale = meant and meant < peer and not (meant == 0 and peer == 1)
local box = KEYS[2]
local length = redis.call('LLEN', box)
local most, mostBytes = string.match(ARGV[7], '^(%d+) (%d+)$')
most, mostBytes = tonumber(most), tonumber(mostBytes)
local bytes = tonumber(redis.call('HGET', KEYS[3], 'bytes') or '0')
local appended, dropped, code = 0, 0, 1
for at = 12, #ARGV, 2 do
  local seq = tonumber(ARGV[at])
  local tag = not seq and ARGV[at] ~= '' and ARGV[at]
  local fresh = not seq or seq == last + 1
  if tag then
    fresh = redis.call('HEXISTS', KEYS[3], tag) == 0
  end
  if seq and seq > last + 1 then
    break
  end
  if fresh and not stale then
    if length == 0 then
      redis.call('RPUSH', box, ARGV[8] .. ':0')
      length = 1
    end
    local entry = epoch .. ':' .. (meant or peer) .. ' ' .. ARGV[at + 1]
    if length > most or bytes + #entry > mostBytes then
      code = -4
      break
    end
    redis.call('RPUSH', box, entry)
    bytes = bytes + #entry
    length = length + 1
    appended = appended + 1
  end
  local number = seq and ' ' .. seq .. ' '
  if fresh and stale then
    dropped = dropped + 1
    gone = gone .. (number or '')
  elseif number and string.find(gone, number, 1, true) then
    dropped = dropped + 1
  end
  if seq and fresh then
    last = seq
  elseif tag then
    redis.call('HSET', KEYS[3], tag, '')
  end
end
if counts then
  -- A client that repeats a batch has not received its answer: it does not go far back.
  redis.call('HSET', KEYS[3], 'epoch', epoch, 'last', last, 'gone', string.sub(gone, -2000))
end
if appended > 0 then
  redis.call('HSET', KEYS[3], 'bytes', bytes)
end
redis.call('EXPIRE', KEYS[3], ARGV[9])
if appended > 0 then
  redis.call('EXPIRE', box, ARGV[9])
  redis.call('PUBLISH', ARGV[10], ARGV[11] .. ' ' .. ARGV[2] .. ':0:-')
end
return { code, last, dropped, epoch, peer }
