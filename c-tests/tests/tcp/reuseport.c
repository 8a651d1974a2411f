/* Two listeners on one port share the connections to it. */
#include "../stream/streams.h"

/* The kernel picks a listener by hash: with so many connections, one listener
 * without any would be a wonder. */
enum { CONNECTIONS = 50 };

struct listener {
  uv_thread_t thread;
  uv_loop_t loop;
  uv_tcp_t server;
  uv_timer_t timer;
  struct sockaddr_in address;
  struct counter accepted;
};

static struct listener listeners[2];
static struct counter listening = COUNTER_INIT;
static int connect_calls;

static int all_accepted(void) {
  return counter_get(&listeners[0].accepted) +
         counter_get(&listeners[1].accepted);
}

static void free_handle(uv_handle_t* handle) {
  free(handle);
}

static void on_connection(uv_stream_t* server, int status) {
  struct listener* self = server->data;
  uv_tcp_t* peer = malloc(sizeof(*peer));
  CHECK_OK(status);
  CHECK_NOT_NULL(peer);
  tcp_accept(server, peer);
  uv_close((uv_handle_t*) peer, free_handle);
  counter_add(&self->accepted, 1);
}

static void on_tick(uv_timer_t* timer) {
  struct listener* self = timer->data;
  if (all_accepted() < CONNECTIONS)
    return;
  uv_close((uv_handle_t*) timer, NULL);
  uv_close((uv_handle_t*) &self->server, NULL);
}

static void listen_and_run(void* arg) {
  struct listener* self = arg;
  CHECK_OK(uv_loop_init(&self->loop));
  CHECK_OK(uv_tcp_init(&self->loop, &self->server));
  CHECK_OK(uv_timer_init(&self->loop, &self->timer));
  self->server.data = self;
  self->timer.data = self;
  CHECK_OK(uv_tcp_bind(&self->server, ADDR(&self->address),
                       UV_TCP_REUSEPORT));
  CHECK_OK(uv_listen(STREAM(&self->server), 128, on_connection));
  self->address.sin_port = htons((uint16_t) tcp_port(&self->server));
  CHECK_OK(uv_timer_start(&self->timer, on_tick, 10, 10));
  counter_add(&listening, 1);
  CHECK_OK(uv_run(&self->loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(&self->loop));
}

static void on_connect(uv_connect_t* req, int status) {
  CHECK_OK(status);
  connect_calls++;
  CLOSE(req->handle);
}

TEST(tcp_reuseport) {
  static uv_tcp_t clients[CONNECTIONS];
  static uv_connect_t reqs[CONNECTIONS];
  struct counter zero = COUNTER_INIT;
  int i;

  if (uv_available_parallelism() < 2)
    SKIP("one processor only");
  for (i = 0; i < 2; i++)
    listeners[i].accepted = zero; /* each looks at both */
  for (i = 0; i < 2; i++) {
    /* The second takes the port that the first one got. */
    listeners[i].address = i == 0 ? loopback4(0) : listeners[0].address;
    CHECK_OK(uv_thread_create(&listeners[i].thread, listen_and_run,
                              &listeners[i]));
    counter_wait(&listening, i + 1);
  }
  for (i = 0; i < CONNECTIONS; i++)
    tcp_client(uv_default_loop(), &clients[i], &reqs[i],
               ntohs(listeners[0].address.sin_port), on_connect);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connect_calls, CONNECTIONS);
  CHECK_EQ(close_calls, CONNECTIONS);
  for (i = 0; i < 2; i++)
    CHECK_OK(uv_thread_join(&listeners[i].thread));
  CHECK_EQ(all_accepted(), CONNECTIONS);
  CHECK_GT(listeners[0].accepted.value, 0);
  CHECK_GT(listeners[1].accepted.value, 0);
  finish_loop(uv_default_loop());
}
