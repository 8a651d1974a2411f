/* How often watchers hear of signals that are raised ten times. */
#include "test.h"

#include <signal.h>

enum { RAISES = 10, MOST = 4 };

/* Raises a signal from a repeating timer. */
struct source {
  uv_timer_t timer;
  int signum;
  int raised;
};

enum kind { NORMAL, ONE_SHOT };
enum when_done { STOP, CLOSE };

struct watcher {
  uv_signal_t handle;
  int signum;
  enum kind kind;
  enum when_done when_done;
  int calls;
  int wanted; /* done after so many calls */
};

static void on_tick(uv_timer_t* timer) {
  struct source* source = (struct source*) timer->data;
  CHECK_EQ(raise(source->signum), 0);
  if (++source->raised == RAISES)
    uv_close((uv_handle_t*) timer, NULL);
}

static void start_source(struct source* source, int signum) {
  source->signum = signum;
  source->raised = 0;
  CHECK_OK(uv_timer_init(uv_default_loop(), &source->timer));
  source->timer.data = source;
  CHECK_OK(uv_timer_start(&source->timer, on_tick, 5, 5));
}

static void on_signal(uv_signal_t* handle, int signum) {
  struct watcher* watcher = (struct watcher*) handle->data;
  CHECK_EQ(signum, watcher->signum);
  CHECK_EQ(handle->signum, signum);
  if (++watcher->calls != watcher->wanted)
    return;
  if (watcher->when_done == CLOSE)
    uv_close((uv_handle_t*) handle, NULL);
  else if (watcher->kind == NORMAL)
    CHECK_OK(uv_signal_stop(handle));
}

static void watch(struct watcher* watcher) {
  if (watcher->kind == ONE_SHOT)
    CHECK_OK(uv_signal_start_oneshot(&watcher->handle, on_signal,
                                     watcher->signum));
  else
    CHECK_OK(uv_signal_start(&watcher->handle, on_signal, watcher->signum));
}

static void start_watcher(struct watcher* watcher, int signum, enum kind kind,
                          enum when_done when_done) {
  memset(watcher, 0, sizeof(*watcher));
  watcher->signum = signum;
  watcher->kind = kind;
  watcher->when_done = when_done;
  watcher->wanted = kind == ONE_SHOT ? 1 : RAISES;
  CHECK_OK(uv_signal_init(uv_default_loop(), &watcher->handle));
  watcher->handle.data = watcher;
  watch(watcher);
}

/* Ten signals, or as many as the loop lives for. */
static void raise_ten(int signum) {
  struct source source;
  start_source(&source, signum);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(source.raised, RAISES);
}

TEST(we_get_signal) {
  struct watcher watcher;
  start_watcher(&watcher, SIGCHLD, NORMAL, STOP);
  raise_ten(SIGCHLD);
  CHECK_EQ(watcher.calls, RAISES);
  raise_ten(SIGCHLD);
  CHECK_EQ(watcher.calls, RAISES);

  watcher.calls = 0;
  watcher.when_done = CLOSE;
  watch(&watcher);
  raise_ten(SIGCHLD);
  CHECK_EQ(watcher.calls, RAISES);
  CHECK_EQ(uv_is_closing((uv_handle_t*) &watcher.handle), 1);
  finish_loop(uv_default_loop());
}

TEST(we_get_signal_one_shot) {
  struct watcher watcher;
  start_watcher(&watcher, SIGCHLD, ONE_SHOT, STOP);
  raise_ten(SIGCHLD);
  CHECK_EQ(watcher.calls, 1);
  CHECK_EQ(uv_is_active((uv_handle_t*) &watcher.handle), 0);
  raise_ten(SIGCHLD);
  CHECK_EQ(watcher.calls, 1);

  watcher.calls = 0;
  watcher.when_done = CLOSE;
  watch(&watcher);
  raise_ten(SIGCHLD);
  CHECK_EQ(watcher.calls, 1);
  CHECK_EQ(uv_is_closing((uv_handle_t*) &watcher.handle), 1);
  finish_loop(uv_default_loop());
}

TEST(we_get_signals) {
  struct watcher watchers[4];
  struct source sources[2];
  int i;
  for (i = 0; i < 4; i++)
    start_watcher(&watchers[i], i < 2 ? SIGUSR1 : SIGUSR2, NORMAL, CLOSE);
  start_source(&sources[0], SIGUSR1);
  start_source(&sources[1], SIGUSR2);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  for (i = 0; i < 4; i++)
    CHECK_EQ(watchers[i].calls, RAISES);
  for (i = 0; i < 2; i++)
    CHECK_EQ(sources[i].raised, RAISES);
  finish_loop(uv_default_loop());
}

/* One round: watchers of these kinds, some closed before the loop runs. */
static void mix(const char* plan, const int* calls) {
  struct watcher watchers[MOST];
  size_t count = strlen(plan);
  size_t i;
  CHECK_LE(count, MOST);
  for (i = 0; i < count; i++)
    start_watcher(&watchers[i], SIGCHLD,
                  plan[i] == 'o' || plan[i] == 'O' ? ONE_SHOT : NORMAL, CLOSE);
  for (i = 0; i < count; i++)
    if (plan[i] == 'O' || plan[i] == 'N')
      uv_close((uv_handle_t*) &watchers[i].handle, NULL);
  raise_ten(SIGCHLD);
  for (i = 0; i < count; i++)
    if (watchers[i].calls != calls[i])
      FAIL("plan %s: watcher %d was called %d times, not %d", plan, (int) i,
           watchers[i].calls, calls[i]);
}

/* n is normal, o is one-shot; capitals are closed early. */
TEST(we_get_signals_mixed) {
  mix("oo", (const int[]) { 1, 1 });
  mix("ooN", (const int[]) { 1, 1, 0 });
  mix("nnO", (const int[]) { 10, 10, 0 });
  mix("NNoo", (const int[]) { 0, 0, 1, 1 });
  mix("NoNn", (const int[]) { 0, 1, 0, 10 });
  finish_loop(uv_default_loop());
}
