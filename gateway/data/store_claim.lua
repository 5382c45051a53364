-- The incident that a caller's contact belongs to: the open one of late, else the new one, which is then the latest.
-- KEYS: the caller. ARGV: new incident, now, within (seconds), seconds to keep.
local held = redis.call('HMGET', KEYS[1], 'incident', 'at')
local incident = ARGV[1]
if held[1] and tonumber(ARGV[2]) - tonumber(held[2]) <= tonumber(ARGV[3])
    and redis.call('EXISTS', 'closed:' .. held[1]) == 0 then
  incident = held[1]
end
redis.call('HSET', KEYS[1], 'incident', incident, 'at', ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return incident
