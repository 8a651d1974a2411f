/* Work: computed by the pool, or cancelled. */
#include "soak.h"

#define WORKS 8

typedef struct {
  uv_work_t request;
  uint64_t input, output;
  int is_cancelled;
} work_thing_t;

static work_thing_t works[WORKS];

static void compute(uv_work_t* request) {
  work_thing_t* thing = (work_thing_t*) request;
  uint64_t x = thing->input;
  int i;
  for (i = 0; i < 2000; i++)
    x = mix(x);
  thing->output = x;
}

static void on_worked(uv_work_t* request, int status);

static void queue_work(work_thing_t* thing) {
  thing->input = mix(++chance);
  thing->output = 0;
  busy++;
  MUST(uv_queue_work(&loop, &thing->request, compute, on_worked));
  thing->is_cancelled = below(8) == 0 && uv_cancel((uv_req_t*) &thing->request) == 0;
}

static void on_worked(uv_work_t* request, int status) {
  work_thing_t* thing = (work_thing_t*) request;
  uint64_t output = thing->output;
  EXPECT(WORK, status == (thing->is_cancelled ? UV_ECANCELED : 0));
  if (!thing->is_cancelled) {
    compute(request);
    EXPECT(WORK, output == thing->output);
  } else {
    EXPECT(WORK, output == 0);
  }
  table[WORK].done++;
  busy--;
  if (!is_draining)
    queue_work(thing);
}

void begin_work(void) {
  int i;
  for (i = 0; i < WORKS; i++)
    queue_work(&works[i]);
}
