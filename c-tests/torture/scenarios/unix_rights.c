/* A plain pipe whose peer passes descriptors that nobody asked for. A read ends
 * with each such message, however many there are: two wait before the first
 * read, and one comes in the middle of it. */
#include "../torture.h"

enum { MESSAGES = 9 };

static uv_pipe_t handle;
static uv_write_t answers[MESSAGES];
static int peer;
static int sent;
static int requests;
static int answers_got;

static void send_request(void) {
  char data = 'q';
  char control[CMSG_SPACE(2 * sizeof(int))];
  struct iovec iov = { &data, 1 };
  struct msghdr message;
  struct cmsghdr* header;
  int fds[2] = { 0, 0 };
  memset(&message, 0, sizeof(message));
  memset(control, 0, sizeof(control));
  message.msg_iov = &iov;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(fds));
  memcpy(CMSG_DATA(header), fds, sizeof(fds));
  must(sendmsg(peer, &message, 0) == 1);
  sent++;
}

static void on_written(uv_write_t* req, int status) {
  char answer;
  told(req);
  if (bad(status))
    return;
  must(read(peer, &answer, 1) == 1);
  if (++answers_got == MESSAGES)
    close_it(&handle);
}

/* When all that was sent has come, two more, and another one with the read. */
static void alloc(uv_handle_t* stream, size_t size, uv_buf_t* buf) {
  alloc_static(stream, size, buf);
  if (sent % 3 == 2 && sent < MESSAGES)
    send_request();
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  uv_buf_t answer = uv_buf_init("a", 1);
  (void) buf;
  if (got < 0) {
    (void) bad(got);
  } else if (got > 0) {
    must(got == 1 && requests < sent);
    requests++;
    if (requests == sent && sent < MESSAGES) {
      send_request();
      send_request();
    }
    (void) asked(&answers[requests - 1],
                 uv_write(&answers[requests - 1], stream, &answer, 1,
                          on_written));
  }
}

SCENARIO(unix_rights) {
  int fds[2];
  if (bad(uv_pipe_init(loop, &handle, 0)))
    return;
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  peer = fds[1];
  if (bad(uv_pipe_open(&handle, fds[0]))) {
    close(fds[0]);
  } else if (!bad(uv_read_start((uv_stream_t*) &handle, alloc, on_read))) {
    send_request();
    send_request();
    run();
    usually(answers_got == MESSAGES);
  }
  /* Not before the handle has its descriptor back. */
  if (given_up())
    run();
  close(peer);
}
