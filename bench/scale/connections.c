#include "scale.h"

#include <sys/resource.h>

/* Under way at a time; the other connections are open and idle. */
#define ACTIVE 10
#define SIZE 64

typedef struct {
  uv_tcp_t tcp;
  uv_connect_t connect;
  uv_write_t write;
  char bytes[SIZE];
} end_t;

static uv_loop_t loop;
static uv_tcp_t listener;
static end_t* clients;
static end_t* servers;
static long total, accepted, connected, left, next;
static long finished;
static stamp_t from;
static double asked;
static char message[SIZE];

static void allocate(uv_handle_t* handle, size_t size, uv_buf_t* buffer) {
  end_t* end = (end_t*) handle;
  (void) size;
  *buffer = uv_buf_init(end->bytes, SIZE);
}

static void on_written(uv_write_t* request, int status) {
  (void) request;
  OK(status);
}

static void send_message(end_t* end) {
  uv_buf_t buffer = uv_buf_init(message, SIZE);
  OK(uv_write(&end->write, (uv_stream_t*) &end->tcp, &buffer, 1, on_written));
}

static void on_question(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
  (void) buffer;
  if (size > 0)
    send_message((end_t*) stream);
}

/* The next message goes out on another connection, so that all of them are used. */
static void ask_next(void) {
  if (left > 0) {
    left--;
    send_message(&clients[next++ % total]);
  }
}

static void close_all(void) {
  long i;
  report(from, asked);
  for (i = 0; i < total; i++) {
    uv_close((uv_handle_t*) &clients[i].tcp, NULL);
    uv_close((uv_handle_t*) &servers[i].tcp, NULL);
  }
  uv_close((uv_handle_t*) &listener, NULL);
}

static void on_answer(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
  (void) stream;
  (void) buffer;
  OK(size);
  if (size == 0)
    return;
  if (++finished == (long) asked)
    close_all();
  else
    ask_next();
}

static void begin_if_all_are_there(void) {
  long i;
  if (accepted < total || connected < total)
    return;
  from = stamp();
  for (i = 0; i < ACTIVE && i < total; i++)
    ask_next();
}

static void connect_next(void);

static void on_connected(uv_connect_t* request, int status) {
  OK(status);
  OK(uv_read_start(request->handle, allocate, on_answer));
  connected++;
  connect_next();
  begin_if_all_are_there();
}

static void connect_next(void) {
  static long begun;
  static struct sockaddr_storage address;
  int length = sizeof(address);
  end_t* client;

  if (begun == total)
    return;
  client = &clients[begun++];
  OK(uv_tcp_getsockname(&listener, (struct sockaddr*) &address, &length));
  OK(uv_tcp_init(&loop, &client->tcp));
  OK(uv_tcp_connect(&client->connect, &client->tcp, (struct sockaddr*) &address, on_connected));
}

static void on_connection(uv_stream_t* stream, int status) {
  end_t* server = &servers[accepted];
  OK(status);
  OK(uv_tcp_init(&loop, &server->tcp));
  OK(uv_accept(stream, (uv_stream_t*) &server->tcp));
  OK(uv_read_start((uv_stream_t*) &server->tcp, allocate, on_question));
  accepted++;
  begin_if_all_are_there();
}

void connections(long count, long messages) {
  struct rlimit limit = {65536, 65536};
  struct sockaddr_in address;

  /* A user may go as far as the limit for the limit. */
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  total = count;
  left = messages;
  asked = (double) messages;
  clients = calloc((size_t) count, sizeof(*clients));
  servers = calloc((size_t) count, sizeof(*servers));
  OK(uv_loop_init(&loop));
  OK(uv_ip4_addr("127.0.0.1", 0, &address));
  OK(uv_tcp_init(&loop, &listener));
  OK(uv_tcp_bind(&listener, (const struct sockaddr*) &address, 0));
  OK(uv_listen((uv_stream_t*) &listener, 511, on_connection));
  connect_next();
  OK(uv_run(&loop, UV_RUN_DEFAULT));
  OK(uv_loop_close(&loop));
  free(clients);
  free(servers);
}
