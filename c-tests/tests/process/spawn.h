/* One child process: its options, what it wrote, how it ended. */
#ifndef UV_TESTS_PROCESS_SPAWN_H
#define UV_TESTS_PROCESS_SPAWN_H

#include "test.h"

enum { MAX_STDIO = 4 };

extern uv_process_t child;
extern uv_process_options_t child_options;
extern uv_stdio_container_t child_stdio[MAX_STDIO];

extern int exits;            /* calls of on_exit and their last arguments */
extern int64_t exit_status;
extern int term_signal;
extern int closes;           /* calls of on_close */
extern char output[2048];    /* what read_output got, and a NUL */
extern size_t output_size;

/* Options for this program as a helper (see child.c), with on_exit. */
void prepare_child(const char* helper);
/* The same with one argument for the helper. */
void prepare_child_with(const char* helper, const char* argument);
/* Counts, keeps status and signal, closes the process handle. */
void on_exit_close(uv_process_t* process, int64_t status, int signum);
/* For children that must not come to life. */
void fail_on_exit(uv_process_t* process, int64_t status, int signum);
void on_close(uv_handle_t* handle);

/* Set the next descriptor of the child. */
void stdio_ignore(void);
void stdio_fd(int fd);
void stdio_stream(uv_stream_t* stream);
/* Initialises `pipe` on the default loop; flags such as UV_READABLE_PIPE
 * are those of the child's side. */
void stdio_pipe(uv_pipe_t* pipe, unsigned flags);

/* Spawns on the default loop; that must succeed. */
void spawn_child(void);
/* Runs the default loop dry; the child has exited with that status, without a
 * signal. */
void run_to_exit(int64_t status);

/* Reads to the end of the file, then closes with on_close. */
void read_output(uv_stream_t* stream);
/* Spawns with a pipe as the child's next descriptor. The child writes this text
 * there, and exits with 1. */
void spawn_and_expect(const char* text);
/* Writes, then closes with on_close. The data must stay valid. */
void write_and_close(uv_stream_t* stream, const void* data, size_t size);

#endif
