-- Entries, the jobs they bring, and claims of callers; each once. A script is one step to every other client, and reaches
-- the append-only file as one MULTI: the traces of an entry are all there, or none.
-- ARGV: 5 bounds; then items:
--   'entry' and 8 values; answered by 1 if it is new, else 0
--   'job', its mark, the number of commands that enqueue it, and for each its length and words; no answer
--   'claim', caller, new incident, now, within (seconds); answered by the incident the contact belongs to
local seen_seconds, index_seconds, feed_length, inbox_length, gateway_length = unpack(ARGV, 1, 5)

local function add_entry(seen, incident, entry, at, inbox, opened, caller, closed)
  if redis.call('EXISTS', seen) == 1 then
    return 0
  end
  if incident == 'gateway' then
    redis.call('XADD', 'timeline:gateway', 'MAXLEN', '~', gateway_length, '*', 'e', entry)
  else
    redis.call('XADD', 'timeline:' .. incident, '*', 'e', entry)
  end
  redis.call('XADD', 'feed', 'MAXLEN', '~', feed_length, '*', 'e', entry)
  if inbox ~= '' then
    redis.call('XADD', inbox, 'MAXLEN', '~', inbox_length, '*', 'e', entry)
  end
  if opened ~= '' then
    redis.call('ZADD', 'incidents', 'NX', at, incident)
  end
  if caller ~= '' then
    -- An entry that was spooled comes late: it must not hide a later call's incident.
    local latest = redis.call('HGET', caller, 'at')
    if not latest or tonumber(latest) <= tonumber(at) then
      redis.call('HSET', caller, 'incident', incident, 'at', at)
      redis.call('EXPIRE', caller, index_seconds)
    end
  end
  if closed ~= '' then
    redis.call('SET', closed, '', 'EX', index_seconds)
  end
  -- Last: Redis takes nothing back when a script fails, and what is marked is never stored again.
  redis.call('SET', seen, incident, 'EX', seen_seconds)
  return 1
end

-- Returns where the next item begins.
local function add_job(i)
  local mark, commands = ARGV[i + 1], tonumber(ARGV[i + 2])
  local new = redis.call('EXISTS', mark) == 0
  i = i + 3
  for _ = 1, commands do
    local words = tonumber(ARGV[i])
    if new then
      redis.call(unpack(ARGV, i + 1, i + words))
    end
    i = i + 1 + words
  end
  if new then
    redis.call('SET', mark, '', 'EX', seen_seconds)
  end
  return i
end

-- The caller's open incident of late, else the new one, which is then the latest.
local function claim(caller, new, now, within)
  local held = redis.call('HMGET', caller, 'incident', 'at')
  local incident = new
  if held[1] and tonumber(now) - tonumber(held[2]) <= tonumber(within)
      and redis.call('EXISTS', 'closed:' .. held[1]) == 0 then
    incident = held[1]
  end
  redis.call('HSET', caller, 'incident', incident, 'at', now)
  redis.call('EXPIRE', caller, index_seconds)
  return incident
end

local answers, i = {}, 6
while i <= #ARGV do
  if ARGV[i] == 'entry' then
    answers[#answers + 1] = add_entry(unpack(ARGV, i + 1, i + 8))
    i = i + 9
  elseif ARGV[i] == 'claim' then
    answers[#answers + 1] = claim(unpack(ARGV, i + 1, i + 4))
    i = i + 5
  else
    i = add_job(i)
  end
end
return answers
