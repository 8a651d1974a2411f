/* A TCP echo server: whatever a client sends comes back to it.
 *
 *   echo_server [port]      port 0, the default, lets the system choose
 *
 * It prints the port it listens on and ends on SIGTERM or SIGINT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

typedef struct {
  uv_write_t request;
  uv_buf_t buffer;
} echo_t;

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

static void on_alloc(uv_handle_t* handle, size_t suggested_size, uv_buf_t* buffer) {
  (void) handle;
  buffer->base = malloc(suggested_size);
  buffer->len = buffer->base == NULL ? 0 : suggested_size;
}

static void on_client_closed(uv_handle_t* handle) {
  free(handle);
}

static void on_written(uv_write_t* request, int status) {
  echo_t* echo = (echo_t*) request;
  uv_handle_t* client = (uv_handle_t*) request->handle;

  free(echo->buffer.base);
  free(echo);
  if (status < 0 && !uv_is_closing(client))
    uv_close(client, on_client_closed);
}

static void on_read(uv_stream_t* client, ssize_t nread, const uv_buf_t* buffer) {
  echo_t* echo;

  if (nread > 0) {
    /* The buffer is ours until the write is done with it. */
    echo = malloc(sizeof(*echo));
    if (echo != NULL) {
      echo->buffer = uv_buf_init(buffer->base, (unsigned int) nread);
      if (uv_write(&echo->request, client, &echo->buffer, 1, on_written) == 0)
        return;
      free(echo);
    }
    nread = UV_ENOMEM;
  }
  free(buffer->base);
  if (nread < 0 && !uv_is_closing((uv_handle_t*) client))
    uv_close((uv_handle_t*) client, on_client_closed);
}

static void on_connection(uv_stream_t* server, int status) {
  uv_tcp_t* client;

  if (status < 0) {
    fprintf(stderr, "accept: %s\n", uv_strerror(status));
    return;
  }
  client = malloc(sizeof(*client));
  if (client == NULL)
    return;
  check(uv_tcp_init(server->loop, client), "uv_tcp_init");
  if (uv_accept(server, (uv_stream_t*) client) == 0)
    uv_read_start((uv_stream_t*) client, on_alloc, on_read);
  else
    uv_close((uv_handle_t*) client, on_client_closed);
}

static void close_all(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (!uv_is_closing(handle))
    uv_close(handle, handle->type == UV_TCP && handle->data == NULL ? on_client_closed : NULL);
}

static void on_signal(uv_signal_t* handle, int signum) {
  (void) signum;
  uv_walk(handle->loop, close_all, NULL);
}

int main(int argc, char** argv) {
  uv_loop_t* loop = uv_default_loop();
  uv_signal_t terminate, interrupt;
  uv_tcp_t server;
  struct sockaddr_in address;
  struct sockaddr_storage bound;
  int length = sizeof(bound);

  check(uv_tcp_init(loop, &server), "uv_tcp_init");
  server.data = &server; /* not one of the clients */
  check(uv_ip4_addr("127.0.0.1", argc > 1 ? atoi(argv[1]) : 0, &address), "uv_ip4_addr");
  check(uv_tcp_bind(&server, (const struct sockaddr*) &address, 0), "uv_tcp_bind");
  check(uv_listen((uv_stream_t*) &server, 1024, on_connection), "uv_listen");
  check(uv_tcp_getsockname(&server, (struct sockaddr*) &bound, &length), "uv_tcp_getsockname");

  check(uv_signal_init(loop, &terminate), "uv_signal_init");
  check(uv_signal_start(&terminate, on_signal, SIGTERM), "uv_signal_start");
  check(uv_signal_init(loop, &interrupt), "uv_signal_init");
  check(uv_signal_start(&interrupt, on_signal, SIGINT), "uv_signal_start");

  printf("listening on port %d\n", ntohs(((struct sockaddr_in*) &bound)->sin_port));
  fflush(stdout);
  uv_run(loop, UV_RUN_DEFAULT);
  check(uv_loop_close(loop), "uv_loop_close");
  uv_library_shutdown();
  return 0;
}
