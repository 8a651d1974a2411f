-- For wrk: its figures in one line. With the argument `paced` each connection waits 20 ms before its next request, so
-- that the load is the same whatever the server can do.
local function pause()
  return 20
end

function init(args)
  if args[1] == "paced" then
    delay = pause
  end
end

function done(summary, latency, requests)
  local errors = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status
  io.write(string.format("operations=%d wall_ns=%.0f p50_ns=%.0f p90_ns=%.0f p99_ns=%.0f errors=%d\n",
    summary.requests, summary.duration * 1000, latency:percentile(50) * 1000, latency:percentile(90) * 1000,
    latency:percentile(99) * 1000, errors))
end
