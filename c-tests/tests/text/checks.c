/* The checks that all tests rely on. */
#include "test.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int calls;

static const char* count_call(const char* text) {
  calls++;
  return text;
}

static void compare(const char* a, const char* b) {
  CHECK_STR_EQ(a, b);
}

static int compare_in_child(const char* a, const char* b) {
  int status;
  pid_t child = fork();
  CHECK_GE(child, 0);
  if (child == 0) {
    close(STDERR_FILENO);
    compare(a, b);
    _exit(0);
  }
  CHECK_EQ(waitpid(child, &status, 0), child);
  return status;
}

TEST(test_macros) {
  const char* text = "same text";
  int status = compare_in_child(text, "same texT");
  CHECK(WIFSIGNALED(status));
  CHECK_EQ(WTERMSIG(status), SIGABRT);
  CHECK_EQ(compare_in_child(text, "same text"), 0);

  CHECK_STR_EQ(count_call(text), "same text");
  CHECK_EQ(calls, 1);
  CHECK_STR_EQ("same text", count_call(text));
  CHECK_EQ(calls, 2);
  CHECK_STR_EQ(count_call(text), count_call(text));
  CHECK_EQ(calls, 4);
}
