/* Threads hand numbers to a loop: a list under a lock, and uv_async_send to say that there is something in it. */
#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#define THREADS 3
#define EACH 1000

typedef struct item_s {
  struct item_s* next;
  int value;
} item_t;

static uv_async_t arrived;
static uv_mutex_t lock;
static item_t* list;  /* under the lock */
static int producing; /* under the lock */
static long sum, items, calls;

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

/* ANCHOR: producer */
static void hand_over(item_t* item) {
  uv_mutex_lock(&lock);
  if (item != NULL) {
    item->next = list;
    list = item;
  } else {
    producing--;
  }
  uv_mutex_unlock(&lock);
  uv_async_send(&arrived); /* the only function of a loop's that another thread may call */
}

static void produce(void* arg) {
  int i;
  (void) arg;
  for (i = 1; i <= EACH; i++) {
    item_t* item = malloc(sizeof(*item));
    if (item == NULL)
      abort();
    item->value = i;
    hand_over(item);
  }
  hand_over(NULL);
}
/* ANCHOR_END: producer */

/* ANCHOR: consumer */
/* Once for any number of sends before it: all that is there has to be taken. */
static void on_arrived(uv_async_t* async) {
  item_t* item;
  int more;

  uv_mutex_lock(&lock);
  item = list;
  list = NULL;
  more = producing > 0;
  uv_mutex_unlock(&lock);
  calls++;
  while (item != NULL) {
    item_t* next = item->next;
    sum += item->value;
    items++;
    free(item);
    item = next;
  }
  if (!more)
    uv_close((uv_handle_t*) async, NULL);
}
/* ANCHOR_END: consumer */

int main(void) {
  uv_loop_t loop;
  uv_thread_t threads[THREADS];
  int i;

  check(uv_loop_init(&loop), "uv_loop_init");
  check(uv_mutex_init(&lock), "uv_mutex_init");
  check(uv_async_init(&loop, &arrived, on_arrived), "uv_async_init");
  producing = THREADS;
  for (i = 0; i < THREADS; i++)
    check(uv_thread_create(&threads[i], produce, NULL), "uv_thread_create");
  uv_run(&loop, UV_RUN_DEFAULT);
  for (i = 0; i < THREADS; i++)
    check(uv_thread_join(&threads[i]), "uv_thread_join");

  printf("%ld items, sum %ld\n", items, sum);
  printf("calls: %s\n", calls >= 1 && calls <= items + THREADS ? "no more than sends" : "too many");
  uv_mutex_destroy(&lock);
  check(uv_loop_close(&loop), "uv_loop_close");
  return 0;
}
