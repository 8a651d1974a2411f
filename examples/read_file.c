/* Makes a file, reads it in pieces, counts its lines, removes it: each step from the callback of the one before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

static uv_loop_t* loop;
static uv_fs_t request; /* one step at a time */
static uv_file file;
static char path[256];
static char piece[16];
static long bytes, lines;

static const char text[] = "one\ntwo\nthree\na line longer than a piece\nfive\n";

static void check(ssize_t status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror((int) status));
    exit(1);
  }
}

/* ANCHOR: chain */
/* The result of a request that is done. Whatever it held is given back. */
static ssize_t result_of(uv_fs_t* req, const char* what) {
  ssize_t result = req->result;
  uv_fs_req_cleanup(req);
  check(result, what);
  return result;
}

static void on_unlinked(uv_fs_t* req) {
  result_of(req, "unlink");
  printf("%ld bytes, %ld lines\n", bytes, lines);
}

static void on_closed(uv_fs_t* req) {
  result_of(req, "close");
  check(uv_fs_unlink(loop, req, path, on_unlinked), "uv_fs_unlink");
}

static void on_read(uv_fs_t* req);

static void read_on(void) {
  uv_buf_t buffer = uv_buf_init(piece, sizeof(piece));
  check(uv_fs_read(loop, &request, file, &buffer, 1, bytes, on_read), "uv_fs_read");
}

static void on_read(uv_fs_t* req) {
  ssize_t i, n = result_of(req, "read");

  for (i = 0; i < n; i++)
    lines += piece[i] == '\n';
  bytes += (long) n;
  if (n > 0)
    read_on();
  else
    check(uv_fs_close(loop, req, file, on_closed), "uv_fs_close");
}

static void on_written(uv_fs_t* req) {
  result_of(req, "write");
  read_on();
}

static void on_made(uv_fs_t* req) {
  uv_buf_t buffer = uv_buf_init((char*) text, sizeof(text) - 1);

  snprintf(path, sizeof(path), "%s", req->path); /* ours: the request's copy goes with its cleanup */
  file = (uv_file) result_of(req, "mkstemp");
  check(uv_fs_write(loop, req, file, &buffer, 1, 0, on_written), "uv_fs_write");
}
/* ANCHOR_END: chain */

int main(void) {
  char folder[200], template[256];
  size_t size = sizeof(folder);

  loop = uv_default_loop();
  check(uv_os_tmpdir(folder, &size), "uv_os_tmpdir");
  snprintf(template, sizeof(template), "%s/read_file-XXXXXX", folder);
  check(uv_fs_mkstemp(loop, &request, template, on_made), "uv_fs_mkstemp");
  uv_run(loop, UV_RUN_DEFAULT);
  check(uv_loop_close(loop), "uv_loop_close");
  uv_library_shutdown();
  return 0;
}
