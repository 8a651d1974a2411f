/* A socket that is watched before or after the fork. */
#include "fork_child.h"

#include <sys/socket.h>

static int sockets[2];
static uv_poll_t poll_handle;
static int polls;
static int wants_data;

static void on_readable(uv_poll_t* handle, int status, int events) {
  char data[3];
  CHECK_OK(status);
  CHECK_NE(events & UV_READABLE, 0);
  polls++;
  if (wants_data) {
    CHECK_EQ(read(sockets[0], data, sizeof(data)), sizeof(data));
    CHECK_MEM_EQ(data, "hi\n", sizeof(data));
  }
  uv_close((uv_handle_t*) handle, NULL);
}

static void init_poll(void) {
  CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
  CHECK_OK(uv_poll_init(uv_default_loop(), &poll_handle, sockets[0]));
}

static void send_hi(void) {
  CHECK_EQ(send(sockets[1], "hi\n", 3, 0), 3);
}

static void finish(void) {
  CHECK_EQ(close(sockets[0]), 0);
  CHECK_EQ(close(sockets[1]), 0);
  finish_loop(uv_default_loop());
}

TEST(fork_socketpair) {
  pid_t pid;
  init_poll();
  pid = start_child();
  if (pid == 0) {
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    CHECK_OK(uv_poll_start(&poll_handle, UV_READABLE, on_readable));
    CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
    CHECK_EQ(polls, 1);
    finish();
    end_child();
  }
  send_hi();
  wait_for_child(pid);
  CHECK_EQ(polls, 0);
  finish();
}

TEST(fork_socketpair_started) {
  struct milestone parent_has_closed;
  pid_t pid;
  milestone_init(&parent_has_closed);
  wants_data = 1;
  init_poll();
  CHECK_OK(uv_poll_start(&poll_handle, UV_READABLE, on_readable));
  CHECK_EQ(uv_run(uv_default_loop(), UV_RUN_NOWAIT), 1);
  pid = start_child();
  if (pid == 0) {
    milestone_wait(&parent_has_closed);
    milestone_free(&parent_has_closed);
    CHECK_EQ(polls, 0);
    CHECK_OK(uv_loop_fork(uv_default_loop()));
    CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
    CHECK_EQ(polls, 1);
    finish();
    end_child();
  }
  CHECK_OK(uv_poll_stop(&poll_handle));
  uv_close((uv_handle_t*) &poll_handle, NULL);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(polls, 0);
  milestone_reach(&parent_has_closed);
  send_hi();
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(polls, 0);
  wait_for_child(pid);
  milestone_free(&parent_has_closed);
  finish();
}
