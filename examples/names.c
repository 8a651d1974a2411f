/* Looks a name up, and an address. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

static void check(int status, const char* what) {
  if (status < 0) {
    fprintf(stderr, "%s: %s\n", what, uv_strerror(status));
    exit(1);
  }
}

/* ANCHOR: callbacks */
static void on_names(uv_getnameinfo_t* request, int status, const char* host, const char* service) {
  (void) request;
  check(status, "getnameinfo");
  printf("%s, port %s\n", host, service);
}

static void on_addresses(uv_getaddrinfo_t* request, int status, struct addrinfo* result) {
  static uv_getnameinfo_t back;
  struct addrinfo* one;
  char text[INET6_ADDRSTRLEN];

  if (status < 0) {
    printf("%s: %s\n", (const char*) request->data, uv_strerror(status));
    return;
  }
  for (one = result; one != NULL; one = one->ai_next) {
    check(uv_ip_name(one->ai_addr, text, sizeof(text)), "uv_ip_name");
    printf("%s is %s\n", (const char*) request->data, text);
  }
  check(uv_getnameinfo(request->loop, &back, on_names, result->ai_addr, NI_NUMERICHOST | NI_NUMERICSERV),
        "uv_getnameinfo");
  uv_freeaddrinfo(result);
}
/* ANCHOR_END: callbacks */

int main(int argc, char** argv) {
  uv_loop_t* loop = uv_default_loop();
  uv_getaddrinfo_t request, wrong;
  struct addrinfo hints;

  /* ANCHOR: hints */
  memset(&hints, 0, sizeof(hints));
  hints.ai_family = AF_INET;       /* AF_UNSPEC: IPv6 as well */
  hints.ai_socktype = SOCK_STREAM; /* else each address comes once for each kind of socket */
  request.data = argc > 1 ? argv[1] : "localhost";
  check(uv_getaddrinfo(loop, &request, on_addresses, request.data, "80", &hints), "uv_getaddrinfo");
  /* ANCHOR_END: hints */

  /* ANCHOR: numeric */
  hints.ai_flags = AI_NUMERICHOST; /* no question to anybody */
  wrong.data = "300.1.2.3";
  check(uv_getaddrinfo(loop, &wrong, on_addresses, wrong.data, NULL, &hints), "uv_getaddrinfo");
  /* ANCHOR_END: numeric */
  uv_run(loop, UV_RUN_DEFAULT);
  check(uv_loop_close(loop), "uv_loop_close");
  uv_library_shutdown();
  return 0;
}
