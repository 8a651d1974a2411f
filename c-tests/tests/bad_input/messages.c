/* Messages that no well-behaved peer sends: descriptors of all kinds and in any
 * number on a channel, datagrams larger than the buffer. */
#include "../pipe/pipes.h"
#include "noise.h"

#include <netinet/in.h>
#include <sys/epoll.h>

static int opened_kinds[5];
static int accepted, not_accepted;

static void open_kinds(void) {
  int ends[2];
  CHECK_EQ(pipe2(ends, O_CLOEXEC), 0);
  opened_kinds[0] = ends[0];
  CHECK_EQ(close(ends[1]), 0);
  opened_kinds[1] = open("file", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  opened_kinds[2] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  opened_kinds[3] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  opened_kinds[4] = epoll_create1(EPOLL_CLOEXEC);
}

/* One message with so many descriptors, and any number of bytes. */
static void send_any_fds(int to, unsigned count) {
  char bytes[64];
  int fds[MAX_FDS];
  unsigned i;
  uv_buf_t buf = uv_buf_init(bytes, 1 + noise(sizeof(bytes)));
  memset(bytes, (int) noise(256), sizeof(bytes));
  for (i = 0; i < count; i++)
    fds[i] = opened_kinds[noise(5)];
  send_fds(to, buf, fds, count);
}

/* Takes some of what came, into handles of fitting and of other kinds. */
static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  uv_pipe_t* channel = (uv_pipe_t*) stream;
  (void) buf;
  if (size == UV_EOF) {
    uv_read_stop(stream);
    return;
  }
  CHECK_GE(size, 0);
  while (uv_pipe_pending_count(channel) > 0 && noise(4)) {
    union uv_any_handle* taken = malloc(sizeof(*taken));
    uv_handle_type kind = uv_pipe_pending_type(channel);
    int status;
    CHECK_NOT_NULL(taken);
    if (kind == UV_UDP)
      CHECK_OK(uv_udp_init(stream->loop, &taken->udp));
    else if (kind == UV_TCP || noise(2))
      CHECK_OK(uv_tcp_init(stream->loop, &taken->tcp));
    else
      CHECK_OK(uv_pipe_init(stream->loop, &taken->pipe, 0));
    status = uv_accept(stream, STREAM(taken));
    accepted += status == 0;
    not_accepted += status != 0;
    uv_close(&taken->handle, (uv_close_cb) free);
  }
}

static void receive_fds(int ipc) {
  uv_loop_t* loop = uv_default_loop();
  int rounds = soak_size(100, 5000);
  int fds_before = -1;
  int i, k;
  open_kinds();
  for (i = 0; i < rounds; i++) {
    uv_pipe_t channel;
    int ends[2];
    int yes = 1;
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    /* Makes the kernel add credentials to each message. */
    if (noise(2))
      CHECK_EQ(setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)),
               0);
    CHECK_OK(uv_pipe_init(loop, &channel, ipc));
    CHECK_OK(uv_pipe_open(&channel, ends[0]));
    CHECK_OK(uv_read_start(STREAM(&channel), alloc_shared, on_read));
    for (k = (int) noise(5); k >= 0; k--) {
      send_any_fds(ends[1], noise(3) ? noise(4) : noise(MAX_FDS + 1));
      if (noise(2))
        uv_run(loop, UV_RUN_NOWAIT);
    }
    CHECK_EQ(close(ends[1]), 0);
    if (noise(2))
      uv_run(loop, UV_RUN_NOWAIT);
    close_handles(loop);
    if (i == 0) /* with what the loop keeps open */
      fds_before = count_open_fds();
    CHECK_EQ(count_open_fds(), fds_before);
  }
  for (i = 0; i < 5; i++)
    CHECK_EQ(close(opened_kinds[i]), 0);
  CHECK(ipc ? accepted > 0 : accepted + not_accepted == 0);
  finish_loop(loop);
}

TEST(bad_input_channel) {
  receive_fds(1);
}

TEST(bad_input_pipe_without_ipc) {
  receive_fds(0);
}

/* ---- Datagrams ---- */

static size_t room;
static size_t sent_size;
static int received;

static void alloc_room(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  (void) handle, (void) size;
  *buf = uv_buf_init(malloc(room), (unsigned) room);
  CHECK_NOT_NULL(buf->base);
}

static void on_datagram(uv_udp_t* handle, ssize_t size, const uv_buf_t* buf,
                        const struct sockaddr* from, unsigned flags) {
  (void) handle;
  if (from != NULL) {
    CHECK_EQ(size, sent_size < room ? sent_size : room);
    CHECK_EQ(!!(flags & UV_UDP_PARTIAL), sent_size > room);
    received++;
  } else {
    CHECK_EQ(size, 0);
  }
  if (!(flags & UV_UDP_MMSG_CHUNK))
    free(buf->base);
}

static void receive_datagrams(unsigned flags) {
  static char data[65000];
  uv_loop_t* loop = uv_default_loop();
  uv_udp_t udp;
  struct sockaddr_in address = loopback4(0);
  int rounds = soak_size(300, 20000);
  int i;
  int sender = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  CHECK_GE(sender, 0);
  CHECK_OK(uv_udp_init_ex(loop, &udp, AF_INET | flags));
  CHECK_OK(uv_udp_bind(&udp, ADDR(&address), 0));
  CHECK_OK(uv_udp_recv_start(&udp, alloc_room, on_datagram));
  address = loopback4(udp_port(&udp));
  for (i = 0; i < rounds; i++) {
    /* A handle that takes many at once wants room for one of any size. */
    room = flags != 0 ? 65536 + noise(3 * 65536)
                      : 1 + noise(noise(2) ? 300 : 3 * 65536);
    sent_size = noise(noise(2) ? 600 : sizeof(data));
    received = 0;
    CHECK_EQ(sendto(sender, data, sent_size, 0, ADDR(&address),
                    sizeof(address)), sent_size);
    run_until(loop, &received, 1);
  }
  CHECK_EQ(close(sender), 0);
  finish_loop(loop);
}

TEST(bad_input_datagrams) {
  receive_datagrams(0);
}

TEST(bad_input_datagrams_recvmmsg) {
  receive_datagrams(UV_UDP_RECVMMSG);
}
