/* A loop inside another program's loop, here one of poll(2): it waits for a pipe of its own and for libuv. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <uv.h>

static int ticks;
static int pipe_ends[2];

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

static void on_tick(uv_timer_t* timer) {
  printf("libuv: tick %d\n", ++ticks);
  if (ticks == 2 && write(pipe_ends[1], "x", 1) != 1)
    abort();
  if (ticks == 3)
    uv_close((uv_handle_t*) timer, NULL);
}

static void on_async(uv_async_t* async) {
  puts("libuv: sent from outside");
  uv_close((uv_handle_t*) async, NULL);
}

int main(void) {
  uv_loop_t loop;
  uv_timer_t timer;
  uv_async_t async;
  struct pollfd watched[2];
  char byte;

  if (pipe(pipe_ends) != 0)
    return 1;
  check(uv_loop_init(&loop), "uv_loop_init");
  check(uv_timer_init(&loop, &timer), "uv_timer_init");
  check(uv_timer_start(&timer, on_tick, 10, 10), "uv_timer_start");
  check(uv_async_init(&loop, &async, on_async), "uv_async_init");

  /* ANCHOR: loop */
  watched[0].fd = pipe_ends[0];
  watched[0].events = POLLIN;
  watched[1].fd = uv_backend_fd(&loop);
  watched[1].events = POLLIN;
  for (;;) {
    uv_run(&loop, UV_RUN_NOWAIT); /* all that can be done now; it also tells the kernel what is wanted */
    if (!uv_loop_alive(&loop))
      break;
    /* The descriptor knows nothing of timers: the timeout does. */
    if (poll(watched, 2, uv_backend_timeout(&loop)) < 0)
      continue;
    if (watched[0].revents != 0 && read(pipe_ends[0], &byte, 1) == 1) {
      puts("ours: a byte");
      check(uv_async_send(&async), "uv_async_send");
    }
  }
  /* ANCHOR_END: loop */
  check(uv_loop_close(&loop), "uv_loop_close");
  close(pipe_ends[0]);
  close(pipe_ends[1]);
  return 0;
}
