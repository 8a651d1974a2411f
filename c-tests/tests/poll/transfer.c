/* Five connections between raw sockets, driven by poll handles alone. What an
 * end does about an event is drawn by lot, from a fixed seed. */
#include "../stream/streams.h"

enum {
  PAIRS = 5,
  TRANSFER = 65536,
  READ_PAUSE_MS = 10,
  WRITE_PAUSE_MS = 100,
  ALL_EVENTS = UV_READABLE | UV_WRITABLE | UV_DISCONNECT
};

struct end {
  uv_poll_t poll;
  uv_timer_t timer;
  int fd;
  int mask;                 /* what is asked for now */
  int paused;               /* what the timer brings back */
  size_t to_send;
  size_t sent;
  size_t received;
  int sent_fin;
  int got_fin;
  int disconnected;
};

static struct end clients[PAIRS];
static struct end peers[PAIRS];
static uv_poll_t listener_poll;
static int listener;
static int accepted;
static int ends_closed;
static int disconnects;
static int unidirectional;
static int useful_writables;
static int spurious_writables;
static unsigned seed = 1;

static int lot(int sides) {
  return (int) ((unsigned) rand_r(&seed) % (unsigned) sides);
}

static void on_event(uv_poll_t* poll, int status, int events);

/* Asks for what the mask says. */
static void follow_mask(struct end* end) {
  CHECK_OK(uv_poll_start(&end->poll, end->mask, on_event));
  CHECK_EQ(uv_is_active((uv_handle_t*) &end->poll), end->mask != 0);
}

static void on_timer(uv_timer_t* timer) {
  struct end* end = timer->data;
  CHECK_EQ(uv_is_active((uv_handle_t*) timer), 0);
  end->mask |= end->paused;
  end->paused = 0;
  follow_mask(end);
}

static void pause_event(struct end* end, int event, uint64_t timeout) {
  end->mask &= ~event;
  end->paused |= event;
  if (!uv_is_active((uv_handle_t*) &end->timer))
    CHECK_OK(uv_timer_start(&end->timer, on_timer, timeout, 0));
}

/* One read: 1 for more to come, 0 for the end or nothing there. */
static int read_some(struct end* end, size_t room) {
  static char data[TRANSFER];
  ssize_t got = recv(end->fd, data, room, 0);
  if (got > 0) {
    end->received += (size_t) got;
    return 1;
  }
  if (got == 0) {
    end->got_fin = 1;
    end->mask &= ~UV_READABLE;
  } else {
    CHECK_EQ(errno, EAGAIN);
  }
  return 0;
}

static void on_readable(struct end* end) {
  CHECK_EQ(end->got_fin, 0);
  switch (lot(7)) {
    case 0:
    case 1:
      read_some(end, (size_t) lot(1024) + 1);
      break;
    case 2:
    case 3:
      while (read_some(end, (size_t) lot(1024) + 1))
        continue;
      break;
    case 4:
      break;
    case 5:
      pause_event(end, UV_READABLE, READ_PAUSE_MS);
      break;
    default:
      CHECK_OK(uv_poll_start(&end->poll, UV_WRITABLE, on_event));
      break;
  }
}

/* One write: 1 if it took something. */
static int write_some(struct end* end, size_t size) {
  static char data[1024];
  ssize_t done;
  if (size > end->to_send - end->sent)
    size = end->to_send - end->sent;
  if (size == 0)
    return 0;
  done = send(end->fd, data, size, MSG_NOSIGNAL);
  if (done < 0) {
    CHECK_EQ(errno, EAGAIN);
    return 0;
  }
  end->sent += (size_t) done;
  return 1;
}

static void on_writable(struct end* end) {
  CHECK_EQ(end->sent_fin, 0);
  if (end->sent == end->to_send) {
    CHECK_EQ(shutdown(end->fd, SHUT_WR), 0);
    end->sent_fin = 1;
    end->mask &= ~UV_WRITABLE;
    return;
  }
  switch (lot(7)) {
    case 0:
    case 1:
    case 2:
    case 3:
      if (!write_some(end, (size_t) lot(1024) + 1)) {
        spurious_writables++;
        break;
      }
      useful_writables++;
      if (lot(2))
        while (write_some(end, (size_t) lot(1024) + 1))
          continue;
      break;
    case 4:
      break;
    case 5:
      pause_event(end, UV_WRITABLE, WRITE_PAUSE_MS);
      break;
    default:
      CHECK_OK(uv_poll_start(&end->poll, UV_READABLE, on_event));
      break;
  }
}

static void count_end(uv_handle_t* handle) {
  (void) handle;
  ends_closed++;
}

static void on_event(uv_poll_t* poll, int status, int events) {
  struct end* end = poll->data;
  CHECK_OK(status);
  CHECK_NE(events, 0);
  CHECK_EQ(events & ~end->mask, 0);
  if (events & UV_READABLE)
    on_readable(end);
  if (events & UV_WRITABLE)
    on_writable(end);
  if (events & UV_DISCONNECT) {
    CHECK_EQ(end->disconnected, 0);
    end->disconnected = 1;
    disconnects++;
    end->mask &= ~UV_DISCONNECT;
  }
  if (!end->sent_fin || !end->got_fin || !end->disconnected) {
    follow_mask(end);
    return;
  }
  CHECK_EQ(close(end->fd), 0);
  uv_close((uv_handle_t*) poll, count_end);
  CLOSE(&end->timer);
}

static void start_end(struct end* end, int fd, size_t to_send) {
  end->fd = fd;
  end->to_send = to_send;
  end->mask = ALL_EVENTS;
  CHECK_OK(uv_poll_init_socket(uv_default_loop(), &end->poll, fd));
  CHECK_NE(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_OK(uv_timer_init(uv_default_loop(), &end->timer));
  end->poll.data = end;
  end->timer.data = end;
  CHECK_EQ(uv_is_active((uv_handle_t*) &end->poll), 0);
  follow_mask(end);
}

static void on_listener(uv_poll_t* poll, int status, int events) {
  int fd;
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
  fd = accept(listener, NULL, NULL);
  CHECK_GE(fd, 0);
  CHECK_LT(accepted, PAIRS);
  start_end(&peers[accepted++], fd, unidirectional ? 0 : TRANSFER);
  if (accepted < PAIRS)
    return;
  CHECK_EQ(close(listener), 0);
  CLOSE(poll);
}

static void check_ends(struct end* ends, size_t sent, size_t received) {
  int i;
  for (i = 0; i < PAIRS; i++) {
    CHECK_EQ(ends[i].sent, sent);
    CHECK_EQ(ends[i].received, received);
  }
}

static void transfer(void) {
  struct sockaddr_in address = loopback4(0);
  struct closed_port port = closed_port_of(&address, sizeof(address));
  int i;
  listener = port.fd;
  CHECK_EQ(listen(listener, 100), 0);
  CHECK_OK(uv_poll_init_socket(uv_default_loop(), &listener_poll, listener));
  CHECK_OK(uv_poll_start(&listener_poll, UV_READABLE, on_listener));
  for (i = 0; i < PAIRS; i++) {
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_GE(fd, 0);
    start_end(&clients[i], fd, TRANSFER);
    if (connect(fd, ADDR(&address), sizeof(address)) != 0)
      CHECK_EQ(errno, EINPROGRESS);
  }
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(ends_closed, 2 * PAIRS);
  CHECK_EQ(disconnects, 2 * PAIRS);
  check_ends(clients, TRANSFER, unidirectional ? 0 : TRANSFER);
  check_ends(peers, unidirectional ? 0 : TRANSFER, TRANSFER);
  CHECK_LE(20 * spurious_writables, useful_writables + spurious_writables);
  finish_loop(uv_default_loop());
}

TEST(poll_duplex) {
  transfer();
}

TEST(poll_unidirectional) {
  unidirectional = 1;
  transfer();
}
