/* Random bytes, now and later. */
#include "../torture.h"

enum { REQUESTS = 4 };

static uv_random_t reqs[REQUESTS];
static unsigned char bytes[REQUESTS][300];

static int is_filled(const unsigned char* data) {
  int i;
  for (i = 0; i < 300; i++)
    if (data[i] != 0)
      return 1;
  return 0;
}

static void on_random(uv_random_t* req, int status, void* data, size_t size) {
  told(req);
  if (bad(status))
    return;
  must(size == 300 && is_filled(data));
}

SCENARIO(random) {
  static unsigned char now[300];
  int i;
  if (!bad(uv_random(NULL, NULL, now, sizeof(now), 0, NULL)))
    must(is_filled(now));
  for (i = 0; i < REQUESTS && !given_up(); i++)
    if (asked(&reqs[i], uv_random(loop, &reqs[i], bytes[i], 300, 0,
                                  on_random)))
      break;
  run();
}
