/* uv-scale serve LOOPS | churn LOOPS | timers N | jobs N | connections N MESSAGES */
#include "scale.h"

#include <sys/resource.h>

stamp_t stamp(void) {
  stamp_t now;
  struct rusage usage;

  getrusage(RUSAGE_SELF, &usage);
  now.wall_ns = uv_hrtime();
  now.cpu_ns = (uint64_t) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000u +
               (uint64_t) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000u;
  return now;
}

void report(stamp_t from, double operations) {
  stamp_t now = stamp();
  printf("operations=%.0f wall_ns=%llu cpu_ns=%llu\n",
         operations,
         (unsigned long long) (now.wall_ns - from.wall_ns),
         (unsigned long long) (now.cpu_ns - from.cpu_ns));
  fflush(stdout);
}

int main(int argc, char** argv) {
  const char* kind = argc > 2 ? argv[1] : "";
  long count = argc > 2 ? atol(argv[2]) : 0;

  if (strcmp(kind, "serve") == 0 || strcmp(kind, "churn") == 0)
    serve((int) count, strcmp(kind, "churn") == 0);
  else if (strcmp(kind, "timers") == 0)
    timers(count);
  else if (strcmp(kind, "jobs") == 0)
    jobs(count);
  else if (strcmp(kind, "connections") == 0 && argc > 3)
    connections(count, atol(argv[3]));
  else
    return 2;
  return 0;
}
