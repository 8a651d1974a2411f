/* Once in a while: a watched change, a signal, another loop. */
#include "soak.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static uv_fs_event_t event;
static uv_signal_t signal_handle;
static uv_timer_t ticker;
static int event_is_due, signal_is_due;

static void on_event(uv_fs_event_t* handle, const char* name, int events, int status) {
  (void) handle;
  EXPECT(EVENT, status == 0 && (events & UV_CHANGE) && name != NULL && strcmp(name, "watched") == 0);
  if (!event_is_due)
    return;
  event_is_due = 0;
  table[EVENT].done++;
  busy--;
}

static void on_signal(uv_signal_t* handle, int signum) {
  (void) handle;
  EXPECT(SIGNAL, signum == SIGUSR1 && signal_is_due);
  signal_is_due = 0;
  table[SIGNAL].done++;
  busy--;
}

static void on_little(uv_handle_t* handle) {
  (void) handle;
}

static void on_little_timer(uv_timer_t* timer) {
  uv_close((uv_handle_t*) timer, on_little);
}

static void on_tick(uv_timer_t* timer) {
  uv_loop_t little;
  uv_timer_t once;
  uv_async_t async;
  int fd;
  (void) timer;
  if (is_draining)
    return;
  leak();
  if (!event_is_due) {
    fd = open("watched", O_WRONLY | O_CLOEXEC | O_APPEND);
    MUST(fd);
    event_is_due = 1;
    busy++;
    if (table[EVENT].done % 1000 == 999)
      MUST(ftruncate(fd, 0));
    MUST(write(fd, "x", 1));
    close(fd);
  }
  if (!signal_is_due) {
    signal_is_due = 1;
    busy++;
    kill(getpid(), SIGUSR1);
  }
  MUST(uv_loop_init(&little));
  MUST(uv_timer_init(&little, &once));
  MUST(uv_async_init(&little, &async, NULL));
  uv_close((uv_handle_t*) &async, on_little);
  MUST(uv_timer_start(&once, on_little_timer, 0, 0));
  EXPECT(LOOP, uv_run(&little, UV_RUN_DEFAULT) == 0);
  EXPECT(LOOP, uv_loop_close(&little) == 0);
  table[LOOP].done++;
}

void make_ticks(void) {
  close(open("watched", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  MUST(uv_fs_event_init(&loop, &event));
  MUST(uv_fs_event_start(&event, on_event, "watched", 0));
  MUST(uv_signal_init(&loop, &signal_handle));
  MUST(uv_signal_start(&signal_handle, on_signal, SIGUSR1));
  MUST(uv_timer_init(&loop, &ticker));
  MUST(uv_timer_start(&ticker, on_tick, 20, 20));
}
