/* uv-memory KIND: makes many things of a kind and prints what the library has taken for each;
 * uv-memory --list names the kinds. */
#include "memory.h"

#include "allocations.h"

#include <sys/resource.h>

static kind_t* kinds;
static long allocated_before;
static long dirty_before;
static char folder[] = "/tmp/uv-memory-XXXXXX";
static int has_folder;

void check(long long status, const char* file, int line, const char* call) {
  if (status >= 0)
    return;
  fprintf(stderr, "%s:%d: %s: %lld\n", file, line, call, status);
  exit(1);
}

void memory_register(kind_t* kind) {
  kind_t** place = &kinds;
  while (*place != NULL)
    place = &(*place)->next;
  *place = kind;
}

/* Kilobytes of this process's own pages that were written to. Read without any allocation. */
static long private_dirty(void) {
  static char text[4096];
  int fd = open("/proc/self/smaps_rollup", O_RDONLY);
  ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
  const char* line;
  if (length <= 0) {
    perror("/proc/self/smaps_rollup");
    exit(1);
  }
  text[length] = '\0';
  close(fd);
  line = strstr(text, "Private_Dirty:");
  return line == NULL ? 0 : atol(line + strlen("Private_Dirty:"));
}

void* own(int count, size_t size) {
  unsigned char* memory = malloc((size_t) count * size);
  if (memory == NULL)
    exit(1);
  memset(memory, 0xa5, (size_t) count * size);
  return memory;
}

void memory_start(void) {
  private_dirty(); /* what that takes for itself */
  allocated_before = allocations_live();
  dirty_before = private_dirty();
}

uv_loop_t* new_loop(void) {
  uv_loop_t* loop = own(1, sizeof(*loop));
  CHECKED(uv_loop_init(loop));
  return loop;
}

void run_until(uv_loop_t* loop, const int* left) {
  while (*left > 0)
    uv_run(loop, UV_RUN_ONCE);
}

static uv_sem_t held;

static void hold(uv_work_t* request) {
  (void) request;
  uv_sem_post(&held);
  for (;;)
    pause();
}

static void never(uv_work_t* request, int status) {
  (void) request;
  (void) status;
}

void hold_pool(uv_loop_t* loop) {
  static uv_work_t works[4];
  int i;
  CHECKED(uv_sem_init(&held, 0));
  for (i = 0; i < 4; i++)
    CHECKED(uv_queue_work(loop, &works[i], hold, never));
  for (i = 0; i < 4; i++)
    uv_sem_wait(&held);
}

const char* new_folder(void) {
  if (mkdtemp(folder) == NULL)
    exit(1);
  has_folder = 1;
  return folder;
}

static void remove_folder(void) {
  char command[64];
  if (!has_folder)
    return;
  snprintf(command, sizeof(command), "rm -rf %s", folder);
  if (system(command) != 0)
    perror(folder);
}

int main(int argc, char** argv) {
  struct rlimit files;
  kind_t* kind;

  if (argc > 1 && strcmp(argv[1], "--list") == 0) {
    for (kind = kinds; kind != NULL; kind = kind->next)
      puts(kind->name);
    return 0;
  }
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  for (kind = kinds; kind != NULL; kind = kind->next) {
    long allocated, dirty;
    if (argc < 2 || strcmp(argv[1], kind->name) != 0)
      continue;
    kind->run(kind->count);
    allocated = allocations_live() - allocated_before;
    dirty = (private_dirty() - dirty_before) * 1024;
    printf("%s count=%d own=%zu allocated=%ld dirty=%ld\n", kind->name, kind->count, kind->size, allocated, dirty);
    fflush(stdout);
    remove_folder();
    _exit(0);
  }
  fprintf(stderr, "usage: uv-memory KIND | --list\n");
  return 2;
}
