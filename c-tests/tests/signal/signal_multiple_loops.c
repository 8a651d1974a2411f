/* Many loops in threads hear of signals sent to the process, while others
 * come and go. */
#include "test.h"

#include <signal.h>

enum {
  GROUP = 8,
  WATCHING = 3 * GROUP,
  CHURNING = 10,
  ROUNDS = 2,
  ONLY_USR1 = 1,
  ONLY_USR2 = 2,
  BOTH = ONLY_USR1 | ONLY_USR2
};

static struct counter ready = COUNTER_INIT;   /* watchers armed, in rounds */
static struct counter usr1 = COUNTER_INIT;    /* callbacks */
static struct counter usr2 = COUNTER_INIT;
static struct counter churned = COUNTER_INIT; /* loops that came and went */
static struct counter stop = COUNTER_INIT;

static void on_usr1(uv_signal_t* handle, int signum) {
  CHECK_EQ(signum, SIGUSR1);
  counter_add(&usr1, 1);
  CHECK_OK(uv_signal_stop(handle));
}

static void on_usr2(uv_signal_t* handle, int signum) {
  CHECK_EQ(signum, SIGUSR2);
  counter_add(&usr2, 1);
  CHECK_OK(uv_signal_stop(handle));
}

static void on_term(uv_signal_t* handle, int signum) {
  (void) handle;
  FAIL("told of signal %d", signum);
}

static void watch(void* arg) {
  int signals = (int) (intptr_t) arg;
  uv_signal_t watchers[3]; /* two for SIGUSR1, one for SIGUSR2 */
  uv_loop_t loop;
  int round;
  int i;

  CHECK_OK(uv_loop_init(&loop));
  for (i = 0; i < 3; i++)
    CHECK_OK(uv_signal_init(&loop, &watchers[i]));
  for (round = 0; round < ROUNDS; round++) {
    if (signals & ONLY_USR1) {
      CHECK_OK(uv_signal_start(&watchers[0], on_usr1, SIGUSR1));
      CHECK_OK(uv_signal_start(&watchers[1], on_usr1, SIGUSR1));
    }
    if (signals & ONLY_USR2)
      CHECK_OK(uv_signal_start(&watchers[2], on_usr2, SIGUSR2));
    counter_add(&ready, 1);
    CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  }
  for (i = 0; i < 3; i++)
    uv_close((uv_handle_t*) &watchers[i], NULL);
  CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
  CHECK_OK(uv_loop_close(&loop));
}

static void churn(void* arg) {
  (void) arg;
  do {
    uv_signal_t watcher;
    uv_loop_t loop;
    CHECK_OK(uv_loop_init(&loop));
    CHECK_OK(uv_signal_init(&loop, &watcher));
    CHECK_OK(uv_signal_start(&watcher, on_term, SIGTERM));
    uv_close((uv_handle_t*) &watcher, NULL);
    CHECK_OK(uv_run(&loop, UV_RUN_DEFAULT));
    CHECK_OK(uv_loop_close(&loop));
    counter_add(&churned, 1);
    uv_sleep(1);
  } while (counter_get(&stop) == 0);
}

TEST(signal_multiple_loops) {
  uv_thread_t churners[CHURNING];
  uv_thread_t threads[WATCHING];
  sigset_t all;
  int round;
  int i;

  for (i = 0; i < WATCHING; i++)
    CHECK_OK(uv_thread_create(&threads[i], watch,
                              (void*) (intptr_t) (ONLY_USR1 + i / GROUP)));
  for (i = 0; i < CHURNING; i++)
    CHECK_OK(uv_thread_create(&churners[i], churn, NULL));

  for (round = 1; round <= ROUNDS; round++) {
    if (round == 2) {
      sigfillset(&all);
      CHECK_EQ(pthread_sigmask(SIG_SETMASK, &all, NULL), 0);
    }
    counter_wait(&ready, round * WATCHING);
    CHECK_OK(uv_kill(uv_os_getpid(), SIGUSR1));
    CHECK_OK(uv_kill(uv_os_getpid(), SIGUSR2));
    counter_wait(&usr1, round * 4 * GROUP);
    counter_wait(&usr2, round * 2 * GROUP);
  }

  for (i = 0; i < WATCHING; i++)
    CHECK_OK(uv_thread_join(&threads[i]));
  counter_wait(&churned, CHURNING);
  counter_add(&stop, 1);
  for (i = 0; i < CHURNING; i++)
    CHECK_OK(uv_thread_join(&churners[i]));

  CHECK_EQ(counter_get(&usr1), 64);
  CHECK_EQ(counter_get(&usr2), 32);
  CHECK_GE(counter_get(&churned), CHURNING);
  finish_loop(uv_default_loop());
}
