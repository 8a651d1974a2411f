/* loop: the order of a turn, over timers, idle, prepare, check and async handles and streams.
 *
 * Here the order between the handles is compared, too. For that time is virtual: this program's
 * clock_gettime, epoll_wait and epoll_pwait stand in front of the C library's, a wait that finds
 * nothing moves the clock instead of sleeping, and nothing else does but a callback that says so.
 *
 * What a callback does depends on the handle and on how often it was called, not on a common source
 * of chance, so that one difference does not hide the next. The order of descriptors within one poll
 * is the kernel's business: callbacks of the poll phase leave what they want to do to the frame's
 * check handle, and their lines are printed sorted. Odd seeds have no descriptors; only there do
 * callbacks take long, since how often a poll wakes up for nothing is the kernel's business too. */
#include "play.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#define HANDLES 28
#define TURNS 150
#define LINES 4096

typedef enum { TIMER, IDLE, PREPARE, CHECK, ASYNC, STREAM, KINDS } kind_t;

static const char* const kind_names[] = {"timer", "idle", "prepare", "check", "async", "stream"};

typedef struct {
  union {
    uv_handle_t handle;
    uv_timer_t timer;
    uv_idle_t idle;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_async_t async;
    uv_stream_t stream;
    uv_pipe_t pipe;
  } u;
  kind_t kind;
  int id;
  unsigned int calls;
  int wants; /* callbacks of the poll phase that have something to do after it */
  int writes;
  int is_open;
  uv_shutdown_t shutdown;
  int is_shut;
  char bytes[4096];
} thing_t;

typedef struct {
  uv_write_t request;
  thing_t* thing;
  int number;
} writing_t;

static uint64_t virtual_ns = 1000000000u;
static uv_loop_t loop;
static thing_t things[HANDLES];
static int thing_count;
static int with_descriptors;
static int turns;
static uv_prepare_t before_poll;
static uv_check_t after_poll;
static uv_async_t alarm_clock;
static int in_poll;
static int has_polled; /* before, libuv has descriptors of its own to register */
static char lines[LINES][128];
static int line_count;

/* ---- virtual time */

int clock_gettime(clockid_t clock, struct timespec* time) {
  (void) clock;
  time->tv_sec = (time_t) (virtual_ns / 1000000000u);
  time->tv_nsec = (long) (virtual_ns % 1000000000u);
  return 0;
}

typedef int (*epoll_pwait_fn)(int, struct epoll_event*, int, int, const sigset_t*);

int epoll_pwait(int fd, struct epoll_event* events, int size, int timeout, const sigset_t* mask) {
  static epoll_pwait_fn real;
  int count;
  if (real == NULL)
    real = (epoll_pwait_fn) dlsym(RTLD_NEXT, "epoll_pwait");
  count = real(fd, events, size, 0, mask);
  if (count != 0 || timeout == 0)
    return count;
  if (timeout < 0) {
    uv_async_send(&alarm_clock); /* nothing else would end this wait */
    return real(fd, events, size, 0, mask);
  }
  virtual_ns += (uint64_t) timeout * 1000000u;
  return 0;
}

int epoll_wait(int fd, struct epoll_event* events, int size, int timeout) {
  return epoll_pwait(fd, events, size, timeout, NULL);
}

/* ---- the trace */

static void print_line(const char* text) {
  printf("%6" PRIu64 " %s\n", (virtual_ns - 1000000000u) / 1000000u, text);
}

static void trace(const char* format, ...) {
  char text[128];
  va_list list;
  va_start(list, format);
  vsnprintf(text, sizeof(text), format, list);
  va_end(list);
  if (in_poll && line_count < LINES)
    snprintf(lines[line_count++], sizeof(lines[0]), "%s", text);
  else
    print_line(text);
}

static int by_text(const void* a, const void* b) {
  return strcmp(a, b);
}

static void flush_poll(void) {
  int i;
  qsort(lines, (size_t) line_count, sizeof(lines[0]), by_text);
  in_poll = 0;
  for (i = 0; i < line_count; i++)
    print_line(lines[i]);
  line_count = 0;
}

/* ---- chance */

/* The n-th number below `bound` for this call of this handle. */
static unsigned int pick(const thing_t* thing, unsigned int n, unsigned int bound) {
  return choose((unsigned int) thing->id, thing->calls, n, bound);
}

/* ---- what can be done to a handle */

static void act(thing_t* actor, unsigned int n, thing_t* target);

static void on_closed(uv_handle_t* handle) {
  thing_t* thing = handle->data;
  trace("%s %d closed, active %d", kind_names[thing->kind], thing->id, uv_is_active(handle));
}

static void close_thing(thing_t* thing) {
  if (uv_is_closing(&thing->u.handle))
    return;
  thing->is_open = 0;
  uv_close(&thing->u.handle, on_closed);
}

/* Outside of the poll phase a callback may do something to any handle. */
static void called(thing_t* thing) {
  unsigned int actions, i;

  thing->calls++;
  actions = pick(thing, 0, 3);
  if (!with_descriptors && pick(thing, 1, 12) == 0)
    virtual_ns += 1000000u * (1 + pick(thing, 2, 5)); /* a callback that takes long */
  for (i = 0; i < actions; i++)
    act(thing, 8 + i * 8, &things[pick(thing, 3 + i, (unsigned int) thing_count)]);
}

/* After the poll phase: what its callbacks wanted to do to their own handles. */
static void act_after_poll(void) {
  int i;
  for (i = 0; i < thing_count; i++) {
    for (; things[i].wants > 0; things[i].wants--) {
      things[i].calls++;
      if (pick(&things[i], 0, 3) > 0)
        act(&things[i], 8, &things[i]);
    }
  }
}

static void on_timer(uv_timer_t* handle) {
  thing_t* thing = handle->data;
  trace("timer %d, due in %" PRIu64 ", active %d", thing->id, uv_timer_get_due_in(handle),
        uv_is_active((uv_handle_t*) handle));
  called(thing);
}

static void on_idle(uv_idle_t* handle) {
  thing_t* thing = handle->data;
  trace("idle %d", thing->id);
  called(thing);
  if (thing->calls % 3 == 0)
    uv_idle_stop(handle); /* an idle handle keeps time from passing */
}

static void on_prepare(uv_prepare_t* handle) {
  thing_t* thing = handle->data;
  trace("prepare %d", thing->id);
  called(thing);
}

static void on_check(uv_check_t* handle) {
  thing_t* thing = handle->data;
  trace("check %d", thing->id);
  called(thing);
}

static void on_async(uv_async_t* handle) {
  thing_t* thing = handle->data;
  trace("async %d", thing->id);
  thing->wants++;
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  thing_t* thing = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(thing->bytes, sizeof(thing->bytes));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  thing_t* thing = stream->data;
  (void) buffer;
  if (nread == 0)
    return; /* allowed, and of no meaning */
  trace("stream %d read %s", thing->id, nread > 0 ? "bytes" : uv_err_name((int) nread));
  if (nread > 0)
    trace("stream %d has %ld bytes", thing->id, (long) nread);
  thing->wants++;
}

static void on_written(uv_write_t* request, int status) {
  writing_t* writing = (writing_t*) request;
  thing_t* thing = writing->thing;
  trace("stream %d wrote %d: %d", thing->id, writing->number, status);
  free(writing);
}

static void on_shut(uv_shutdown_t* request, int status) {
  thing_t* thing = request->handle->data;
  trace("stream %d shut: %d", thing->id, status);
}

static void act_on_stream(thing_t* actor, unsigned int n, thing_t* target) {
  static char text[600];
  uv_buf_t buffers[3];
  writing_t* writing;
  unsigned int i, count;
  int status;

  switch (pick(actor, n + 1, 9)) {
    case 0:
      status = uv_read_start(&target->u.stream, on_alloc, on_read);
      trace("stream %d read_start: %d", target->id, status);
      break;
    case 1:
      uv_read_stop(&target->u.stream);
      break;
    case 2:
      if (target->is_shut++ == 0) {
        status = uv_shutdown(&target->shutdown, &target->u.stream, on_shut);
        trace("stream %d shutdown: %d", target->id, status);
      }
      break;
    case 3:
      if (pick(actor, n + 2, 4) == 0)
        close_thing(target);
      break;
    case 4:
      buffers[0] = uv_buf_init(text, 1 + pick(actor, n + 2, 200));
      status = uv_try_write(&target->u.stream, buffers, 1);
      trace("stream %d try_write: %d", target->id, status);
      break;
    default:
      writing = calloc(1, sizeof(*writing));
      count = 1 + pick(actor, n + 2, 3);
      for (i = 0; i < count; i++)
        buffers[i] = uv_buf_init(text, pick(actor, n + 3 + i, 200));
      writing->thing = target;
      writing->number = target->writes++;
      status = uv_write(&writing->request, &target->u.stream, buffers, count, on_written);
      trace("stream %d write %d: %d", target->id, writing->number, status);
      if (status != 0)
        free(writing);
      break;
  }
}

static void act(thing_t* actor, unsigned int n, thing_t* target) {
  int status = 0;
  unsigned int what = pick(actor, n, 10);
  uint64_t a = pick(actor, n + 4, 12), b = pick(actor, n + 5, 3) == 0 ? 1 + pick(actor, n + 6, 6) : 0;

  if (!target->is_open)
    return;
  if (what == 0) {
    uv_unref(&target->u.handle);
    return;
  }
  if (what == 1) {
    uv_ref(&target->u.handle);
    return;
  }
  if (what == 2 && pick(actor, n + 1, 3) == 0) {
    close_thing(target);
    return;
  }
  switch (target->kind) {
    case TIMER:
      if (what < 7)
        status = uv_timer_start(&target->u.timer, on_timer, a, b);
      else if (what == 7)
        status = uv_timer_stop(&target->u.timer);
      else if (what == 8)
        status = uv_timer_again(&target->u.timer);
      else
        uv_timer_set_repeat(&target->u.timer, b);
      break;
    case IDLE:
      status = what < 7 ? uv_idle_start(&target->u.idle, on_idle) : uv_idle_stop(&target->u.idle);
      break;
    case PREPARE:
      status = what < 7 ? uv_prepare_start(&target->u.prepare, on_prepare)
                        : uv_prepare_stop(&target->u.prepare);
      break;
    case CHECK:
      status = what < 7 ? uv_check_start(&target->u.check, on_check) : uv_check_stop(&target->u.check);
      break;
    case ASYNC:
      status = uv_async_send(&target->u.async);
      break;
    default:
      act_on_stream(actor, n, target);
      return;
  }
  trace("%s %d acts on %s %d: %d, active %d, ref %d", kind_names[actor->kind], actor->id,
        kind_names[target->kind], target->id, status, uv_is_active(&target->u.handle),
        uv_has_ref(&target->u.handle));
}

/* ---- the frame */

static void close_rest(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (uv_is_closing(handle))
    return;
  if (handle->data == NULL)
    uv_close(handle, NULL);
  else
    close_thing(handle->data);
}

static void on_alarm(uv_async_t* handle) {
  trace("nothing left to wait for");
  uv_walk(handle->loop, close_rest, NULL);
}

static void on_before_poll(uv_prepare_t* handle) {
  (void) handle;
  in_poll = 1;
  has_polled = 1;
}

static void on_after_poll(uv_check_t* handle) {
  (void) handle;
  flush_poll();
  act_after_poll();
  if (++turns >= TURNS)
    uv_walk(&loop, close_rest, NULL);
}

static thing_t* add(kind_t kind) {
  thing_t* thing = &things[thing_count];
  thing->kind = kind;
  thing->id = thing_count++;
  thing->is_open = 1;
  return thing;
}

static void make(void) {
  uv_os_sock_t ends[2];
  thing_t* thing;
  int i, kind;

  for (i = 0; i < HANDLES - 2; i++) {
    kind = (int) (mix(seed * 77u + (uint64_t) i) % (with_descriptors ? KINDS : ASYNC));
    thing = add((kind_t) kind);
    switch (kind) {
      case TIMER:
        uv_timer_init(&loop, &thing->u.timer);
        break;
      case IDLE:
        uv_idle_init(&loop, &thing->u.idle);
        break;
      case PREPARE:
        uv_prepare_init(&loop, &thing->u.prepare);
        break;
      case CHECK:
        uv_check_init(&loop, &thing->u.check);
        break;
      case ASYNC:
        uv_async_init(&loop, &thing->u.async, on_async);
        break;
      default:
        if (uv_socketpair(SOCK_STREAM, 0, ends, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE) != 0)
          abort();
        uv_pipe_init(&loop, &thing->u.pipe, 0);
        if (uv_pipe_open(&thing->u.pipe, ends[0]) != 0)
          abort();
        thing->u.handle.data = thing;
        thing = add(STREAM);
        uv_pipe_init(&loop, &thing->u.pipe, 0);
        if (uv_pipe_open(&thing->u.pipe, ends[1]) != 0)
          abort();
        i++;
        break;
    }
    thing->u.handle.data = thing;
  }
}

void play(void) {
  static const uv_run_mode modes[] = {UV_RUN_DEFAULT, UV_RUN_ONCE, UV_RUN_NOWAIT};
  thing_t director;
  uv_run_mode mode;
  int i, runs, status;

  with_descriptors = seed % 2 == 0;
  memset(&director, 0, sizeof(director));
  director.id = 1000;
  MUST(uv_loop_init(&loop));
  uv_async_init(&loop, &alarm_clock, on_alarm);
  uv_unref((uv_handle_t*) &alarm_clock);
  alarm_clock.data = NULL;
  make();
  /* The frame's own handles, started first and last of all, stand around the poll phase. */
  uv_prepare_init(&loop, &before_poll);
  uv_check_init(&loop, &after_poll);
  before_poll.data = after_poll.data = NULL;
  for (i = 0; i < thing_count; i++) {
    director.calls++;
    act(&director, 8, &things[i]);
    if (things[i].kind == STREAM)
      uv_read_start(&things[i].u.stream, on_alloc, on_read);
    else
      act(&director, 16, &things[i]);
  }
  for (runs = 0; runs < 1000; runs++) {
    /* Started anew for each run: before_poll comes last of its kind, after_poll first. */
    uv_prepare_stop(&before_poll);
    uv_check_stop(&after_poll);
    if (!uv_is_closing((uv_handle_t*) &before_poll)) {
      uv_prepare_start(&before_poll, on_before_poll);
      uv_unref((uv_handle_t*) &before_poll);
    }
    if (!uv_is_closing((uv_handle_t*) &after_poll)) {
      uv_check_start(&after_poll, on_after_poll);
      uv_unref((uv_handle_t*) &after_poll);
    }
    director.calls++;
    mode = modes[pick(&director, 0, 3)];
    if (has_polled && !with_descriptors)
      trace("timeout %d", uv_backend_timeout(&loop));
    status = uv_run(&loop, mode);
    if (in_poll)
      flush_poll();
    trace("run %d: %d, alive %d", (int) mode, status, uv_loop_alive(&loop));
    if (!with_descriptors && pick(&director, 1, 5) == 0)
      virtual_ns += 3000000u;
    if (status == 0)
      break;
    turns++;
  }
  uv_walk(&loop, close_rest, NULL);
  in_poll = 0;
  uv_run(&loop, UV_RUN_DEFAULT);
  if (in_poll)
    flush_poll();
  trace("loop_close: %d", uv_loop_close(&loop));
}
