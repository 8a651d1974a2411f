/* A child whose stdin and stdout are pipes, and streams of its loop. */
#include "spawn.h"

enum { PARTS = 7, ROUNDS = 2, LINE = 12 };

static const char line[] = "hello world\n";

/* ---- The child: writes a line in parts, reads it back, twice ---- */

struct pair {
  uv_pipe_t in;
  uv_pipe_t out;
};

static int writes;
static int reads;
static int child_closes;
static char read_buffer[64];

static void on_part_written(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  writes++;
}

static void give_read_buffer(uv_handle_t* handle, size_t suggested,
                             uv_buf_t* buf) {
  (void) handle;
  (void) suggested;
  *buf = uv_buf_init(read_buffer, sizeof(read_buffer));
}

static void on_echo(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  CHECK_GT(size, 0);
  CHECK_LE(size, LINE);
  CHECK_MEM_EQ(buf->base, line, (size_t) size);
  reads++;
  CHECK_OK(uv_read_stop(stream));
}

static void on_child_close(uv_handle_t* handle) {
  (void) handle;
  child_closes++;
}

static void open_pair(struct pair* pair) {
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pair->in, 0));
  CHECK_OK(uv_pipe_init(uv_default_loop(), &pair->out, 0));
  CHECK_OK(uv_pipe_open(&pair->in, 0));
  CHECK_OK(uv_pipe_open(&pair->out, 1));
}

static void for_all(struct pair pairs[ROUNDS], void (*visit)(uv_handle_t*)) {
  int i;
  for (i = 0; i < ROUNDS; i++) {
    visit((uv_handle_t*) &pairs[i].in);
    visit((uv_handle_t*) &pairs[i].out);
  }
}

static void close_it(uv_handle_t* handle) {
  uv_close(handle, on_child_close);
}

HELPER(child_talks_over_pipes) {
  static const char* const parts[PARTS] = { "he", "ll", "o ", "wo", "rl", "d",
                                            "\n" };
  uv_write_t reqs[PARTS];
  struct pair pairs[ROUNDS];
  int round;
  int i;

  CHECK_EQ(uv_guess_handle(0), UV_NAMED_PIPE);
  CHECK_EQ(uv_guess_handle(1), UV_NAMED_PIPE);
  for (i = 0; i < ROUNDS; i++)
    open_pair(&pairs[i]);

  for (round = 0; round < ROUNDS; round++) {
    struct pair* pair = &pairs[round];
    for_all(pairs, uv_unref);
    for (i = 0; i < PARTS; i++) {
      uv_buf_t buf = uv_buf_init((char*) parts[i],
                                 (unsigned) strlen(parts[i]));
      CHECK_OK(uv_write(&reqs[i], (uv_stream_t*) &pair->out, &buf, 1,
                        on_part_written));
    }
    run_dry();
    CHECK_EQ(writes, PARTS * (round + 1));
    CHECK_EQ(reads, round);
    CHECK_EQ(child_closes, 0);

    for_all(pairs, uv_ref);
    CHECK_OK(uv_read_start((uv_stream_t*) &pair->in, give_read_buffer,
                           on_echo));
    run_dry();
    CHECK_EQ(reads, round + 1);
  }

  for_all(pairs, close_it);
  run_dry();
  CHECK_EQ(writes, PARTS * ROUNDS);
  CHECK_EQ(reads, ROUNDS);
  CHECK_EQ(child_closes, 2 * ROUNDS);
  CHECK_OK(uv_loop_close(uv_default_loop()));
  return 0;
}

/* ---- The parent: sends each whole line back ---- */

static uv_pipe_t in;
static uv_pipe_t out;
static uv_write_t echo_reqs[ROUNDS];
static int echoes_sent;
static int echoes_done;
static int output_reads;

static void close_all_on_exit(uv_process_t* process, int64_t status,
                              int signum) {
  on_exit_close(process, status, signum);
  uv_close((uv_handle_t*) &in, on_close);
  uv_close((uv_handle_t*) &out, on_close);
}

static void give_rest_of_output(uv_handle_t* handle, size_t suggested,
                                uv_buf_t* buf) {
  (void) handle;
  (void) suggested;
  *buf = uv_buf_init(output + output_size, sizeof(output) - output_size);
}

static void on_echoed(uv_write_t* req, int status) {
  (void) req;
  CHECK_OK(status);
  echoes_done++;
}

static void on_output(uv_stream_t* stream, ssize_t size, const uv_buf_t* buf) {
  (void) stream;
  (void) buf;
  if (size < 0) {
    CHECK_EQ(size, UV_EOF);
    return;
  }
  output_reads++;
  output_size += (size_t) size;
  if (size > 0 && output_size % LINE == 0) {
    uv_buf_t echo = uv_buf_init(output, LINE);
    CHECK_LT(echoes_sent, ROUNDS);
    CHECK_OK(uv_write(&echo_reqs[echoes_sent++], (uv_stream_t*) &in, &echo, 1,
                      on_echoed));
  }
}

static void talk(unsigned extra_flags) {
  prepare_child("child_talks_over_pipes");
  child_options.exit_cb = close_all_on_exit;
  stdio_pipe(&in, UV_READABLE_PIPE | extra_flags);
  stdio_pipe(&out, UV_WRITABLE_PIPE | extra_flags);
  stdio_fd(2);
  spawn_child();
  CHECK_OK(uv_read_start((uv_stream_t*) &out, give_rest_of_output,
                         on_output));
  run_to_exit(0);
  CHECK_GT(output_reads, 1);
  CHECK_EQ(echoes_done, ROUNDS);
  CHECK_EQ(closes, 3);
  CHECK_EQ(output_size, ROUNDS * LINE);
  CHECK_STR_EQ(output, "hello world\nhello world\n");
  finish_loop(uv_default_loop());
}

TEST(stdio_over_pipes) {
  talk(0);
}

TEST(stdio_emulate_iocp) {
  talk(UV_OVERLAPPED_PIPE);
}
