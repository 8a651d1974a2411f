/* A server, and a process of clients: each connection sends a line, and gets it back in capitals.
 *
 *   connections [N]                 serves N connections at once, 1 if it is not given, and ends
 *   connections --clients N PORT    what it starts for that
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <uv.h>

#define LINE "hello\n"
#define PENDING 64 /* clients that connect at one time */

/* ANCHOR: peer */
/* What the server keeps for a connection. The buffer is part of it: one answer is under way at a time. */
typedef struct {
  uv_tcp_t handle;
  uv_write_t write;
  char bytes[64];
} peer_t;
/* ANCHOR_END: peer */

static uv_loop_t loop;
static uv_tcp_t server;
static long open_now, most, lines;

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

/* ANCHOR: server */
static void on_peer_closed(uv_handle_t* handle) {
  open_now--;
  free(handle->data);
}

static void hang_up(peer_t* peer) {
  if (!uv_is_closing((uv_handle_t*) &peer->handle))
    uv_close((uv_handle_t*) &peer->handle, on_peer_closed);
}

static void on_peer_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  peer_t* peer = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(peer->bytes, sizeof(peer->bytes));
}

static void on_peer_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer);

static void on_answered(uv_write_t* request, int status) {
  peer_t* peer = request->data;
  /* The buffer is free again: read on. */
  if (status < 0 || uv_read_start((uv_stream_t*) &peer->handle, on_peer_alloc, on_peer_read) < 0)
    hang_up(peer);
}

static void on_peer_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  peer_t* peer = stream->data;
  uv_buf_t answer;
  ssize_t i;

  if (nread == 0)
    return;
  if (nread < 0) { /* UV_EOF: the client is done; anything else: it is gone */
    hang_up(peer);
    return;
  }
  for (i = 0; i < nread; i++)
    buffer->base[i] = (char) toupper((unsigned char) buffer->base[i]);
  answer = uv_buf_init(buffer->base, (unsigned int) nread);
  lines++;
  uv_read_stop(stream); /* who does not read its answers is not read from */
  peer->write.data = peer;
  if (uv_write(&peer->write, stream, &answer, 1, on_answered) < 0)
    hang_up(peer);
}

static void on_connection(uv_stream_t* listener, int status) {
  peer_t* peer;

  check(status, "a connection"); /* a real server goes on: see the text */
  peer = malloc(sizeof(*peer));
  if (peer == NULL)
    return;
  check(uv_tcp_init(listener->loop, &peer->handle), "uv_tcp_init");
  peer->handle.data = peer;
  if (++open_now > most)
    most = open_now;
  if (uv_accept(listener, (uv_stream_t*) &peer->handle) < 0 ||
      uv_read_start((uv_stream_t*) &peer->handle, on_peer_alloc, on_peer_read) < 0)
    hang_up(peer);
}
/* ANCHOR_END: server */

/* ---- the clients, in a process of their own ---- */

typedef struct {
  uv_tcp_t handle;
  uv_connect_t connect;
  uv_write_t write;
  char bytes[64];
  size_t used;
} client_t;

static client_t* clients;
static struct sockaddr_in address;
static long wanted, started, answered;

static void on_client_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  client_t* client = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(client->bytes + client->used, (unsigned int) (sizeof(client->bytes) - client->used));
}

static void on_client_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  client_t* client = stream->data;
  long i;
  (void) buffer;

  check((int) nread, "an answer");
  client->used += (size_t) nread;
  if (client->used < strlen(LINE))
    return;
  if (memcmp(client->bytes, "HELLO\n", strlen(LINE)) != 0)
    check(UV_EPROTO, "an answer");
  /* All stay open until the last one has its answer. */
  if (++answered == wanted)
    for (i = 0; i < wanted; i++)
      uv_close((uv_handle_t*) &clients[i].handle, NULL);
}

static void on_sent(uv_write_t* request, int status) {
  (void) request;
  check(status, "write");
}

static void connect_next(void);

static void on_connected(uv_connect_t* request, int status) {
  client_t* client = request->data;
  uv_buf_t line = uv_buf_init(LINE, strlen(LINE));

  check(status, "connect");
  connect_next();
  check(uv_read_start(request->handle, on_client_alloc, on_client_read), "uv_read_start");
  check(uv_write(&client->write, request->handle, &line, 1, on_sent), "uv_write");
}

static void connect_next(void) {
  client_t* client;

  if (started == wanted)
    return;
  client = &clients[started++];
  client->connect.data = client;
  check(uv_tcp_init(&loop, &client->handle), "uv_tcp_init");
  client->handle.data = client;
  check(uv_tcp_connect(&client->connect, &client->handle, (const struct sockaddr*) &address, on_connected),
        "uv_tcp_connect");
}

static void run_clients(int port) {
  int i;

  clients = calloc((size_t) wanted, sizeof(*clients));
  if (clients == NULL)
    exit(1);
  check(uv_ip4_addr("127.0.0.1", port, &address), "uv_ip4_addr");
  for (i = 0; i < PENDING; i++)
    connect_next();
  uv_run(&loop, UV_RUN_DEFAULT);
  free(clients);
}

/* ---- both ---- */

/* ANCHOR: descriptors */
/* A connection is a descriptor. */
static void raise_limit(rlim_t needed) {
  struct rlimit limit;

  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed)
    return;
  limit.rlim_cur = needed < limit.rlim_max ? needed : limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}
/* ANCHOR_END: descriptors */

static void on_clients_ended(uv_process_t* process, int64_t status, int signal) {
  if (status != 0 || signal != 0)
    check(UV_ECONNABORTED, "the clients");
  uv_close((uv_handle_t*) process, NULL);
  uv_close((uv_handle_t*) &server, NULL);
}

static void start_clients(int port) {
  static uv_process_t process;
  uv_process_options_t options;
  uv_stdio_container_t stdio[3];
  char path[1024], count[32], where[32];
  size_t size = sizeof(path);
  char* arguments[] = {path, "--clients", count, where, NULL};
  int i;

  check(uv_exepath(path, &size), "uv_exepath");
  snprintf(count, sizeof(count), "%ld", wanted);
  snprintf(where, sizeof(where), "%d", port);
  memset(&options, 0, sizeof(options));
  options.file = path;
  options.args = arguments;
  options.exit_cb = on_clients_ended;
  options.stdio = stdio;
  options.stdio_count = 3;
  for (i = 0; i < 3; i++) {
    stdio[i].flags = UV_INHERIT_FD;
    stdio[i].data.fd = i;
  }
  check(uv_spawn(&loop, &process, &options), "uv_spawn");
}

static int listen_anywhere(void) {
  struct sockaddr_in any;
  struct sockaddr_storage bound;
  int length = sizeof(bound);

  /* ANCHOR: listen */
  check(uv_tcp_init(&loop, &server), "uv_tcp_init");
  check(uv_ip4_addr("127.0.0.1", 0, &any), "uv_ip4_addr"); /* 0: any port that is free */
  check(uv_tcp_bind(&server, (const struct sockaddr*) &any, 0), "uv_tcp_bind");
  check(uv_listen((uv_stream_t*) &server, 512, on_connection), "uv_listen");
  check(uv_tcp_getsockname(&server, (struct sockaddr*) &bound, &length), "uv_tcp_getsockname");
  return ntohs(((struct sockaddr_in*) &bound)->sin_port);
  /* ANCHOR_END: listen */
}

int main(int argc, char** argv) {
  int is_clients = argc == 4 && strcmp(argv[1], "--clients") == 0;

  wanted = is_clients ? atol(argv[2]) : argc > 1 ? atol(argv[1]) : 1;
  if (wanted < 1)
    return 1;
  raise_limit((rlim_t) wanted + 64);
  check(uv_loop_init(&loop), "uv_loop_init");
  if (is_clients) {
    run_clients(atoi(argv[3]));
  } else {
    start_clients(listen_anywhere());
    uv_run(&loop, UV_RUN_DEFAULT);
    printf("%ld connections at once, %ld lines\n", most, lines);
  }
  check(uv_loop_close(&loop), "uv_loop_close");
  uv_library_shutdown();
  return 0;
}
