-- Entries, the jobs they bring, and claims of callers; each once. A script is one step to every other client, and reaches
-- the append-only file as one MULTI: the traces of an entry are all there, or none.
-- ARGV: 5 bounds; then items:
--   'entry' and 11 values; answered by 1 if it is new and true of who waits, else 0
--   'job', its mark, the number of commands that enqueue it, and for each its length and words; no answer
--   'claim', caller, new incident, now, within (seconds); answered by the incident the contact belongs to
local seen_seconds, index_seconds, feed_length, inbox_length, gateway_length = unpack(ARGV, 1, 5)

-- Takes an incident out of the line it waits in, or from the desk that has it; answers what was known of its wait.
local function take_away(incident)
  local text = redis.call('HGET', 'waits', incident)
  local wait = text and cjson.decode(text)
  if wait then
    redis.call('HDEL', 'waits', incident)
    redis.call('ZREM', 'waiting:' .. wait.queue, incident)
  end
  return wait
end

-- Raised ones first, who is nearest to the bound before others; then by priority, then who has waited longest. Seconds
-- since the epoch have ten digits for ages, so a priority weighs more than any of them.
local function put_in_line(incident, wait)
  local score = wait.raised and wait.since + (wait.bound or 0) or wait.priority * 1e11 + wait.since
  redis.call('HSET', 'waits', incident, cjson.encode(wait))
  redis.call('ZADD', 'waiting:' .. wait.queue, string.format('%.4f', score), incident)
end

-- A new reading sets nobody back, and gives nobody back to a queue that did not answer.
local function joined(before, wait)
  wait.since, wait.raised = math.min(before.since, wait.since), before.raised
  wait.priority = math.min(before.priority, wait.priority)
  wait.bound = math.min(before.bound or wait.bound or 0, wait.bound or before.bound or 0)
  wait.bound = wait.bound > 0 and wait.bound or nil
  if before.first == wait.first then
    wait.queue, wait.entered = before.queue, before.entered
  end
  return wait
end

-- What an entry changes about who waits for a desk (waiting.py tells it); false: it is not as the entry says, so the
-- entry is none.
local function change_waiting(incident, change)
  local held = redis.call('HGET', 'held', incident)
  held = held and cjson.decode(held)
  if change.how == 'end' then
    redis.call('HDEL', 'held', incident)
    take_away(incident)
    return true
  elseif change.how == 'release' then
    if not held or held.desk ~= change.desk then
      return false
    end
    redis.call('HDEL', 'held', incident)
    local wait = held.later and joined(held, held.later) or held
    wait.desk, wait.at, wait.later, wait.raised, wait.entered = nil, nil, nil, true, change.at
    put_in_line(incident, wait)
    return true
  elseif change.how == 'wait' then
    if held then
      -- It stays with its desk; given back, it goes where it belongs by then.
      held.later = change.wait
      redis.call('HSET', 'held', incident, cjson.encode(held))
    else
      local before = take_away(incident)
      put_in_line(incident, before and joined(before, change.wait) or change.wait)
    end
    return true
  end
  local text = redis.call('HGET', 'waits', incident)
  local wait = text and cjson.decode(text)
  if not wait or wait.queue ~= change.queue or (change.how == 'raise' and wait.raised) then
    return false
  end
  take_away(incident)
  if change.how == 'accept' then
    wait.desk, wait.at = change.desk, change.at
    redis.call('HSET', 'held', incident, cjson.encode(wait))
  elseif change.how == 'raise' then
    wait.raised = true
    put_in_line(incident, wait)
  else
    wait.queue, wait.entered = change.to, change.at
    put_in_line(incident, wait)
  end
  return true
end

local function write_timeline(incident, entry)
  if incident == 'gateway' then
    redis.call('XADD', 'timeline:gateway', 'MAXLEN', '~', gateway_length, '*', 'e', entry)
  else
    redis.call('XADD', 'timeline:' .. incident, '*', 'e', entry)
  end
  redis.call('XADD', 'feed', 'MAXLEN', '~', feed_length, '*', 'e', entry)
end

local function add_entry(seen, incident, entry, at, stream, alone, inbox, opened, caller, closed, change)
  if redis.call('EXISTS', seen) == 1 then
    return 0
  end
  if change ~= '' and not change_waiting(incident, cjson.decode(change)) then
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
  -- What was spooled comes late: it must not make the caller's latest contact older.
  local at = (held[2] and tonumber(held[2]) > tonumber(now)) and held[2] or now
  redis.call('HSET', caller, 'incident', incident, 'at', at)
  redis.call('EXPIRE', caller, index_seconds)
  return incident
end

local answers, i = {}, 6
while i <= #ARGV do
  if ARGV[i] == 'entry' then
    answers[#answers + 1] = add_entry(unpack(ARGV, i + 1, i + 11))
    i = i + 12
  elseif ARGV[i] == 'claim' then
    answers[#answers + 1] = claim(unpack(ARGV, i + 1, i + 4))
    i = i + 5
  else
    i = add_job(i)
  end
end
return answers
