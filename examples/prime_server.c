/* A server that answers questions about primes, and what happens if it computes on its loop.
 *
 *   prime_server             computes in the worker pool: the loop stays free
 *   prime_server --blocking  computes on the loop: everybody waits
 *
 * One question a line:
 *   ping        answered at once with "pong"
 *   prime N     answered with the N-th prime, counted by trial division: slow on purpose
 *
 * It prints the port it listens on and ends on SIGTERM.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

typedef struct {
  uv_tcp_t handle;
  char line[64];
  size_t used;
  int questions; /* in the pool */
  int closed;
} client_t;

typedef struct {
  uv_work_t request;
  client_t* client;
  long n;
  long prime;
} question_t;

typedef struct {
  uv_write_t request;
  char text[64];
} answer_t;

static int blocking;

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

static long nth_prime(long n) {
  long candidate, divisor;
  for (candidate = 2;; candidate++) {
    for (divisor = 2; divisor * divisor <= candidate; divisor++)
      if (candidate % divisor == 0)
        break;
    if (divisor * divisor > candidate && --n <= 0)
      return candidate;
  }
}

static void free_if_done(client_t* client) {
  if (client->closed && client->questions == 0)
    free(client);
}

static void on_closed(uv_handle_t* handle) {
  client_t* client = handle->data;
  client->closed = 1;
  free_if_done(client);
}

static void hang_up(client_t* client) {
  if (!uv_is_closing((uv_handle_t*) &client->handle))
    uv_close((uv_handle_t*) &client->handle, on_closed);
}

static void on_answered(uv_write_t* request, int status) {
  client_t* client = request->handle->data;
  free(request);
  if (status < 0)
    hang_up(client);
}

static void answer(client_t* client, const char* text) {
  answer_t* message = malloc(sizeof(*message));
  uv_buf_t buffer;

  if (message == NULL) {
    hang_up(client);
    return;
  }
  snprintf(message->text, sizeof(message->text), "%s\n", text);
  buffer = uv_buf_init(message->text, (unsigned int) strlen(message->text));
  if (uv_write(&message->request, (uv_stream_t*) &client->handle, &buffer, 1, on_answered) != 0) {
    free(message);
    hang_up(client);
  }
}

/* ANCHOR: work */
/* On a thread of the pool: no handle may be touched here. */
static void compute(uv_work_t* request) {
  question_t* question = request->data;
  question->prime = nth_prime(question->n);
}

/* Back on the loop. */
static void computed(uv_work_t* request, int status) {
  question_t* question = request->data;
  client_t* client = question->client;
  char text[32];

  client->questions--;
  if (status == 0 && !uv_is_closing((uv_handle_t*) &client->handle)) {
    snprintf(text, sizeof(text), "%ld", question->prime);
    answer(client, text);
  }
  free(question);
  free_if_done(client);
}

/* ANCHOR_END: work */

static void ask(client_t* client, long n) {
  question_t* question;
  char text[32];

  if (blocking) {
    snprintf(text, sizeof(text), "%ld", nth_prime(n));
    answer(client, text);
    return;
  }
  question = malloc(sizeof(*question));
  if (question == NULL) {
    hang_up(client);
    return;
  }
  question->client = client;
  question->n = n;
  question->request.data = question;
  client->questions++;
  check(uv_queue_work(client->handle.loop, &question->request, compute, computed), "uv_queue_work");
}

static void on_line(client_t* client) {
  long n;
  if (strcmp(client->line, "ping") == 0)
    answer(client, "pong");
  else if (sscanf(client->line, "prime %ld", &n) == 1 && n > 0)
    ask(client, n);
  else
    answer(client, "what?");
}

static void on_alloc(uv_handle_t* handle, size_t suggested_size, uv_buf_t* buffer) {
  static char bytes[65536]; /* one read at a time, used up before the next */
  (void) handle;
  (void) suggested_size;
  *buffer = uv_buf_init(bytes, sizeof(bytes));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  client_t* client = stream->data;
  ssize_t i;

  if (nread < 0) {
    hang_up(client);
    return;
  }
  for (i = 0; i < nread; i++) {
    if (buffer->base[i] == '\n') {
      client->line[client->used] = '\0';
      client->used = 0;
      on_line(client);
    } else if (client->used + 1 < sizeof(client->line)) {
      client->line[client->used++] = buffer->base[i];
    }
  }
}

static void on_connection(uv_stream_t* server, int status) {
  client_t* client;

  if (status < 0)
    return;
  client = calloc(1, sizeof(*client));
  if (client == NULL)
    return;
  check(uv_tcp_init(server->loop, &client->handle), "uv_tcp_init");
  client->handle.data = client;
  if (uv_accept(server, (uv_stream_t*) &client->handle) != 0 ||
      uv_read_start((uv_stream_t*) &client->handle, on_alloc, on_read) != 0)
    hang_up(client);
}

static void close_all(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (handle->type == UV_TCP && handle->data != NULL)
    hang_up(handle->data);
  else if (!uv_is_closing(handle))
    uv_close(handle, NULL);
}

static void on_signal(uv_signal_t* handle, int signum) {
  (void) signum;
  uv_walk(handle->loop, close_all, NULL);
}

int main(int argc, char** argv) {
  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t server;
  uv_signal_t terminate;
  struct sockaddr_in address;
  struct sockaddr_storage bound;
  int length = sizeof(bound);

  blocking = argc > 1 && strcmp(argv[1], "--blocking") == 0;
  check(uv_tcp_init(loop, &server), "uv_tcp_init");
  server.data = NULL;
  check(uv_ip4_addr("127.0.0.1", 0, &address), "uv_ip4_addr");
  check(uv_tcp_bind(&server, (const struct sockaddr*) &address, 0), "uv_tcp_bind");
  check(uv_listen((uv_stream_t*) &server, 128, on_connection), "uv_listen");
  check(uv_tcp_getsockname(&server, (struct sockaddr*) &bound, &length), "uv_tcp_getsockname");
  check(uv_signal_init(loop, &terminate), "uv_signal_init");
  check(uv_signal_start(&terminate, on_signal, SIGTERM), "uv_signal_start");

  printf("listening on port %d\n", ntohs(((struct sockaddr_in*) &bound)->sin_port));
  fflush(stdout);
  uv_run(loop, UV_RUN_DEFAULT);
  check(uv_loop_close(loop), "uv_loop_close");
  uv_library_shutdown();
  return 0;
}
