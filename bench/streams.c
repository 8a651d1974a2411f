/* TCP and pipes: echo servers under load from another process, pumps, write batches. */
#include "bench.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

typedef struct {
  union {
    uv_stream_t stream;
    uv_tcp_t tcp;
    uv_pipe_t pipe;
  } handle;
  uv_write_t request;
  char bytes[65536];
} peer_t;

static union {
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
} server;

static long messages_left; /* until the figures are taken */
static long warm_up;
static long total;
static int closes_after_echo;
static int counts_bytes;
static long message_size;

static void on_closed(uv_handle_t* handle) {
  free(handle->data);
}

static void done_some(long count) {
  if (warm_up > 0) {
    warm_up -= count;
    if (warm_up > 0)
      return;
    bench_start();
    count = -warm_up; /* what came with the end of the warm-up */
  }
  messages_left -= count;
  if (messages_left <= 0 && total > 0) {
    bench_report((double) (total - messages_left));
    total = 0;
    uv_close((uv_handle_t*) &server, NULL);
  }
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  peer_t* peer = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(peer->bytes, sizeof(peer->bytes));
}

static void on_written(uv_write_t* request, int status) {
  peer_t* peer = request->handle->data;
  (void) status;
  if (closes_after_echo && !uv_is_closing((uv_handle_t*) &peer->handle))
    uv_close((uv_handle_t*) &peer->handle, on_closed);
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  peer_t* peer = stream->data;
  uv_buf_t answer;

  if (nread == 0)
    return;
  if (nread < 0) {
    if (!uv_is_closing((uv_handle_t*) stream))
      uv_close((uv_handle_t*) stream, on_closed);
    return;
  }
  if (counts_bytes) {
    done_some(nread);
    return;
  }
  answer = uv_buf_init(buffer->base, (unsigned int) nread);
  BENCH_OK(uv_write(&peer->request, stream, &answer, 1, on_written));
  done_some(1);
}

static void on_connection(uv_stream_t* listener, int status) {
  peer_t* peer = malloc(sizeof(*peer));
  BENCH_OK(status);
  if (listener->type == UV_TCP)
    BENCH_OK(uv_tcp_init(listener->loop, &peer->handle.tcp));
  else
    BENCH_OK(uv_pipe_init(listener->loop, &peer->handle.pipe, 0));
  peer->handle.stream.data = peer;
  BENCH_OK(uv_accept(listener, &peer->handle.stream));
  BENCH_OK(uv_read_start(&peer->handle.stream, on_alloc, on_read));
}

static void listen_tcp(load_t* load) {
  struct sockaddr_in address;
  struct sockaddr_storage bound;
  int length = sizeof(bound);
  BENCH_OK(uv_tcp_init(uv_default_loop(), &server.tcp));
  BENCH_OK(uv_ip4_addr("127.0.0.1", 0, &address));
  BENCH_OK(uv_tcp_bind(&server.tcp, (const struct sockaddr*) &address, 0));
  BENCH_OK(uv_tcp_getsockname(&server.tcp, (struct sockaddr*) &bound, &length));
  load->port = ntohs(((struct sockaddr_in*) &bound)->sin_port);
  load->path = "";
}

static void listen_pipe(load_t* load) {
  static char path[64];
  snprintf(path, sizeof(path), "/tmp/uv-bench-%d.sock", (int) uv_os_getpid());
  BENCH_OK(uv_pipe_init(uv_default_loop(), &server.pipe, 0));
  BENCH_OK(uv_pipe_bind(&server.pipe, path));
  load->port = 0;
  load->path = path;
}

static void more_descriptors(void) {
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static void serve(void (*bind)(load_t*), load_t load) {
  int status;
  pid_t pid;

  more_descriptors();
  bind(&load);
  BENCH_OK(uv_listen(&server.stream, 1024, on_connection));
  pid = load_start(&load);
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  waitpid(pid, &status, 0);
}

static void run_echo(void (*bind)(load_t*), int connections, long full) {
  load_t load = {"echo", 0, "", connections, 64, 0};
  total = messages_left = bench_scale(full);
  warm_up = connections * 2;
  load.messages = total + warm_up + connections;
  serve(bind, load);
}

BENCH(tcp_echo_1) {
  run_echo(listen_tcp, 1, 60000);
}

BENCH(tcp_echo_50) {
  run_echo(listen_tcp, 50, 400000);
}

BENCH(tcp_echo_1000) {
  run_echo(listen_tcp, 1000, 300000);
}

BENCH(pipe_echo_1) {
  run_echo(listen_pipe, 1, 60000);
}

BENCH(pipe_echo_50) {
  run_echo(listen_pipe, 50, 400000);
}

static void run_churn(int connections, long full) {
  load_t load = {"churn", 0, "", connections, 64, 0};
  closes_after_echo = 1;
  total = messages_left = bench_scale(full);
  warm_up = 64;
  load.messages = total + warm_up + connections;
  serve(listen_tcp, load);
}

BENCH(tcp_churn_1) {
  run_churn(1, 10000);
}

BENCH(tcp_churn_64) {
  run_churn(64, 60000);
}

static void run_pump(void (*bind)(load_t*), long full) {
  load_t load = {"pump", 0, "", 1, 65536, 0};
  counts_bytes = 1;
  load.messages = bench_scale(full);
  message_size = load.size;
  warm_up = 65536;
  total = messages_left = (load.messages - 1) * message_size;
  serve(bind, load);
}

/* Operations are bytes. */
BENCH(tcp_pump) {
  run_pump(listen_tcp, 60000);
}

BENCH(pipe_pump) {
  run_pump(listen_pipe, 60000);
}

/* Many small writes queued at once on a connection whose other end takes all. */
#define BATCH 1000

static uv_write_t batch[BATCH];
static long batch_pending;

static void on_batch_written(uv_write_t* request, int status);

static void write_batch(uv_stream_t* stream) {
  static char byte[64];
  uv_buf_t buffer = uv_buf_init(byte, sizeof(byte));
  int i;
  batch_pending = BATCH;
  for (i = 0; i < BATCH; i++)
    BENCH_OK(uv_write(&batch[i], stream, &buffer, 1, on_batch_written));
}

static void on_batch_written(uv_write_t* request, int status) {
  BENCH_OK(status);
  if (--batch_pending > 0)
    return;
  messages_left -= BATCH;
  if (messages_left > 0) {
    write_batch(request->handle);
    return;
  }
  bench_report((double) total);
  uv_close((uv_handle_t*) request->handle, on_closed);
  uv_close((uv_handle_t*) &server, NULL);
}

static void on_sink(uv_stream_t* listener, int status) {
  peer_t* peer = malloc(sizeof(*peer));
  BENCH_OK(status);
  BENCH_OK(uv_tcp_init(listener->loop, &peer->handle.tcp));
  peer->handle.stream.data = peer;
  BENCH_OK(uv_accept(listener, &peer->handle.stream));
  bench_start();
  write_batch(&peer->handle.stream);
}

BENCH(tcp_write_batch) {
  load_t load = {"sink", 0, "", 1, 65536, 0};
  int status;
  pid_t pid;

  total = messages_left = (bench_scale(1000000) / BATCH + 1) * BATCH;
  listen_tcp(&load);
  BENCH_OK(uv_listen(&server.stream, 128, on_sink));
  pid = load_start(&load);
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  waitpid(pid, &status, 0);
}

/* Both ends in one loop: the ping-pong of libuv's own benchmarks. */
static uv_tcp_t ball;
static uv_write_t ball_write;
static uv_connect_t ball_connect;
static peer_t ball_peer;

static void hit(uv_stream_t* stream) {
  static char ping[4] = "PING";
  uv_buf_t buffer = uv_buf_init(ping, sizeof(ping));
  BENCH_OK(uv_write(&ball_write, stream, &buffer, 1, NULL));
}

static void on_ball(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  (void) buffer;
  if (nread == 0)
    return;
  BENCH_OK(nread);
  if (--messages_left > 0) {
    hit(stream);
    return;
  }
  bench_report((double) total);
  uv_close((uv_handle_t*) stream, NULL);
  total = 0;
  uv_close((uv_handle_t*) &server, NULL);
}

static void on_connected(uv_connect_t* request, int status) {
  BENCH_OK(status);
  BENCH_OK(uv_read_start(request->handle, on_alloc, on_ball));
  bench_start();
  hit(request->handle);
}

BENCH(tcp_ping_pong) {
  load_t load;
  struct sockaddr_in address;

  total = messages_left = bench_scale(150000);
  warm_up = messages_left * 4; /* the server's side does not count */
  listen_tcp(&load);
  BENCH_OK(uv_listen(&server.stream, 16, on_connection));
  BENCH_OK(uv_tcp_init(uv_default_loop(), &ball));
  ball.data = &ball_peer;
  BENCH_OK(uv_ip4_addr("127.0.0.1", load.port, &address));
  BENCH_OK(uv_tcp_connect(&ball_connect, &ball, (const struct sockaddr*) &address, on_connected));
  BENCH_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
}
