#include "test.h"

#include "resolver.h"

#include <dlfcn.h>

resolver_fn* resolver;

int getaddrinfo(const char* node, const char* service,
                const struct addrinfo* hints, struct addrinfo** result) {
  resolver_fn* asked = resolver;
  if (asked == NULL)
    asked = (resolver_fn*) dlsym(RTLD_NEXT, "getaddrinfo");
  return asked(node, service, hints, result);
}
