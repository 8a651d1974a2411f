# Only kresd is asked for a timeline.
dig() { env -u UV_TRACE dig "$@"; }
mkdir cache
cat >conf <<'X'
net.listen('127.0.0.1', 5302, { kind = 'dns' })
modules.unload('ta_update')
modules.unload('ta_signal_query')
modules.unload('priming')
modules.unload('detect_time_skew')
modules.unload('detect_time_jump')
trust_anchors.remove('.')
modules.load('hints > iterate')
for n = 1, 200 do hints.set('host' .. n .. '.sample 10.1.0.' .. n) end
policy.add(policy.suffix(policy.DENY, { todname('denied.') }))
event.after(200, function() io.open('ticked', 'w'):close() end)
X
kresd -n -c "$PWD/conf" cache >log 2>&1 &
for n in $(seq 400); do
  if dig @127.0.0.1 -p 5302 +short +tries=1 +time=1 host1.sample A 2>/dev/null | grep -qx 10.1.0.1; then break; fi
  sleep 0.02
done
seq 200 | sed 's/.*/host&.sample A/' >queries
for how in +notcp +tcp "+tcp +keepopen"; do dig @127.0.0.1 -p 5302 $how +noall +answer -f queries | cksum; done
dig @127.0.0.1 -p 5302 a.denied A | grep -o 'status: [A-Z]*' || { cat log; exit 1; }
while ! test -e cache/ticked; do sleep 0.02; done
kill $!
wait $! || true
echo ended
