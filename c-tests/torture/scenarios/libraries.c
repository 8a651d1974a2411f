/* Libraries opened at run time, one that is there and one that is not. */
#include "../torture.h"

SCENARIO(libraries) {
  uv_lib_t lib;
  void* symbol;
  if (uv_dlopen("libm.so.6", &lib) == 0) {
    if (uv_dlsym(&lib, "cos", &symbol) == 0)
      must(symbol != NULL);
    must(uv_dlsym(&lib, "no such symbol", &symbol) == -1);
    must(uv_dlerror(&lib) != NULL);
  } else {
    must(anything_failed());
    must(uv_dlerror(&lib) != NULL);
  }
  uv_dlclose(&lib);
  must(uv_dlopen("no such library", &lib) == -1);
  must(uv_dlerror(&lib) != NULL);
  uv_dlclose(&lib);
}
