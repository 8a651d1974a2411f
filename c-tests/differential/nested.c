/* nested: callbacks of every kind that run the loop once more, up to three deep, while others of the
 * same turn are still to be called.
 *
 * Which run calls whom is a difference that docs/differences.md names; so each thing's own story is
 * told, without the depth: it is called as often as it must be, with the same results, in its own
 * order. Nothing closes itself and then waits for that in the same callback. */
#include "play.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

#define THINGS 24
#define ROUNDS 12
#define DEPTH 3

typedef enum { TIMER, IDLE, PREPARE, CHECK, ASYNC, STREAM, UDP, SIGNAL, EVENT, POLL, WORK, FILE_, NAME, KINDS } kind_t;

static const char* const kind_names[] = {"timer",  "idle",  "prepare", "check", "async", "stream", "udp",
                                         "signal", "event", "poll",    "work",  "file",  "name"};

typedef struct thing {
  union {
    uv_handle_t handle;
    uv_timer_t timer;
    uv_idle_t idle;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_async_t async;
    uv_pipe_t pipe;
    uv_udp_t udp;
    uv_signal_t signal;
    uv_fs_event_t event;
    uv_poll_t poll;
    uv_work_t work;
    uv_fs_t file;
    uv_getaddrinfo_t name;
    uv_req_t req;
  } u;
  uv_pipe_t sender; /* of a stream, and the other end of a poll */
  int number;
  kind_t kind;
  int is_open;
  int is_busy;      /* in its callback */
  int rest;         /* how often it starts itself anew */
  unsigned int calls;
  size_t got, sent;
  int fds[2];
  struct sockaddr_in address;
  char path[32];
  char bytes[256];
} thing_t;

static uv_loop_t loop;
static thing_t things[THINGS];
static int depth;
static uv_timer_t heart;

static void begin(thing_t* thing);

static void on_heart(uv_timer_t* timer) {
  (void) timer;
}

/* Runs the loop inside of a callback. It never waits: libuv's would sleep for ever if all that is to come
 * is in the hands of an outer run. */
static void run_nested(const thing_t* thing) {
  unsigned int i, times = choose((unsigned int) thing->number, thing->calls, 0, 4);
  if (depth >= DEPTH)
    return;
  depth++;
  for (i = 0; i < times; i++) {
    uv_run(&loop, UV_RUN_NOWAIT);
  }
  depth--;
}

/* A thing was called for what was begun. */
static void called(thing_t* thing, const char* how) {
  thing->calls++;
  tell(thing->number, "%s %s", kind_names[thing->kind], how);
  run_nested(thing);
  if (thing->rest-- > 0)
    begin(thing);
  awaited--;
}

static void on_timer(uv_timer_t* handle) {
  called(handle->data, uv_is_active((uv_handle_t*) handle) ? "active" : "not active");
}

static void on_idle(uv_idle_t* handle) {
  uv_idle_stop(handle);
  called(handle->data, "called");
}

static void on_prepare(uv_prepare_t* handle) {
  uv_prepare_stop(handle);
  called(handle->data, "called");
}

static void on_check(uv_check_t* handle) {
  uv_check_stop(handle);
  called(handle->data, "called");
}

static void on_async(uv_async_t* handle) {
  called(handle->data, "called");
}

static void on_signal(uv_signal_t* handle, int signum) {
  called(handle->data, signum == SIGUSR1 ? "usr1" : "usr2");
}

static void on_event(uv_fs_event_t* handle, const char* name, int events, int status) {
  thing_t* thing = handle->data;
  if (events != UV_CHANGE || status != 0 || name == NULL || strcmp(name, thing->path) != 0)
    tell(thing->number, "%s, %d, %d", name == NULL ? "no name" : name, events, status);
  called(thing, "called");
}

static void on_poll(uv_poll_t* handle, int status, int events) {
  thing_t* thing = handle->data;
  char byte;
  if (read(thing->fds[0], &byte, 1) != 1)
    return; /* told twice of the same byte: level-triggered, an inner run may have taken it */
  if (status != 0 || events != UV_READABLE)
    tell(thing->number, "%d, %d", status, events);
  called(thing, "called");
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  thing_t* thing = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(thing->bytes, thing->kind == STREAM ? 7 : sizeof(thing->bytes));
}

/* Seven bytes are one message: what it says is looked at before the buffer is used again. */
static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  thing_t* thing = stream->data;
  if (nread == 0)
    return;
  if (nread != 7 || right_bytes((unsigned int) thing->number, thing->got, buffer->base, 7) != 7)
    tell(thing->number, "wrong bytes, %s", status_name(nread));
  thing->got += 7;
  called(thing, "read");
}

static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buffer, const struct sockaddr* address,
                        unsigned int flags) {
  thing_t* thing = handle->data;
  (void) flags;
  if (nread == 0 && address == NULL)
    return;
  if (nread != 9 || right_bytes((unsigned int) thing->number, thing->got, buffer->base, 9) != 9)
    tell(thing->number, "wrong bytes, %s", status_name(nread));
  thing->got += 9;
  called(thing, "received");
}

static void work(uv_work_t* request) {
  (void) request;
}

static void on_worked(uv_work_t* request, int status) {
  called(request->data, status_name(status));
}

static void on_file(uv_fs_t* request) {
  thing_t* thing = request->data;
  char text[40];
  snprintf(text, sizeof(text), "%s of %s", status_name(request->result), request->path == NULL ? "" : request->path);
  uv_fs_req_cleanup(request);
  called(thing, text);
}

static void on_name(uv_getaddrinfo_t* request, int status, struct addrinfo* found) {
  uv_freeaddrinfo(found);
  called(request->data, status_name(status));
}

static void on_sent(uv_write_t* request, int status) {
  thing_t* thing = request->data;
  tell(100 + thing->number, "sent: %s", status_name(status));
  free(request);
  run_nested(thing);
  awaited--;
}

/* Sees to it that the thing is called once. */
static void begin(thing_t* thing) {
  static struct addrinfo hints;
  uv_buf_t buffer;
  int fd;
  awaited++;
  switch (thing->kind) {
    case TIMER:
      MUST(uv_timer_start(&thing->u.timer, on_timer, choose((unsigned int) thing->number, thing->calls, 9, 4), 0));
      break;
    case IDLE:
      MUST(uv_idle_start(&thing->u.idle, on_idle));
      break;
    case PREPARE:
      MUST(uv_prepare_start(&thing->u.prepare, on_prepare));
      break;
    case CHECK:
      MUST(uv_check_start(&thing->u.check, on_check));
      break;
    case ASYNC:
      MUST(uv_async_send(&thing->u.async));
      break;
    case STREAM: {
      uv_write_t* request = malloc(sizeof(*request));
      char* bytes = thing->bytes + 100 + thing->sent % 100 / 7 * 7;
      request->data = thing;
      fill_bytes((unsigned int) thing->number, thing->sent, bytes, 7);
      thing->sent += 7;
      buffer = uv_buf_init(bytes, 7);
      MUST(uv_write(request, (uv_stream_t*) &thing->sender, &buffer, 1, on_sent));
      awaited++;
      break;
    }
    case UDP:
      fill_bytes((unsigned int) thing->number, thing->sent, thing->bytes + 200, 9);
      thing->sent += 9;
      buffer = uv_buf_init(thing->bytes + 200, 9);
      MUST(uv_udp_try_send(&thing->u.udp, &buffer, 1, (const struct sockaddr*) &thing->address));
      break;
    case SIGNAL:
      raise(thing->number % 2 ? SIGUSR1 : SIGUSR2);
      break;
    case EVENT:
      fd = open(thing->path, O_WRONLY | O_CLOEXEC);
      MUST(write(fd, "x", 1));
      close(fd);
      break;
    case POLL:
      MUST(write(thing->fds[1], "x", 1));
      break;
    case WORK:
      MUST(uv_queue_work(&loop, &thing->u.work, work, on_worked));
      thing->u.work.data = thing;
      break;
    case FILE_:
      thing->u.file.data = thing;
      MUST(uv_fs_stat(&loop, &thing->u.file, thing->calls % 2 ? "." : "not there", on_file));
      break;
    default:
      hints.ai_flags = AI_NUMERICHOST;
      thing->u.name.data = thing;
      MUST(uv_getaddrinfo(&loop, &thing->u.name, on_name, "127.0.0.1", NULL, &hints));
      break;
  }
}

static int is_taken(int signum) {
  struct sigaction action;
  sigaction(signum, NULL, &action);
  return action.sa_handler != SIG_DFL;
}

static void make(thing_t* thing) {
  uv_os_sock_t pair[2];
  int length = sizeof(thing->address), fd;
  thing->is_open = 1;
  switch (thing->kind) {
    case TIMER:
      MUST(uv_timer_init(&loop, &thing->u.timer));
      break;
    case IDLE:
      MUST(uv_idle_init(&loop, &thing->u.idle));
      break;
    case PREPARE:
      MUST(uv_prepare_init(&loop, &thing->u.prepare));
      break;
    case CHECK:
      MUST(uv_check_init(&loop, &thing->u.check));
      break;
    case ASYNC:
      MUST(uv_async_init(&loop, &thing->u.async, on_async));
      break;
    case STREAM:
      MUST(uv_socketpair(SOCK_STREAM, 0, pair, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
      MUST(uv_pipe_init(&loop, &thing->u.pipe, 0));
      MUST(uv_pipe_open(&thing->u.pipe, pair[0]));
      MUST(uv_pipe_init(&loop, &thing->sender, 0));
      MUST(uv_pipe_open(&thing->sender, pair[1]));
      MUST(uv_read_start((uv_stream_t*) &thing->u.pipe, on_alloc, on_read));
      break;
    case UDP:
      MUST(uv_udp_init(&loop, &thing->u.udp));
      MUST(uv_ip4_addr("127.0.0.1", 0, &thing->address));
      MUST(uv_udp_bind(&thing->u.udp, (const struct sockaddr*) &thing->address, 0));
      MUST(uv_udp_getsockname(&thing->u.udp, (struct sockaddr*) &thing->address, &length));
      MUST(uv_udp_recv_start(&thing->u.udp, on_alloc, on_received));
      break;
    case SIGNAL:
      if (is_taken(thing->number % 2 ? SIGUSR1 : SIGUSR2)) { /* one handle for each of the two */
        thing->kind = TIMER;
        MUST(uv_timer_init(&loop, &thing->u.timer));
        break;
      }
      MUST(uv_signal_init(&loop, &thing->u.signal));
      MUST(uv_signal_start(&thing->u.signal, on_signal, thing->number % 2 ? SIGUSR1 : SIGUSR2));
      break;
    case EVENT:
      snprintf(thing->path, sizeof(thing->path), "file%d", thing->number);
      fd = open(thing->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
      MUST(fd);
      close(fd);
      MUST(uv_fs_event_init(&loop, &thing->u.event));
      MUST(uv_fs_event_start(&thing->u.event, on_event, thing->path, 0));
      break;
    case POLL:
      MUST(pipe2(thing->fds, O_NONBLOCK | O_CLOEXEC));
      MUST(uv_poll_init(&loop, &thing->u.poll, thing->fds[0]));
      MUST(uv_poll_start(&thing->u.poll, UV_READABLE, on_poll));
      break;
    default:
      break;
  }
  if (thing->kind < WORK)
    thing->u.handle.data = thing;
}

static void on_thing_closed(uv_handle_t* handle) {
  thing_t* thing = handle->data;
  tell(thing->number, "closed");
  if (thing->kind == POLL) {
    close(thing->fds[0]);
    close(thing->fds[1]);
  }
  thing->is_open = 0;
  if (depth < 1)
    run_nested(thing);
  awaited--;
}

static int all_done(void) {
  return awaited == 0;
}

void play(void) {
  int round, i;
  setenv("UV_THREADPOOL_SIZE", seed % 2 ? "1" : "4", 1);
  MUST(uv_loop_init(&loop));
  MUST(uv_timer_init(&loop, &heart));
  MUST(uv_timer_start(&heart, on_heart, 1, 1));
  for (round = 0; round < ROUNDS; round++) {
    for (i = 0; i < THINGS; i++) {
      thing_t* thing = &things[i];
      if (!thing->is_open && below(3) > 0) {
        memset(thing, 0, sizeof(*thing));
        thing->number = i;
        thing->calls = (unsigned int) round * 100;
        thing->kind = (kind_t) below(KINDS);
        make(thing);
      }
      if (!thing->is_open || below(3) == 0)
        continue;
      thing->rest = (int) below(4);
      begin(thing);
    }
    settle_until(&loop, all_done);
    tell_now("round %d", round);
    tell_all();
    for (i = 0; i < THINGS; i++) {
      thing_t* thing = &things[i];
      if (!thing->is_open || below(3) > 0)
        continue;
      if (thing->kind >= WORK) {
        thing->is_open = 0;
        continue;
      }
      awaited++;
      uv_close(&thing->u.handle, on_thing_closed);
      if (thing->kind == STREAM)
        uv_close((uv_handle_t*) &thing->sender, NULL);
    }
    settle_until(&loop, all_done);
    tell_all();
  }
  end_loop(&loop);
}
