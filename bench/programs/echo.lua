-- An echo server on luv, which says where it listens.
local uv = require("luv")

local server = uv.new_tcp()
server:bind("127.0.0.1", 0)
server:listen(128, function(err)
  assert(not err, err)
  local client = uv.new_tcp()
  server:accept(client)
  client:read_start(function(read_err, chunk)
    if chunk then
      client:write(chunk)
    else
      client:close()
    end
  end)
end)
print("listening " .. server:getsockname().port)
io.stdout:flush()
uv.run()
