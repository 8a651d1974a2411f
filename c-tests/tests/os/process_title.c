#include "test.h"

enum { WRITERS = 4, TITLES = 4, TITLE_LENGTH = 74, TITLE_ROUNDS = 50 };

static void set_title(const char* title) {
  char result[512];
  CHECK_OK(uv_set_process_title(title));
  CHECK_OK(uv_get_process_title(result, sizeof(result)));
  CHECK_STR_EQ(result, title);
}

TEST(process_title, SETUP_ARGS) {
  char result[512];

  set_title("%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s%s");
  set_title("new title");

  CHECK_ERR(UV_EINVAL, uv_get_process_title(NULL, 100));
  CHECK_ERR(UV_EINVAL, uv_get_process_title(result, 0));
  CHECK_ERR(UV_ENOBUFS, uv_get_process_title(result, 1));
}

/* As the system shows it to others. */
TEST(process_title_leaves_nothing_of_a_longer_one, SETUP_ARGS) {
  FILE* arguments;
  char shown[512];
  size_t size;
  size_t i;
  /* The system shows the checker's own. */
  if (is_under_valgrind())
    SKIP("under valgrind");
  CHECK_OK(uv_set_process_title("longer title"));
  CHECK_OK(uv_set_process_title("short"));
  arguments = fopen("/proc/self/cmdline", "r");
  if (arguments == NULL)
    SKIP("the system does not show the arguments");
  size = fread(shown, 1, sizeof(shown), arguments);
  CHECK_OK(fclose(arguments));
  CHECK_GE(size, 5);
  CHECK_MEM_EQ(shown, "short", 5);
  for (i = 5; i < size; i++)
    CHECK_EQ(shown[i], '\0');
}

/* ---- A title that is set and read by several threads ---- */

static char titles[TITLES][TITLE_LENGTH + 1];
static uv_sem_t enough;

static void set_titles(void* arg) {
  int i;
  (void) arg;
  for (i = 0; i < TITLE_ROUNDS * TITLES; i++)
    CHECK_OK(uv_set_process_title(titles[i % TITLES]));
}

static void read_titles(void* arg) {
  (void) arg;
  do {
    char result[512];
    int known = 0;
    int i;
    CHECK_OK(uv_get_process_title(result, sizeof(result)));
    CHECK_GT(strlen(result), 0);
    for (i = 0; i < TITLES; i++)
      known |= strncmp(result, titles[i], strlen(result)) == 0;
    if (!known)
      FAIL("nobody set \"%s\"", result);
  } while (uv_sem_trywait(&enough) == UV_EAGAIN);
}

TEST(process_title_threadsafe, SETUP_ARGS) {
  uv_thread_t writers[WRITERS];
  uv_thread_t reader;
  int i;

  for (i = 0; i < TITLES; i++)
    memset(titles[i], 'a' + i, TITLE_LENGTH);
  CHECK_OK(uv_set_process_title(titles[0]));
  CHECK_OK(uv_sem_init(&enough, 0));
  CHECK_OK(uv_thread_create(&reader, read_titles, NULL));
  for (i = 0; i < WRITERS; i++)
    CHECK_OK(uv_thread_create(&writers[i], set_titles, NULL));
  for (i = 0; i < WRITERS; i++)
    CHECK_OK(uv_thread_join(&writers[i]));
  uv_sem_post(&enough);
  CHECK_OK(uv_thread_join(&reader));
  uv_sem_destroy(&enough);
}

/* ---- Only the first argument counts for the first title ---- */

HELPER(report_title) {
  char title[256] = "fail";
  argv = uv_setup_args(argc, argv);
  uv_get_process_title(title, sizeof(title));
  return strcmp(title, argv[0]) == 0 && strcmp(title, "fail") != 0 ? 0 : 3;
}

static int exits;

static void on_exit_zero(uv_process_t* process, int64_t status, int signum) {
  CHECK_EQ(status, 0);
  CHECK_EQ(signum, 0);
  exits++;
  uv_close((uv_handle_t*) process, NULL);
}

TEST(process_title_big_argv) {
  char padding[512];
  char helper[] = "report_title";
  char* args[] = { (char*) test_exepath(), helper, padding, padding, NULL };
  uv_process_options_t options;
  uv_process_t process;

  memset(padding, 'x', sizeof(padding) - 1);
  padding[sizeof(padding) - 1] = '\0';
  memset(&options, 0, sizeof(options));
  options.file = test_exepath();
  options.args = args;
  options.exit_cb = on_exit_zero;
  CHECK_OK(uv_spawn(uv_default_loop(), &process, &options));
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  CHECK_EQ(exits, 1);
  finish_loop(uv_default_loop());
}

/* ---- The path of the program ---- */

TEST(get_currentexe, SETUP_ARGS) {
  char path[4096];
  char start[8];
  size_t size = sizeof(path);

  CHECK_OK(uv_exepath(path, &size));
  CHECK_STR_EQ(path, test_exepath());
  CHECK_EQ(size, strlen(path));

  size = sizeof(path);
  CHECK_ERR(UV_EINVAL, uv_exepath(NULL, &size));
  CHECK_ERR(UV_EINVAL, uv_exepath(path, NULL));
  size = 0;
  CHECK_ERR(UV_EINVAL, uv_exepath(path, &size));

  memset(start, 0xff, sizeof(start));
  size = 1;
  CHECK_OK(uv_exepath(start, &size));
  CHECK_EQ(size, 0);
  CHECK_EQ(start[0], '\0');

  memset(start, 0xff, sizeof(start));
  size = 2;
  CHECK_OK(uv_exepath(start, &size));
  CHECK_EQ(size, 1);
  CHECK_EQ(start[0], test_exepath()[0]);
  CHECK_EQ(start[1], '\0');

  CHECK_OK(uv_set_process_title("foobar"));
  size = sizeof(path);
  CHECK_OK(uv_exepath(path, &size));
  CHECK_STR_EQ(path, test_exepath());
  CHECK_EQ(size, strlen(path));
}
