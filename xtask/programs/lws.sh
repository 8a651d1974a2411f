libwebsockets-test-server --help 2>&1 | grep -i uv >&2 || true
libwebsockets-test-server --uv --port=5305 -d3 >log 2>&1 &
for n in $(seq 400); do curl -s -o first http://127.0.0.1:5305/ && break; sleep 0.02; done
test -s first || { cat log >&2; exit 1; }
for n in $(seq 50); do curl -sS http://127.0.0.1:5305/test.html | cksum; done
curl -sS http://127.0.0.1:5305/libwebsockets.org-logo.svg | cksum
curl -sS -o /dev/null -w '%{http_code}\n' http://127.0.0.1:5305/missing
