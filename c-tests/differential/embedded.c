/* embedded: the loop inside of somebody else's, by uv_backend_fd and uv_backend_timeout: poll() waits,
 * or a uv_poll_t of another loop, and uv_run goes on without waiting when either has something.
 *
 * All is begun outside of uv_run: work, files, names, asyncs (from other threads, too), writes, timers,
 * signals, closes. A wait that nothing ends is the fault that is looked for. What the timeout says is
 * told only when nothing is under way: else it depends on how far a worker is. */
#include "play.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#define THINGS 16
#define ROUNDS 14
#define LONGEST_WAIT 4000 /* nothing here takes as long */

typedef enum { TIMER, ASYNC, THREAD, STREAM, UDP, SIGNAL, WORK, FILE_, FEW_BYTES, NAME, CLOSE, KINDS } kind_t;

static const char* const kind_names[] = {"timer", "async", "thread", "stream", "udp",  "signal",
                                         "work",  "file",  "bytes",  "name",   "close"};

typedef struct {
  union {
    uv_handle_t handle;
    uv_timer_t timer;
    uv_async_t async;
    uv_pipe_t pipe;
    uv_udp_t udp;
    uv_signal_t signal;
    uv_idle_t idle;
    uv_work_t work;
    uv_fs_t file;
    uv_getaddrinfo_t name;
  } u;
  uv_pipe_t sender;
  uv_thread_t thread;
  int number;
  kind_t kind;
  int is_under_way;
  int rest;
  unsigned int calls;
  struct sockaddr_in address;
  char bytes[64];
} thing_t;

static uv_loop_t loop;
static uv_loop_t outer;
static uv_poll_t backend;
static uv_timer_t outer_timer;
static thing_t things[THINGS];
static int is_in_loop; /* the other loop is one of libuv's, too */
static int waits_in_vain;
static uv_file file;

static void begin(thing_t* thing);

static void called(thing_t* thing, const char* how) {
  thing->calls++;
  tell(thing->number, "%s %s", kind_names[thing->kind], how);
  awaited--;
  thing->is_under_way = 0;
  if (thing->rest-- > 0)
    begin(thing);
}

static void on_timer(uv_timer_t* handle) {
  called(handle->data, "called");
}

static void on_async(uv_async_t* handle) {
  thing_t* thing = handle->data;
  if (thing->kind == THREAD)
    uv_thread_join(&thing->thread);
  called(thing, "called");
}

static void send_async(void* arg) {
  thing_t* thing = arg;
  usleep(thing->number % 3 * 500);
  uv_async_send(&thing->u.async);
}

static void on_signal(uv_signal_t* handle, int signum) {
  called(handle->data, signum == SIGUSR1 ? "usr1" : "another");
}

static void on_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  thing_t* thing = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(thing->bytes, sizeof(thing->bytes));
}

static void on_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  (void) buffer;
  if (nread != 0)
    called(stream->data, status_name(nread));
}

static void on_received(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buffer, const struct sockaddr* address,
                        unsigned int flags) {
  (void) buffer;
  (void) flags;
  if (nread != 0 || address != NULL)
    called(handle->data, status_name(nread));
}

static void work(uv_work_t* request) {
  thing_t* thing = request->data;
  if (thing->number % 2)
    usleep(300);
}

static void on_worked(uv_work_t* request, int status) {
  called(request->data, status_name(status));
}

static void on_file(uv_fs_t* request) {
  thing_t* thing = request->data;
  ssize_t result = request->result;
  uv_fs_req_cleanup(request);
  called(thing, status_name(result));
}

static void on_name(uv_getaddrinfo_t* request, int status, struct addrinfo* found) {
  uv_freeaddrinfo(found);
  called(request->data, status_name(status));
}

static void on_written(uv_write_t* request, int status) {
  thing_t* thing = request->data;
  tell(100 + thing->number, "written: %s", status_name(status));
  free(request);
  awaited--;
}

static void on_closed(uv_handle_t* handle) {
  called(handle->data, "called");
}

static void begin(thing_t* thing) {
  static struct addrinfo hints;
  uv_buf_t buffer;
  awaited++;
  thing->is_under_way = 1;
  switch (thing->kind) {
    case TIMER:
      MUST(uv_timer_start(&thing->u.timer, on_timer, choose((unsigned int) thing->number, thing->calls, 1, 5), 0));
      break;
    case ASYNC:
      MUST(uv_async_send(&thing->u.async));
      break;
    case THREAD:
      MUST(uv_thread_create(&thing->thread, send_async, thing));
      break;
    case STREAM: {
      uv_write_t* request = malloc(sizeof(*request));
      request->data = thing;
      buffer = uv_buf_init("bytes", 5);
      MUST(uv_write(request, (uv_stream_t*) &thing->sender, &buffer, 1, on_written));
      awaited++;
      break;
    }
    case UDP:
      buffer = uv_buf_init("datagram", 8);
      MUST(uv_udp_try_send(&thing->u.udp, &buffer, 1, (const struct sockaddr*) &thing->address));
      break;
    case SIGNAL:
      raise(SIGUSR1);
      break;
    case WORK:
      thing->u.work.data = thing;
      MUST(uv_queue_work(&loop, &thing->u.work, work, on_worked));
      break;
    case FILE_:
      thing->u.file.data = thing;
      if (thing->calls % 3 == 0)
        MUST(uv_fs_mkdir(&loop, &thing->u.file, ".", 0700, on_file));
      else
        MUST(uv_fs_stat(&loop, &thing->u.file, thing->calls % 3 == 1 ? "." : "not there", on_file));
      break;
    case FEW_BYTES:
      thing->u.file.data = thing;
      buffer = uv_buf_init(thing->bytes, sizeof(thing->bytes));
      MUST(uv_fs_read(&loop, &thing->u.file, file, &buffer, 1, 0, on_file));
      break;
    case NAME:
      hints.ai_flags = AI_NUMERICHOST;
      thing->u.name.data = thing;
      MUST(uv_getaddrinfo(&loop, &thing->u.name, on_name, "127.0.0.1", NULL, &hints));
      break;
    default:
      MUST(uv_idle_init(&loop, &thing->u.idle));
      thing->u.handle.data = thing;
      uv_close(&thing->u.handle, on_closed);
      break;
  }
}

static void make(thing_t* thing) {
  static int has_signal;
  uv_os_sock_t pair[2];
  int length = sizeof(thing->address);
  switch (thing->kind) {
    case TIMER:
      MUST(uv_timer_init(&loop, &thing->u.timer));
      break;
    case ASYNC:
    case THREAD:
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
      if (has_signal++) {
        thing->kind = WORK;
        break;
      }
      MUST(uv_signal_init(&loop, &thing->u.signal));
      MUST(uv_signal_start(&thing->u.signal, on_signal, SIGUSR1));
      break;
    default:
      break;
  }
  if (thing->kind < WORK) {
    thing->u.handle.data = thing;
    /* What only listens does not keep the loop alive, which makes no difference here. */
    if (below(4) == 0)
      uv_unref(&thing->u.handle);
  }
}

/* ---- the other loop */

static void on_outer_timer(uv_timer_t* timer) {
  (void) timer;
}

static void on_backend(uv_poll_t* handle, int status, int events) {
  (void) handle;
  if (status != 0 || events != UV_READABLE)
    tell_now("the backend tells %s, %d", status_name(status), events);
}

/* Waits as the loop wishes, and has it go on. */
static void wait_and_go_on(void) {
  int timeout = uv_backend_timeout(&loop), count;
  int wait = timeout < 0 || timeout > LONGEST_WAIT ? LONGEST_WAIT : timeout;
  uint64_t began = uv_hrtime();
  if (is_in_loop) {
    MUST(uv_timer_start(&outer_timer, on_outer_timer, (uint64_t) wait, 0));
    uv_run(&outer, UV_RUN_ONCE);
    count = uv_hrtime() - began < LONGEST_WAIT * (uint64_t) 1000000;
  } else {
    struct pollfd entry = {.fd = uv_backend_fd(&loop), .events = POLLIN};
    count = poll(&entry, 1, wait) != 0;
  }
  if (count == 0 && wait == LONGEST_WAIT)
    waits_in_vain++;
  uv_run(&loop, UV_RUN_NOWAIT);
}

static void on_far_away(uv_timer_t* timer) {
  (void) timer;
}

void play(void) {
  static uv_timer_t far_away;
  int round, i, timeout;

  is_in_loop = seed % 3 == 0;
  setenv("UV_THREADPOOL_SIZE", seed % 2 ? "1" : "4", 1);
  MUST(uv_loop_init(&loop));
  MUST(uv_loop_init(&outer));
  MUST(uv_poll_init(&outer, &backend, uv_backend_fd(&loop)));
  MUST(uv_poll_start(&backend, UV_READABLE, on_backend));
  MUST(uv_timer_init(&outer, &outer_timer));
  MUST(uv_timer_init(&loop, &far_away));
  MUST(uv_timer_start(&far_away, on_far_away, 1000000, 0));
  file = open("a file", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  MUST(write(file, "what is read again and again", 28));
  for (i = 0; i < THINGS; i++) {
    things[i].number = i;
    things[i].kind = (kind_t) below(KINDS);
    make(&things[i]);
  }
  for (round = 0; round < ROUNDS; round++) {
    int count = (int) below(6);
    for (i = 0; i < count; i++) {
      thing_t* thing = &things[(below(THINGS) / 6 * 6 + (unsigned int) i) % THINGS];
      if (thing->is_under_way)
        continue;
      thing->rest = (int) below(3);
      begin(thing);
      if (below(3) == 0)
        usleep(below(2000)); /* for a worker to be done, or in the middle */
    }
    while (awaited > 0)
      wait_and_go_on();
    for (i = 0; i < 4; i++)
      uv_run(&loop, UV_RUN_NOWAIT);
    timeout = uv_backend_timeout(&loop);
    tell_now("round %d, the timeout is %s, waits in vain %d, awaited %d", round,
             timeout == 0 ? "none" : timeout < 0 ? "endless" : "long", waits_in_vain, awaited);
    tell_all();
    for (i = 0; i < THINGS; i++)
      things[i].rest = 0;
  }
  uv_close((uv_handle_t*) &backend, NULL);
  end_loop(&outer);
  end_loop(&loop);
  close(file);
}
