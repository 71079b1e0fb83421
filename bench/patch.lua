-- A change of one of a thousand orders, another one each time.
local number = 0
local path = nil
request = function()
  number = number + 1
  path = path or wrk.path
  local headers = {["Content-Type"] = "application/merge-patch+json"}
  local body = '{"description":"changed ' .. number .. '"}'
  return wrk.format("PATCH", path .. "/order-" .. (number * 7 % 1000), headers, body)
end
