/* uv-bench NAME: runs one benchmark and prints its figures; uv-bench --list names them all. */
#include "bench.h"

#include <sys/resource.h>

static bench_t* benches;
static const bench_t* current;
static double scale = 1;
static uint64_t wall_start;
static uint64_t cpu_start;

void bench_register(bench_t* bench) {
  bench->next = benches;
  benches = bench;
}

long bench_scale(long full) {
  long scaled = (long) ((double) full * scale);
  return scaled < 1 ? 1 : scaled;
}

static uint64_t cpu_ns(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (uint64_t) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u +
         (uint64_t) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
}

void bench_start(void) {
  wall_start = uv_hrtime();
  cpu_start = cpu_ns();
}

void bench_report(double operations) {
  uint64_t wall = uv_hrtime() - wall_start;
  uint64_t cpu = cpu_ns() - cpu_start;
  printf("%s operations=%.0f wall_ns=%llu cpu_ns=%llu\n",
         current->name,
         operations,
         (unsigned long long) wall,
         (unsigned long long) cpu);
  fflush(stdout);
}

int main(int argc, char** argv) {
  bench_t* bench;

  argv = uv_setup_args(argc, argv);
  if (argc > 1 && strcmp(argv[1], "--load") == 0)
    return load_main(argc - 2, argv + 2);
  if (argc > 1 && strcmp(argv[1], "--list") == 0) {
    for (bench = benches; bench != NULL; bench = bench->next)
      puts(bench->name);
    return 0;
  }
  if (getenv("BENCH_SCALE") != NULL)
    scale = atof(getenv("BENCH_SCALE"));
  for (bench = benches; bench != NULL; bench = bench->next) {
    if (argc > 1 && strcmp(argv[1], bench->name) == 0) {
      current = bench;
      bench_start();
      bench->run();
      return 0;
    }
  }
  fprintf(stderr, "usage: uv-bench NAME | --list\n");
  return 2;
}
