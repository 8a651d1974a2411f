/* Paths and names of random bytes. */
#include "noise.h"

#include <fcntl.h>
#include <sys/socket.h>

/* Names of what is here, dots and slashes, or anything. */
static char* noise_path(void) {
  return noise_text(noise(10) ? 20 : 5000, noise(2) ? "./a" : NULL);
}

static void no_event(uv_fs_event_t* handle, const char* name, int events,
                     int status) {
  (void) handle, (void) name, (void) events, (void) status;
}

static void no_connect(uv_connect_t* req, int status) {
  (void) req, (void) status;
}

static int ended;
static void count_end(uv_fs_t* req) { (void) req; ended++; }

static void ask_about(uv_loop_t* loop, const char* path) {
  uv_fs_cb cb = noise(2) ? count_end : NULL;
  uv_fs_t req;
  uv_fs_t close_req;
  int status;
  switch (noise(9)) {
    case 0: status = uv_fs_stat(loop, &req, path, cb); break;
    case 1: status = uv_fs_lstat(loop, &req, path, cb); break;
    case 2: status = uv_fs_readlink(loop, &req, path, cb); break;
    case 3: status = uv_fs_realpath(loop, &req, path, cb); break;
    case 4: status = uv_fs_scandir(loop, &req, path, 0, cb); break;
    case 5: status = uv_fs_opendir(loop, &req, path, cb); break;
    case 6: status = uv_fs_statfs(loop, &req, path, cb); break;
    case 7: status = uv_fs_access(loop, &req, path, 0, cb); break;
    default: status = uv_fs_open(loop, &req, path, O_RDONLY, 0, cb); break;
  }
  if (cb != NULL) {
    CHECK_OK(status);
    ended = 0;
    run_until(loop, &ended, 1);
  } else {
    CHECK_EQ(status, req.result);
  }
  if (req.result >= 0 && req.fs_type == UV_FS_OPEN) {
    CHECK_OK(uv_fs_close(NULL, &close_req, (uv_file) req.result, NULL));
    uv_fs_req_cleanup(&close_req);
  }
  if (req.result >= 0 && req.fs_type == UV_FS_OPENDIR) {
    CHECK_OK(uv_fs_closedir(NULL, &close_req, req.ptr, NULL));
    uv_fs_req_cleanup(&close_req);
  }
  uv_fs_req_cleanup(&req);
}

TEST(bad_input_paths, TIMEOUT(60)) {
  uv_loop_t* loop = uv_default_loop();
  int rounds = soak_size(2000, 50000);
  int i;
  write_file("a", "text", 4);
  for (i = 0; i < rounds; i++) {
    char* path = noise_path();
    char value[8];
    size_t size = sizeof(value);
    uv_lib_t lib;
    ask_about(loop, path);
    if (i % 8 == 0) {
      uv_fs_event_t event;
      int status = -1;
      CHECK_OK(uv_fs_event_init(loop, &event));
      if (path[0] != '/')
        status = uv_fs_event_start(&event, no_event, path, 0);
      if (status == 0)
        CHECK_OK(uv_fs_event_stop(&event));
      close_handles(loop);
    }
    if (path[0] != '\0' && strchr(path, '=') == NULL && i % 8 == 1)
      CHECK_ERR(UV_ENOENT, uv_os_getenv(path, value, &size));
    if (i % 64 == 2 && strchr(path, '/') == NULL && path[0] != '\0') {
      CHECK_EQ(uv_dlopen(path, &lib), -1);
      CHECK_NOT_NULL(uv_dlerror(&lib));
      uv_dlclose(&lib);
    }
    free(path);
  }
  finish_loop(loop);
}

TEST(bad_input_pipe_names, TIMEOUT(60)) {
  uv_loop_t* loop = uv_default_loop();
  int rounds = soak_size(1000, 20000);
  int i;
  for (i = 0; i < rounds; i++) {
    uv_pipe_t server, client;
    uv_connect_t req;
    size_t size = noise(noise(2) ? 16 : 200);
    char* name = malloc(size + 1);
    char out[128];
    size_t room = noise(sizeof(out) + 1);
    size_t k;
    unsigned flags = noise(4);
    CHECK_NOT_NULL(name);
    for (k = 0; k < size; k++)
      name[k] = (char) noise(256);
    if (noise(2) && size > 0)
      name[0] = '\0';
    for (k = 0; k < size; k++)
      if (name[k] == '/')
        name[k] = '_'; /* stay here */
    CHECK_OK(uv_pipe_init(loop, &server, 0));
    CHECK_OK(uv_pipe_init(loop, &client, 0));
    if (uv_pipe_bind2(&server, name, size, flags) == 0 && room > 0) {
      int status = uv_pipe_getsockname(&server, out, &room);
      if (status != UV_ENOBUFS)
        CHECK_OK(status);
    }
    uv_pipe_connect2(&req, &client, name, size, flags, no_connect);
    close_handles(loop);
    free(name);
  }
  finish_loop(loop);
}
