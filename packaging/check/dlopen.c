/* A program that knows the library by name alone, as plugins and other languages do. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  void* library = argc == 3 ? dlopen(argv[1], RTLD_NOW) : NULL;
  const char* (*version)(void);
  void* (*default_loop)(void);
  int (*run)(void*, int);
  int (*loop_close)(void*);
  if (library == NULL) {
    fprintf(stderr, "%s\n", argc == 3 ? dlerror() : "usage: dlopen LIBRARY VERSION");
    return 1;
  }
  *(void**) &version = dlsym(library, "uv_version_string");
  *(void**) &default_loop = dlsym(library, "uv_default_loop");
  *(void**) &run = dlsym(library, "uv_run");
  *(void**) &loop_close = dlsym(library, "uv_loop_close");
  if (!version || !default_loop || !run || !loop_close)
    return 2;
  if (strcmp(version(), argv[2]) != 0)
    return 3;
  if (run(default_loop(), 0) || loop_close(default_loop()))
    return 4;
  return dlclose(library) ? 5 : 0;
}
