/* A process that is looked into: a helper of this program with UV_INSPECT, UV_TRACE or UV_WATCHDOG set. */
#ifndef UV_TESTS_INSPECT_WATCHED_H
#define UV_TESTS_INSPECT_WATCHED_H

#include "test.h"

struct watched {
  pid_t pid;
  int in;             /* its standard input; what is read there is the helper's matter */
  int out;            /* its standard output */
  char socket[512];   /* where it listens if UV_INSPECT is a folder */
};

/* Starts `test_exepath() helper argument` with these variables ("NAME=value", up to a NULL) and no other UV_INSPECT,
 * UV_TRACE and UV_WATCHDOG. Its standard error is the file "stderr" in the current folder. */
struct watched watch(const char* helper, const char* argument, const char* const* variables);
/* Waits until it has written this line. */
void watched_says(struct watched* watched, const char* line);
/* Writes a byte to its standard input. */
void watched_go_on(struct watched* watched);
/* Closes its input, waits for its end, and returns the exit status; death by a signal fails the test. */
int watched_end(struct watched* watched);
/* What it has written to standard error up to now. */
const char* watched_errors(void);

/* A connection, as soon as it listens; -1 if it does not within 20 s (scaled). */
int inspect_connect(const char* path);
/* What it answers, up to the end of the connection; stays until the next call. Fails the test if nobody answers. */
const char* inspect_ask(const char* path, const char* request);
/* Reads up to the end of the connection, and closes it. */
const char* inspect_rest(int fd);

/* The whole of a file; stays until the next call of this or of the above. */
const char* whole_file(const char* path);
/* Fails the test unless the text is one JSON value. */
void check_json(const char* text);
/* Fails the test unless one text is part of the other. */
#define CHECK_HAS(text, part)                                                  \
  do {                                                                         \
    const char* check_text = (text);                                           \
    if (strstr(check_text, (part)) == NULL)                                    \
      FAIL("CHECK_HAS(%s, %s): %s", #text, (part), check_text);                \
  } while (0)
/* How often the part is there. */
int count_parts(const char* text, const char* part);
/* The number behind the first `"key":`, or -1. */
int64_t json_number(const char* text, const char* key);

#endif
