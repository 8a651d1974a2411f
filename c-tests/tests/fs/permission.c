/* Another process may be asked about each read of a file (fanotify), and may
 * take its time: the loop's thread does not wait for it. */
#include "test.h"

#include <fcntl.h>
#include <sys/fanotify.h>
#include <unistd.h>

static int listener;
static uv_sem_t returned;
static int held_up;

/* Grants one access, once the call that started it has returned. */
static void grant(void* arg) {
  struct fanotify_event_metadata event;
  struct fanotify_response response;
  int i;
  (void) arg;
  CHECK_EQ(read(listener, &event, sizeof(event)), sizeof(event));
  for (i = 0; i < 2000 && uv_sem_trywait(&returned) != 0; i++)
    uv_sleep(1);
  held_up = i == 2000;
  response.fd = event.fd;
  response.response = FAN_ALLOW;
  CHECK_EQ(write(listener, &response, sizeof(response)), sizeof(response));
  CHECK_OK(close(event.fd));
}

static ssize_t result;
static void on_read(uv_fs_t* req) {
  result = req->result;
  uv_fs_req_cleanup(req);
}

TEST(fs_read_waits_for_no_permission) {
  static char bytes[8192];
  uv_loop_t* loop = uv_default_loop();
  uv_buf_t buf = uv_buf_init(bytes, 100);
  uv_thread_t thread;
  uv_fs_t req;
  uv_file file;

  write_file("file", bytes, sizeof(bytes));
  listener = fanotify_init(FAN_CLASS_CONTENT | FAN_CLOEXEC, O_RDONLY);
  if (listener < 0)
    SKIP("no listener may be made");
  if (fanotify_mark(listener, FAN_MARK_ADD, FAN_ACCESS_PERM, AT_FDCWD, "file") != 0) {
    CHECK_OK(close(listener));
    SKIP("no file can be marked");
  }
  file = open("file", O_RDONLY);
  CHECK_GE(file, 0);
  CHECK_OK(uv_sem_init(&returned, 0));
  CHECK_OK(uv_thread_create(&thread, grant, NULL));
  CHECK_OK(uv_fs_read(loop, &req, file, &buf, 1, 0, on_read));
  uv_sem_post(&returned);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(result, 100);
  CHECK_OK(uv_thread_join(&thread));
  CHECK_EQ(held_up, 0);
  uv_sem_destroy(&returned);
  CHECK_OK(close(file));
  CHECK_OK(close(listener));
  finish_loop(loop);
}
