/* Files as the descriptors of children. */
#include "spawn.h"

#include <fcntl.h>
#include <unistd.h>

static const char* const both = "hello world\nhello errworld\n";

static int open_file(const char* path) {
  uv_fs_t req;
  int fd = uv_fs_open(NULL, &req, path, UV_FS_O_CREAT | UV_FS_O_RDWR, 0600,
                      NULL);
  CHECK_GE(fd, 0);
  uv_fs_req_cleanup(&req);
  return fd;
}

static void close_file(int fd) {
  uv_fs_t req;
  CHECK_OK(uv_fs_close(NULL, &req, fd, NULL));
  uv_fs_req_cleanup(&req);
}

/* The file begins with the text; it also ends there if `whole`. */
static void expect_content(int fd, const char* text, int whole) {
  char data[256];
  uv_buf_t buf = uv_buf_init(data, sizeof(data));
  uv_fs_t req;
  int size = uv_fs_read(NULL, &req, fd, &buf, 1, 0, NULL);
  uv_fs_req_cleanup(&req);
  CHECK_GE(size, strlen(text));
  CHECK_MEM_EQ(data, text, strlen(text));
  if (whole)
    CHECK_EQ(size, strlen(text));
}

static void finish(void) {
  CHECK_EQ(closes, 1);
  finish_loop(uv_default_loop());
}

TEST(spawn_stdout_to_file) {
  int file = open_file("stdout");
  prepare_child("child_says_hello");
  stdio_ignore();
  stdio_fd(file);
  spawn_child();
  run_to_exit(1);
  expect_content(file, "hello world\n", 1);
  close_file(file);
  finish();
}

TEST(spawn_stdout_and_stderr_to_file) {
  int file = open_file("stdout");
  prepare_child("child_says_hello_twice");
  stdio_ignore();
  stdio_fd(file);
  stdio_fd(file);
  spawn_child();
  run_to_exit(1);
  expect_content(file, both, 1);
  close_file(file);
  finish();
}

/* Puts the file in the place of our own descriptor; returns that one. */
static int replace(int fd, int file) {
  int saved = dup(fd);
  CHECK_GT(saved, 2);
  CHECK_EQ(dup2(file, fd), fd);
  close_file(file);
  return saved;
}

static void restore(int fd, int saved) {
  CHECK_EQ(dup2(saved, fd), fd);
  CHECK_EQ(close(saved), 0);
}

TEST(spawn_stdout_and_stderr_to_file2) {
  int saved = replace(STDERR_FILENO, open_file("stdout"));
  prepare_child("child_says_hello_twice");
  stdio_ignore();
  stdio_fd(STDERR_FILENO);
  stdio_fd(STDERR_FILENO);
  spawn_child();
  run_to_exit(1);
  expect_content(STDERR_FILENO, both, 1);
  restore(STDERR_FILENO, saved);
  finish();
}

TEST(spawn_stdout_and_stderr_to_file_swap) {
  int saved_out = replace(STDOUT_FILENO, open_file("stdout"));
  int saved_err = replace(STDERR_FILENO, open_file("stderr"));
  prepare_child("child_says_hello_twice");
  stdio_ignore();
  stdio_fd(STDERR_FILENO);
  stdio_fd(STDOUT_FILENO);
  spawn_child();
  run_to_exit(1);
  expect_content(STDOUT_FILENO, "hello errworld\n", 0);
  expect_content(STDERR_FILENO, "hello world\n", 0);
  restore(STDOUT_FILENO, saved_out);
  restore(STDERR_FILENO, saved_err);
  finish();
}

static void on_int_written(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
}

TEST(spawn_fs_open) {
  uv_write_t req;
  uv_pipe_t in;
  uv_buf_t buf;
  uv_fs_t fs_req;
  int file = uv_fs_open(NULL, &fs_req, "/dev/null", UV_FS_O_RDWR, 0, NULL);
  int copy;
  CHECK_GE(file, 0);
  uv_fs_req_cleanup(&fs_req);
  copy = dup(file);
  CHECK_GE(copy, 0);

  prepare_child("child_has_second_fd");
  stdio_pipe(&in, UV_READABLE_PIPE);
  spawn_child();
  buf = uv_buf_init((char*) &file, sizeof(file));
  CHECK_OK(uv_write(&req, (uv_stream_t*) &in, &buf, 1, on_int_written));
  write_and_close((uv_stream_t*) &in, &copy, sizeof(copy));
  close_file(file);
  run_to_exit(1);
  CHECK_EQ(closes, 2);
  CHECK_EQ(close(copy), 0);
  finish_loop(uv_default_loop());
}
