# Debian's alternatives lead to these.
LD_LIBRARY_PATH=$(dirname /usr/lib/*/blas/libblas.so.3):$(dirname /usr/lib/*/lapack/liblapack.so.3)
export LD_LIBRARY_PATH
mkdir static && seq 1000 >static/numbers.txt
cat >server.R <<'X'
library(httpuv)
app <- list(
  call = function(req) {
    body <- rawToChar(req$rook.input$read())
    list(status = 200L, headers = list("Content-Type" = "text/plain"),
         body = paste(req$REQUEST_METHOD, req$PATH_INFO, req$QUERY_STRING, nchar(body)))
  },
  staticPaths = list("/files" = "static"))
server <- startServer("127.0.0.1", 5304, app)
cat("ready\n", file = "ready")
while (!file.exists("stop")) service(50)
server$stop()
cat("stopped\n", file = "stopped")
X
Rscript --vanilla server.R >log 2>&1 &
for n in $(seq 1000); do test -e ready && break; sleep 0.02; done
test -e ready || { cat log; exit 1; }
head -c 200000 /dev/zero | tr '\0' a >body
for n in $(seq 20); do curl -sS "http://127.0.0.1:5304/path/$n?q=$n"; echo; done
curl -sS --data-binary @body http://127.0.0.1:5304/post; echo
curl -sS http://127.0.0.1:5304/files/numbers.txt | cksum
curl -sS -o /dev/null -w '%{http_code}\n' http://127.0.0.1:5304/files/missing
touch stop
wait
cat stopped
