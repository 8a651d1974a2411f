/* The environment, the title, the working directory. */
#include "../torture.h"

SCENARIO(environment) {
  char* words[] = { program_path, NULL };
  char** arguments = uv_setup_args(1, words);
  uv_env_item_t* items;
  char text[256];
  size_t size = sizeof(text);
  int count;
  expect_status(UV_ENOENT);
  expect_status(UV_ENOBUFS);
  must(arguments != NULL);
  if (tolerable(uv_os_setenv("UV_TORTURE", "yes")) == 0) {
    must(uv_os_getenv("UV_TORTURE", text, &size) == 0 || anything_failed());
    if (tolerable(uv_os_environ(&items, &count)) == 0)
      uv_os_free_environ(items, count);
    (void) tolerable(uv_os_unsetenv("UV_TORTURE"));
  }
  (void) tolerable(uv_set_process_title("torture"));
  (void) tolerable(uv_get_process_title(text, sizeof(text)));
  must(mkdir("below", 0755) == 0);
  if (tolerable(uv_chdir("below")) == 0)
    must(chdir("..") == 0);
}
