/* Connections: echo servers, and clients that count. */
#include "soak.h"

#define CLIENTS 12 /* of each kind of server */

typedef union {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
} stream_t;

typedef struct {
  stream_t stream;
  char bytes[65536];
} served_t;

typedef struct {
  uv_write_t request;
  char bytes[];
} echo_t;

typedef struct {
  stream_t stream;
  union {
    uv_connect_t connect;
    uv_shutdown_t shutdown;
  } u;
  uv_write_t write;
  kind_t kind;
  uint64_t key;
  size_t size, sent, got;
  int has_ended;
  char out[8192], in[65536];
} client_t;

static stream_t servers[2];
static struct sockaddr_in tcp_address;
static const char pipe_name[] = "soak.sock";

static void connect_client(kind_t kind);

static void on_served_closed(uv_handle_t* handle) {
  free(handle->data);
  busy--;
}

static void on_served_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  served_t* served = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(served->bytes, sizeof(served->bytes));
}

static void on_echoed(uv_write_t* request, int status) {
  served_t* served = request->handle->data;
  EXPECT(served->stream.handle.type == UV_TCP ? TCP : PIPE, status == 0);
  free(request);
}

static void on_served_shut(uv_shutdown_t* request, int status) {
  uv_close((uv_handle_t*) request->handle, on_served_closed);
  (void) status;
  free(request);
}

static void on_served_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  if (nread > 0) {
    echo_t* echo = allocate(sizeof(*echo) + (size_t) nread);
    uv_buf_t copy = uv_buf_init(echo->bytes, (unsigned int) nread);
    memcpy(echo->bytes, buffer->base, (size_t) nread);
    MUST(uv_write(&echo->request, stream, &copy, 1, on_echoed));
  } else if (nread < 0) {
    EXPECT(stream->type == UV_TCP ? TCP : PIPE, nread == UV_EOF);
    MUST(uv_shutdown(allocate(sizeof(uv_shutdown_t)), stream, on_served_shut));
  }
}

static void on_connection(uv_stream_t* server, int status) {
  served_t* served = allocate(sizeof(*served));
  EXPECT(server->type == UV_TCP ? TCP : PIPE, status == 0);
  if (server->type == UV_TCP)
    MUST(uv_tcp_init(&loop, &served->stream.tcp));
  else
    MUST(uv_pipe_init(&loop, &served->stream.pipe, 0));
  served->stream.handle.data = served;
  busy++;
  MUST(uv_accept(server, &served->stream.stream));
  MUST(uv_read_start(&served->stream.stream, on_served_alloc, on_served_read));
}

static void on_client_closed(uv_handle_t* handle) {
  client_t* client = handle->data;
  kind_t kind = client->kind;
  table[kind].done++;
  free(client);
  busy--;
  if (!is_draining)
    connect_client(kind);
}

static void on_client_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  client_t* client = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(client->in, sizeof(client->in));
}

static void on_client_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  client_t* client = stream->data;
  if (nread > 0) {
    EXPECT(client->kind, is_right(client->key, client->got, buffer->base, (size_t) nread));
    client->got += (size_t) nread;
    table[client->kind].bytes += (uint64_t) nread;
  } else if (nread < 0) {
    EXPECT(client->kind, nread == UV_EOF);
    EXPECT(client->kind, client->got == client->size);
    uv_close((uv_handle_t*) stream, on_client_closed);
  }
}

static void on_client_shut(uv_shutdown_t* request, int status) {
  client_t* client = request->handle->data;
  EXPECT(client->kind, status == 0);
}

static void write_more(client_t* client);

static void on_client_written(uv_write_t* request, int status) {
  client_t* client = request->handle->data;
  EXPECT(client->kind, status == 0);
  write_more(client);
}

static void write_more(client_t* client) {
  size_t count = client->size - client->sent;
  uv_buf_t buffers[2];
  if (count == 0) {
    MUST(uv_shutdown(&client->u.shutdown, &client->stream.stream, on_client_shut));
    return;
  }
  if (count > sizeof(client->out))
    count = 1 + below(sizeof(client->out));
  fill(client->key, client->sent, client->out, count);
  client->sent += count;
  buffers[0] = uv_buf_init(client->out, (unsigned int) (count / 3));
  buffers[1] = uv_buf_init(client->out + count / 3, (unsigned int) (count - count / 3));
  MUST(uv_write(&client->write, &client->stream.stream, buffers, 2, on_client_written));
}

static void on_connected(uv_connect_t* request, int status) {
  client_t* client = request->handle->data;
  EXPECT(client->kind, status == 0);
  if (status != 0) {
    uv_close((uv_handle_t*) request->handle, on_client_closed);
    return;
  }
  MUST(uv_read_start(&client->stream.stream, on_client_alloc, on_client_read));
  write_more(client);
}

static void connect_client(kind_t kind) {
  client_t* client = allocate(sizeof(*client));
  client->kind = kind;
  client->key = mix(++chance);
  client->size = below(8) == 0 ? below(LONGEST) : below(2000);
  busy++;
  if (kind == TCP) {
    MUST(uv_tcp_init(&loop, &client->stream.tcp));
    client->stream.handle.data = client;
    MUST(uv_tcp_connect(&client->u.connect, &client->stream.tcp, (const struct sockaddr*) &tcp_address,
                        on_connected));
  } else {
    MUST(uv_pipe_init(&loop, &client->stream.pipe, 0));
    client->stream.handle.data = client;
    uv_pipe_connect(&client->u.connect, &client->stream.pipe, pipe_name, on_connected);
  }
}

void make_servers(void) {
  int length = sizeof(tcp_address);
  MUST(uv_ip4_addr("127.0.0.1", 0, &tcp_address));
  MUST(uv_tcp_init(&loop, &servers[0].tcp));
  MUST(uv_tcp_bind(&servers[0].tcp, (const struct sockaddr*) &tcp_address, 0));
  MUST(uv_tcp_getsockname(&servers[0].tcp, (struct sockaddr*) &tcp_address, &length));
  MUST(uv_listen(&servers[0].stream, 100, on_connection));
  MUST(uv_pipe_init(&loop, &servers[1].pipe, 0));
  MUST(uv_pipe_bind(&servers[1].pipe, pipe_name));
  MUST(uv_listen(&servers[1].stream, 100, on_connection));
}

void begin_connections(void) {
  int i;
  for (i = 0; i < CLIENTS; i++) {
    connect_client(TCP);
    connect_client(PIPE);
  }
}
