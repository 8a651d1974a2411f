/* A program in trouble, to look into: one loop serves echoes and now and then does too much in a callback, another
 * one is nearly idle, and there are more jobs than the workers can do.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#define CHECK(call)                                                            \
  do {                                                                         \
    int check_status = (call);                                                 \
    if (check_status < 0) {                                                    \
      fprintf(stderr, "%s: %s\n", #call, uv_strerror(check_status));           \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static volatile uint64_t sink;

static void spin(uint64_t ms) {
  uint64_t end = uv_hrtime() + ms * 1000000;
  while (uv_hrtime() < end)
    sink++;
}

/* ---- The echo service and its client, on the main loop ---- */

struct connection {
  uv_tcp_t socket;
  uv_write_t write;
  char bytes[512];
};

static uv_tcp_t listener;
static struct connection server, client;
static uv_connect_t connecting;
static uv_timer_t pause_timer;

static void on_room(uv_handle_t* handle, size_t size, uv_buf_t* buf) {
  struct connection* connection = (struct connection*) handle;
  (void) size;
  *buf = uv_buf_init(connection->bytes, sizeof(connection->bytes));
}

static void send_bytes(struct connection* connection, size_t size) {
  uv_buf_t buf = uv_buf_init(connection->bytes, (unsigned) size);
  CHECK(uv_write(&connection->write, (uv_stream_t*) &connection->socket, &buf, 1, NULL));
}

static void serve_echo(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  (void) buf;
  if (size > 0) {
    spin((uint64_t) (rand() % 3));
    send_bytes((struct connection*) stream, (size_t) size);
  }
}

static void ask_again(uv_timer_t* timer) {
  (void) timer;
  send_bytes(&client, sizeof(client.bytes));
}

static void take_echo(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  (void) stream;
  (void) buf;
  if (size > 0)
    CHECK(uv_timer_start(&pause_timer, ask_again, (uint64_t) (rand() % 8), 0));
}

static void accept_client(uv_stream_t* stream, int status) {
  CHECK(status);
  CHECK(uv_tcp_init(stream->loop, &server.socket));
  CHECK(uv_accept(stream, (uv_stream_t*) &server.socket));
  CHECK(uv_read_start((uv_stream_t*) &server.socket, on_room, serve_echo));
}

static void on_connected(uv_connect_t* request, int status) {
  CHECK(status);
  CHECK(uv_read_start(request->handle, on_room, take_echo));
  send_bytes(&client, sizeof(client.bytes));
}

static void start_echo(uv_loop_t* loop) {
  struct sockaddr_in address;
  int size = sizeof(address);
  CHECK(uv_timer_init(loop, &pause_timer));
  CHECK(uv_tcp_init(loop, &listener));
  CHECK(uv_ip4_addr("127.0.0.1", 0, &address));
  CHECK(uv_tcp_bind(&listener, (struct sockaddr*) &address, 0));
  CHECK(uv_listen((uv_stream_t*) &listener, 8, accept_client));
  CHECK(uv_tcp_getsockname(&listener, (struct sockaddr*) &address, &size));
  CHECK(uv_tcp_init(loop, &client.socket));
  CHECK(uv_tcp_connect(&connecting, &client.socket, (struct sockaddr*) &address, on_connected));
}

/* ---- What holds it up ---- */

static uv_timer_t report_timer;

static void render_report(uv_timer_t* timer) {
  spin(300 + (uint64_t) (rand() % 1500));
  CHECK(uv_timer_start(timer, render_report, 1500, 0));
}

/* ---- More jobs than the workers can do ---- */

#define JOBS 48

static uv_work_t jobs[JOBS];

static void compress_image(uv_work_t* job) {
  (void) job;
  uv_sleep((unsigned) (60 + rand() % 120));
}

static void image_done(uv_work_t* job, int status) {
  CHECK(status);
  CHECK(uv_queue_work(job->loop, job, compress_image, image_done));
}

static uv_fs_t reading;

static void directory_read(uv_fs_t* request) {
  uv_fs_req_cleanup(request);
  CHECK(uv_fs_scandir(uv_default_loop(), request, "/", 0, directory_read));
}

/* ---- The other loop ---- */

static void tick(uv_timer_t* timer) {
  (void) timer;
}

static void run_other(void* unused) {
  uv_loop_t loop;
  uv_timer_t ticker;
  (void) unused;
  uv_thread_setname("housekeeping");
  CHECK(uv_loop_init(&loop));
  CHECK(uv_timer_init(&loop, &ticker));
  CHECK(uv_timer_start(&ticker, tick, 50, 50));
  uv_run(&loop, UV_RUN_DEFAULT);
}

int main(void) {
  uv_loop_t* loop = uv_default_loop();
  uv_thread_t other;
  int i;
  CHECK(uv_thread_create(&other, run_other, NULL));
  start_echo(loop);
  CHECK(uv_timer_init(loop, &report_timer));
  CHECK(uv_timer_start(&report_timer, render_report, 1000, 0));
  for (i = 0; i < JOBS; i++)
    CHECK(uv_queue_work(loop, &jobs[i], compress_image, image_done));
  CHECK(uv_fs_scandir(loop, &reading, "/", 0, directory_read));
  return uv_run(loop, UV_RUN_DEFAULT);
}
