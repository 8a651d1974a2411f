/* soak SECONDS: everything at once on one loop, for a long time: connections, files, children, timers,
 * work, asyncs, datagrams, names, watched files, signals, other loops. Every byte that comes back is
 * compared with what was sent at its place, and all that was begun is counted.
 *
 * After a warm-up, and at the end, nothing new is begun until all is done; what the process then has of
 * memory, descriptors and threads must be the same. The last thing printed is a table; the exit
 * status is 1 if there was an error or a drift. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <uv.h>

#define CLIENTS 12 /* of each kind of server */
#define LONGEST 200000
#define CHAINS 6
#define CHILDREN 3
#define TIMERS 500
#define WORKS 8
#define SENDERS 2
#define PAIRS 4
#define NAMES 2
#define DRIFT_KIB 2048 /* of memory, and a twentieth of it */

typedef enum { TCP, PIPE, FILES, CHILD, TIMER, WORK, ASYNC, UDP, NAME, EVENT, SIGNAL, LOOP, KINDS } kind_t;

static const char* const kind_names[] = {"tcp connections", "pipe connections", "files",          "child processes",
                                         "timers",          "work",             "asyncs",         "datagrams there and back",
                                         "name lookups",    "watched changes",  "signals",        "loops made and closed"};

static struct {
  uint64_t done;
  uint64_t bytes;
  uint64_t errors;
} table[KINDS];

typedef struct {
  long memory; /* KiB */
  int descriptors;
  int threads;
} sample_t;

static uv_loop_t loop;
static const char* own_path;
static int is_draining;
static int busy; /* things that were begun and are not done */
static uint64_t chance = 1;

/* ---- chance and bytes */

static uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

static unsigned int below(unsigned int bound) {
  return (unsigned int) (mix(++chance) % bound);
}

static char byte_at(uint64_t key, size_t at) {
  return (char) (mix(key * 0x10001u + at / 8) >> (at % 8 * 8));
}

static void fill(uint64_t key, size_t from, char* bytes, size_t count) {
  size_t i;
  for (i = 0; i < count; i++)
    bytes[i] = byte_at(key, from + i);
}

static int is_right(uint64_t key, size_t from, const char* bytes, size_t count) {
  size_t i;
  for (i = 0; i < count; i++)
    if (bytes[i] != byte_at(key, from + i))
      return 0;
  return 1;
}

static void wrong(kind_t kind, const char* format, ...) {
  va_list list;
  if (++table[kind].errors > 5)
    return;
  fprintf(stderr, "%s: ", kind_names[kind]);
  va_start(list, format);
  vfprintf(stderr, format, list);
  va_end(list);
  fputc('\n', stderr);
}

#define EXPECT(kind, condition)                                                                    \
  do {                                                                                             \
    if (!(condition))                                                                              \
      wrong(kind, "line %d: %s", __LINE__, #condition);                                            \
  } while (0)
#define MUST(call)                                                                                 \
  do {                                                                                             \
    intmax_t must_status = (intmax_t) (call);                                                      \
    if (must_status < 0) {                                                                         \
      fprintf(stderr, "line %d: %s: %jd\n", __LINE__, #call, must_status);                         \
      exit(2);                                                                                     \
    }                                                                                              \
  } while (0)

static void* allocate(size_t size) {
  void* memory = calloc(1, size);
  if (memory == NULL)
    abort();
  return memory;
}

/* ---- connections: echo servers, and clients that count */

typedef union {
  uv_handle_t handle;
  uv_stream_t stream;
  uv_tcp_t tcp;
  uv_pipe_t pipe;
} stream_t;

typedef struct {
  stream_t stream;
  char bytes[65536];
} served_t;

typedef struct {
  uv_write_t request;
  char bytes[];
} echo_t;

typedef struct {
  stream_t stream;
  union {
    uv_connect_t connect;
    uv_shutdown_t shutdown;
  } u;
  uv_write_t write;
  kind_t kind;
  uint64_t key;
  size_t size, sent, got;
  int has_ended;
  char out[8192], in[65536];
} client_t;

static stream_t servers[2];
static struct sockaddr_in tcp_address;
static const char pipe_name[] = "soak.sock";

static void connect_client(kind_t kind);

static void on_served_closed(uv_handle_t* handle) {
  free(handle->data);
  busy--;
}

static void on_served_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  served_t* served = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(served->bytes, sizeof(served->bytes));
}

static void on_echoed(uv_write_t* request, int status) {
  served_t* served = request->handle->data;
  EXPECT(served->stream.handle.type == UV_TCP ? TCP : PIPE, status == 0);
  free(request);
}

static void on_served_shut(uv_shutdown_t* request, int status) {
  uv_close((uv_handle_t*) request->handle, on_served_closed);
  (void) status;
  free(request);
}

static void on_served_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  if (nread > 0) {
    echo_t* echo = allocate(sizeof(*echo) + (size_t) nread);
    uv_buf_t copy = uv_buf_init(echo->bytes, (unsigned int) nread);
    memcpy(echo->bytes, buffer->base, (size_t) nread);
    MUST(uv_write(&echo->request, stream, &copy, 1, on_echoed));
  } else if (nread < 0) {
    EXPECT(stream->type == UV_TCP ? TCP : PIPE, nread == UV_EOF);
    MUST(uv_shutdown(allocate(sizeof(uv_shutdown_t)), stream, on_served_shut));
  }
}

static void on_connection(uv_stream_t* server, int status) {
  served_t* served = allocate(sizeof(*served));
  EXPECT(server->type == UV_TCP ? TCP : PIPE, status == 0);
  if (server->type == UV_TCP)
    MUST(uv_tcp_init(&loop, &served->stream.tcp));
  else
    MUST(uv_pipe_init(&loop, &served->stream.pipe, 0));
  served->stream.handle.data = served;
  busy++;
  MUST(uv_accept(server, &served->stream.stream));
  MUST(uv_read_start(&served->stream.stream, on_served_alloc, on_served_read));
}

static void on_client_closed(uv_handle_t* handle) {
  client_t* client = handle->data;
  kind_t kind = client->kind;
  table[kind].done++;
  free(client);
  busy--;
  if (!is_draining)
    connect_client(kind);
}

static void on_client_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  client_t* client = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(client->in, sizeof(client->in));
}

static void on_client_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  client_t* client = stream->data;
  if (nread > 0) {
    EXPECT(client->kind, is_right(client->key, client->got, buffer->base, (size_t) nread));
    client->got += (size_t) nread;
    table[client->kind].bytes += (uint64_t) nread;
  } else if (nread < 0) {
    EXPECT(client->kind, nread == UV_EOF);
    EXPECT(client->kind, client->got == client->size);
    uv_close((uv_handle_t*) stream, on_client_closed);
  }
}

static void on_client_shut(uv_shutdown_t* request, int status) {
  client_t* client = request->handle->data;
  EXPECT(client->kind, status == 0);
}

static void write_more(client_t* client);

static void on_client_written(uv_write_t* request, int status) {
  client_t* client = request->handle->data;
  EXPECT(client->kind, status == 0);
  write_more(client);
}

static void write_more(client_t* client) {
  size_t count = client->size - client->sent;
  uv_buf_t buffers[2];
  if (count == 0) {
    MUST(uv_shutdown(&client->u.shutdown, &client->stream.stream, on_client_shut));
    return;
  }
  if (count > sizeof(client->out))
    count = 1 + below(sizeof(client->out));
  fill(client->key, client->sent, client->out, count);
  client->sent += count;
  buffers[0] = uv_buf_init(client->out, (unsigned int) (count / 3));
  buffers[1] = uv_buf_init(client->out + count / 3, (unsigned int) (count - count / 3));
  MUST(uv_write(&client->write, &client->stream.stream, buffers, 2, on_client_written));
}

static void on_connected(uv_connect_t* request, int status) {
  client_t* client = request->handle->data;
  EXPECT(client->kind, status == 0);
  if (status != 0) {
    uv_close((uv_handle_t*) request->handle, on_client_closed);
    return;
  }
  MUST(uv_read_start(&client->stream.stream, on_client_alloc, on_client_read));
  write_more(client);
}

static void connect_client(kind_t kind) {
  client_t* client = allocate(sizeof(*client));
  client->kind = kind;
  client->key = mix(++chance);
  client->size = below(8) == 0 ? below(LONGEST) : below(2000);
  busy++;
  if (kind == TCP) {
    MUST(uv_tcp_init(&loop, &client->stream.tcp));
    client->stream.handle.data = client;
    MUST(uv_tcp_connect(&client->u.connect, &client->stream.tcp, (const struct sockaddr*) &tcp_address,
                        on_connected));
  } else {
    MUST(uv_pipe_init(&loop, &client->stream.pipe, 0));
    client->stream.handle.data = client;
    uv_pipe_connect(&client->u.connect, &client->stream.pipe, pipe_name, on_connected);
  }
}

static void listen_on_both(void) {
  int length = sizeof(tcp_address);
  MUST(uv_ip4_addr("127.0.0.1", 0, &tcp_address));
  MUST(uv_tcp_init(&loop, &servers[0].tcp));
  MUST(uv_tcp_bind(&servers[0].tcp, (const struct sockaddr*) &tcp_address, 0));
  MUST(uv_tcp_getsockname(&servers[0].tcp, (struct sockaddr*) &tcp_address, &length));
  MUST(uv_listen(&servers[0].stream, 100, on_connection));
  MUST(uv_pipe_init(&loop, &servers[1].pipe, 0));
  MUST(uv_pipe_bind(&servers[1].pipe, pipe_name));
  MUST(uv_listen(&servers[1].stream, 100, on_connection));
}

/* ---- files: made, written, looked at, read, listed, removed */

typedef struct {
  uv_fs_t request;
  int number, step;
  uv_file file;
  uint64_t key;
  size_t size;
  char path[32], renamed[32];
  char bytes[100000];
} chain_t;

static chain_t chains[CHAINS];

static void next_of_chain(uv_fs_t* request) {
  chain_t* chain = (chain_t*) request;
  ssize_t result = request->result;
  uint64_t size_seen = request->statbuf.st_size;
  uv_fs_type type = request->fs_type;
  uv_dirent_t entry;
  uv_buf_t buffer;
  int found = 0;

  if (chain->step > 0 && result < 0)
    wrong(FILES, "step %d: %s", chain->step, uv_err_name((int) result));
  if (type == UV_FS_SCANDIR)
    while (uv_fs_scandir_next(request, &entry) == 0)
      found |= strcmp(entry.name, chain->renamed) == 0;
  if (chain->step > 0)
    uv_fs_req_cleanup(request);
  buffer = uv_buf_init(chain->bytes, (unsigned int) chain->size);
  switch (chain->step++) {
    case 0:
      chain->key = mix(++chance);
      chain->size = 1 + (below(6) == 0 ? below(sizeof(chain->bytes) - 1) : below(5000));
      snprintf(chain->path, sizeof(chain->path), "file%d", chain->number);
      snprintf(chain->renamed, sizeof(chain->renamed), "renamed%d", chain->number);
      buffer.len = chain->size;
      busy++;
      MUST(uv_fs_open(&loop, request, chain->path, O_RDWR | O_CREAT | O_EXCL, 0600, next_of_chain));
      return;
    case 1:
      chain->file = (uv_file) result;
      fill(chain->key, 0, chain->bytes, chain->size);
      MUST(uv_fs_write(&loop, request, chain->file, &buffer, 1, -1, next_of_chain));
      return;
    case 2:
      EXPECT(FILES, result == (ssize_t) chain->size);
      MUST(uv_fs_fstat(&loop, request, chain->file, next_of_chain));
      return;
    case 3:
      EXPECT(FILES, size_seen == chain->size);
      memset(chain->bytes, 0, chain->size);
      MUST(uv_fs_read(&loop, request, chain->file, &buffer, 1, 0, next_of_chain));
      return;
    case 4:
      EXPECT(FILES, result == (ssize_t) chain->size && is_right(chain->key, 0, chain->bytes, chain->size));
      table[FILES].bytes += (uint64_t) chain->size;
      MUST(uv_fs_rename(&loop, request, chain->path, chain->renamed, next_of_chain));
      return;
    case 5:
      MUST(uv_fs_scandir(&loop, request, ".", 0, next_of_chain));
      return;
    case 6:
      EXPECT(FILES, found);
      MUST(uv_fs_close(&loop, request, chain->file, next_of_chain));
      return;
    case 7:
      MUST(uv_fs_unlink(&loop, request, chain->renamed, next_of_chain));
      return;
    default:
      table[FILES].done++;
      chain->step = 0;
      busy--;
      if (!is_draining)
        next_of_chain(request);
      return;
  }
}

/* ---- children: cat, with an exit status */

typedef struct {
  uv_process_t process;
  uv_pipe_t in, out;
  uv_write_t write;
  uv_shutdown_t shutdown;
  uint64_t key;
  size_t size, got;
  int rest; /* handles to be closed */
  int code;
  char* bytes;
  char buffer[65536];
} child_t;

static void spawn(void);

static void on_child_closed(uv_handle_t* handle) {
  child_t* child = handle->data;
  if (--child->rest > 0)
    return;
  EXPECT(CHILD, child->got == child->size);
  table[CHILD].done++;
  free(child->bytes);
  free(child);
  busy--;
  if (!is_draining)
    spawn();
}

static void on_child_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  child_t* child = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(child->buffer, sizeof(child->buffer));
}

static void on_child_read(uv_stream_t* stream, ssize_t nread, const uv_buf_t* buffer) {
  child_t* child = stream->data;
  if (nread > 0) {
    EXPECT(CHILD, is_right(child->key, child->got, buffer->base, (size_t) nread));
    child->got += (size_t) nread;
    table[CHILD].bytes += (uint64_t) nread;
  } else if (nread < 0) {
    EXPECT(CHILD, nread == UV_EOF);
    uv_close((uv_handle_t*) stream, on_child_closed);
  }
}

static void on_child_shut(uv_shutdown_t* request, int status) {
  EXPECT(CHILD, status == 0);
  uv_close((uv_handle_t*) request->handle, on_child_closed);
}

static void on_child_written(uv_write_t* request, int status) {
  (void) request;
  EXPECT(CHILD, status == 0);
}

static void on_child_exit(uv_process_t* process, int64_t status, int signum) {
  child_t* child = process->data;
  EXPECT(CHILD, status == child->code && signum == 0);
  uv_close((uv_handle_t*) process, on_child_closed);
}

static void spawn(void) {
  child_t* child = allocate(sizeof(*child));
  uv_process_options_t options;
  uv_stdio_container_t stdio[3];
  char code[8];
  char* arguments[] = {(char*) own_path, "child", code, NULL};
  uv_buf_t buffer;

  memset(&options, 0, sizeof(options));
  child->code = (int) below(200);
  child->key = mix(++chance);
  child->size = 1 + below(LONGEST);
  child->rest = 3;
  snprintf(code, sizeof(code), "%d", child->code);
  MUST(uv_pipe_init(&loop, &child->in, 0));
  MUST(uv_pipe_init(&loop, &child->out, 0));
  child->process.data = child->in.data = child->out.data = child;
  stdio[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
  stdio[0].data.stream = (uv_stream_t*) &child->in;
  stdio[1].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
  stdio[1].data.stream = (uv_stream_t*) &child->out;
  stdio[2].flags = UV_INHERIT_FD;
  stdio[2].data.fd = 2;
  options.file = own_path;
  options.args = arguments;
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = on_child_exit;
  busy++;
  MUST(uv_spawn(&loop, &child->process, &options));
  child->process.data = child;
  child->bytes = allocate(child->size);
  fill(child->key, 0, child->bytes, child->size);
  buffer = uv_buf_init(child->bytes, (unsigned int) child->size);
  MUST(uv_write(&child->write, (uv_stream_t*) &child->in, &buffer, 1, on_child_written));
  MUST(uv_shutdown(&child->shutdown, (uv_stream_t*) &child->in, on_child_shut));
  MUST(uv_read_start((uv_stream_t*) &child->out, on_child_alloc, on_child_read));
}

static int be_child(const char* code) {
  char bytes[65536];
  ssize_t count, done, n;
  while ((count = read(0, bytes, sizeof(bytes))) > 0)
    for (done = 0; done < count; done += n)
      if ((n = write(1, bytes + done, (size_t) (count - done))) <= 0)
        return 250;
  return atoi(code);
}

/* ---- timers: none early, none forgotten */

typedef struct {
  uv_timer_t timer;
  uint64_t due;
} timer_thing_t;

static timer_thing_t timers[TIMERS];

static void on_timer(uv_timer_t* handle);

static void start_timer(timer_thing_t* thing) {
  uint64_t timeout = 1 + below(below(4) == 0 ? 3000 : 200);
  thing->due = uv_now(&loop) + timeout;
  busy++;
  MUST(uv_timer_start(&thing->timer, on_timer, timeout, 0));
}

static void on_timer(uv_timer_t* handle) {
  timer_thing_t* thing = (timer_thing_t*) handle;
  EXPECT(TIMER, uv_now(&loop) >= thing->due);
  table[TIMER].done++;
  busy--;
  if (is_draining)
    return;
  start_timer(thing);
  if (below(3) == 0) { /* put off, or stopped and started */
    thing = &timers[below(TIMERS)];
    if (uv_is_active((uv_handle_t*) &thing->timer)) {
      uv_timer_stop(&thing->timer);
      busy--;
      start_timer(thing);
    }
  }
}

/* ---- work: computed by the pool, or cancelled */

typedef struct {
  uv_work_t request;
  uint64_t input, output;
  int is_cancelled;
} work_thing_t;

static work_thing_t works[WORKS];

static void compute(uv_work_t* request) {
  work_thing_t* thing = (work_thing_t*) request;
  uint64_t x = thing->input;
  int i;
  for (i = 0; i < 2000; i++)
    x = mix(x);
  thing->output = x;
}

static void on_worked(uv_work_t* request, int status);

static void queue_work(work_thing_t* thing) {
  thing->input = mix(++chance);
  thing->output = 0;
  busy++;
  MUST(uv_queue_work(&loop, &thing->request, compute, on_worked));
  thing->is_cancelled = below(8) == 0 && uv_cancel((uv_req_t*) &thing->request) == 0;
}

static void on_worked(uv_work_t* request, int status) {
  work_thing_t* thing = (work_thing_t*) request;
  uint64_t output = thing->output;
  EXPECT(WORK, status == (thing->is_cancelled ? UV_ECANCELED : 0));
  if (!thing->is_cancelled) {
    compute(request);
    EXPECT(WORK, output == thing->output);
  } else {
    EXPECT(WORK, output == 0);
  }
  table[WORK].done++;
  busy--;
  if (!is_draining)
    queue_work(thing);
}

/* ---- asyncs: from threads, of which each waits until its send was seen */

static uv_async_t asyncs[SENDERS];
static uv_thread_t senders[SENDERS];
static atomic_ullong sent[SENDERS], seen[SENDERS];
static atomic_int senders_rest, senders_end;
static atomic_int senders_resting;

static void on_async(uv_async_t* handle) {
  int number = (int) (handle - asyncs);
  unsigned long long now = atomic_load(&sent[number]);
  unsigned long long before = atomic_exchange(&seen[number], now);
  table[ASYNC].done += now - before;
}

static void be_sender(void* arg) {
  int number = (int) (intptr_t) arg;
  unsigned int turn = 0;
  for (;;) {
    if (atomic_load(&senders_end))
      return;
    if (atomic_load(&senders_rest)) {
      atomic_fetch_add(&senders_resting, 1);
      while (atomic_load(&senders_rest))
        usleep(1000);
      atomic_fetch_sub(&senders_resting, 1);
      continue;
    }
    atomic_fetch_add(&sent[number], 1);
    MUST(uv_async_send(&asyncs[number]));
    if (++turn % 4 == 0) { /* lost, it would be waited for without end: the loop is then stuck */
      while (atomic_load(&seen[number]) < atomic_load(&sent[number]) && !atomic_load(&senders_end))
        usleep(50);
    }
    usleep(100);
  }
}

/* ---- datagrams: there and back, one on its way */

typedef struct {
  uv_udp_t here, there;
  struct sockaddr_in here_at, there_at;
  uv_udp_send_t send;
  uint64_t key;
  size_t size;
  char out[1400], in[65536], back[65536];
} pair_t;

static pair_t pairs[PAIRS];

static void send_datagram(pair_t* pair);

static void on_udp_sent(uv_udp_send_t* request, int status) {
  (void) request;
  EXPECT(UDP, status == 0);
}

static void on_here_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  pair_t* pair = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(pair->in, sizeof(pair->in));
}

static void on_there_alloc(uv_handle_t* handle, size_t suggested, uv_buf_t* buffer) {
  pair_t* pair = handle->data;
  (void) suggested;
  *buffer = uv_buf_init(pair->back, sizeof(pair->back));
}

static void on_there(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buffer, const struct sockaddr* address,
                     unsigned int flags) {
  uv_buf_t answer;
  (void) flags;
  if (nread == 0 && address == NULL)
    return;
  EXPECT(UDP, nread >= 0);
  answer = uv_buf_init(buffer->base, (unsigned int) nread);
  EXPECT(UDP, uv_udp_try_send(handle, &answer, 1, address) == nread);
}

static void on_here(uv_udp_t* handle, ssize_t nread, const uv_buf_t* buffer, const struct sockaddr* address,
                    unsigned int flags) {
  pair_t* pair = handle->data;
  (void) flags;
  if (nread == 0 && address == NULL)
    return;
  EXPECT(UDP, nread == (ssize_t) pair->size && is_right(pair->key, 0, buffer->base, pair->size));
  table[UDP].done++;
  table[UDP].bytes += (uint64_t) pair->size;
  busy--;
  if (!is_draining)
    send_datagram(pair);
}

static void send_datagram(pair_t* pair) {
  uv_buf_t buffer;
  pair->key = mix(++chance);
  pair->size = 1 + below(sizeof(pair->out) - 1);
  fill(pair->key, 0, pair->out, pair->size);
  buffer = uv_buf_init(pair->out, (unsigned int) pair->size);
  busy++;
  MUST(uv_udp_send(&pair->send, &pair->here, &buffer, 1, (const struct sockaddr*) &pair->there_at, on_udp_sent));
}

static void bind_udp(uv_udp_t* handle, struct sockaddr_in* address, pair_t* pair, uv_alloc_cb alloc,
                     uv_udp_recv_cb received) {
  int length = sizeof(*address);
  MUST(uv_udp_init(&loop, handle));
  handle->data = pair;
  MUST(uv_ip4_addr("127.0.0.1", 0, address));
  MUST(uv_udp_bind(handle, (const struct sockaddr*) address, 0));
  MUST(uv_udp_getsockname(handle, (struct sockaddr*) address, &length));
  MUST(uv_udp_recv_start(handle, alloc, received));
}

/* ---- names */

static uv_getaddrinfo_t lookups[NAMES];
static uv_getnameinfo_t reverse[NAMES];

static void look_up(int number);

static void on_service(uv_getnameinfo_t* request, int status, const char* host, const char* service) {
  EXPECT(NAME, status == 0 && strcmp(host, "127.0.0.1") == 0 && strcmp(service, "80") == 0);
  table[NAME].done++;
  busy--;
  if (!is_draining)
    look_up((int) (request - reverse));
}

static void on_address(uv_getaddrinfo_t* request, int status, struct addrinfo* found) {
  int number = (int) (request - lookups);
  struct sockaddr_in address;
  EXPECT(NAME, status == 0 && found != NULL);
  if (status == 0)
    EXPECT(NAME, ((struct sockaddr_in*) found->ai_addr)->sin_addr.s_addr == htonl(INADDR_LOOPBACK));
  uv_freeaddrinfo(found);
  MUST(uv_ip4_addr("127.0.0.1", 80, &address));
  MUST(uv_getnameinfo(&loop, &reverse[number], on_service, (const struct sockaddr*) &address,
                      NI_NUMERICHOST | NI_NUMERICSERV));
}

static void look_up(int number) {
  struct addrinfo hints;
  memset(&hints, 0, sizeof(hints));
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  busy++;
  MUST(uv_getaddrinfo(&loop, &lookups[number], on_address, "localhost", NULL, &hints));
}

/* ---- once in a while: a watched change, a signal, another loop */

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

/* ---- the whole */

static void begin_all(void) {
  int i;
  is_draining = 0;
  atomic_store(&senders_rest, 0);
  for (i = 0; i < CLIENTS; i++) {
    connect_client(TCP);
    connect_client(PIPE);
  }
  for (i = 0; i < CHAINS; i++)
    next_of_chain(&chains[i].request);
  for (i = 0; i < CHILDREN; i++)
    spawn();
  for (i = 0; i < TIMERS; i++)
    start_timer(&timers[i]);
  for (i = 0; i < WORKS; i++)
    queue_work(&works[i]);
  for (i = 0; i < PAIRS; i++)
    send_datagram(&pairs[i]);
  for (i = 0; i < NAMES; i++)
    look_up(i);
}

static uint64_t ends_at;

static void on_end(uv_timer_t* timer) {
  (void) timer;
  uv_stop(&loop);
}

static void run_for(uint64_t seconds) {
  static uv_timer_t end;
  if (ends_at++ == 0)
    MUST(uv_timer_init(&loop, &end));
  MUST(uv_timer_start(&end, on_end, seconds * 1000, 0));
  begin_all();
  uv_run(&loop, UV_RUN_DEFAULT);
  is_draining = 1;
  atomic_store(&senders_rest, 1);
  /* What does not come to its end keeps this from ending: the alarm says so. */
  alarm(60);
  while (busy > 0 || atomic_load(&senders_resting) < SENDERS)
    uv_run(&loop, UV_RUN_ONCE);
  alarm(0);
}

static sample_t sample(void) {
  sample_t found = {0, 0, 0};
  struct dirent* entry;
  char line[200];
  FILE* status;
  DIR* folder;
  malloc_trim(0);
  status = fopen("/proc/self/status", "r");
  while (status != NULL && fgets(line, sizeof(line), status) != NULL) {
    sscanf(line, "VmRSS: %ld", &found.memory);
    sscanf(line, "Threads: %d", &found.threads);
  }
  if (status != NULL)
    fclose(status);
  folder = opendir("/proc/self/fd");
  while (folder != NULL && (entry = readdir(folder)) != NULL)
    found.descriptors += entry->d_name[0] != '.';
  if (folder != NULL)
    closedir(folder);
  return found;
}

static void on_alarm(int signum) {
  char text[64];
  int length = snprintf(text, sizeof(text), "stuck, with %d things not done\n", busy);
  (void) signum;
  if (write(2, text, (size_t) length) < 0)
    _exit(3);
  _exit(3);
}

static void close_left(uv_handle_t* handle, void* arg) {
  (void) arg;
  if (!uv_is_closing(handle))
    uv_close(handle, NULL);
}

static void make_all(void) {
  int i;
  listen_on_both();
  for (i = 0; i < CHAINS; i++)
    chains[i].number = i;
  for (i = 0; i < TIMERS; i++)
    MUST(uv_timer_init(&loop, &timers[i].timer));
  for (i = 0; i < PAIRS; i++) {
    bind_udp(&pairs[i].here, &pairs[i].here_at, &pairs[i], on_here_alloc, on_here);
    bind_udp(&pairs[i].there, &pairs[i].there_at, &pairs[i], on_there_alloc, on_there);
  }
  close(open("watched", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  MUST(uv_fs_event_init(&loop, &event));
  MUST(uv_fs_event_start(&event, on_event, "watched", 0));
  MUST(uv_signal_init(&loop, &signal_handle));
  MUST(uv_signal_start(&signal_handle, on_signal, SIGUSR1));
  MUST(uv_timer_init(&loop, &ticker));
  MUST(uv_timer_start(&ticker, on_tick, 20, 20));
  for (i = 0; i < SENDERS; i++) {
    MUST(uv_async_init(&loop, &asyncs[i], on_async));
    MUST(uv_thread_create(&senders[i], be_sender, (void*) (intptr_t) i));
  }
}

int main(int argc, char** argv) {
  uint64_t seconds, warm_up;
  sample_t start, warm, end;
  long allowed;
  int i, fails = 0, closed;

  own_path = argv[0];
  if (argc == 3 && strcmp(argv[1], "child") == 0)
    return be_child(argv[2]);
  seconds = argc > 1 ? strtoull(argv[1], NULL, 10) : 60;
  warm_up = seconds / 5 > 60 ? 60 : seconds / 5 + 1;
  signal(SIGPIPE, SIG_IGN);
  signal(SIGALRM, on_alarm);
  start = sample();
  atomic_store(&senders_rest, 1);
  MUST(uv_loop_init(&loop));
  make_all();
  run_for(warm_up);
  warm = sample();
  run_for(seconds > warm_up ? seconds - warm_up : 1);
  end = sample();
  atomic_store(&senders_end, 1);
  atomic_store(&senders_rest, 0);
  for (i = 0; i < SENDERS; i++) {
    uv_thread_join(&senders[i]);
    EXPECT(ASYNC, atomic_load(&senders_resting) == 0);
  }
  uv_walk(&loop, close_left, NULL);
  uv_run(&loop, UV_RUN_DEFAULT);
  closed = uv_loop_close(&loop);

  printf("%-26s %12s %16s %8s\n", "what", "how many", "bytes compared", "errors");
  for (i = 0; i < KINDS; i++) {
    printf("%-26s %12" PRIu64 " %16" PRIu64 " %8" PRIu64 "\n", kind_names[i], table[i].done, table[i].bytes,
           table[i].errors);
    fails |= table[i].errors > 0 || table[i].done == 0;
  }
  allowed = DRIFT_KIB + warm.memory / 20;
  printf("\n%-26s %12s %16s %8s\n", "", "at the start", "after warm-up", "end");
  printf("%-26s %12ld %16ld %8ld   may grow by %ld\n", "resident memory, KiB", start.memory, warm.memory, end.memory,
         allowed);
  printf("%-26s %12d %16d %8d   may not\n", "descriptors", start.descriptors, warm.descriptors, end.descriptors);
  printf("%-26s %12d %16d %8d   may not\n", "threads", start.threads, warm.threads, end.threads);
  if (end.memory > warm.memory + allowed || end.descriptors != warm.descriptors || end.threads != warm.threads) {
    printf("it drifts\n");
    fails = 1;
  }
  if (closed != 0) {
    printf("uv_loop_close: %s\n", uv_err_name(closed));
    fails = 1;
  }
  return fails;
}
