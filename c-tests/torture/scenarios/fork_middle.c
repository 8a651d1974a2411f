/* A fork with everything in use; the child takes the loop along. */
#include "../torture.h"

#include <signal.h>

static uv_timer_t timer;
static uv_async_t async;
static uv_signal_t signal_;
static uv_pipe_t reader;
static uv_work_t job, childs_job;
static uv_fs_event_t watch;
static int fds[2] = { -1, -1 };

static void work(uv_work_t* req) {
  (void) req;
}

static void on_done(uv_work_t* req, int status) {
  told(req);
  (void) bad(status);
}

static void on_async(uv_async_t* handle) {
  close_it(handle);
}

static void on_signal(uv_signal_t* handle, int signum) {
  (void) signum;
  close_it(handle);
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) buf;
  if (got < 0 && bad(got))
    return;
  if (got > 0)
    close_it(stream);
}

static void on_timer(uv_timer_t* handle) {
  close_it(handle);
}

static void on_event(uv_fs_event_t* handle, const char* name, int what,
                     int status) {
  (void) name;
  (void) what;
  (void) tolerable(status);
  close_it(handle);
}

/* Runs what is on the loop: each handle is told once, and closes. */
static void finish(uv_work_t* with) {
  make_file("watched/new", "x", 1);
  if (given_up() || asked(with, uv_queue_work(loop, with, work, on_done)) ||
      bad(uv_async_send(&async)))
    return;
  must(kill(getpid(), SIGUSR1) == 0);
  must(write(fds[1], "x", 1) == 1);
  run();
}

SCENARIO(fork_middle) {
  pid_t child;
  int status;
  must(mkdir("watched", 0755) == 0);
  if (bad(uv_timer_init(loop, &timer)) ||
      bad(uv_async_init(loop, &async, on_async)) ||
      bad(uv_signal_init(loop, &signal_)) ||
      bad(uv_pipe_init(loop, &reader, 0)) ||
      bad(uv_fs_event_init(loop, &watch)) ||
      bad(uv_timer_start(&timer, on_timer, 1, 0)) ||
      bad(uv_signal_start(&signal_, on_signal, SIGUSR1)) ||
      bad(uv_fs_event_start(&watch, on_event, "watched", 0)))
    return;
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
  if (bad(uv_pipe_open(&reader, fds[0]))) {
    close(fds[0]);
    close(fds[1]);
    return;
  }
  if (bad(uv_read_start((uv_stream_t*) &reader, alloc_static, on_read)) ||
      asked(&job, uv_queue_work(loop, &job, work, on_done))) {
    run();
    close(fds[1]);
    return;
  }
  (void) uv_run(loop, UV_RUN_NOWAIT);
  child = fork();
  must(child >= 0);
  if (child == 0) {
    /* The pool's work of the parent does not come back here. */
    int forked = uv_loop_fork(loop);
    if (forked == 0) {
      close_it(&timer);
      close_it(&watch);
      if (!given_up() && bad(uv_async_send(&async)) == 0)
        (void) uv_run(loop, UV_RUN_NOWAIT);
    } else {
      (void) tolerable(forked);
    }
    _exit(0);
  }
  must(waitpid(child, &status, 0) == child);
  if (WIFSIGNALED(status))
    wrong("the child ended with signal %d", WTERMSIG(status));
  must(WEXITSTATUS(status) == 0);
  finish(&childs_job);
  if (given_up())
    run();
  close(fds[1]);
}
