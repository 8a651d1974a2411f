/* signals: handles of two loops for a few signals, raised by the script and in callbacks, started and
 * stopped, once or for good, for another signal while one is on its way, closed in every state.
 *
 * What each handle is told is in order; which of a signal's handles comes first is libuv's business
 * (by their addresses), so that callbacks act on their own handle. What they raise is a signal that is
 * always caught. Left out: a handle that was one-shot is
 * not started for good again, where docs/differences.md names a difference; nor is one started once
 * for a signal that is still on its way to others, since libuv may then not catch it any more. */
#include "play.h"

#include <signal.h>

#define HANDLES 10
#define ROUNDS 30
#define ANSWER 42 /* what callbacks raise */

typedef struct {
  uv_signal_t handle;
  int id;
  int is_open, is_closing;
  int was_one_shot;
  unsigned int calls;
} thing_t;

static const int signums[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGWINCH, SIGCONT, SIGCHLD, 40, 41, ANSWER};

static uv_loop_t loops[2];
static uv_timer_t keepers[2];
static thing_t things[HANDLES];
static uv_signal_t echoes[2];

static int is_caught(int signum) {
  struct sigaction action;
  MUST(sigaction(signum, NULL, &action));
  return action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
}

static void raise_signal(int by, int signum) {
  if (!is_caught(signum))
    return;
  tell(by, "%d raises %d", by, signum);
  if (raise(signum) != 0)
    abort();
}

static void on_closed(uv_handle_t* handle) {
  thing_t* thing = handle->data;
  tell(thing->id, "%d closed", thing->id);
  thing->is_closing = 0;
  awaited--;
}

static void close_thing(thing_t* thing) {
  if (!thing->is_open)
    return;
  thing->is_open = 0;
  thing->is_closing = 1;
  awaited++;
  uv_close((uv_handle_t*) &thing->handle, on_closed);
}

static void on_signal(uv_signal_t* handle, int signum);

static void start(thing_t* thing, int signum, int once) {
  int status;
  if (once)
    thing->was_one_shot = 1;
  else if (thing->was_one_shot)
    return;
  status = once ? uv_signal_start_oneshot(&thing->handle, on_signal, signum)
                : uv_signal_start(&thing->handle, on_signal, signum);
  tell(thing->id, "%d starts for %d, once %d: %s, active %d, signum %d", thing->id, signum, once, status_name(status),
       uv_is_active((uv_handle_t*) &thing->handle), thing->handle.signum);
}

static void on_signal(uv_signal_t* handle, int signum) {
  thing_t* thing = handle->data;
  unsigned int id = (unsigned int) thing->id, call = ++thing->calls;
  tell(thing->id, "%d is told of %d, active %d", thing->id, signum, uv_is_active((uv_handle_t*) handle));
  switch (choose(id, call, 0, 12)) {
    case 0:
      tell(thing->id, "%d stops: %s", thing->id, status_name(uv_signal_stop(handle)));
      break;
    case 1:
      close_thing(thing);
      break;
    case 2:
      start(thing, signums[choose(id, call, 1, COUNT(signums) - 1)], 0); /* not for ANSWER */
      break;
    case 3:
    case 4:
      if (signum != ANSWER)
        raise_signal(thing->id, ANSWER);
      break;
    default:
      break;
  }
}

/* Signals come at once: a few turns are enough for all of them. */
static void tell_signals(void) {
  int i;
  for (i = 0; i < 12; i++)
    uv_run(&loops[i % 2], UV_RUN_NOWAIT);
}

static void act(void) {
  thing_t* thing = &things[below(HANDLES)];
  int signum = signums[below(COUNT(signums))];
  unsigned int what = below(14), i;
  if (what >= 8) {
    for (i = 0; i <= below(3); i++)
      raise_signal(100, signum);
    return;
  }
  if (!thing->is_open) {
    if (thing->is_closing)
      return;
    thing->is_open = 1;
    thing->was_one_shot = 0;
    MUST(uv_signal_init(&loops[thing->id % 2], &thing->handle));
    thing->handle.data = thing;
  }
  switch (what) {
    case 0:
      tell(thing->id, "%d is stopped: %s", thing->id, status_name(uv_signal_stop(&thing->handle)));
      break;
    case 1:
      close_thing(thing);
      break;
    case 2:
      if (below(3) == 0) {
        static const int wrong[] = {0, -1, SIGKILL, SIGSTOP, 65, 1000};
        start(thing, wrong[below(COUNT(wrong))], 0);
      }
      break;
    case 3:
      if (below(2) == 0)
        uv_unref((uv_handle_t*) &thing->handle);
      else
        uv_ref((uv_handle_t*) &thing->handle);
      break;
    case 4:
      tell_signals();
      if (thing->is_open)
        start(thing, signum, 1);
      break;
    default:
      start(thing, signum, 0);
      break;
  }
}

static void on_keeper(uv_timer_t* timer) {
  (void) timer;
}

static void on_echo(uv_signal_t* handle, int signum) {
  tell(handle == &echoes[0] ? 101 : 102, "echo of %d", signum);
}

void play(void) {
  int round, i, count;

  for (i = 0; i < 2; i++) {
    MUST(uv_loop_init(&loops[i]));
    MUST(uv_timer_init(&loops[i], &keepers[i]));
    MUST(uv_timer_start(&keepers[i], on_keeper, 1000000, 0));
    MUST(uv_signal_init(&loops[i], &echoes[i]));
    MUST(uv_signal_start(&echoes[i], on_echo, ANSWER));
  }
  for (i = 0; i < HANDLES; i++)
    things[i].id = i;
  for (round = 0; round < ROUNDS; round++) {
    count = (int) below(12);
    for (i = 0; i < count; i++)
      act();
    tell_signals();
    tell_all();
    for (i = 0; i < COUNT(signums); i++)
      tell(103, "%d: caught %d", signums[i], is_caught(signums[i]));
    for (i = 0; i < HANDLES; i++)
      if (things[i].is_open)
        tell(104, "%d: active %d, signum %d", i, uv_is_active((uv_handle_t*) &things[i].handle),
             things[i].handle.signum);
    tell_now("round %d, awaited %d", round, awaited);
    tell_all();
  }
  for (i = 0; i < 2; i++)
    end_loop(&loops[i]);
}
