/* The command line: which tests to list or run, or which one to be. */
#include "runner.h"
#include "test.h"

#include <fnmatch.h>
#include <limits.h>
#include <unistd.h>

static struct test_entry* all_tests;
static struct helper_entry* all_helpers;
static struct test_entry* running;
static char exepath[PATH_MAX];

void test_register(struct test_entry* entry) {
  entry->next = all_tests;
  all_tests = entry;
}

void helper_register(struct helper_entry* entry) {
  entry->next = all_helpers;
  all_helpers = entry;
}

double time_scale(void) {
  const char* text = getenv("UV_TESTS_TIME_SCALE");
  double scale = text == NULL ? 1 : atof(text);
  return scale > 0 ? scale : 1;
}

const char* test_exepath(void) {
  return exepath;
}

int test_uses_io_uring(void) {
  return running != NULL && running->io_uring;
}

static struct test_entry* find_test(const char* name) {
  struct test_entry* test;
  for (test = all_tests; test != NULL; test = test->next)
    if (strcmp(test->name, name) == 0)
      return test;
  return NULL;
}

static struct helper_entry* find_helper(const char* name) {
  struct helper_entry* helper;
  for (helper = all_helpers; helper != NULL; helper = helper->next)
    if (strcmp(helper->name, name) == 0)
      return helper;
  return NULL;
}

static int run_one(int argc, char** argv) {
  const char* name = argv[2];
  running = find_test(name);
  if (running == NULL)
    FAIL("there is no test '%s'", name);
  if (running->setup_args)
    CHECK_NOT_NULL(uv_setup_args(argc, argv));
  if (running->unprivileged)
    drop_privileges();
  rebase_open_fds();
  if (running->io_uring)
    test_use_io_uring(uv_default_loop());
  setvbuf(stdout, NULL, _IOLBF, BUFSIZ); /* not lost when it is killed */
  running->run();
  return 0;
}

static int by_file_and_name(const void* a, const void* b) {
  const struct test_entry* left = *(struct test_entry* const*) a;
  const struct test_entry* right = *(struct test_entry* const*) b;
  int order = strcmp(left->file, right->file);
  return order != 0 ? order : strcmp(left->name, right->name);
}

/* The test's file below tests/, such as "timer/repeat.c". */
static const char* short_file(const struct test_entry* test) {
  static const char folder[] = "/tests/";
  const char* found = NULL;
  const char* next = test->file;
  while ((next = strstr(next, folder)) != NULL)
    found = next += strlen(folder);
  return found == NULL ? test->file : found;
}

/* A pattern with a slash is one for files, all others are for names. */
static int matches(const struct test_entry* test, char** patterns, int count) {
  int i;
  for (i = 0; i < count; i++) {
    int is_file = strchr(patterns[i], '/') != NULL;
    if (fnmatch(patterns[i], is_file ? short_file(test) : test->name, 0) == 0)
      return 1;
  }
  return 0;
}

/* The wanted tests in a fixed order; the caller frees the array. */
static struct test_entry** select_tests(const struct options* options,
                                        int* count) {
  struct test_entry** chosen;
  struct test_entry* test;
  size_t total = 1;
  for (test = all_tests; test != NULL; test = test->next)
    total++;
  chosen = calloc(total, sizeof(*chosen));
  CHECK_NOT_NULL(chosen);
  *count = 0;
  for (test = all_tests; test != NULL; test = test->next) {
    if (options->pattern_count > 0 &&
        !matches(test, options->patterns, options->pattern_count))
      continue;
    if (!matches(test, options->excluded, options->excluded_count))
      chosen[(*count)++] = test;
  }
  qsort(chosen, (size_t) *count, sizeof(*chosen), by_file_and_name);
  return chosen;
}

/* Names must tell tests and helpers apart. */
static void check_names(void) {
  struct test_entry* test;
  struct helper_entry* helper;
  for (test = all_tests; test != NULL; test = test->next) {
    if (find_test(test->name) != test)
      FAIL("there are two tests '%s'", test->name);
    if (find_helper(test->name) != NULL)
      FAIL("'%s' is a test and a helper", test->name);
  }
  for (helper = all_helpers; helper != NULL; helper = helper->next)
    if (find_helper(helper->name) != helper)
      FAIL("there are two helpers '%s'", helper->name);
}

/* One line for each libuv test: its name and that of the test here. */
static void print_coverage(struct test_entry** tests, int count) {
  int i;
  for (i = 0; i < count; i++) {
    const char* names = tests[i]->covers;
    char* copy;
    char* rest;
    char* name;
    if (names == NULL)
      names = tests[i]->name;
    copy = rest = strdup(names);
    while ((name = strsep(&rest, ", ")) != NULL)
      if (*name != '\0')
        printf("%s\t%s\n", name, tests[i]->name);
    free(copy);
  }
}

static int usage(int status) {
  fputs("usage: uv-tests [options] [name, folder/file.c or glob of them ...]\n"
        "  -j N            run N tests at a time (twice the processors)\n"
        "  --exclude GLOB  leave these out (may be given several times)\n"
        "  --wrap COMMAND  run each test under a command, such as valgrind\n"
        "  --repeat N      run every test N times\n"
        "  --max-failures N  stop after so many failures\n"
        "  --verbose       show the output of passing tests too\n"
        "  --keep          keep the directories of the tests\n"
        "  --list          print the names\n"
        "  --coverage      print libuv's test names and the tests for them\n"
        "UV_TESTS_TIME_SCALE=N in the environment multiplies time limits,\n"
        "UV_TESTS_SOAK=1 runs the soaks in full length.\n",
        status == 0 ? stdout : stderr);
  return status;
}

/* Into words of `copy`, which the caller frees as well as the array. */
static char** split_words(char** copy, const char* text, int* count) {
  char* rest = *copy = strdup(text);
  char** words = calloc(strlen(text) + 2, sizeof(*words));
  char* word;
  CHECK_NOT_NULL(words);
  *count = 0;
  while ((word = strsep(&rest, " ")) != NULL)
    if (*word != '\0')
      words[(*count)++] = word;
  return words;
}

int main(int argc, char** argv) {
  struct options options = { .jobs = (int) sysconf(_SC_NPROCESSORS_ONLN) * 2,
                             .repeat = 1 };
  struct test_entry** tests;
  struct helper_entry* helper;
  char* wrap = NULL;
  int list = 0;
  int coverage = 0;
  int count;
  int status = 0;
  int i;

  if (argv[0][0] == '/')
    snprintf(exepath, sizeof(exepath), "%s", argv[0]);
  else if (realpath("/proc/self/exe", exepath) == NULL &&
           realpath(argv[0], exepath) == NULL)
    FAIL("cannot find the path of this program");

  if (argc == 3 && strcmp(argv[1], RUN_ONE_FLAG) == 0)
    return run_one(argc, argv);
  if (argc >= 2 && (helper = find_helper(argv[1])) != NULL)
    return helper->run(argc, argv);

  check_names();
  options.patterns = calloc((size_t) argc, sizeof(char*));
  options.excluded = calloc((size_t) argc, sizeof(char*));
  for (i = 1; i < argc; i++) {
    const char* arg = argv[i];
    int has_value = i + 1 < argc;
    if (strcmp(arg, "--list") == 0)
      list = 1;
    else if (strcmp(arg, "--coverage") == 0)
      coverage = 1;
    else if (strcmp(arg, "--keep") == 0)
      options.keep = 1;
    else if (strcmp(arg, "--verbose") == 0)
      options.verbose = 1;
    else if (strcmp(arg, "-j") == 0 && has_value)
      options.jobs = atoi(argv[++i]);
    else if (strncmp(arg, "-j", 2) == 0 && arg[2] != '\0')
      options.jobs = atoi(arg + 2);
    else if (strcmp(arg, "--repeat") == 0 && has_value)
      options.repeat = atoi(argv[++i]);
    else if (strcmp(arg, "--max-failures") == 0 && has_value)
      options.max_failures = atoi(argv[++i]);
    else if (strcmp(arg, "--exclude") == 0 && has_value)
      options.excluded[options.excluded_count++] = argv[++i];
    else if (strcmp(arg, "--wrap") == 0 && has_value && wrap == NULL)
      options.wrap = split_words(&wrap, argv[++i], &options.wrap_count);
    else if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0)
      return usage(0);
    else if (arg[0] == '-')
      return usage(2);
    else
      options.patterns[options.pattern_count++] = argv[i];
  }
  if (options.jobs < 1)
    options.jobs = 1;

  tests = select_tests(&options, &count);
  if (count == 0) {
    fputs("no test has such a name\n", stderr);
    status = 2;
  } else if (coverage) {
    print_coverage(tests, count);
  } else if (list) {
    for (i = 0; i < count; i++)
      puts(tests[i]->name);
  } else {
    status = run_tests(tests, count, &options);
  }
  free(tests);
  free(options.patterns);
  free(options.excluded);
  free(options.wrap);
  free(wrap);
  return status;
}
