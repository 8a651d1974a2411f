-- Every answer is a line of `said`; `done` is made when all came.
local uv = vim.loop
local said = io.open("said", "w")
local function say(...) said:write(table.concat(vim.tbl_map(tostring, { ... }), " "), "\n") end
local function wait(what) assert(vim.wait(20000, what, 5), "it does not come") end

say("system", vim.fn.system({ "sh", "-c", "cat; exit 3" }, "input"), vim.v.shell_error)

local lines, ended = {}, nil
vim.fn.jobstart({ "sh", "-c", "for n in 1 2 3; do echo $n; done; echo bad >&2; exit 7" }, {
  stdout_buffered = true,
  stderr_buffered = true,
  on_stdout = function(_, data) lines.out = table.concat(data, ",") end,
  on_stderr = function(_, data) lines.err = table.concat(data, ",") end,
  on_exit = function(_, code) ended = code end,
})
wait(function() return ended and lines.out and lines.err end)
say("job", lines.out, lines.err, ended)

local other = vim.fn.jobstart({ vim.v.progpath, "--clean", "--embed", "--headless", "-n" }, { rpc = true })
local sum = 0
for number = 1, 500 do sum = sum + vim.rpcrequest(other, "nvim_eval", number .. "*2") end
say("rpc", sum, vim.rpcrequest(other, "nvim_eval", "1+1"))
vim.fn.jobstop(other)

local ticks, timer = 0, uv.new_timer()
timer:start(1, 1, function() ticks = ticks + 1 if ticks == 20 then timer:close() end end)
wait(function() return ticks == 20 end)
say("timer", ticks)

local fd = assert(uv.fs_open("file", "w+", 420))
for number = 1, 1000 do uv.fs_write(fd, number .. "\n", -1) end
uv.fs_close(fd)
say("stat", uv.fs_stat("file").size, uv.fs_stat("missing") == nil)
local content
uv.fs_open("file", "r", 0, function(_, file)
  uv.fs_read(file, 100000, 0, function(_, data) content = data uv.fs_close(file) end)
end)
wait(function() return content end)
say("read", #content)

local changed
local watcher = uv.new_fs_event()
watcher:start(".", {}, function(_, name) if name == "new" then changed = name end end)
io.open("new", "w"):close()
wait(function() return changed end)
watcher:close()
say("event", changed)

local server, heard = uv.new_pipe(false), nil
server:bind("socket")
server:listen(8, function()
  local peer = uv.new_pipe(false)
  server:accept(peer)
  peer:read_start(function(_, data) if data then peer:write(data:upper()) else peer:close() end end)
end)
local client = uv.new_pipe(false)
client:connect("socket", function()
  client:write("hello")
  client:read_start(function(_, data) heard = data client:close() server:close() end)
end)
wait(function() return heard end)
say("pipe", heard)

local worked = 0
local work = uv.new_work(function(n) local t = 0 for i = 1, n do t = t + i end return t end, function(t) worked = worked + t end)
for _ = 1, 8 do work:queue(1000) end
wait(function() return worked == 8 * 500500 end)
say("work", worked)

said:close()
io.open("done", "w"):close()
vim.cmd("qa!")
