/* UV_PRIORITIZED reports urgent data; ordinary reads stop at its mark. */
#include "../stream/streams.h"

static uv_tcp_t server;
static uv_tcp_t peer;
static uv_poll_t client_poll;
static uv_poll_t peer_poll;
static uv_os_fd_t peer_fd;
static int client_fd;
static int prioritized;
static int texts;            /* read by the client */
static int foos;             /* read by the peer */

static void maybe_end(void) {
  if (prioritized == 0 || texts < 2 || foos == 0 ||
      uv_is_closing((uv_handle_t*) &server))
    return;
  CHECK_OK(uv_poll_stop(&client_poll));
  CLOSE(&client_poll);
  CLOSE(&peer_poll);
  CLOSE(&peer);
  CLOSE(&server);
}

static void receive(int fd, int flags, const char* text, size_t room) {
  char data[16];
  CHECK_LE(room, sizeof(data));
  CHECK_EQ(recv(fd, data, room, flags), strlen(text));
  CHECK_MEM_EQ(data, text, strlen(text));
}

static void on_peer(uv_poll_t* handle, int status, int events) {
  uv_os_fd_t fd;
  CHECK_OK(status);
  CHECK_EQ(events, UV_READABLE);
  CHECK_OK(uv_fileno((uv_handle_t*) handle, &fd));
  CHECK_EQ(fd, peer_fd);
  receive(fd, 0, "foo", 3);
  foos++;
  CHECK_OK(uv_poll_stop(handle));
  maybe_end();
}

static void on_client(uv_poll_t* handle, int status, int events) {
  uv_os_fd_t fd;
  CHECK_OK(status);
  CHECK_OK(uv_fileno((uv_handle_t*) handle, &fd));
  CHECK_EQ(fd, client_fd);
  if (events & UV_PRIORITIZED) {
    CHECK_EQ(prioritized, 0);
    receive(fd, MSG_OOB, "o", 1);
    prioritized++;
    CHECK_OK(uv_poll_start(handle, UV_READABLE | UV_WRITABLE, on_client));
  }
  if (events & UV_READABLE) {
    CHECK_LT(texts, 2);
    receive(fd, 0, texts == 0 ? "hell" : "world", 16);
    texts++;
  }
  if (events & UV_WRITABLE)
    CHECK_EQ(send(fd, "foo", 3, 0), 3);
  maybe_end();
}

static void on_connection(uv_stream_t* stream, int status) {
  int flags;
  CHECK_PTR_EQ(stream, &server);
  CHECK_OK(status);
  CHECK_OK(uv_accept(stream, STREAM(&peer)));
  CHECK_OK(uv_fileno((uv_handle_t*) &peer, &peer_fd));
  flags = fcntl(peer_fd, F_GETFL);
  CHECK_NE(flags & O_NONBLOCK, 0);

  CHECK_OK(uv_poll_init_socket(stream->loop, &client_poll, client_fd));
  CHECK_OK(uv_poll_init_socket(stream->loop, &peer_poll, peer_fd));
  CHECK_OK(uv_poll_start(&client_poll,
                         UV_PRIORITIZED | UV_READABLE | UV_WRITABLE,
                         on_client));
  CHECK_OK(uv_poll_start(&peer_poll, UV_READABLE, on_peer));
  CHECK_EQ(send(peer_fd, "hello", 5, MSG_OOB), 5);
  CHECK_EQ(send(peer_fd, "world", 5, 0), 5);
}

TEST(poll_oob) {
  uv_loop_t* loop = uv_default_loop();
  struct sockaddr_in address = loopback4(tcp_serve(loop, &server, 1,
                                                   on_connection));
  CHECK_OK(uv_tcp_init(loop, &peer));
  CHECK_OK(uv_tcp_nodelay(&peer, 1));
  client_fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_GE(client_fd, 0);
  CHECK_EQ(connect(client_fd, ADDR(&address), sizeof(address)), 0);
  CHECK_OK(uv_run(loop, UV_RUN_DEFAULT));
  CHECK_EQ(prioritized, 1);
  CHECK_EQ(texts, 2);
  CHECK_GE(foos, 1);
  CHECK_EQ(close_calls, 4);
  CHECK_EQ(close(client_fd), 0);
  finish_loop(loop);
}
