/* uv/ext.h: how a program finds what this library adds, and that it runs without. */
#include "test.h"
#include "uv/ext.h"

static const char* const names[] = {
  "uv_ext_measure",
  "uv_ext_loop_metrics",
  "uv_ext_pool_metrics",
  "uv_ext_on_blocked",
  "uv_ext_loop_set_name",
  "uv_ext_loop_get_name",
  "uv_ext_handle_set_name",
  "uv_ext_handle_get_name",
};

static void on_blocked(const uv_ext_blocked_t* blocked, void* data) {
  (void) blocked;
  (void) data;
}

/* With nothing but the types of the header. */
TEST(ext_functions_are_found_by_name) {
  uv_lib_t whole = { NULL, NULL };
  uv_ext_measure_fn measure = NULL;
  uv_ext_loop_metrics_fn loop_metrics = NULL;
  uv_ext_loop_metrics_t metrics = UV_EXT_LOOP_METRICS_INIT;
  if (uv_dlsym(&whole, "uv_ext_measure", (void**) &measure) != 0) {
    uv_dlclose(&whole);
    CHECK(is_other_libuv());
    SKIP("it is another libuv");
  }
  CHECK(!is_other_libuv());
  CHECK_OK(uv_dlsym(&whole, "uv_ext_loop_metrics", (void**) &loop_metrics));
  uv_dlclose(&whole);
  CHECK_OK(measure(1));
  run_dry();
  CHECK_OK(loop_metrics(uv_default_loop(), &metrics));
  finish_loop(uv_default_loop());
}

TEST(ext_functions_are_all_there_or_none) {
  uv_lib_t whole = { NULL, NULL };
  uv_lib_t program;
  void* found;
  size_t i;
  for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    CHECK_EQ(uv_ext_find(names[i]) == NULL, is_other_libuv());
  CHECK_NULL(uv_ext_find("uv_ext_nothing"));
  CHECK_NULL(uv_ext_find("uv_ext_"));
  CHECK_EQ(uv_dlsym(&whole, "uv_ext_measures", &found), -1);
  CHECK_NOT_NULL(strstr(uv_dlerror(&whole), "uv_ext_measures"));
  uv_dlclose(&whole);
  /* They are no symbols, which somebody who opens the program could mean. */
  if (uv_dlopen(NULL, &program) == 0)
    CHECK_EQ(uv_dlsym(&program, "uv_ext_measure", &found), -1);
  uv_dlclose(&program);
}

TEST(ext_is_not_there_in_another_libuv) {
  uv_ext_loop_metrics_t loop_metrics = UV_EXT_LOOP_METRICS_INIT;
  uv_ext_pool_metrics_t pool_metrics = UV_EXT_POOL_METRICS_INIT;
  uv_loop_t* loop = uv_default_loop();
  uv_timer_t timer;
  char name[UV_EXT_NAME_SIZE];
  size_t size = sizeof(name);
  if (!is_other_libuv())
    SKIP("it is this one");
  CHECK_OK(uv_timer_init(loop, &timer));
  CHECK_ERR(UV_ENOSYS, uv_ext_measure(1));
  CHECK_ERR(UV_ENOSYS, uv_ext_loop_metrics(loop, &loop_metrics));
  CHECK_ERR(UV_ENOSYS, uv_ext_pool_metrics(&pool_metrics));
  CHECK_ERR(UV_ENOSYS, uv_ext_on_blocked(100, on_blocked, NULL));
  CHECK_ERR(UV_ENOSYS, uv_ext_loop_set_name(loop, "name"));
  CHECK_ERR(UV_ENOSYS, uv_ext_loop_get_name(loop, name, &size));
  CHECK_ERR(UV_ENOSYS, uv_ext_handle_set_name((uv_handle_t*) &timer, "name"));
  CHECK_ERR(UV_ENOSYS, uv_ext_handle_get_name((uv_handle_t*) &timer, name, &size));
  finish_loop(loop);
}
