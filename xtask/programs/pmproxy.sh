mkdir -p run log
PCP_RUN_DIR="$PWD/run" PCP_LOG_DIR="$PWD/log" "$(ls /usr/lib/pcp/bin/pmproxy /usr/libexec/pcp/bin/pmproxy 2>/dev/null | head -1)" -f -p 5306 -U root -l - >out 2>&1 &
for n in $(seq 400); do curl -s -o first http://127.0.0.1:5306/pmapi/ping && break; sleep 0.02; done
test -e first || { cat out >&2; exit 1; }
for n in $(seq 100); do curl -sS "http://127.0.0.1:5306/pmapi/ping?client=$n" -w ' %{http_code}\n'; done
curl -sS "http://127.0.0.1:5306/missing" -o /dev/null -w '%{http_code}\n'
