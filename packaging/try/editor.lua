-- A timer, a child process, a file and a connection, in an editor; it ends with an error unless all of them work.
local uv = vim.loop
local done = {}

local function main()
  assert(uv.version_string() == os.getenv('UV_EXPECTED'), 'another libuv: ' .. uv.version_string())

  local timer = uv.new_timer()
  timer:start(1, 0, function() done.timer = true; timer:close() end)

  local out = uv.new_pipe(false)
  local child
  child = uv.spawn('echo', { args = { 'from the child' }, stdio = { nil, out } }, function(code)
    done.exit = code == 0
    child:close()
  end)
  assert(child, 'no child')
  local text = ''
  out:read_start(function(_, data)
    if data then text = text .. data else done.output = text == 'from the child\n'; out:close() end
  end)

  local name = vim.fn.tempname()
  vim.fn.writefile({ 'a line' }, name)
  uv.fs_open(name, 'r', 420, function(_, fd)
    uv.fs_read(fd, 100, 0, function(_, data)
      done.file = data == 'a line\n'
      uv.fs_close(fd)
    end)
  end)

  local server = uv.new_tcp()
  server:bind('127.0.0.1', 0)
  server:listen(8, function()
    local peer = uv.new_tcp()
    server:accept(peer)
    peer:read_start(function(_, data)
      if data then peer:write(data) else peer:close(); server:close() end
    end)
  end)
  local client = uv.new_tcp()
  client:connect('127.0.0.1', server:getsockname().port, function(failed)
    assert(not failed, failed)
    client:read_start(function(_, data) done.echo = data == 'to and fro'; client:close() end)
    client:write('to and fro')
  end)

  local all = { 'timer', 'exit', 'output', 'file', 'echo' }
  local complete = vim.wait(20000, function()
    for _, what in ipairs(all) do
      if done[what] == nil then return false end
    end
    return true
  end, 10)
  for _, what in ipairs(all) do assert(done[what], what .. ' has failed') end
  assert(complete)
  assert(vim.fn.system({ 'cat' }, 'through a job') == 'through a job')
end

local fine, message = pcall(main)
io.stdout:write(fine and 'all done\n' or tostring(message) .. '\n')
if not fine then vim.cmd('cquit 1') end
