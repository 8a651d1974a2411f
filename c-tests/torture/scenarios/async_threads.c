/* Threads that send to async handles while the loop runs. */
#include "../torture.h"

enum { THREADS = 3, SENDS = 50 };

static uv_async_t asyncs[THREADS];
static uv_thread_t threads[THREADS];
static int finished[THREADS];
static int told_of;

static void send_some(void* arg) {
  int index = (int) ((uv_async_t*) arg - asyncs);
  int i;
  for (i = 0; i < SENDS; i++)
    must(uv_async_send(arg) == 0);
  __atomic_store_n(&finished[index], 1, __ATOMIC_SEQ_CST);
  must(uv_async_send(arg) == 0);
}

static void on_async(uv_async_t* handle) {
  int index = (int) (handle - asyncs);
  if (__atomic_load_n(&finished[index], __ATOMIC_SEQ_CST) && !given_up()) {
    must(uv_thread_join(&threads[index]) == 0);
    finished[index] = 2;
    told_of++;
    close_it(handle);
  }
}

SCENARIO(async_threads) {
  int started = 0;
  int i;
  for (i = 0; i < THREADS; i++)
    if (bad(uv_async_init(loop, &asyncs[i], on_async)))
      return;
  for (i = 0; i < THREADS; i++) {
    /* A thread uses its handle: without it nobody does. */
    if (tolerable(uv_thread_create(&threads[i], send_some, &asyncs[i])))
      close_it(&asyncs[i]);
    else
      started++;
  }
  run();
  must(told_of == started);
}
