/* uv-gaps KIND LOOPS sleep|spin gap|random GAP_NS WARM_MS MEASURED_MS: one point of the sweep.
 * uv-gaps --occupy: takes all of a processor until whoever started it ends it, or ends. */
#include "asker.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define MOST_ASKERS 2

static asker_t askers[MOST_ASKERS];

/* Of the whole process, between the beginning and the end of what is measured. */
static uint64_t cpu_from, cpu_to, wall_from, wall_to;
static pthread_barrier_t all_askers;

static uint64_t cpu_ns(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (uint64_t) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u +
         (uint64_t) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
}

/* What a thread has used is known exactly only while it sleeps or asks itself: so all wait while one of them reads
 * the figures. */
static void read_figures(asker_t* asker, uint64_t* cpu, uint64_t* wall) {
  pthread_barrier_wait(&all_askers);
  if (asker == &askers[0]) {
    *cpu = cpu_ns();
    *wall = now_ns();
  }
  pthread_barrier_wait(&all_askers);
}

static void on_from(asker_t* asker) {
  read_figures(asker, &cpu_from, &wall_from);
}

static void on_to(asker_t* asker) {
  read_figures(asker, &cpu_to, &wall_to);
}

static void run_second(void* arg) {
  asker_run(arg);
}

static int compare(const void* a, const void* b) {
  uint32_t x = *(const uint32_t*) a, y = *(const uint32_t*) b;
  return (x > y) - (x < y);
}

static void report(int count) {
  uint64_t pause_ns = 0, pause_cpu_ns = 0;
  size_t total = 0;
  uint32_t* all;
  int i;

  for (i = 0; i < count; i++)
    total += askers[i].count;
  if (total == 0) {
    fprintf(stderr, "no answer came in the time that is measured\n");
    exit(1);
  }
  all = malloc(total * sizeof(*all));
  for (i = 0, total = 0; i < count; total += askers[i++].count) {
    memcpy(all + total, askers[i].latencies, askers[i].count * sizeof(*all));
    pause_ns += askers[i].pause.taken_ns;
    pause_cpu_ns += askers[i].pause.cpu_ns;
  }
  qsort(all, total, sizeof(*all), compare);
  printf("requests=%zu wall_ns=%llu cpu_ns=%llu pause_ns=%llu pause_cpu_ns=%llu p50_ns=%u p90_ns=%u p99_ns=%u\n",
         total,
         (unsigned long long) (wall_to - wall_from),
         (unsigned long long) (cpu_to - cpu_from),
         (unsigned long long) pause_ns,
         (unsigned long long) pause_cpu_ns,
         all[total / 2],
         all[total * 9 / 10],
         all[total * 99 / 100]);
  free(all);
}

static _Noreturn void occupy(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;)
    __asm__ volatile("");
}

int main(int argc, char** argv) {
  uv_thread_t second;
  const kind_t* kind;
  window_t window;
  pause_t pause;
  int loops, count, i;

  if (argc == 2 && strcmp(argv[1], "--occupy") == 0)
    occupy();
  kind = argc == 8 ? kind_named(argv[1]) : NULL;
  loops = argc == 8 ? atoi(argv[2]) : 0;
  if (kind == NULL || loops < 1 || loops > MOST_ASKERS) {
    fprintf(stderr, "usage: uv-gaps KIND LOOPS sleep|spin gap|random GAP_NS WARM_MS MEASURED_MS\n");
    return 2;
  }
  memset(&pause, 0, sizeof(pause));
  pause.is_spent = strcmp(argv[3], "spin") == 0;
  pause.is_random = strcmp(argv[4], "random") == 0;
  pause.ns = strtoull(argv[5], NULL, 10);
  window.from = now_ns() + strtoull(argv[6], NULL, 10) * 1000000u;
  window.to = window.from + strtoull(argv[7], NULL, 10) * 1000000u;
  count = kind->answers ? 1 : loops;
  for (i = 0; i < count; i++) {
    pause.seed = 0x9e3779b97f4a7c15u + (uint64_t) i;
    asker_init(&askers[i], kind, loops, window, pause);
    askers[i].on_from = on_from;
    askers[i].on_to = on_to;
  }
  pthread_barrier_init(&all_askers, NULL, (unsigned) count);
  if (count > 1)
    OK(uv_thread_create(&second, run_second, &askers[1]));
  asker_run(&askers[0]);
  if (count > 1)
    OK(uv_thread_join(&second));
  report(count);
  return 0;
}
