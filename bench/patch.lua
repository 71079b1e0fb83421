-- A change of one of eight hundred orders, another one each time; each fifth is completed, and
-- takes no change.
local number = 0
local path = nil
request = function()
  number = number + 1
  path = path or wrk.path
  local order = number * 7 % 200 * 5 + math.floor(number / 200) % 4
  local headers = {["Content-Type"] = "application/merge-patch+json"}
  local body = '{"description":"changed ' .. number .. '"}'
  return wrk.format("PATCH", path .. "/order-" .. order, headers, body)
end
