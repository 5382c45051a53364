-- Entries, the jobs they bring, and claims of callers; each once. A script is one step to every other client, and reaches
-- the append-only file as one MULTI: the traces of an entry are all there, or none.
-- ARGV: 5 bounds; then items:
--   'entry' and 13 values; answered by 1 if it is new, else 0
--   'job', its mark, the number of commands that enqueue it, and for each its length and words; no answer
--   'claim', caller, new incident, now, within (seconds); answered by the incident the contact belongs to
local seen_seconds, index_seconds, feed_length, inbox_length, gateway_length = unpack(ARGV, 1, 5)

local function leave_queue(incident)
  local key = redis.call('HGET', 'waits', incident)
  if key then
    redis.call('ZREM', key, incident)
    redis.call('HDEL', 'waits', incident)
  end
end

-- Who waits for a desk, and where; see script.py for the changes.
local function change_waiting(change, incident, where, score)
  if change == 'take' or change == 'end' then
    leave_queue(incident)
    if change == 'take' then
      redis.call('HSET', 'held', incident, where)
    else
      redis.call('HDEL', 'held', incident)
    end
    return
  end
  local before = redis.call('HGET', 'waits', incident)
  if change == 'back' then
    redis.call('HDEL', 'held', incident)
  elseif redis.call('HEXISTS', 'held', incident) == 1 or (change == 'move' and not before) then
    return
  end
  local stands = change == 'put' and before and redis.call('ZSCORE', before, incident)
  if stands and tonumber(stands) < tonumber(score) then
    score = stands
  end
  leave_queue(incident)
  redis.call('ZADD', where, score, incident)
  redis.call('HSET', 'waits', incident, where)
end

local function write_timeline(incident, entry)
  if incident == 'gateway' then
    redis.call('XADD', 'timeline:gateway', 'MAXLEN', '~', gateway_length, '*', 'e', entry)
  else
    redis.call('XADD', 'timeline:' .. incident, '*', 'e', entry)
  end
  redis.call('XADD', 'feed', 'MAXLEN', '~', feed_length, '*', 'e', entry)
end

local function add_entry(seen, incident, entry, at, stream, alone, inbox, opened, caller, closed, change, where, score)
  if redis.call('EXISTS', seen) == 1 then
    return 0
  end
  if alone == '' then
    write_timeline(incident, entry)
  end
  if stream ~= '' then
    redis.call('XADD', stream, '*', 'e', entry)
  end
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
  if change ~= '' then
    change_waiting(change, incident, where, score)
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
    answers[#answers + 1] = add_entry(unpack(ARGV, i + 1, i + 13))
    i = i + 14
  elseif ARGV[i] == 'claim' then
    answers[#answers + 1] = claim(unpack(ARGV, i + 1, i + 4))
    i = i + 5
  else
    i = add_job(i)
  end
end
return answers
