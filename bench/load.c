/* The load generator: plain system calls, one thread, a process of its own. */
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static int connect_to(const load_t* load) {
  struct sockaddr_storage address;
  socklen_t length;
  int on = 1;
  int fd;

  memset(&address, 0, sizeof(address));
  if (load->path[0] != '\0') {
    struct sockaddr_un* name = (struct sockaddr_un*) &address;
    name->sun_family = AF_UNIX;
    snprintf(name->sun_path, sizeof(name->sun_path), "%s", load->path);
    length = sizeof(*name);
  } else {
    struct sockaddr_in* in = (struct sockaddr_in*) &address;
    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t) load->port);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    length = sizeof(*in);
  }
  fd = socket(address.ss_family, SOCK_STREAM, 0);
  if (fd < 0)
    fail("load: socket");
  if (connect(fd, (struct sockaddr*) &address, length) != 0)
    exit(0); /* the server has its figures and is gone */
  if (address.ss_family == AF_INET)
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  return fd;
}

static void send_all(int fd, const char* bytes, size_t size) {
  ssize_t n;
  while (size > 0) {
    n = write(fd, bytes, size);
    if (n < 0)
      fail("load: write");
    bytes += n;
    size -= (size_t) n;
  }
}

/* One message under way on each connection; the next one goes out when it has come back. */
static void echo(const load_t* load, char* message, char* answer) {
  struct epoll_event events[256];
  struct epoll_event event;
  int* received = calloc(65536, sizeof(*received));
  int* fds = calloc((size_t) load->connections, sizeof(*fds));
  long sent = 0, back = 0;
  int poller = epoll_create1(0);
  int i, count;

  for (i = 0; i < load->connections; i++) {
    fds[i] = connect_to(load);
    event.events = EPOLLIN;
    event.data.fd = fds[i];
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fds[i], &event) != 0)
      fail("load: epoll_ctl");
  }
  for (i = 0; i < load->connections && sent < load->messages; i++, sent++)
    send_all(fds[i], message, (size_t) load->size);
  while (back < sent) {
    count = epoll_wait(poller, events, 256, -1);
    for (i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      ssize_t n = read(fd, answer, (size_t) (load->size - received[fd]));
      if (n <= 0)
        fail("load: read");
      received[fd] += (int) n;
      if (received[fd] < load->size)
        continue;
      received[fd] = 0;
      back++;
      if (sent < load->messages) {
        sent++;
        send_all(fd, message, (size_t) load->size);
      }
    }
  }
  for (i = 0; i < load->connections; i++)
    close(fds[i]);
}

/* A connection for each message; the server closes it. */
static void churn(const load_t* load, char* message, char* answer) {
  struct epoll_event events[256];
  struct epoll_event event;
  long begun = 0, ended = 0;
  int poller = epoll_create1(0);
  int i, fd, count;

  while (ended < load->messages) {
    while (begun < load->messages && begun - ended < load->connections) {
      fd = connect_to(load);
      event.events = EPOLLIN;
      event.data.fd = fd;
      if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) != 0)
        fail("load: epoll_ctl");
      send_all(fd, message, (size_t) load->size);
      begun++;
    }
    count = epoll_wait(poller, events, 256, -1);
    for (i = 0; i < count; i++) {
      ssize_t n = read(events[i].data.fd, answer, (size_t) load->size);
      if (n > 0)
        continue;
      close(events[i].data.fd);
      ended++;
    }
  }
}

/* As much as the connection takes, one way. */
static void pump(const load_t* load, char* message, char* answer) {
  int fd = connect_to(load);
  long i;
  (void) answer;
  for (i = 0; i < load->messages; i++)
    send_all(fd, message, (size_t) load->size);
  close(fd);
}

/* Takes what the server sends until it ends the connection. */
static void sink(const load_t* load, char* message, char* answer) {
  int fd = connect_to(load);
  (void) message;
  while (read(fd, answer, (size_t) load->size) > 0)
    ;
  close(fd);
}

int load_main(int argc, char** argv) {
  load_t load;
  char* message;
  char* answer;

  signal(SIGPIPE, SIG_DFL);
  if (argc != 6)
    return 2;
  load.kind = argv[0];
  load.port = atoi(argv[1]);
  load.path = argv[2];
  load.connections = atoi(argv[3]);
  load.size = atoi(argv[4]);
  load.messages = atol(argv[5]);
  message = malloc((size_t) load.size);
  answer = malloc((size_t) load.size);
  memset(message, 'x', (size_t) load.size);
  if (strcmp(load.kind, "echo") == 0)
    echo(&load, message, answer);
  else if (strcmp(load.kind, "churn") == 0)
    churn(&load, message, answer);
  else if (strcmp(load.kind, "pump") == 0)
    pump(&load, message, answer);
  else
    sink(&load, message, answer);
  free(message);
  free(answer);
  return 0;
}

int load_start(const load_t* load) {
  char self[1024], numbers[4][32];
  size_t size = sizeof(self);
  pid_t pid;

  BENCH_OK(uv_exepath(self, &size));
  snprintf(numbers[0], sizeof(numbers[0]), "%d", load->port);
  snprintf(numbers[1], sizeof(numbers[1]), "%d", load->connections);
  snprintf(numbers[2], sizeof(numbers[2]), "%d", load->size);
  snprintf(numbers[3], sizeof(numbers[3]), "%ld", load->messages);
  pid = fork();
  if (pid < 0)
    fail("fork");
  if (pid == 0) {
    unsetenv("LD_PRELOAD");
    execl(self, self, "--load", load->kind, numbers[0], load->path == NULL ? "" : load->path, numbers[1],
          numbers[2], numbers[3], (char*) NULL);
    fail("exec");
  }
  return pid;
}
