/* Which results are right, and how a case fails. */
#include "harness.h"

#include <stdarg.h>
#include <stdio.h>

enum { MOST_EXPECTED = 8 };

struct report* report;
int debugging;

static int expected[MOST_EXPECTED];
static int expected_count;

static void end_case(const char* kind, const char* format, va_list args) {
  if (report->text[0] == '\0') {
    snprintf(report->kind, sizeof(report->kind), "%s", kind);
    vsnprintf(report->text, sizeof(report->text), format, args);
  }
  if (debugging) {
    dprintf(2, "%s: %s\n", report->kind, report->text);
    abort();
  }
  _exit(EXIT_WRONG);
}

void fail_kind(const char* kind, const char* format, ...) {
  va_list args;
  va_start(args, format);
  end_case(kind, format, args);
  abort();
}

void fail_case(const char* file, int line, const char* format, ...) {
  char place[1024];
  char text[512];
  va_list args;
  const char* name = strrchr(file, '/');
  va_start(args, format);
  vsnprintf(text, sizeof(text), format, args);
  va_end(args);
  snprintf(place, sizeof(place), "%s:%d: %s", name == NULL ? file : name + 1,
           line, text);
  fail_kind("result", "%s", place);
}

/* What may follow from a failure elsewhere: the other side has gone. */
static int is_consequence(intmax_t status) {
  switch (status) {
    case UV_ECANCELED: case UV_EOF: case UV_ECONNRESET: case UV_EPIPE:
    case UV_ENOTCONN: case UV_ECONNREFUSED: case UV_ECONNABORTED:
      return 1;
    default:
      return 0;
  }
}

/* Something was refused of which a program may be told. */
int anything_failed(void) {
  return shim->injected > 0 && !shim->survived;
}

void expect_status(int status) {
  if (expected_count < MOST_EXPECTED)
    expected[expected_count++] = status;
}

static int is_provoked(intmax_t status) {
  if (!anything_failed())
    return 0;
  if (shim->call == CALL_alloc || shim->call == CALL_malloc)
    return status == UV_ENOMEM || status == UV_EAI_MEMORY ||
           is_consequence(status) ||
           /* where the C library cannot do without memory */
           (shim->call == CALL_malloc &&
            (status == UV_EAGAIN || status == UV_ENOENT ||
             status == UV_EAI_NONAME || status == UV_EAI_FAIL ||
             status == UV_EAI_AGAIN || status == UV_EIO));
  if (shim->call == CALL_getaddrinfo || shim->call == CALL_getnameinfo)
    return status <= UV_EAI_ADDRFAMILY && status >= UV_EAI_SOCKTYPE - 20
               ? 1
               : status == UV_EIO || status == UV_ENOMEM ||
                     status == UV_EAI_NONAME;
  /* There is no room: it is as if the peer were slow. */
  if (shim->error == ENOBUFS && status == UV_EAGAIN)
    return 1;
  return status == -shim->error || is_consequence(status);
}

int was_tolerable(const char* file, int line, const char* what,
                  intmax_t status) {
  int i;
  if (status >= 0)
    return 0;
  for (i = 0; i < expected_count; i++)
    if (expected[i] == status)
      return 1;
  if (!is_provoked(status))
    fail_case(file, line, "%s is %s", what, uv_err_name((int) status));
  return 1;
}

int was_bad(const char* file, int line, const char* what, intmax_t status) {
  if (!was_tolerable(file, line, what, status))
    return 0;
  give_up();
  return 1;
}
