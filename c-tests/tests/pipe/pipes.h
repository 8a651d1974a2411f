/* Set-ups that the tests of pipes share, on top of those of streams. */
#ifndef UV_TESTS_PIPES_H
#define UV_TESTS_PIPES_H

#include "../stream/streams.h"

/* Listens on the path, which is bound first. */
static inline void pipe_serve(uv_loop_t* loop, uv_pipe_t* server,
                              const char* path, int backlog,
                              uv_connection_cb cb) {
  CHECK_OK(uv_pipe_init(loop, server, 0));
  CHECK_OK(uv_pipe_bind(server, path));
  CHECK_OK(uv_listen(STREAM(server), backlog, cb));
}

static inline void pipe_accept(uv_stream_t* server, uv_pipe_t* peer) {
  CHECK_OK(uv_pipe_init(server->loop, peer, 0));
  CHECK_OK(uv_accept(server, STREAM(peer)));
}

/* Takes the descriptor. */
static inline void pipe_take(uv_loop_t* loop, uv_pipe_t* handle, int fd) {
  CHECK_OK(uv_pipe_init(loop, handle, 0));
  CHECK_OK(uv_pipe_open(handle, fd));
}

/* Both ends of an anonymous pipe, made with these flags for uv_pipe. */
static inline void pipe_pair(uv_loop_t* loop, uv_pipe_t* reader,
                             uv_pipe_t* writer, int flags) {
  uv_file fds[2];
  CHECK_OK(uv_pipe(fds, flags, flags));
  pipe_take(loop, reader, fds[0]);
  pipe_take(loop, writer, fds[1]);
}

/* Writes the bytes to the descriptor with a synchronous uv_fs_write. */
static inline void write_now(int fd, const char* data, size_t size) {
  uv_fs_t req;
  uv_buf_t buf = uv_buf_init((char*) data, (unsigned) size);
  CHECK_EQ(uv_fs_write(NULL, &req, fd, &buf, 1, -1, NULL), size);
  CHECK_EQ(req.result, size);
  uv_fs_req_cleanup(&req);
}

enum { MAX_FDS = 253 /* the kernel's limit for one message */ };

/* Sends the bytes to the socket as one message with these descriptors. */
static inline void send_fds(int to, uv_buf_t bytes, const int* fds,
                            size_t count) {
  static char control[CMSG_SPACE(MAX_FDS * sizeof(int))];
  struct iovec piece = { bytes.base, bytes.len };
  struct msghdr message;
  struct cmsghdr* header;
  memset(&message, 0, sizeof(message));
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  if (count > 0) {
    memset(control, 0, sizeof(control));
    message.msg_control = control;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, count * sizeof(int));
  }
  CHECK_EQ(sendmsg(to, &message, 0), bytes.len);
}

#endif
