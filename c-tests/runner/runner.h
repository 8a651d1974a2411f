/* What the runner's own files share; tests include test.h only. */
#ifndef UV_TESTS_RUNNER_H
#define UV_TESTS_RUNNER_H

#define EXIT_SKIPPED 77
#define SKIP_MARK "SKIP: "
#define RUN_ONE_FLAG "--run-one"

struct test_entry;

/* What the command line asks for. */
struct options {
  char** patterns;      /* names or globs to run; none means all */
  int pattern_count;
  char** excluded;
  int excluded_count;
  char** wrap;          /* words of the command that runs each test */
  int wrap_count;
  int jobs;
  int repeat;
  int max_failures;     /* stop after so many; 0: never */
  int keep;             /* leave the directories of the tests behind */
  int verbose;          /* show the output of passing tests too */
};

/* Multiplies every time limit: UV_TESTS_TIME_SCALE, 1 without it. */
double time_scale(void);
/* The absolute path of this program. */
const char* test_exepath(void);

/* Runs these tests, each in a process of its own, and reports in TAP.
 * Returns the exit status. */
int run_tests(struct test_entry** tests, int count,
              const struct options* options);

#endif
