#include "scale.h"

#include <unistd.h>

#define MOST_LOOPS 16
#define SIZE 65536

typedef struct {
  uv_loop_t loop;
  uv_tcp_t listener;
  uv_thread_t thread;
  char bytes[SIZE];
} server_t;

typedef struct {
  uv_tcp_t tcp;
  uv_write_t write;
  uv_buf_t answer;
} client_t;

static server_t servers[MOST_LOOPS];
static int is_churn;

static void on_closed(uv_handle_t* handle) {
  free(handle);
}

/* The message has gone back before the next one is read: a buffer a loop is enough, and it is copied for the write. */
static void on_written(uv_write_t* request, int status) {
  client_t* client = request->data;
  free(client->answer.base);
  if ((status < 0 || is_churn) && !uv_is_closing((uv_handle_t*) &client->tcp))
    uv_close((uv_handle_t*) &client->tcp, on_closed);
}

static void allocate(uv_handle_t* handle, size_t size, uv_buf_t* buffer) {
  server_t* server = handle->loop->data;
  (void) size;
  *buffer = uv_buf_init(server->bytes, SIZE);
}

static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
  client_t* client = (client_t*) stream;

  if (size < 0) {
    if (!uv_is_closing((uv_handle_t*) stream))
      uv_close((uv_handle_t*) stream, on_closed);
    return;
  }
  if (size == 0)
    return;
  client->answer = uv_buf_init(malloc((size_t) size), (unsigned) size);
  memcpy(client->answer.base, buffer->base, (size_t) size);
  client->write.data = client;
  OK(uv_write(&client->write, stream, &client->answer, 1, on_written));
}

static void on_connection(uv_stream_t* listener, int status) {
  client_t* client = calloc(1, sizeof(*client));
  OK(status);
  OK(uv_tcp_init(listener->loop, &client->tcp));
  OK(uv_accept(listener, (uv_stream_t*) &client->tcp));
  OK(uv_tcp_nodelay(&client->tcp, 1));
  OK(uv_read_start((uv_stream_t*) &client->tcp, allocate, on_read));
}

static void run(void* arg) {
  server_t* server = arg;
  OK(uv_run(&server->loop, UV_RUN_DEFAULT));
}

static int listen_on(server_t* server, int port) {
  struct sockaddr_in address;
  int length = sizeof(address);

  OK(uv_loop_init(&server->loop));
  server->loop.data = server;
  OK(uv_ip4_addr("127.0.0.1", port, &address));
  OK(uv_tcp_init(&server->loop, &server->listener));
  OK(uv_tcp_bind(&server->listener, (const struct sockaddr*) &address, UV_TCP_REUSEPORT));
  OK(uv_listen((uv_stream_t*) &server->listener, 511, on_connection));
  OK(uv_tcp_getsockname(&server->listener, (struct sockaddr*) &address, &length));
  return ntohs(address.sin_port);
}

void serve(int loops, int closes) {
  int port = 0, i;

  is_churn = closes;
  for (i = 0; i < loops && i < MOST_LOOPS; i++)
    port = listen_on(&servers[i], port);
  for (i = 0; i < loops; i++)
    OK(uv_thread_create(&servers[i].thread, run, &servers[i]));
  printf("listening %d\n", port);
  fflush(stdout);
  for (;;)
    pause();
}
