/* State that any handle or request has: activity, data, names, references. */
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int closed;

static void on_close(uv_handle_t* handle) {
  CHECK_NOT_NULL(handle);
  closed++;
}

static void never(uv_timer_t* timer) {
  FAIL("the callback of timer %p ran", (void*) timer);
}

TEST(active) {
  uv_timer_t timer;
  uv_handle_t* handle = (uv_handle_t*) &timer;
  CHECK_OK(uv_timer_init(uv_default_loop(), &timer));
  CHECK_EQ(uv_is_active(handle), 0);
  CHECK_EQ(uv_is_closing(handle), 0);
  CHECK_OK(uv_timer_start(&timer, never, 1000, 0));
  CHECK_EQ(uv_is_active(handle), 1);
  CHECK_EQ(uv_is_closing(handle), 0);
  CHECK_OK(uv_timer_stop(&timer));
  CHECK_EQ(uv_is_active(handle), 0);
  CHECK_EQ(uv_is_closing(handle), 0);
  CHECK_OK(uv_timer_start(&timer, never, 1000, 0));
  CHECK_EQ(uv_is_active(handle), 1);
  CHECK_EQ(uv_is_closing(handle), 0);
  uv_close(handle, on_close);
  CHECK_EQ(uv_is_active(handle), 0);
  CHECK_EQ(uv_is_closing(handle), 1);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(closed, 1);
  finish_loop(uv_default_loop());
}

TEST(has_ref) {
  uv_idle_t idle;
  uv_handle_t* handle = (uv_handle_t*) &idle;
  CHECK_OK(uv_idle_init(uv_default_loop(), &idle));
  uv_ref(handle);
  CHECK_EQ(uv_has_ref(handle), 1);
  uv_unref(handle);
  CHECK_EQ(uv_has_ref(handle), 0);
  finish_loop(uv_default_loop());
}

TEST(handle_type_name) {
  CHECK_STR_EQ(uv_handle_type_name(UV_NAMED_PIPE), "pipe");
  CHECK_STR_EQ(uv_handle_type_name(UV_UDP), "udp");
  CHECK_STR_EQ(uv_handle_type_name(UV_FILE), "file");
  CHECK_NULL(uv_handle_type_name(UV_HANDLE_TYPE_MAX));
  CHECK_NULL(uv_handle_type_name((uv_handle_type) (UV_HANDLE_TYPE_MAX + 1)));
  CHECK_NULL(uv_handle_type_name(UV_UNKNOWN_HANDLE));
}

TEST(req_type_name) {
  CHECK_STR_EQ(uv_req_type_name(UV_REQ), "req");
  CHECK_STR_EQ(uv_req_type_name(UV_UDP_SEND), "udp_send");
  CHECK_STR_EQ(uv_req_type_name(UV_WORK), "work");
  CHECK_NULL(uv_req_type_name(UV_REQ_TYPE_MAX));
  CHECK_NULL(uv_req_type_name((uv_req_type) (UV_REQ_TYPE_MAX + 1)));
  CHECK_NULL(uv_req_type_name(UV_UNKNOWN_REQ));
}

/* The names of all kinds, from the tables in the header. */
TEST(type_names_match_the_header) {
#define CHECK_NAME(upper, lower)                                               \
  CHECK_STR_EQ(uv_handle_type_name(UV_##upper), #lower);                       \
  CHECK_EQ(uv_handle_size(UV_##upper), sizeof(uv_##lower##_t));
  UV_HANDLE_TYPE_MAP(CHECK_NAME)
#undef CHECK_NAME
#define CHECK_NAME(upper, lower)                                               \
  CHECK_STR_EQ(uv_req_type_name(UV_##upper), #lower);                          \
  CHECK_EQ(uv_req_size(UV_##upper), sizeof(uv_##lower##_t));
  UV_REQ_TYPE_MAP(CHECK_NAME)
#undef CHECK_NAME
  CHECK_EQ(uv_handle_size(UV_UNKNOWN_HANDLE), (size_t) -1);
  CHECK_EQ(uv_req_size(UV_UNKNOWN_REQ), (size_t) -1);
}

TEST(getters_setters) {
  static int one, two;
  uv_loop_t* loop = malloc(uv_loop_size());
  uv_pipe_t* pipe = malloc(uv_handle_size(UV_NAMED_PIPE));
  uv_fs_t* fs = malloc(uv_req_size(UV_FS));
  uv_handle_t* handle = (uv_handle_t*) pipe;

  CHECK_NOT_NULL(loop);
  CHECK_NOT_NULL(pipe);
  CHECK_NOT_NULL(fs);
  CHECK_OK(uv_loop_init(loop));
  uv_loop_set_data(loop, &one);
  CHECK_PTR_EQ(loop->data, &one);
  CHECK_PTR_EQ(uv_loop_get_data(loop), &one);

  CHECK_OK(uv_pipe_init(loop, pipe, 0));
  CHECK_EQ(uv_handle_get_type(handle), UV_NAMED_PIPE);
  CHECK_PTR_EQ(uv_handle_get_loop(handle), loop);
  pipe->data = &one;
  CHECK_PTR_EQ(uv_handle_get_data(handle), &one);
  uv_handle_set_data(handle, &two);
  CHECK_PTR_EQ(uv_handle_get_data(handle), &two);
  CHECK_PTR_EQ(pipe->data, &two);
  CHECK_EQ(uv_stream_get_write_queue_size((uv_stream_t*) pipe), 0);
  pipe->write_queue_size++;
  CHECK_EQ(uv_stream_get_write_queue_size((uv_stream_t*) pipe), 1);
  pipe->write_queue_size--;
  uv_close(handle, NULL);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));

  CHECK_OK(uv_fs_stat(loop, fs, ".", NULL));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(uv_fs_get_type(fs), UV_FS_STAT);
  CHECK_EQ(uv_fs_get_result(fs), 0);
  CHECK_PTR_EQ(uv_fs_get_ptr(fs), uv_fs_get_statbuf(fs));
  CHECK(S_ISDIR(uv_fs_get_statbuf(fs)->st_mode));
  CHECK_STR_EQ(uv_fs_get_path(fs), ".");
  uv_fs_req_cleanup(fs);

  finish_loop(loop);
  free(fs);
  free(pipe);
  free(loop);
}

static void bound_then_closed(uv_handle_t* handle) {
  uv_os_fd_t fd = -1;
  CHECK_OK(uv_fileno(handle, &fd));
  CHECK_GE(fd, 0);
  uv_close(handle, NULL);
  CHECK_ERR(UV_EBADF, uv_fileno(handle, &fd));
}

static void tty_part(uv_loop_t* loop) {
  uv_tty_t tty;
  uv_os_fd_t fd;
  int terminal = open("/dev/tty", O_RDONLY);
  if (terminal < 0)
    return;
  CHECK_OK(uv_tty_init(loop, &tty, terminal, 0));
  CHECK(uv_is_readable((uv_stream_t*) &tty));
  CHECK(!uv_is_writable((uv_stream_t*) &tty));
  CHECK_OK(uv_fileno((uv_handle_t*) &tty, &fd));
  uv_close((uv_handle_t*) &tty, NULL);
  CHECK_ERR(UV_EBADF, uv_fileno((uv_handle_t*) &tty, &fd));
  CHECK(!uv_is_readable((uv_stream_t*) &tty));
  CHECK(!uv_is_writable((uv_stream_t*) &tty));
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
}

TEST(handle_fileno) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in addr = loopback4(0);
  uv_idle_t idle;
  uv_tcp_t tcp;
  uv_udp_t udp;
  uv_pipe_t pipe;
  uv_os_fd_t fd;

  CHECK_OK(uv_idle_init(loop, &idle));
  CHECK_ERR(UV_EINVAL, uv_fileno((uv_handle_t*) &idle, &fd));
  uv_close((uv_handle_t*) &idle, NULL);

  CHECK_OK(uv_tcp_init(loop, &tcp));
  CHECK_ERR(UV_EBADF, uv_fileno((uv_handle_t*) &tcp, &fd));
  CHECK_OK(uv_tcp_bind(&tcp, (struct sockaddr*) &addr, 0));
  bound_then_closed((uv_handle_t*) &tcp);

  CHECK_OK(uv_udp_init(loop, &udp));
  CHECK_ERR(UV_EBADF, uv_fileno((uv_handle_t*) &udp, &fd));
  CHECK_OK(uv_udp_bind(&udp, (struct sockaddr*) &addr, 0));
  bound_then_closed((uv_handle_t*) &udp);

  CHECK_OK(uv_pipe_init(loop, &pipe, 0));
  CHECK_ERR(UV_EBADF, uv_fileno((uv_handle_t*) &pipe, &fd));
  CHECK_OK(uv_pipe_bind(&pipe, fresh_pipe_path()));
  bound_then_closed((uv_handle_t*) &pipe);

  tty_part(loop);
  finish_loop(loop);
}

static void set_and_read(uv_handle_t* handle) {
  int value = 0;
  CHECK_OK(uv_recv_buffer_size(handle, &value));
  CHECK_GT(value, 0);
  value = 10000;
  CHECK_OK(uv_recv_buffer_size(handle, &value));
  value = 0;
  CHECK_OK(uv_recv_buffer_size(handle, &value));
  CHECK(value == 10000 || value == 20000); /* Linux doubles it */
  uv_close(handle, on_close);
}

TEST(socket_buffer_size) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in addr = loopback4(0);
  uv_tcp_t tcp;
  uv_udp_t udp;
  CHECK_OK(uv_tcp_init(loop, &tcp));
  CHECK_OK(uv_tcp_bind(&tcp, (struct sockaddr*) &addr, 0));
  set_and_read((uv_handle_t*) &tcp);
  CHECK_OK(uv_udp_init(loop, &udp));
  CHECK_OK(uv_udp_bind(&udp, (struct sockaddr*) &addr, 0));
  set_and_read((uv_handle_t*) &udp);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(closed, 2);
  finish_loop(loop);
}
