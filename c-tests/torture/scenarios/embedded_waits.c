/* A program that waits on the backend's descriptor alone. It has asked for the
 * timeout when nothing was to be done; what is begun afterwards, outside of
 * uv_run or late in it, makes the descriptor readable when it is done. */
#include "../torture.h"

#include <poll.h>

static uv_async_t async;
static uv_check_t check;
static uv_idle_t closing;
static uv_pipe_t reader;
static uv_work_t job;
static uv_fs_t file_req;
static uv_getaddrinfo_t lookup;
static uv_random_t random_req;
static unsigned char bytes[16];
static int peer = -1;
static int file = -1;
static int comes; /* what was begun last has come */

static void done(void) {
  must(!comes);
  comes = 1;
}

static void work(uv_work_t* req) {
  (void) req;
}

static void on_worked(uv_work_t* req, int status) {
  told(req);
  (void) bad(status);
  done();
}

static void on_file(uv_fs_t* req) {
  told(req);
  (void) bad(req->result);
  uv_fs_req_cleanup(req);
  done();
}

static void on_addresses(uv_getaddrinfo_t* req, int status,
                         struct addrinfo* found) {
  told(req);
  (void) bad(status);
  uv_freeaddrinfo(found);
  done();
}

static void on_random(uv_random_t* req, int status, void* buf, size_t size) {
  (void) buf;
  (void) size;
  told(req);
  (void) bad(status);
  done();
}

static void on_async(uv_async_t* handle) {
  (void) handle;
  done();
}

static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buf) {
  (void) stream;
  (void) buf;
  if (got < 0)
    (void) bad(got);
  else if (got > 0)
    done();
}

static void do_stat(void) {
  (void) asked(&file_req, uv_fs_stat(loop, &file_req, ".", on_file));
}

static void do_read(void) {
  static char space[8];
  uv_buf_t buf = uv_buf_init(space, sizeof(space));
  (void) asked(&file_req, uv_fs_read(loop, &file_req, file, &buf, 1, 0,
                                     on_file));
}

static void do_mkdir(void) {
  static char name[] = "folder0";
  name[6]++;
  (void) asked(&file_req, uv_fs_mkdir(loop, &file_req, name, 0755, on_file));
}

static void do_work(void) {
  (void) asked(&job, uv_queue_work(loop, &job, work, on_worked));
}

static void do_lookup(void) {
  static const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST };
  (void) asked(&lookup, uv_getaddrinfo(loop, &lookup, on_addresses, "127.0.0.1",
                                       NULL, &hints));
}

static void do_random(void) {
  (void) asked(&random_req, uv_random(loop, &random_req, bytes, sizeof(bytes),
                                      0, on_random));
}

static void do_send(void) {
  (void) bad(uv_async_send(&async));
}

static void do_write(void) {
  must(write(peer, "x", 1) == 1);
}

static void (*const things[])(void) = { do_stat, do_read, do_mkdir,
                                        do_work, do_lookup, do_random,
                                        do_send, do_write };
enum { THINGS = sizeof(things) / sizeof(things[0]) };

static int in_check = -1;
static int in_close = -1;

static void on_check(uv_check_t* handle) {
  int thing = in_check;
  (void) handle;
  in_check = -1;
  if (thing >= 0 && !given_up())
    things[thing]();
}

static void on_close(uv_handle_t* handle) {
  on_closed(handle);
  if (!given_up())
    things[in_close]();
}

/* Begins it before uv_run, in one of its last phases, or in its very last. */
static void begin(int thing, int where) {
  comes = 0;
  if (where == 0) {
    things[thing]();
    return;
  }
  if (where == 1) {
    in_check = thing;
  } else {
    in_close = thing;
    if (bad(uv_idle_init(loop, &closing)))
      return;
    note_closing((uv_handle_t*) &closing);
    uv_close((uv_handle_t*) &closing, on_close);
  }
  (void) uv_run(loop, UV_RUN_NOWAIT);
}

static void wait_for_all(void) {
  int timeout = uv_backend_timeout(loop);
  int thing;
  int where;
  must(timeout == -1);
  for (thing = 0; thing < THINGS; thing++)
    for (where = 0; where < 3 && !given_up(); where++) {
      begin(thing, where);
      while (!comes && !given_up()) {
        struct pollfd backend = { uv_backend_fd(loop), POLLIN, 0 };
        must(poll(&backend, 1, timeout) == 1);
        (void) uv_run(loop, UV_RUN_NOWAIT);
      }
    }
}

SCENARIO(embedded_waits) {
  int fds[2];
  make_file("file", "contents", 8);
  file = open("file", O_RDONLY | O_CLOEXEC);
  must(file >= 0);
  if (bad(uv_async_init(loop, &async, on_async)) ||
      bad(uv_check_init(loop, &check)) ||
      bad(uv_check_start(&check, on_check)) ||
      bad(uv_pipe_init(loop, &reader, 0))) {
    close(file);
    return;
  }
  must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) == 0);
  peer = fds[1];
  if (bad(uv_pipe_open(&reader, fds[0]))) {
    close(fds[0]);
  } else if (!bad(uv_read_start((uv_stream_t*) &reader, alloc_static,
                                on_read))) {
    /* What was made is seen, and nothing is left to be done. */
    while (!given_up() && uv_backend_timeout(loop) == 0)
      (void) uv_run(loop, UV_RUN_NOWAIT);
    if (!given_up())
      wait_for_all();
    give_up();
  }
  run();
  close(peer);
  close(file);
}
