/* Names and addresses, numeric ones: nobody else is asked. */
#include "../torture.h"

enum { LOOKUPS = 3 };

static uv_getaddrinfo_t by_name[LOOKUPS], now;
static uv_getnameinfo_t by_address[LOOKUPS], name_now;
static int found;

static void on_addresses(uv_getaddrinfo_t* req, int status,
                         struct addrinfo* addresses) {
  told(req);
  if (!bad(status)) {
    must(addresses != NULL);
    found++;
  }
  uv_freeaddrinfo(addresses);
}

static void on_name(uv_getnameinfo_t* req, int status, const char* host,
                    const char* service) {
  told(req);
  if (bad(status))
    return;
  if (strcmp(host, "127.0.0.1") != 0 || strcmp(service, "80") != 0)
    wrong("%s %s", host, service);
  found++;
}

SCENARIO(lookups) {
  struct sockaddr_in addr = loopback(80);
  struct addrinfo hints;
  int i;
  memset(&hints, 0, sizeof(hints));
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  for (i = 0; i < LOOKUPS && !given_up(); i++)
    if (asked(&by_name[i], uv_getaddrinfo(loop, &by_name[i], on_addresses,
                                          "127.0.0.1", "80", &hints)) ||
        asked(&by_address[i],
              uv_getnameinfo(loop, &by_address[i], on_name,
                             (struct sockaddr*) &addr,
                             NI_NUMERICHOST | NI_NUMERICSERV)))
      break;
  if (tolerable(uv_getaddrinfo(loop, &now, NULL, "127.0.0.1", NULL,
                               &hints)) == 0)
    uv_freeaddrinfo(now.addrinfo);
  (void) tolerable(uv_getnameinfo(loop, &name_now, NULL,
                                  (struct sockaddr*) &addr,
                                  NI_NUMERICHOST | NI_NUMERICSERV));
  run();
  usually(found == 2 * LOOKUPS);
}
