#include "test.h"

TEST(dlerror) {
  const char* path = "no_library.txt";
  uv_lib_t lib;
  const char* message;

  memset(&lib, 0, sizeof(lib));
  message = uv_dlerror(&lib);
  CHECK_NOT_NULL(message);
  CHECK_NOT_NULL(strstr(message, "no error"));

  write_file(path, "a text\n", 7);
  CHECK_EQ(uv_dlopen(path, &lib), -1);
  for (int i = 0; i < 2; i++) {
    message = uv_dlerror(&lib);
    CHECK_NOT_NULL(message);
    CHECK_NULL(strstr(message, "no error"));
    if (strstr(message, "Dynamic loading not supported") == NULL)
      CHECK_NOT_NULL(strstr(message, path));
  }
  uv_dlclose(&lib);
}

TEST(dlsym_finds_what_is_there) {
  uv_lib_t lib;
  void* address = NULL;

  if (uv_dlopen(NULL, &lib) != 0)
    SKIP("%s", uv_dlerror(&lib));
  CHECK_OK(uv_dlsym(&lib, "strlen", &address));
  CHECK_NOT_NULL(address);
  CHECK_EQ(uv_dlsym(&lib, "no_such_symbol_anywhere", &address), -1);
  CHECK_NOT_NULL(strstr(uv_dlerror(&lib), "no_such_symbol_anywhere"));
  uv_dlclose(&lib);
}
