/* uv_poll_t on both ends of a socket pair, changing what they want. */
#include "../torture.h"

static uv_poll_t ends[2];
static int fds[2];
static int rounds;

static void on_poll(uv_poll_t* handle, int status, int events) {
  int index = (int) (handle - ends);
  char byte;
  if (bad(status) || given_up())
    return;
  if (events & UV_WRITABLE) {
    if (send(fds[index], "x", 1, MSG_DONTWAIT) == 1)
      (void) bad(uv_poll_start(handle, UV_READABLE | UV_DISCONNECT, on_poll));
  } else if (events & UV_READABLE) {
    if (recv(fds[index], &byte, 1, MSG_DONTWAIT) == 1 && ++rounds < 10)
      (void) bad(uv_poll_start(handle, UV_READABLE | UV_WRITABLE, on_poll));
    else if (rounds >= 10 && !given_up())
      give_up();
  }
}

SCENARIO(poll_handles) {
  int flags[2];
  int i;
  must(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
  for (i = 0; i < 2; i++)
    if (bad(uv_poll_init(loop, &ends[i], fds[i])) ||
        bad(uv_poll_start(&ends[i], i == 0 ? UV_WRITABLE : UV_READABLE,
                          on_poll)))
      break;
  run();
  for (i = 0; i < 2; i++) {
    flags[i] = fcntl(fds[i], F_GETFD);
    must(flags[i] >= 0);
    close(fds[i]);
  }
}
