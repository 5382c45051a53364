-- Adds entries, each once. A script is one step to every other client, and reaches the append-only file as one
-- MULTI: an entry's traces are all there, or none.
-- ARGV: 5 bounds, then 8 values for each entry. Returns 1 for each entry that is new, else 0.
local seen_seconds, index_seconds, feed_length, inbox_length, gateway_length = unpack(ARGV, 1, 5)
local news = {}
for i = 6, #ARGV, 8 do
  local seen, incident, entry, at, inbox, opened, caller, closed = unpack(ARGV, i, i + 7)
  local new = 1 - redis.call('EXISTS', seen)
  news[#news + 1] = new
  if new == 1 then
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
  end
end
return news
