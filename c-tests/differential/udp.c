/* udp: sockets that are bound, connected and disconnected, with queued sends, uv_udp_try_send and
 * uv_udp_try_send2, single reads and batches (recvmmsg), short buffers, stops and closes.
 *
 * Datagrams, and their ends as sends, are told pair by pair: how those of two senders interleave, or
 * answers with what the script sends, is a race. Left out,
 * because libuv is known to err: more than twenty datagrams in one uv_udp_try_send2, and stopping
 * amid a batch. Callbacks without a datagram or an error (nread 0, no address) only give back memory. */
#include "play.h"

#include <arpa/inet.h>

#define SOCKETS 5
#define ROUNDS 12
#define BATCH 20
#define LONGEST 3000
#define GONE -2 /* the peer has closed or has another port now */

typedef struct {
  uv_udp_t handle;
  int id;
  int family;
  int is_open;
  int is_closing;
  int is_bound;
  int is_receiving;
  int is_batching;
  int peer; /* connected to, or -1, or GONE */
  struct sockaddr_storage address;
  size_t room;
  char* buffer;
  int buffers_out;
  int on_way;    /* datagrams that must come */
  int can_stop;  /* it has one sender alone, so that calls have an order */
  unsigned int calls;
} socket_t;

typedef struct {
  uint8_t from, to;
  uint16_t size;
  uint16_t number;
  uint8_t answers; /* how often it may be answered */
  uint8_t mark;
} head_t;

typedef struct {
  uv_udp_send_t request;
  socket_t* from;
  int to;
  unsigned int number;
  char bytes[LONGEST];
} sending_t;

static uv_loop_t loop;
static socket_t sockets[SOCKETS];
static unsigned int numbers[SOCKETS][SOCKETS];
static int sends_out;
static int in_pairs; /* the sockets of this seed know one other each */

static int partner(int id) {
  return (id ^ 1) < SOCKETS ? id ^ 1 : id;
}

/* Whether a datagram between the two comes in: who is connected hears the peer alone. */
static int is_heard(const socket_t* from, const socket_t* to) {
  return to->is_open && to->is_bound && to->family == from->family &&
         (to->peer == -1 || to->peer == from->id);
}

/* The socket's port is not its own any more. */
static void forget_port(const socket_t* socket) {
  int i;
  for (i = 0; i < SOCKETS; i++)
    if (sockets[i].peer == socket->id)
      sockets[i].peer = GONE;
}

static size_t make_datagram(char* bytes, const socket_t* from, const socket_t* to, size_t size, int answers) {
  head_t head = {0};
  unsigned int key;
  if (size < sizeof(head))
    size = sizeof(head);
  head.from = (uint8_t) from->id;
  head.to = (uint8_t) to->id;
  head.size = (uint16_t) size;
  head.number = (uint16_t) numbers[from->id][to->id]++;
  head.answers = (uint8_t) answers;
  head.mark = 0xd6;
  key = (unsigned int) (from->id * 4096 + head.number);
  memcpy(bytes, &head, sizeof(head));
  fill_bytes(key, 0, bytes + sizeof(head), size - sizeof(head));
  return size;
}

static int nothing_on_way(void) {
  int i;
  for (i = 0; i < SOCKETS; i++)
    if (sockets[i].is_open && sockets[i].is_receiving && sockets[i].on_way > 0)
      return 0;
  return sends_out == 0;
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  socket_t* socket = handle->data;
  if (suggested != 65536)
    tell(socket->id, "alloc of %zu", suggested);
  socket->buffers_out++;
  *buffer = uv_buf_init(socket->buffer, (unsigned int) socket->room);
}

static void on_sent(uv_udp_send_t* request, int status) {
  sending_t* sending = (sending_t*) request;
  sends_out--;
  tell(300 + sending->from->id * 10 + sending->to, "sent %u: %s", sending->number, status_name(status));
  free(sending);
}

/* Sends from a callback or from the script; `how` is 0 for a queued send. */
static void send_one(socket_t* from, socket_t* to, size_t size, int answers, int how, int told_as) {
  sending_t* sending = calloc(1, sizeof(*sending));
  const struct sockaddr* address =
      from->peer == -1 ? (const struct sockaddr*) &to->address : NULL;
  uv_buf_t buffers[3];
  unsigned int count = 1, number = numbers[from->id][to->id];
  int status;

  size = make_datagram(sending->bytes, from, to, size, answers);
  buffers[0] = uv_buf_init(sending->bytes, (unsigned int) size);
  if (size > 40) {
    buffers[0].len = 20;
    buffers[1] = uv_buf_init(sending->bytes + 20, 0);
    buffers[2] = uv_buf_init(sending->bytes + 20, (unsigned int) (size - 20));
    count = 3;
  }
  if (how == 0) {
    sending->from = from;
    sending->to = to->id;
    sending->number = number;
    status = uv_udp_send(&sending->request, &from->handle, buffers, count, address, on_sent);
    if (status == 0) {
      sends_out++;
      sending = NULL;
    }
  } else {
    status = uv_udp_try_send(&from->handle, buffers, count, address);
  }
  free(sending);
  if (status >= 0 && is_heard(from, to))
    to->on_way++;
  else
    numbers[from->id][to->id] = number; /* none is to come */
  tell(told_as, "%s %u to %d, %zu bytes: %s", how == 0 ? "sends" : "tries", number, to->id, size,
       status_name(status));
}

static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buffer,
                        const struct sockaddr* address, unsigned int flags) {
  socket_t* socket = handle->data;
  head_t head;
  size_t expected, right;
  int port;

  if ((flags & UV_UDP_MMSG_CHUNK) == 0) {
    socket->buffers_out--;
    if (buffer->base != socket->buffer)
      tell(socket->id, "another buffer");
  }
  if (flags & UV_UDP_MMSG_FREE)
    return;
  if (nread == 0 && address == NULL)
    return;
  if (nread < 0) {
    tell(socket->id, "receives %s, flags %x", status_name(nread), flags);
    return;
  }
  socket->on_way--;
  if ((size_t) nread < sizeof(head)) {
    tell(socket->id, "receives %zd bytes, flags %x", nread, flags);
    return;
  }
  memcpy(&head, buffer->base, sizeof(head));
  port = address == NULL ? -1 : ntohs(((const struct sockaddr_in*) address)->sin_port);
  expected = head.size < socket->room || socket->is_batching ? head.size : socket->room;
  right = right_bytes((unsigned int) (head.from * 4096 + head.number), 0, buffer->base + sizeof(head),
                      (size_t) nread - sizeof(head));
  tell(200 + socket->id * 10 + head.from, "receives %u: %zd of %u, right %d, from there %d, flags %x",
       head.number, nread, head.size, (size_t) nread == expected && right == (size_t) nread - sizeof(head),
       head.from < SOCKETS &&
           port == ntohs(((struct sockaddr_in*) &sockets[head.from].address)->sin_port),
       flags & ~(unsigned int) UV_UDP_MMSG_CHUNK);
  if (head.answers > 0 && head.from < SOCKETS && socket->peer == -1 && sockets[head.from].peer == -1)
    send_one(socket, &sockets[head.from], head.size / 2, head.answers - 1, 0,
             400 + socket->id * 10 + head.from);
  if (in_pairs && !socket->is_batching) {
    socket->calls++;
    if (choose((unsigned int) socket->id, socket->calls, 0, 9) == 0) {
      tell(200 + socket->id * 10 + head.from, "stops: %s", status_name(uv_udp_recv_stop(handle)));
      socket->is_receiving = 0;
    }
  }
}

static void on_closed(uv_handle_t* handle) {
  socket_t* socket = handle->data;
  tell(socket->id, "closed, buffers %d, queue %zu of %zu bytes", socket->buffers_out,
       uv_udp_get_send_queue_count(&socket->handle), uv_udp_get_send_queue_size(&socket->handle));
  socket->is_closing = 0;
  awaited--;
}

static void bind_socket(socket_t* socket) {
  struct sockaddr_storage address;
  int length = sizeof(socket->address), status;
  if (socket->family == AF_INET)
    uv_ip4_addr("127.0.0.1", 0, (struct sockaddr_in*) &address);
  else
    uv_ip6_addr("::1", 0, (struct sockaddr_in6*) &address);
  status = uv_udp_bind(&socket->handle, (const struct sockaddr*) &address,
                       below(4) == 0 ? UV_UDP_REUSEADDR : 0);
  tell(socket->id, "bind: %s", status_name(status));
  if (status == 0 && !socket->is_bound) {
    socket->is_bound = 1;
    MUST(uv_udp_getsockname(&socket->handle, (struct sockaddr*) &socket->address, &length));
  }
}

static void make_socket(int id) {
  static const size_t rooms[] = {65536, 65536, 2048, 200, 40};
  socket_t* socket = &sockets[id];
  memset(socket, 0, offsetof(socket_t, room));
  socket->id = id;
  socket->peer = -1;
  socket->family = below(6) == 0 ? AF_INET6 : AF_INET;
  socket->is_open = 1;
  socket->is_batching = below(3) == 0;
  socket->room = socket->is_batching ? (1 + below(BATCH)) * 65536 : rooms[below(COUNT(rooms))];
  socket->on_way = socket->buffers_out = 0;
  if (socket->buffer == NULL)
    socket->buffer = malloc(BATCH * 65536);
  MUST(uv_udp_init_ex(&loop, &socket->handle,
                      (unsigned int) (below(2) ? socket->family : AF_UNSPEC) |
                          (socket->is_batching ? UV_UDP_RECVMMSG : 0)));
  socket->handle.data = socket;
  tell(id, "made, batches %d", uv_udp_using_recvmmsg(&socket->handle));
  bind_socket(socket);
}

static void start(socket_t* socket) {
  int status = uv_udp_recv_start(&socket->handle, on_alloc, on_received);
  tell(socket->id, "recv_start: %s", status_name(status));
  if (status == 0)
    socket->is_receiving = 1;
}

static void connect_socket(socket_t* socket, socket_t* to) {
  struct sockaddr_storage peer;
  int length = sizeof(peer), status;
  const struct sockaddr* address = below(3) == 0 ? NULL : (const struct sockaddr*) &to->address;
  if (address != NULL && (to->family != socket->family || !to->is_open))
    return;
  if (address == NULL && socket->peer == -1 && below(4) > 0)
    return;
  status = uv_udp_connect(&socket->handle, address);
  tell(socket->id, "connect to %d: %s", address == NULL ? -1 : to->id, status_name(status));
  if (status == 0)
    socket->peer = address == NULL ? -1 : to->id;
  if (status == 0 && address == NULL) { /* the kernel takes the port back, which it chose itself */
    forget_port(socket);
    socket->is_bound = 0;
    bind_socket(socket);
  }
  status = uv_udp_getpeername(&socket->handle, (struct sockaddr*) &peer, &length);
  tell(socket->id, "peer: %s", status_name(status));
  if (socket->peer == -1 && status == 0)
    tell(socket->id, "has a peer all the same");
  if (status == 0 && length != (socket->family == AF_INET ? 16 : 28))
    tell(socket->id, "of %d bytes", length);
}

static void try_many(socket_t* from, socket_t* to) {
  static char bytes[BATCH][LONGEST];
  uv_buf_t buffers[BATCH];
  uv_buf_t* lists[BATCH];
  unsigned int counts[BATCH];
  struct sockaddr* addresses[BATCH];
  unsigned int i, count = 1 + below(BATCH), first = numbers[from->id][to->id];
  size_t size = sizeof(head_t) + below(600);
  int same = (int) below(2), status;
  for (i = 0; i < count; i++) {
    size_t here = same ? size : sizeof(head_t) + below(600);
    buffers[i] = uv_buf_init(bytes[i], (unsigned int) make_datagram(bytes[i], from, to, here, 0));
    lists[i] = &buffers[i];
    counts[i] = 1;
    addresses[i] = from->peer == -1 ? (struct sockaddr*) &to->address : NULL;
  }
  status = uv_udp_try_send2(&from->handle, count, lists, counts,
                            addresses, 0);
  tell(100 + from->id, "tries %u to %d: %s", count, to->id, status_name(status));
  if (is_heard(from, to) && status > 0)
    to->on_way += status;
  numbers[from->id][to->id] = first + (unsigned int) (status > 0 && is_heard(from, to) ? status : 0);
}

/* To a port where nobody is any more: the refusal comes to whoever is connected. */
static void send_to_nobody(void) {
  static uv_udp_t gone;
  static char byte = 'x';
  struct sockaddr_in address;
  uv_buf_t buffer = uv_buf_init(&byte, 1);
  uv_os_fd_t fd;
  int length = sizeof(address), i;
  uv_udp_t* from = &gone;

  MUST(uv_udp_init(&loop, from));
  MUST(uv_ip4_addr("127.0.0.1", 0, &address));
  MUST(uv_udp_bind(from, (const struct sockaddr*) &address, 0));
  MUST(uv_udp_getsockname(from, (struct sockaddr*) &address, &length));
  MUST(uv_udp_connect(from, (const struct sockaddr*) &address)); /* to itself */
  MUST(uv_fileno((const uv_handle_t*) from, &fd));
  tell(90, "to itself: %s", status_name(uv_udp_try_send(from, &buffer, 1, NULL)));
  uv_close((uv_handle_t*) from, NULL);
  uv_run(&loop, UV_RUN_NOWAIT);
  MUST(uv_udp_init(&loop, from));
  MUST(uv_udp_connect(from, (const struct sockaddr*) &address));
  for (i = 0; i < 3; i++) {
    tell(90, "to nobody: %s", status_name(uv_udp_try_send(from, &buffer, 1, NULL)));
    tell(90, "again, with an address: %s",
         status_name(uv_udp_try_send(from, &buffer, 1, (const struct sockaddr*) &address)));
  }
  uv_close((uv_handle_t*) from, NULL);
  uv_run(&loop, UV_RUN_NOWAIT);
}

static int all_closed(void) {
  return awaited == 0;
}

/* Before somebody cannot be reached any more: when the library sends what is queued is its business. */
static void send_all(void) {
  settle_until(&loop, nothing_on_way);
}

static void act(void) {
  socket_t* socket = &sockets[below(SOCKETS)];
  socket_t* other = &sockets[in_pairs ? partner(socket->id) : (int) below(SOCKETS)];
  unsigned int i, count, what = below(16);

  if (!socket->is_open) {
    if (what < 6 && !socket->is_closing)
      make_socket(socket->id);
    return;
  }
  switch (what) {
    case 0:
    case 1:
      start(socket);
      return;
    case 2:
      if (below(2) == 0) {
        tell(socket->id, "recv_stop: %s", status_name(uv_udp_recv_stop(&socket->handle)));
        socket->is_receiving = 0;
      }
      return;
    case 3:
      send_all();
      connect_socket(socket, other);
      return;
    case 4:
      if (below(4) == 0) {
        send_all();
        socket->is_open = socket->is_receiving = 0;
        socket->on_way = 0;
        socket->is_closing = 1;
        forget_port(socket);
        awaited++;
        uv_close((uv_handle_t*) &socket->handle, on_closed);
      }
      return;
    case 5:
      bind_socket(socket); /* for the second time */
      return;
    case 6:
      tell(socket->id, "ttl %s, broadcast %s, queue %zu of %zu bytes, active %d",
           status_name(uv_udp_set_ttl(&socket->handle, (int) below(300))),
           status_name(uv_udp_set_broadcast(&socket->handle, (int) below(2))),
           uv_udp_get_send_queue_count(&socket->handle), uv_udp_get_send_queue_size(&socket->handle),
           uv_is_active((uv_handle_t*) &socket->handle));
      return;
    case 7:
      if (below(4) == 0)
        send_to_nobody();
      return;
    default:
      break;
  }
  /* Only where it comes in or is refused at once: a late refusal would be a race. */
  if (!other->is_open || other == socket || socket->family != other->family || !other->is_bound)
    return;
  if (socket->peer == GONE)
    return;
  if (socket->peer != -1)
    other = &sockets[socket->peer];
  if (!is_heard(socket, other))
    return;
  if (what == 8 || what == 9) {
    try_many(socket, other);
    return;
  }
  count = 1 + below(what == 10 ? 12 : 2);
  for (i = 0; i < count; i++)
    send_one(socket, other, sizeof(head_t) + below(below(5) == 0 ? LONGEST - (int) sizeof(head_t) : 100),
             (int) below(3), what == 11, 100 + socket->id);
}

void play(void) {
  int round, i, count;

  in_pairs = seed % 2 == 0;
  MUST(uv_loop_init(&loop));
  keep_alive(&loop);
  for (i = 0; i < SOCKETS; i++)
    make_socket(i);
  for (round = 0; round < ROUNDS; round++) {
    count = 1 + (int) below(10);
    for (i = 0; i < count; i++)
      act();
    settle_until(&loop, nothing_on_way);
    settle_until(&loop, all_closed);
    tell_now("round %d", round);
    for (i = 0; i < SOCKETS; i++)
      if (sockets[i].is_open)
        tell(sockets[i].id, "buffers %d, active %d, queue %zu", sockets[i].buffers_out,
             uv_is_active((uv_handle_t*) &sockets[i].handle),
             uv_udp_get_send_queue_count(&sockets[i].handle));
    tell_all();
  }
  for (i = 0; i < SOCKETS; i++)
    if (sockets[i].is_open && sockets[i].peer == -1 && sockets[partner(i)].is_open && i != partner(i))
      send_one(&sockets[i], &sockets[partner(i)], 30, 0, 0, 100 + i);
  end_loop(&loop);
  for (i = 0; i < SOCKETS; i++)
    free(sockets[i].buffer);
}
