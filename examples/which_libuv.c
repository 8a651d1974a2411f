/* Which libuv is this program on: the version it was built with, the one that runs, and the file it is from. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* for dladdr */
#endif
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include <uv.h>

int main(void) {
  Dl_info found;
  const char* name;

  /* ANCHOR: version */
  printf("built with %d.%d, runs on %s\n", UV_VERSION_MAJOR, UV_VERSION_MINOR, uv_version_string());
  if (uv_version() >> 16 != UV_VERSION_MAJOR)
    return 1;
  /* ANCHOR_END: version */

  if (dladdr((void*) (size_t) uv_run, &found) == 0 || found.dli_fname == NULL)
    return 1;
  name = strrchr(found.dli_fname, '/');
  printf("from %s\n", name == NULL ? found.dli_fname : name + 1);
  return 0;
}
