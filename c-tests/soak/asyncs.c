/* Asyncs: from threads, of which each waits until its send was seen. */
#include "soak.h"

#include <stdatomic.h>
#include <unistd.h>

#define SENDERS 2

static uv_async_t asyncs[SENDERS];
static uv_thread_t senders[SENDERS];
static atomic_ullong sent[SENDERS], seen[SENDERS];
static atomic_int senders_rest = 1, senders_end;
static atomic_int senders_resting;

static void on_async(uv_async_t* handle) {
  int number = (int) (handle - asyncs);
  unsigned long long now = atomic_load(&sent[number]);
  unsigned long long before = atomic_exchange(&seen[number], now);
  table[ASYNC].done += now - before;
}

static void be_sender(void* arg) {
  int number = (int) (intptr_t) arg;
  unsigned int turn = 0;
  for (;;) {
    if (atomic_load(&senders_end))
      return;
    if (atomic_load(&senders_rest)) {
      atomic_fetch_add(&senders_resting, 1);
      while (atomic_load(&senders_rest))
        usleep(1000);
      atomic_fetch_sub(&senders_resting, 1);
      continue;
    }
    atomic_fetch_add(&sent[number], 1);
    MUST(uv_async_send(&asyncs[number]));
    if (++turn % 4 == 0) { /* lost, it would be waited for without end: the loop is then stuck */
      while (atomic_load(&seen[number]) < atomic_load(&sent[number]) && !atomic_load(&senders_end))
        usleep(50);
    }
    usleep(100);
  }
}

void make_asyncs(void) {
  int i;
  for (i = 0; i < SENDERS; i++) {
    MUST(uv_async_init(&loop, &asyncs[i], on_async));
    MUST(uv_thread_create(&senders[i], be_sender, (void*) (intptr_t) i));
  }
}

void begin_asyncs(void) {
  atomic_store(&senders_rest, 0);
}

void rest_asyncs(void) {
  atomic_store(&senders_rest, 1);
}

int are_asyncs_resting(void) {
  return atomic_load(&senders_resting) == SENDERS;
}

void end_asyncs(void) {
  int i;
  atomic_store(&senders_end, 1);
  atomic_store(&senders_rest, 0);
  for (i = 0; i < SENDERS; i++)
    uv_thread_join(&senders[i]);
  EXPECT(ASYNC, atomic_load(&senders_resting) == 0);
}
