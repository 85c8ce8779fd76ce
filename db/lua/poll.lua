-- Answers a batch of polls of one pool: refreshes presence, notes that a request arrived, reads the view, and
-- the mailbox where one is asked for. One round trip for any size of the pool.
--
-- KEYS[1]  sorted set: presence     KEYS[2]  sorted set: waiting     KEYS[3]  hash: facts about the pool
-- KEYS[3 + i]  hash: the view of poll i; its name ends with the user id
-- KEYS[…]      list: the mailbox of each poll that reads one, in their order, after all views
-- ARGV[1]  now (ms), the most bytes of a mailbox that one answer takes, and since when those heard of are here (ms)
-- ARGV[1 + i]  poll i in four words: arrived ('1' a new request, '0' one being held),
--              known (the version that the process has at hand, whose view need not be sent, or '-'),
--              seen ('-', a version, or '-1': its answer carries no notice),
--              after ('-' no mailbox, '0 -' since the reader joined, or 1 + how many signals they have, and of
--              which generation)
-- returns  { size of the queue, estimated wait (s) or '', reply 1, … }; a reply is
--          false when there is no view, or
--          the place in the queue (-1: none; -3 - place: everybody here was met in this session) when there is nothing
--          else to say, or
--          -2 when there is no place, and the mailbox is as the reader knows it, or
--          { place, version, private or false, body or false, notice, mail }
--          notice: 0 nothing to see, 1 it has been seen (move on), 2 it is told by this answer
--          mail: false, or {} when there is none, or { generation, from, signal, … }: what follows `from`, as much as
--          fits one answer and never nothing where there is something
local presence, waiting = KEYS[1], KEYS[2]
local now, pageBytes, hereSince = string.match(ARGV[1], '^(%d+) (%d+) (%d+)$')
pageBytes, hereSince = tonumber(pageBytes), tonumber(hereSince)
local polls = #ARGV - 1
local replies = { 0, '' }
local here = {}
local counted = false
local boxes = 3 + polls
local present

-- Entries of a mailbox from an index on, until the page is full. Read a few at a time: a mailbox is larger than a page.
local function addPage(mail, box, first)
  local few = 8
  local bytes = 0
  while true do
    local entries = redis.call('LRANGE', box, first, first + few - 1)
    for _, entry in ipairs(entries) do
      bytes = bytes + #entry
      if bytes > pageBytes and #mail > 2 then
        return
      end
      mail[#mail + 1] = entry
    end
    if #entries < few then
      return
    end
    first = first + few
  end
end

-- Whether this person has met another in this session, and all others who are here are among those they met. It depends
-- on their own meetings and on who is here, never on a block, a vote or a flag.
local function hasMetAll(view, user)
  local met = redis.call('HGET', view, 'met')
  if not met or met == '' then
    return false
  end
  present = present or redis.call('ZCOUNT', presence, hereSince, '+inf')
  if present > (#met + 1) / 37 + 1 then -- ids of 36 characters, with spaces between them
    return false
  end
  local others = present
  local mine = tonumber(redis.call('ZSCORE', presence, user) or '-1')
  if mine >= hereSince then
    others = others - 1
  end
  local ids = {}
  for id in string.gmatch(met, '%S+') do
    ids[#ids + 1] = id
  end
  for _, seen in ipairs(redis.call('ZMSCORE', presence, unpack(ids))) do
    if seen and tonumber(seen) >= hereSince then
      others = others - 1
    end
  end
  return others == 0
end

for i = 1, polls do
  local view = KEYS[3 + i]
  local user = string.sub(view, -36)
  local arrived, known, seen, after, log = string.match(ARGV[1 + i], '^(%d) (%S+) (%S+) (%d*).?(%S*)')
  if after ~= '' then
    boxes = boxes + 1
  end
  local row = redis.call('HMGET', view, 'version', 'state', 'notice', 'delivered')
  local state = row[2]
  if not state then -- nothing, or the mark that bury.lua has left
    replies[2 + i] = false
  else
    here[#here + 1] = now
    here[#here + 1] = user
    -- Whether they have come since they were paired is asked of people in a round alone.
    if arrived == '1' and state ~= 'WAITING' then
      redis.call('HSET', view, 'arrived', now)
    end
    local told = 0
    -- Only what an answer has carried can have been seen: a person may know a later version from elsewhere.
    if row[3] ~= '0' and seen ~= '-1' then
      local sees = seen == '-' and arrived == '1' or seen ~= '-' and tonumber(seen) >= tonumber(row[3])
      if sees and row[4] == row[3] then
        told = 1
      else
        redis.call('HSET', view, 'delivered', row[3])
        told = 2
      end
    end
    local place = -1
    if state == 'WAITING' then
      if not counted then
        -- A person who waits from a later instant on has voted in secret: they are counted only for themselves.
        replies[1] = redis.call('ZCOUNT', waiting, '-inf', now)
        replies[2] = redis.call('HGET', KEYS[3], 'estimate') or ''
        counted = true
      end
      place = math.min(redis.call('ZRANK', waiting, user) or -1, replies[1])
      if place >= 0 and hasMetAll(view, user) then
        place = -3 - place
      end
    end
    local mail, quiet = false, false
    if after ~= '' then
      mail = {}
      local header = redis.call('LINDEX', KEYS[boxes], 0)
      if header then
        local generation, joined = string.match(header, '^(.-):(%d+)$')
        local from = after == '0' and tonumber(joined) or tonumber(after) - 1
        mail = { generation, from }
        addPage(mail, KEYS[boxes], from + 1)
        quiet = #mail == 2 and generation == log
      end
    end
    if row[1] ~= known then
      local sent = redis.call('HMGET', view, 'private', 'body')
      replies[2 + i] = { place, tonumber(row[1]), sent[1], sent[2], told, mail }
    elseif quiet and told == 0 and place == -1 then
      replies[2 + i] = -2
    elseif told > 0 or mail then
      replies[2 + i] = { place, tonumber(row[1]), false, false, told, mail }
    else
      replies[2 + i] = place
    end
  end
end
if #here > 0 then
  redis.call('ZADD', presence, unpack(here))
end
return replies
