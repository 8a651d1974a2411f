/* A thousand messages there and back by an echo server, and a thousand through
 * an anonymous pipe. */
#include "../stream/pinger.h"
#include "pipes.h"

static void ping_server(int vectored) {
  const char* path = fresh_pipe_path();
  struct echo_server server = echo_server_start(path);
  uv_pipe_t client;
  struct pinger pinger = { .in = STREAM(&client), .out = STREAM(&client),
                           .expected = ping, .vectored = vectored };
  CHECK_OK(uv_pipe_init(uv_default_loop(), &client, 0));
  pinger.connect_req.data = &pinger;
  in_connect = 1;
  uv_pipe_connect(&pinger.connect_req, &client, path, on_pinger_connect);
  in_connect = 0;
  CHECK_EQ(uv_is_closing((uv_handle_t*) &client), 0);
  run_pinger();
  echo_server_stop(&server);
  finish_loop(uv_default_loop());
}

static void ping_through(int vectored) {
  uv_pipe_t reader;
  uv_pipe_t writer;
  struct pinger pinger = { .in = STREAM(&reader), .out = STREAM(&writer),
                           .expected = ping, .vectored = vectored };
  /* The default loop was closed and the library shut down before. */
  uv_loop_t* loop = uv_default_loop();
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, UV_NONBLOCK_PIPE, UV_NONBLOCK_PIPE));
  CHECK_EQ(uv_guess_handle(fds[0]), UV_NAMED_PIPE);
  CHECK_EQ(uv_guess_handle(fds[1]), UV_NAMED_PIPE);
  pipe_take(loop, &reader, fds[0]);
  pipe_take(loop, &writer, fds[1]);
  start_pinging(&pinger);
  run_pinger();
  finish_loop(loop);
}

TEST(pipe_ping_pong) {
  ping_server(0);
  ping_through(0);
}

TEST(pipe_ping_pong_vec) {
  ping_server(1);
  ping_through(1);
}
