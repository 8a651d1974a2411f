-- Runs in any Lua that has luv. Each part ends before the next begins.
local uv = require("luv")

local function part(name, run)
  local answers = {}
  run(function(...)
    for _, value in ipairs({ ... }) do answers[#answers + 1] = tostring(value) end
  end)
  uv.run()
  table.sort(answers)
  print(name .. ": " .. table.concat(answers, " "))
end

local function echo(name, make, bind, connect)
  part(name, function(say)
    local server = make()
    bind(server)
    local open = 20
    server:listen(128, function(err)
      assert(not err, err)
      local peer = make()
      server:accept(peer)
      peer:read_start(function(_, data)
        if data then peer:write(data) else peer:close() end
      end)
    end)
    for number = 1, 20 do
      local client, got, message = make(), 0, string.rep(tostring(number % 10), 1000)
      connect(client, server, function(failed)
        assert(not failed, failed)
        client:read_start(function(_, data)
          got = got + #data
          if got == 100 * #message then
            say(got)
            client:close()
            open = open - 1
            if open == 0 then server:close() end
          elseif got % #message == 0 then
            client:write(message)
          end
        end)
        client:write(message)
      end)
    end
  end)
end

echo("tcp", uv.new_tcp, function(s) s:bind("127.0.0.1", 0) end, function(c, s, cb)
  c:connect("127.0.0.1", s:getsockname().port, cb)
end)
echo("pipe", function() return uv.new_pipe(false) end, function(s) s:bind("socket") end, function(c, _, cb)
  c:connect("socket", cb)
end)

part("udp", function(say)
  local a, b, count = uv.new_udp(), uv.new_udp(), 0
  a:bind("127.0.0.1", 0)
  b:bind("127.0.0.1", 0)
  local port = a:getsockname().port
  a:recv_start(function(_, data, from) if data then a:send(data:upper(), from.ip, from.port) end end)
  b:recv_start(function(_, data)
    if not data then return end
    count = count + 1
    if count == 100 then say(data, count) a:close() b:close() else b:send("m" .. count, "127.0.0.1", port) end
  end)
  b:send("first", "127.0.0.1", port)
end)

part("files", function(say)
  for number = 1, 200 do
    local name = "file" .. number
    uv.fs_open(name, "w", 420, function(err, fd)
      assert(not err, err)
      uv.fs_write(fd, string.rep("x", number), -1, function(_, written)
        uv.fs_close(fd, function()
          uv.fs_stat(name, function(_, stat)
            assert(stat.size == written)
            uv.fs_unlink(name, function(failed) if number == 200 then say(written, failed) end end)
          end)
        end)
      end)
    end)
  end
  say(select(3, uv.fs_stat("missing")))
end)

part("children", function(say)
  for number = 1, 20 do
    local out, text = uv.new_pipe(false), ""
    local child
    child = uv.spawn("sh", { args = { "-c", "echo $N; exit " .. number }, env = { "N=" .. number, "PATH=/usr/bin:/bin" },
      stdio = { nil, out } }, function(code, signal) child:close() say(code, signal) end)
    out:read_start(function(_, data) if data then text = text .. data else out:close() say((text:gsub("\n", ""))) end end)
  end
  local sleeper
  sleeper = uv.spawn("sleep", { args = { "60" } }, function(code, signal) sleeper:close() say(code, signal) end)
  sleeper:kill("sigterm")
end)

part("timers", function(say)
  local order = {}
  for _, ms in ipairs({ 12, 4, 8, 1 }) do
    local timer = uv.new_timer()
    timer:start(ms, 0, function() order[#order + 1] = ms timer:close() end)
  end
  local last = uv.new_timer()
  last:start(40, 0, function() last:close() say(table.concat(order, "-")) end)
end)

part("work", function(say)
  local work = uv.new_work(function(n) local sum = 0 for i = 1, n do sum = sum + i % 7 end return sum end, say)
  for n = 1, 10 do work:queue(n * 10000) end
end)

part("signals", function(say)
  local signal = uv.new_signal()
  signal:start("sigusr1", function(name) say(name) signal:close() end)
  uv.kill(uv.os_getpid(), "sigusr1")
end)

part("names", function(say)
  uv.getaddrinfo("127.0.0.1", nil, { socktype = "stream", family = "inet" }, function(err, list)
    assert(not err, err)
    say(list[1].addr, #list)
  end)
end)
