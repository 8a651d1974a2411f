/* What the parts of the harness know of each other; scenarios do not. */
#ifndef UV_TORTURE_HARNESS_H
#define UV_TORTURE_HARNESS_H

#include "shim.h"
#include "torture.h"

enum { EXIT_WRONG = 40 };

/* What a case tells the server. */
struct report {
  struct shim shim;
  int blocks;
  char kind[32];
  char text[512];
};
extern struct report* report;
extern int debugging; /* the case is this process, and ends at its failure */

/* Ends the case as failed: `result`, `hang`, `spin`, `memory` and so on. */
__attribute__((noreturn, format(printf, 2, 3)))
void fail_kind(const char* kind, const char* format, ...);

/* Runs the scenario on a loop of its own, and looks for what is left over:
 * with the library's blocks of memory of a clean run, or INT_MAX. */
void run_case(struct scenario* scenario, int blocks);
/* Fails if what was asked has not all come back. */
void look_for_requests(void);
/* Closes all handles. */
void close_all(void);

#endif
