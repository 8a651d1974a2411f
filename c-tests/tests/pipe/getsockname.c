/* The names of both ends: paths, abstract names, names the kernel chose. */
#include "pipes.h"

#include <ctype.h>
#include <sys/un.h>

static uv_pipe_t server;
static uv_pipe_t client;
static uv_connect_t connect_req;
static char name[256];            /* what the server was bound to */
static size_t name_size;
static int connects;

typedef int (*name_fn)(const uv_pipe_t* handle, char* buffer, size_t* size);

/* The function gives exactly these bytes. */
static void check_name(name_fn get, const uv_pipe_t* handle,
                       const char* expected, size_t expected_size) {
  char buffer[1024];
  size_t size = sizeof(buffer);
  memset(buffer, 'x', sizeof(buffer));
  CHECK_OK(get(handle, buffer, &size));
  CHECK_EQ(size, expected_size);
  CHECK_MEM_EQ(buffer, expected, expected_size);
  if (expected_size == 0 || expected[0] != '\0')
    CHECK_EQ(buffer[size], '\0');
}

static void check_no_name(name_fn get, const uv_pipe_t* handle, int error) {
  char buffer[1024];
  size_t size = sizeof(buffer);
  CHECK_ERR(error, get(handle, buffer, &size));
}

static void maybe_connection(uv_stream_t* stream, int status) {
  CHECK_PTR_EQ(stream, &server);
  CHECK_OK(status);
}

static void init_both(void) {
  CHECK_OK(uv_pipe_init(uv_default_loop(), &server, 0));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &client, 0));
}

static void connect_client(uv_connect_cb cb) {
  CHECK_OK(uv_pipe_connect2(&connect_req, &client, name, name_size, 0, cb));
  CHECK_EQ(connects, 0);
}

static void run_to_end(void) {
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(connects, 1);
  CHECK_EQ(close_calls, 2);
  finish_loop(uv_default_loop());
}

/* Both names of the connected client, then the end. */
static void on_connect(uv_connect_t* req, int status) {
  CHECK_PTR_EQ(req->handle, &client);
  CHECK_OK(status);
  connects++;
  check_name(uv_pipe_getpeername, &client, name, name_size);
  check_name(uv_pipe_getsockname, &client, "", 0);
  CLOSE(&client);
  CLOSE(&server);
}

/* ---- Paths ---- */

TEST(pipe_getsockname) {
  char longer[256];
  char buffer[256];
  size_t size;
  const char* path = fresh_pipe_path();
  name_size = strlen(path);
  memcpy(name, path, name_size);
  init_both();

  CHECK_ERR(UV_EINVAL, uv_pipe_bind2(&server, "bad\0path", 8, 0));
  check_no_name(uv_pipe_getsockname, &server, UV_EBADF);
  check_no_name(uv_pipe_getpeername, &server, UV_EBADF);
  snprintf(longer, sizeof(longer), "%s and more", path);
  CHECK_OK(uv_pipe_bind2(&server, longer, name_size, 0));
  CHECK_STR_EQ(server.pipe_fname, path);

  size = sizeof(buffer);
  CHECK_ERR(UV_EINVAL, uv_pipe_getsockname(&server, NULL, &size));
  CHECK_ERR(UV_EINVAL, uv_pipe_getsockname(&server, buffer, NULL));
  CHECK_ERR(UV_EINVAL, uv_pipe_getsockname(&server, NULL, NULL));
  size = name_size;
  CHECK_ERR(UV_ENOBUFS, uv_pipe_getsockname(&server, buffer, &size));
  memset(buffer, '?', sizeof(buffer));
  size = name_size + 1;
  CHECK_OK(uv_pipe_getsockname(&server, buffer, &size));
  CHECK_EQ(size, name_size);
  CHECK_STR_EQ(buffer, path);
  check_no_name(uv_pipe_getpeername, &server, UV_ENOTCONN);
  CHECK_OK(uv_listen(STREAM(&server), 0, maybe_connection));

  check_no_name(uv_pipe_getsockname, &client, UV_EBADF);
  check_no_name(uv_pipe_getpeername, &client, UV_EBADF);
  CHECK_OK(uv_pipe_connect2(&connect_req, &client, longer, name_size, 0,
                            on_connect));
  CHECK_EQ(connects, 0);
  check_name(uv_pipe_getsockname, &client, "", 0);
  check_name(uv_pipe_getpeername, &client, name, name_size);
  run_to_end();
}

/* The longest path an address has room for together with its NUL. */
TEST(pipe_getsockname_long_path) {
  struct sockaddr_un address;
  char buffer[sizeof(address.sun_path) + 1];
  size_t size;
  name_size = sizeof(address.sun_path) - 1;
  memset(name, 'n', name_size);
  init_both();
  CHECK_OK(uv_pipe_bind2(&server, name, name_size, UV_PIPE_NO_TRUNCATE));
  CHECK_STR_EQ(server.pipe_fname, name);
  check_name(uv_pipe_getsockname, &server, name, name_size);
  size = name_size;
  CHECK_ERR(UV_ENOBUFS, uv_pipe_getsockname(&server, buffer, &size));
  CHECK_OK(uv_listen(STREAM(&server), 0, maybe_connection));
  connect_client(on_connect);
  run_to_end();
}

/* An anonymous pipe is no socket, and has no name while a thread waits in a
 * read of it either. */
static void* read_one(void* arg) {
  char byte;
  CHECK_EQ(read(*(int*) arg, &byte, 1), 1);
  return NULL;
}

TEST(pipe_getsockname_blocking) {
  pthread_t thread;
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, 0, 0));
  CHECK_EQ(pthread_create(&thread, NULL, read_one, &fds[0]), 0);
  pipe_take(uv_default_loop(), &server, fds[1]);
  check_no_name(uv_pipe_getsockname, &server, UV_ENOTSOCK);
  check_no_name(uv_pipe_getpeername, &server, UV_ENOTSOCK);
  write_now(fds[1], "x", 1);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(fds[0]), 0);
  finish_loop(uv_default_loop());
}

#ifdef __linux__

/* ---- Linux: names that are no paths ---- */

TEST(pipe_getsockname_abstract) {
  /* Shared by the whole system: the pid makes it ours. */
  snprintf(name, sizeof(name), "%cuvtest%05d", '\0', (int) getpid() % 100000);
  name_size = 14;
  CHECK_EQ(name[name_size - 1], '\0');
  init_both();
  CHECK_OK(uv_pipe_bind2(&server, name, name_size, 0));
  check_name(uv_pipe_getsockname, &server, name, name_size);
  CHECK_OK(uv_listen(STREAM(&server), 0, maybe_connection));
  connect_client(on_connect);
  run_to_end();
}

static void check_chosen(const char* chosen, size_t size) {
  int i;
  CHECK_EQ(size, 6);
  CHECK_EQ(chosen[0], '\0');
  for (i = 1; i < 6; i++)
    CHECK(isdigit((unsigned char) chosen[i]) ||
          (chosen[i] >= 'a' && chosen[i] <= 'f'));
}

static void on_connect_chosen(uv_connect_t* req, int status) {
  char buffer[6];
  size_t size = 5;
  CHECK_ERR(UV_ENOBUFS, uv_pipe_getpeername(&client, buffer, &size));
  size = 6;
  CHECK_OK(uv_pipe_getpeername(&client, buffer, &size));
  check_chosen(buffer, size);
  on_connect(req, status);
}

TEST(pipe_getsockname_autobind) {
  init_both();
  CHECK_OK(uv_pipe_bind2(&server, "", 0, 0));
  name_size = sizeof(name);
  CHECK_OK(uv_pipe_getsockname(&server, name, &name_size));
  check_chosen(name, name_size);
  CHECK_OK(uv_listen(STREAM(&server), 0, maybe_connection));
  connect_client(on_connect_chosen);
  run_to_end();
}

#endif
