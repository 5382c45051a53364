-- Entries, the jobs they bring, and claims of callers; each once. A script is one step to every other client, and reaches
-- the append-only file as one MULTI: the traces of an entry are all there, or none.
-- ARGV: 5 bounds; then items:
--   'entry' and 11 values; answered by 1 if it is new and true of who waits, else 0
--   'job', its mark, the number of commands that enqueue it, and for each its length and words; no answer
--   'claim', caller, new incident, now, within (seconds); answered by the incident the contact
--   belongs to, and, if that is the new one, by the caller's incident before it and when he was heard of in it (or '')
local seen_seconds, index_seconds, feed_length, inbox_length, gateway_length = unpack(ARGV, 1, 5)

-- What waits is named by its incident; the words of violence, where they wait apart from the task, by this.
local function words_of(incident)
  return incident .. '#words'
end

local function read(hash, name)
  local text = redis.call('HGET', hash, name)
  return text and cjson.decode(text)
end

-- Takes what waits out of its line, and out of sight of those it has passed; answers what was known of its wait.
local function take_away(name)
  local wait = read('waits', name)
  if wait then
    redis.call('HDEL', 'waits', name)
    redis.call('ZREM', 'waiting:' .. wait.queue, name)
    for _, queue in ipairs(wait.passed or {}) do
      redis.call('ZREM', 'passed:' .. queue, name)
    end
  end
  return wait
end

-- Raised ones first, who is nearest to the bound before others; then by priority, then who has waited longest. Seconds
-- since the epoch have ten digits for ages, so a priority weighs more than any of them.
local function put_in_line(name, wait)
  local score = wait.raised and wait.since + (wait.bound or 0) or wait.priority * 1e11 + wait.since
  redis.call('HSET', 'waits', name, cjson.encode(wait))
  score = string.format('%.4f', score)
  redis.call('ZADD', 'waiting:' .. wait.queue, score, name)
  for _, queue in ipairs(wait.passed or {}) do
    redis.call('ZADD', 'passed:' .. queue, score, name)
  end
end

-- The queues that a wait has been in, where it goes on to another one.
local function passed_by(wait, to)
  local passed = {wait.queue}
  for _, queue in ipairs(wait.passed or {}) do
    if queue ~= wait.queue and queue ~= to then
      passed[#passed + 1] = queue
    end
  end
  return passed
end

local function keep(name, held)
  redis.call('HSET', 'held', name, cjson.encode(held))
end

-- A new reading sets nobody back, and gives nobody back to a queue that did not answer.
local function joined(before, wait)
  wait.since, wait.raised = math.min(before.since, wait.since), before.raised
  wait.part, wait.violent = before.part, before.violent or wait.violent
  wait.priority = math.min(before.priority, wait.priority)
  wait.bound = math.min(before.bound or wait.bound or 0, wait.bound or before.bound or 0)
  wait.bound = wait.bound > 0 and wait.bound or nil
  if before.first == wait.first then
    wait.queue, wait.entered, wait.passed = before.queue, before.entered, before.passed
  end
  return wait
end

-- An incident waits, anew or with another reading.
local function wait_for_desk(incident, wait)
  wait.violent = redis.call('EXISTS', 'violent:' .. incident) == 1 or nil
  local words = words_of(incident)
  if redis.call('HEXISTS', 'waits', words) == 1 or redis.call('HEXISTS', 'held', words) == 1 then
    wait.part = 'task'
  end
  local held = read('held', incident)
  if held then
    -- It stays with its desk; given back, it goes where it belongs by then.
    held.later = wait
    keep(incident, held)
  else
    local before = take_away(incident)
    put_in_line(incident, before and joined(before, wait) or wait)
  end
end

-- Callers who hung up before anybody answered, by the queue they were in, and of violence in a list besides: the queue's
-- agency may be one that may not know of it. They stand there until a desk has them.
local most_missed, missed_seconds = 200, 86400
local function list_missed(queue, incident, at)
  local line = 'missed:' .. queue
  redis.call('ZADD', line, at, incident)
  redis.call('ZREMRANGEBYSCORE', line, '-inf', at - missed_seconds)
  redis.call('ZREMRANGEBYRANK', line, 0, -most_missed - 1)
  redis.call('EXPIRE', line, missed_seconds)
end

-- Whoever was taken on, by agency, and which desk did: those of a desk that has gone are put back.
local function take_on(incident, change)
  redis.call('ZADD', 'taken_on', change.at, incident)
  redis.call('ZREMRANGEBYSCORE', 'taken_on', '-inf', change.at - missed_seconds)
  redis.call('HSET', 'taken_on:' .. incident, change.queue, change.desk)
  redis.call('EXPIRE', 'taken_on:' .. incident, missed_seconds)
  redis.call('ZREM', 'missed:' .. change.queue, incident)
end

-- It stands where it stood, by its hang-up.
local function put_back(incident, change)
  if redis.call('HGET', 'taken_on:' .. incident, change.queue) ~= change.desk then
    return false
  end
  redis.call('HDEL', 'taken_on:' .. incident, change.queue)
  if redis.call('GET', 'missed_in:' .. incident) == change.queue then
    list_missed(change.queue, incident, change.since)
  end
  return true
end

local function no_longer_missed(incident)
  redis.call('ZREM', 'taken_on', incident)
  redis.call('DEL', 'taken_on:' .. incident)
  local queue = redis.call('GET', 'missed_in:' .. incident)
  if queue then
    redis.call('ZREM', 'missed:' .. queue, incident)
    redis.call('ZREM', 'missed:#violence', incident)
    redis.call('DEL', 'missed_in:' .. incident)
  end
end

local function become_missed(incident, change)
  no_longer_missed(incident)
  redis.call('SET', 'missed_in:' .. incident, change.queue, 'EX', missed_seconds)
  list_missed(change.queue, incident, change.at)
  if redis.call('EXISTS', 'violent:' .. incident) == 1 then
    list_missed('#violence', incident, change.at)
  end
end

-- A desk of a queue has the caller, or the caller's words. Of violence a task that another agency has to do stays.
local function become_reached(incident, queue)
  if redis.call('EXISTS', 'violent:' .. incident) == 1 then
    redis.call('ZREM', 'missed:' .. queue, incident)
    redis.call('ZREM', 'missed:#violence', incident)
    redis.call('HDEL', 'taken_on:' .. incident, queue)
  else
    no_longer_missed(incident)
  end
end

-- What the law wants of a case in time, by when; it is listed until it is told as done, or nobody asks any more.
local listed_seconds = 2592000
local function begin_limits(incident, change)
  for what, due in pairs(change.due) do
    local line = 'limit:' .. what
    redis.call('ZADD', line, 'NX', due, incident)
    redis.call('ZREMRANGEBYSCORE', line, '-inf', change.at - listed_seconds)
  end
end

-- It is violence, whatever was read of it before: who looks after the lines must know, and does not read timelines.
local function become_violent(incident, change)
  redis.call('SET', 'violent:' .. incident, '', 'EX', index_seconds)
  begin_limits(incident, change)
  local queue = redis.call('GET', 'missed_in:' .. incident)
  local at = queue and redis.call('ZSCORE', 'missed:' .. queue, incident)
  if at then
    list_missed('#violence', incident, tonumber(at))
  end
  local held, wait = read('held', incident), read('waits', incident)
  if held then
    held.violent = true
    keep(incident, held)
  elseif wait then
    wait.violent = true
    redis.call('HSET', 'waits', incident, cjson.encode(wait))
  end
end

-- The words wait apart from the task, which stays where it is.
local function part(incident, change)
  local words = words_of(incident)
  local held, wait = read('held', incident), read('waits', incident)
  local task = held or wait
  if not task or task.queue ~= change.from
      or redis.call('HEXISTS', 'waits', words) == 1 or redis.call('HEXISTS', 'held', words) == 1 then
    return false
  end
  task.part, task.violent, change.wait.violent = 'task', true, true
  if held then
    keep(incident, held)
  else
    redis.call('HSET', 'waits', incident, cjson.encode(wait))
    change.wait.since = math.min(wait.since, change.wait.since)
  end
  put_in_line(words, change.wait)
  return true
end

local function give_back(name, change)
  local held = read('held', name)
  if not held or held.desk ~= change.desk then
    return false
  end
  redis.call('HDEL', 'held', name)
  if change.how == 'release' then
    local wait = held.later and joined(held, held.later) or held
    wait.desk, wait.at, wait.later, wait.raised, wait.entered = nil, nil, nil, true, change.at
    put_in_line(name, wait)
  end
  return true
end

local function change_line(name, change)
  local wait = read('waits', name)
  if not wait or wait.queue ~= change.queue or (change.how == 'raise' and wait.raised) then
    return false
  end
  take_away(name)
  if change.how == 'accept' then
    wait.desk, wait.at = change.desk, change.at
    keep(name, wait)
  elseif change.how == 'raise' then
    wait.raised = true
    put_in_line(name, wait)
  else
    -- Whom a person sends elsewhere those before have no more to do with.
    wait.passed = change.how == 'go_on' and passed_by(wait, change.to) or nil
    wait.queue, wait.entered = change.to, change.at
    put_in_line(name, wait)
  end
  return true
end

-- The callers whom a desk had on the line of late: when they are gone, nothing waits or is held of their cases.
local most_calls, calls_seconds = 50, 86400
local function remember_call(incident, change)
  local calls = 'answered:' .. change.desk
  redis.call('ZADD', calls, change.at, incident)
  redis.call('ZREMRANGEBYRANK', calls, 0, -most_calls - 1)
  redis.call('EXPIRE', calls, calls_seconds)
end

-- What an entry changes about who waits for a desk (changes.py tells it); false: it is not as the entry says, so the
-- entry is none.
local function change_waiting(incident, change)
  if change.how == 'end' then
    local whole = read('held', incident) or read('waits', incident)
    -- A task that is apart stays until whoever has it has done it: an ambulance may be on its way.
    for _, name in ipairs({words_of(incident), not (whole and whole.part) and incident or nil}) do
      redis.call('HDEL', 'held', name)
      take_away(name)
    end
    redis.call('DEL', 'violent:' .. incident)
    no_longer_missed(incident)
  elseif change.how == 'answered' then
    remember_call(incident, change)
    become_reached(incident, change.queue)
  elseif change.how == 'rings' then
    no_longer_missed(incident)
  elseif change.how == 'missed' then
    become_missed(incident, change)
  elseif change.how == 'taken' then
    remember_call(incident, change)
    take_on(incident, change)
  elseif change.how == 'put_back' then
    return put_back(incident, change)
  elseif change.how == 'wait' then
    wait_for_desk(incident, change.wait)
  elseif change.how == 'violence' then
    become_violent(incident, change)
  elseif change.how == 'in_time' then
    redis.call('ZREM', 'limit:' .. change.what, incident)
  elseif change.how == 'part' then
    return part(incident, change)
  else
    local name = change.part == 'words' and words_of(incident) or incident
    local give = change.how == 'release' or change.how == 'done'
    local changed = (give and give_back or change_line)(name, change)
    if changed and change.how == 'accept' and change.part ~= 'task' then
      become_reached(incident, change.queue)
    end
    return changed
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

-- Which incident a caller's next contact belongs to, and which one was before it.
local function keep_latest(caller, incident, at)
  local held = redis.call('HMGET', caller, 'incident', 'at')
  if held[1] and held[1] ~= incident then
    redis.call('HSET', caller, 'before', held[1], 'before_at', held[2])
  end
  redis.call('HSET', caller, 'incident', incident, 'at', at)
  redis.call('EXPIRE', caller, index_seconds)
end

-- A number's incidents of late, the newest ones; a desk is told what they were.
local most_contacts, contacts_seconds = 20, 2592000
local function keep_contact(caller, incident, at)
  local contacts = 'contacts:' .. string.sub(caller, 8)
  redis.call('ZADD', contacts, 'NX', at, incident)
  redis.call('ZREMRANGEBYRANK', contacts, 0, -most_contacts - 1)
  redis.call('EXPIRE', contacts, contacts_seconds)
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
      keep_latest(caller, incident, at)
    end
    keep_contact(caller, incident, at)
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
  local held = redis.call('HMGET', caller, 'incident', 'at', 'before', 'before_at')
  local incident = new
  if held[1] and tonumber(now) - tonumber(held[2]) <= tonumber(within)
      and redis.call('EXISTS', 'closed:' .. held[1]) == 0 then
    incident = held[1]
  end
  -- What was spooled comes late: it must not make the caller's latest contact older.
  local at = (held[2] and tonumber(held[2]) > tonumber(now)) and held[2] or now
  local before, heard = held[1], held[2]
  if held[1] == new then
    before, heard = held[3], held[4]
  end
  keep_latest(caller, incident, at)
  return incident, (incident == new and before and heard) and before .. ' ' .. heard or ''
end

local answers, i = {}, 6
while i <= #ARGV do
  if ARGV[i] == 'entry' then
    answers[#answers + 1] = add_entry(unpack(ARGV, i + 1, i + 11))
    i = i + 12
  elseif ARGV[i] == 'claim' then
    answers[#answers + 1], answers[#answers + 2] = claim(unpack(ARGV, i + 1, i + 4))
    i = i + 5
  else
    i = add_job(i)
  end
end
return answers
