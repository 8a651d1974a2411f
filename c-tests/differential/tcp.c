/* tcp: connections between two ends of one loop: writes that are queued and tried, reads that pause,
 * shutdowns, closes with bytes unread, resets, connections that are refused.
 *
 * Bytes are checked by their places and told in sum. Before an end goes, all that was written has gone:
 * what is lost with a connection is a race. Which read brings which bytes is the kernel's business. */
#include "play.h"

#include <fcntl.h>

#define CONNECTIONS 4
#define ROUNDS 20
#define ROOM 30000 /* so much is taken without a reader */

typedef struct {
  uv_tcp_t tcp;
  int id;
  int is_open, is_reading, is_shut, has_ended;
  size_t sent, got, right;
  size_t unread; /* written by the peer and not read yet, at most */
  char bytes[65536];
} end_t;

typedef struct {
  uv_write_t request;
  end_t* end;
  int number;
  char* bytes;
} writing_t;

static uv_loop_t loop;
static uv_tcp_t server;
static struct sockaddr_in address;
static end_t ends[CONNECTIONS * 2];
static end_t* accepts; /* who is to have the next connection */
static int numbers;

static end_t* peer_of(end_t* end) {
  return &ends[end->id ^ 1];
}

static void on_closed(uv_handle_t* handle) {
  end_t* end = handle->data;
  tell(end->id, "closed, queue %zu", uv_stream_get_write_queue_size((uv_stream_t*) handle));
  awaited--;
}

static void on_connection(uv_stream_t* stream, int status) {
  end_t* end = accepts;
  tell(100, "a connection: %s", status_name(status));
  MUST(uv_tcp_init(&loop, &end->tcp));
  end->tcp.data = end;
  tell(end->id, "accept: %s", status_name(uv_accept(stream, (uv_stream_t*) &end->tcp)));
  tell(end->id, "once more: %s", status_name(uv_accept(stream, (uv_stream_t*) &end->tcp)));
  end->is_open = 1;
  awaited--;
}

static void on_connected(uv_connect_t* request, int status) {
  end_t* end = request->data;
  tell(end->id, "connected: %s, readable %d, writable %d", status_name(status),
       uv_is_readable((uv_stream_t*) &end->tcp), uv_is_writable((uv_stream_t*) &end->tcp));
  end->is_open = 1;
  awaited--;
}

static void on_refused(uv_connect_t* request, int status) {
  end_t* end = request->data;
  tell(end->id, "refused: %s", status_name(status));
  awaited--;
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  end_t* end = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(end->bytes, end->id % 3 == 0 ? 1000 : sizeof(end->bytes));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  end_t* end = stream->data;
  if (nread == 0)
    return;
  if (nread < 0) {
    end->has_ended = 1;
    end->is_reading = 0;
    tell(end->id, "read: %s, active %d, readable %d, writable %d", status_name(nread),
         uv_is_active((uv_handle_t*) stream), uv_is_readable(stream), uv_is_writable(stream));
    return;
  }
  if (end->got == end->right)
    end->right += right_bytes((unsigned int) peer_of(end)->id, end->got, buffer->base, (size_t) nread);
  end->got += (size_t) nread;
}

static void on_written(uv_write_t* request, int status) {
  writing_t* writing = (writing_t*) request;
  tell(10 + writing->end->id, "written %d: %s", writing->number, status_name(status));
  free(writing->bytes);
  free(writing);
  awaited--;
}

static void on_shut(uv_shutdown_t* request, int status) {
  end_t* end = request->data;
  tell(10 + end->id, "shut: %s", status_name(status));
  free(request);
  awaited--;
}

/* All bytes have come to whoever reads, and the end of those whose peer has gone. */
static int all_there(void) {
  int i;
  for (i = 0; i < CONNECTIONS * 2; i++) {
    end_t* end = &ends[i];
    end_t* peer = peer_of(end);
    if (!end->is_open || !end->is_reading || end->has_ended)
      continue;
    if (end->got < peer->sent || peer->is_shut || !peer->is_open)
      return 0;
  }
  return awaited <= 0;
}

static void connect_pair(int number) {
  uv_connect_t* request = calloc(1, sizeof(*request));
  end_t* end = &ends[number * 2];
  struct sockaddr_in any;
  accepts = &ends[number * 2 + 1];
  memset(end, 0, offsetof(end_t, bytes));
  memset(accepts, 0, offsetof(end_t, bytes));
  end->id = number * 2;
  accepts->id = number * 2 + 1;
  MUST(uv_tcp_init_ex(&loop, &end->tcp, below(2) ? AF_INET : AF_UNSPEC));
  end->tcp.data = end;
  request->data = end;
  MUST(uv_ip4_addr("127.0.0.1", 0, &any));
  if (below(5) == 0)
    tell(end->id, "bind: %s", status_name(uv_tcp_bind(&end->tcp, (const struct sockaddr*) &any, 0)));
  else
    tell(end->id, "nodelay %s, keepalive %s, writable %d", status_name(uv_tcp_nodelay(&end->tcp, 1)),
         status_name(uv_tcp_keepalive(&end->tcp, 1, below(3))), uv_is_writable((uv_stream_t*) &end->tcp));
  awaited += 2;
  MUST(uv_tcp_connect(request, &end->tcp, (const struct sockaddr*) &address, on_connected));
  settle_until(&loop, all_there);
  free(request);
}

/* A port where nobody listens. */
static void be_refused(void) {
  static end_t end;
  uv_connect_t request;
  struct sockaddr_in nowhere;
  int length = sizeof(nowhere), i;
  end.id = 90;
  MUST(uv_tcp_init(&loop, &end.tcp));
  MUST(uv_ip4_addr("127.0.0.1", 0, &nowhere));
  MUST(uv_tcp_bind(&end.tcp, (const struct sockaddr*) &nowhere, 0));
  MUST(uv_tcp_getsockname(&end.tcp, (struct sockaddr*) &nowhere, &length));
  end.tcp.data = &end;
  awaited++;
  uv_close((uv_handle_t*) &end.tcp, on_closed);
  settle_until(&loop, all_there);
  MUST(uv_tcp_init(&loop, &end.tcp));
  end.tcp.data = &end;
  request.data = &end;
  for (i = 0; i < 2; i++) {
    int status = uv_tcp_connect(&request, &end.tcp, (const struct sockaddr*) &nowhere, on_refused);
    tell(end.id, "connect: %s", status_name(status));
    if (status == 0) {
      awaited++;
      settle_until(&loop, all_there);
    }
  }
  awaited++;
  uv_close((uv_handle_t*) &end.tcp, on_closed);
  settle_until(&loop, all_there);
}

static void write_something(end_t* end) {
  writing_t* writing = calloc(1, sizeof(*writing));
  end_t* peer = peer_of(end);
  size_t size = 1 + below(below(4) == 0 ? ROOM / 2 : 200);
  uv_buf_t buffers[3];
  int status, tries = below(3) == 0;
  if (peer->is_reading)
    peer->unread = 0;
  if (peer->unread + size > ROOM) {
    free(writing);
    return;
  }
  writing->end = end;
  writing->number = numbers++;
  writing->bytes = malloc(size);
  fill_bytes((unsigned int) end->id, end->sent, writing->bytes, size);
  buffers[0] = uv_buf_init(writing->bytes, (unsigned int) size / 2);
  buffers[1] = uv_buf_init(writing->bytes, 0);
  buffers[2] = uv_buf_init(writing->bytes + size / 2, (unsigned int) (size - size / 2));
  status = tries ? uv_try_write((uv_stream_t*) &end->tcp, buffers, 3)
                 : uv_write(&writing->request, (uv_stream_t*) &end->tcp, buffers, 3, on_written);
  tell(10 + end->id, "%s %d of %zu: %s", tries ? "try" : "write", writing->number, size, status_name(status));
  if (status >= 0 && peer->is_open) {
    end->sent += tries ? (size_t) status : size;
    peer->unread += size;
  }
  if (!tries && status == 0) {
    awaited++;
    return;
  }
  free(writing->bytes);
  free(writing);
}

static void act(void) {
  end_t* end = &ends[below(CONNECTIONS * 2)];
  int status;
  if (!end->is_open)
    return;
  switch (below(14)) {
    case 0:
    case 1:
    case 2:
      status = uv_read_start((uv_stream_t*) &end->tcp, on_alloc, on_read);
      tell(end->id, "read_start: %s", status_name(status));
      if (status == 0) {
        end->is_reading = 1;
        end->has_ended = 0; /* told once more, if it was */
        settle_until(&loop, all_there);
      }
      return;
    case 3:
      settle_until(&loop, all_there);
      tell(end->id, "read_stop: %s", status_name(uv_read_stop((uv_stream_t*) &end->tcp)));
      end->is_reading = 0;
      return;
    case 4: {
      uv_shutdown_t* request = calloc(1, sizeof(*request));
      status = uv_shutdown(request, (uv_stream_t*) &end->tcp, on_shut);
      request->data = end;
      tell(10 + end->id, "shutdown: %s", status_name(status));
      if (status == 0) {
        awaited++;
        end->is_shut = 1;
      } else {
        free(request);
      }
      return;
    }
    case 5:
      settle_until(&loop, all_there);
      if (below(3) > 0)
        return;
      awaited++;
      status = below(2) ? uv_tcp_close_reset(&end->tcp, on_closed) : 1;
      if (status != 0) {
        tell(end->id, "close_reset: %s", status == 1 ? "not tried" : status_name(status));
        uv_close((uv_handle_t*) &end->tcp, on_closed);
      }
      end->is_open = end->is_reading = 0;
      settle_until(&loop, all_there);
      return;
    case 6:
      if (below(4) == 0)
        be_refused();
      return;
    default:
      write_something(end);
      return;
  }
}

void play(void) {
  int round, i, k, count, length = sizeof(address);
  MUST(uv_loop_init(&loop));
  keep_alive(&loop);
  MUST(uv_ip4_addr("127.0.0.1", 0, &address));
  MUST(uv_tcp_init(&loop, &server));
  MUST(uv_tcp_bind(&server, (const struct sockaddr*) &address, 0));
  MUST(uv_tcp_getsockname(&server, (struct sockaddr*) &address, &length));
  MUST(uv_listen((uv_stream_t*) &server, 10, on_connection));
  for (round = 0; round < ROUNDS; round++) {
    for (i = 0; i < CONNECTIONS; i++)
      if (!ends[i * 2].is_open && !ends[i * 2 + 1].is_open)
        connect_pair(i);
    count = 1 + (int) below(14);
    for (i = 0; i < count; i++)
      act();
    settle_until(&loop, all_there);
    tell_now("round %d", round);
    for (i = 0; i < CONNECTIONS * 2; i++) {
      end_t* end = &ends[i];
      if (end->is_open)
        tell(i, "got %zu, right %d, readable %d, writable %d, active %d, queue %zu", end->got,
             end->got == end->right, uv_is_readable((uv_stream_t*) &end->tcp),
             uv_is_writable((uv_stream_t*) &end->tcp), uv_is_active((uv_handle_t*) &end->tcp),
             uv_stream_get_write_queue_size((uv_stream_t*) &end->tcp));
    }
    tell_all();
    for (k = 0; k < CONNECTIONS; k++) /* an end alone is of no use for long */
      for (i = k * 2; i < k * 2 + 2; i++)
        if (ends[i].is_open && !peer_of(&ends[i])->is_open && below(3) == 0) {
          ends[i].is_open = ends[i].is_reading = 0;
          awaited++;
          uv_close((uv_handle_t*) &ends[i].tcp, on_closed);
        }
    settle_until(&loop, all_there);
  }
  end_loop(&loop);
}
