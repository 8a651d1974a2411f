/* What is asked: an empty job of the pool, a file opened by the pool, a stat of a path that the caches
 * hold, and a word to another thread, which sends one back. */
#include "asker.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void begin_nothing(asker_t* asker, int loops) {
  (void) asker;
  (void) loops;
}

static void end_nothing(asker_t* asker) {
  (void) asker;
}

static void do_nothing(uv_work_t* request) {
  (void) request;
}

static void on_worked(uv_work_t* request, int status) {
  OK(status);
  asker_answered(request->loop->data);
}

static void ask_work(asker_t* asker) {
  OK(uv_queue_work(&asker->loop, &asker->request.work, do_nothing, on_worked));
}

static void on_opened(uv_fs_t* request) {
  OK(request->result);
  close((int) request->result);
  uv_fs_req_cleanup(request);
  asker_answered(request->loop->data);
}

static void ask_open(asker_t* asker) {
  OK(uv_fs_open(&asker->loop, &asker->request.fs, "/etc/passwd", O_RDONLY, 0, on_opened));
}

static void on_stat(uv_fs_t* request) {
  OK(request->result);
  uv_fs_req_cleanup(request);
  asker_answered(request->loop->data);
}

static void ask_stat(asker_t* asker) {
  OK(uv_fs_stat(&asker->loop, &asker->request.fs, "/etc/passwd", on_stat));
}

/* The other thread: waits at a semaphore, or runs a loop. */
typedef struct {
  uv_thread_t thread;
  asker_t* asker;
  int has_loop;
  int is_over;
  uv_sem_t asked;
  uv_loop_t loop;
  uv_async_t question;
} answerer_t;

static void on_question(uv_async_t* handle) {
  answerer_t* answerer = handle->data;
  if (__atomic_load_n(&answerer->is_over, __ATOMIC_ACQUIRE))
    uv_close((uv_handle_t*) handle, NULL);
  else
    OK(uv_async_send(&answerer->asker->answer));
}

static void answer(void* arg) {
  answerer_t* answerer = arg;

  if (answerer->has_loop) {
    OK(uv_run(&answerer->loop, UV_RUN_DEFAULT));
    OK(uv_loop_close(&answerer->loop));
    return;
  }
  for (;;) {
    uv_sem_wait(&answerer->asked);
    if (__atomic_load_n(&answerer->is_over, __ATOMIC_ACQUIRE))
      return;
    OK(uv_async_send(&answerer->asker->answer));
  }
}

static void ask_async(asker_t* asker) {
  answerer_t* answerer = asker->other;
  if (answerer->has_loop)
    OK(uv_async_send(&answerer->question));
  else
    uv_sem_post(&answerer->asked);
}

static void on_answer(uv_async_t* handle) {
  asker_answered(handle->loop->data);
}

static void begin_async(asker_t* asker, int loops) {
  answerer_t* answerer = calloc(1, sizeof(*answerer));

  asker->other = answerer;
  answerer->asker = asker;
  answerer->has_loop = loops > 1;
  OK(uv_async_init(&asker->loop, &asker->answer, on_answer));
  OK(uv_sem_init(&answerer->asked, 0));
  OK(uv_loop_init(&answerer->loop));
  OK(uv_async_init(&answerer->loop, &answerer->question, on_question));
  answerer->question.data = answerer;
  OK(uv_thread_create(&answerer->thread, answer, answerer));
}

static void end_async(asker_t* asker) {
  answerer_t* answerer = asker->other;
  __atomic_store_n(&answerer->is_over, 1, __ATOMIC_RELEASE);
  ask_async(asker);
  OK(uv_thread_join(&answerer->thread));
  uv_close((uv_handle_t*) &asker->answer, NULL);
}

static const kind_t kinds[] = {
    {"gap_work", begin_nothing, ask_work, end_nothing, 0},
    {"gap_async", begin_async, ask_async, end_async, 1},
    {"gap_fs", begin_nothing, ask_open, end_nothing, 0},
    {"gap_fs_stat", begin_nothing, ask_stat, end_nothing, 0},
};

const kind_t* kind_named(const char* name) {
  size_t i;
  for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (strcmp(kinds[i].name, name) == 0)
      return &kinds[i];
  return NULL;
}
