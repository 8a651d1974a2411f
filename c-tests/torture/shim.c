/* Functions that stand before those of the C library; see shim.h.
 *
 * All arguments are words in registers, so one shape fits all: seven words
 * in (the seventh lies on the stack), one out. That is so on the machines this is for (x86-64, aarch64). */
#define _GNU_SOURCE
#include "shim.h"

#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#if !defined(__x86_64__) && !defined(__aarch64__)
# error "arguments are not words in registers here"
#endif
#ifndef SYS__sysctl
# define SYS__sysctl (-1)
#endif
#ifndef SYS_newfstatat
# define SYS_newfstatat SYS_fstatat
#endif

#define WORDS long a, long b, long c, long d, long e, long f, long g
#define PASSED a, b, c, d, e, f, g
#define HIDDEN __attribute__((visibility("hidden")))
#define EXPORT __attribute__((visibility("default"), used))

typedef long function(WORDS);

#define CALL_NAME(name) #name,
const char* const call_names[CALL_COUNT] = { CALL_NAMES(CALL_NAME) };

static struct shim at_rest = { .call = CALL_COUNT };
struct shim* shim = &at_rest;

static uintptr_t library_begin;
static uintptr_t library_end;
static uintptr_t library_base;
static uintptr_t program_begin;
static uintptr_t program_end;

static void bounds(const struct dl_phdr_info* info, uintptr_t* begin,
                   uintptr_t* end) {
  int i;
  for (i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr)* part = &info->dlpi_phdr[i];
    uintptr_t first = info->dlpi_addr + part->p_vaddr;
    if (part->p_type != PT_LOAD || !(part->p_flags & PF_X))
      continue;
    *begin = first;
    *end = first + part->p_memsz;
  }
}

static int look_at(struct dl_phdr_info* info, size_t size, void* data) {
  (void) size;
  (void) data;
  if (info->dlpi_name == NULL || info->dlpi_name[0] == '\0') {
    if (program_end == 0)
      bounds(info, &program_begin, &program_end);
  } else if (strstr(info->dlpi_name, "libuv.so") != NULL) {
    bounds(info, &library_begin, &library_end);
    library_base = info->dlpi_addr;
  }
  return 0;
}

static int is_library(const void* caller) {
  return (uintptr_t) caller - library_begin < library_end - library_begin;
}

static int is_program(const void* caller) {
  return (uintptr_t) caller - program_begin < program_end - program_begin;
}

/* Counts a call; what it shall answer instead, or 0. */
static int refuse(enum call call) {
  int number;
  if (!__atomic_load_n(&shim->armed, __ATOMIC_RELAXED))
    return 0;
  number = __atomic_fetch_add(&shim->counts[call], 1, __ATOMIC_RELAXED);
  __atomic_fetch_add(&shim->calls, 1, __ATOMIC_RELAXED);
  if ((int) call != shim->call || number < shim->first ||
      (number > shim->first && !shim->sticky))
    return 0;
  __atomic_fetch_add(&shim->injected, 1, __ATOMIC_RELAXED);
  return shim->error;
}

static function* find(function** real, const char* name) {
  if (*real == NULL)
    *real = (function*) dlsym(RTLD_NEXT, name);
  return *real;
}

/* ---- What an edge-triggered poller has been told ---- */

enum { MOST_FDS = 4096 };

static struct {
  int epoll; /* and 1 */
  struct epoll_event event;
} registered[MOST_FDS];

static function* real_epoll_ctl;

/* A descriptor that was not ready becomes so at some time: the poller reports
 * it again. Without that the refusal would be one no kernel gives. */
static void becomes_ready(long fd) {
  if (fd >= 0 && fd < MOST_FDS && registered[fd].epoll != 0)
    find(&real_epoll_ctl, "epoll_ctl")(registered[fd].epoll - 1, EPOLL_CTL_MOD,
                                       fd, (long) &registered[fd].event, 0, 0, 0);
}

EXPORT long shim_epoll_ctl(WORDS) __asm__("epoll_ctl");
long shim_epoll_ctl(WORDS) {
  int error = is_library(__builtin_return_address(0)) ? refuse(CALL_epoll_ctl)
                                                      : 0;
  long done;
  if (error != 0) {
    errno = error;
    return -1;
  }
  done = find(&real_epoll_ctl, "epoll_ctl")(PASSED);
  if ((int) done == 0 && c >= 0 && c < MOST_FDS) {
    registered[c].epoll = (int) b == EPOLL_CTL_DEL ? 0 : (int) a + 1;
    if ((int) b != EPOLL_CTL_DEL)
      registered[c].event = *(struct epoll_event*) d;
  }
  return done;
}

/* ---- Those that follow a pattern ---- */

static long answer_minus_one(int error, enum call call, long first) {
  (void) call;
  if (error == EAGAIN)
    becomes_ready((int) first);
  errno = error;
  return -1;
}

static long answer_null(int error, enum call call, long first) {
  (void) call;
  (void) first;
  errno = error;
  return 0;
}

static long answer_code(int error, enum call call, long first) {
  (void) call;
  (void) first;
  if (error == -11) /* EAI_SYSTEM */
    errno = EIO;
  return error;
}

#define WRAPPER(symbol, name, answer)                                          \
  static function* real_##symbol;                                              \
  EXPORT long shim_##symbol(WORDS) __asm__(#symbol);                           \
  long shim_##symbol(WORDS) {                                                  \
    if (is_library(__builtin_return_address(0))) {                             \
      int error = refuse(CALL_##name);                                         \
      if (error != 0)                                                          \
        return answer(error, CALL_##name, a);                                  \
    }                                                                          \
    return find(&real_##symbol, #symbol)(PASSED);                              \
  }

#define MINUS_ONE(symbol, name) WRAPPER(symbol, name, answer_minus_one)
#define OR_NULL(symbol, name) WRAPPER(symbol, name, answer_null)
#define OR_CODE(symbol, name) WRAPPER(symbol, name, answer_code)

CALLS_MINUS_ONE(MINUS_ONE)

/* Reads and writes fail as that does which they are of. */
enum { EVENTFD = 1, INOTIFY = 2, PIPE = 3 };
static unsigned char kinds[MOST_FDS];

static enum call call_of(enum call call, long fd) {
  int kind = (int) fd >= 0 && (int) fd < MOST_FDS ? kinds[(int) fd] : 0;
  if (kind == EVENTFD)
    return call == CALL_read ? CALL_wake_read : CALL_wake_write;
  if (kind == PIPE)
    return call == CALL_read ? CALL_pipe_read : CALL_pipe_write;
  return kind == INOTIFY ? CALL_inotify_read : call;
}

#define BY_KIND(symbol)                                                        \
  static function* real_##symbol;                                              \
  EXPORT long shim_##symbol(WORDS) __asm__(#symbol);                           \
  long shim_##symbol(WORDS) {                                                  \
    if (is_library(__builtin_return_address(0))) {                             \
      int error = refuse(call_of(CALL_##symbol, a));                           \
      if (error != 0)                                                          \
        return answer_minus_one(error, CALL_##symbol, a);                      \
    }                                                                          \
    return find(&real_##symbol, #symbol)(PASSED);                              \
  }

#define MAKES(symbol, kind)                                                    \
  static function* real_##symbol;                                              \
  EXPORT long shim_##symbol(WORDS) __asm__(#symbol);                           \
  long shim_##symbol(WORDS) {                                                  \
    long made;                                                                 \
    if (is_library(__builtin_return_address(0))) {                             \
      int error = refuse(CALL_##symbol);                                       \
      if (error != 0)                                                          \
        return answer_minus_one(error, CALL_##symbol, -1);                     \
    }                                                                          \
    made = find(&real_##symbol, #symbol)(PASSED);                              \
    if ((int) made >= 0 && (int) made < MOST_FDS)                              \
      kinds[(int) made] = (kind);                                              \
    return made;                                                               \
  }

#define MAKES_TWO(symbol)                                                      \
  static function* real_##symbol;                                              \
  EXPORT long shim_##symbol(WORDS) __asm__(#symbol);                           \
  long shim_##symbol(WORDS) {                                                  \
    long made;                                                                 \
    int i;                                                                     \
    if (is_library(__builtin_return_address(0))) {                             \
      int error = refuse(CALL_##symbol);                                       \
      if (error != 0)                                                          \
        return answer_minus_one(error, CALL_##symbol, -1);                     \
    }                                                                          \
    made = find(&real_##symbol, #symbol)(PASSED);                              \
    for (i = 0; i < 2 && (int) made == 0; i++)                                 \
      if (((int*) a)[i] < MOST_FDS)                                            \
        kinds[((int*) a)[i]] = PIPE;                                           \
    return made;                                                               \
  }

MAKES_TWO(pipe)
MAKES_TWO(pipe2)
BY_KIND(read)
BY_KIND(write)
MAKES(eventfd, EVENTFD)
MAKES(inotify_init1, INOTIFY)

/* Whatever close answers, the descriptor is gone. */
static function* real_close;
EXPORT long shim_close(WORDS) __asm__("close");
long shim_close(WORDS) {
  int error = is_library(__builtin_return_address(0)) ? refuse(CALL_close) : 0;
  long done;
  if ((int) a >= 0 && (int) a < MOST_FDS) {
    registered[(int) a].epoll = 0;
    kinds[(int) a] = 0;
  }
  done = find(&real_close, "close")(PASSED);
  if ((int) done == 0 && error != 0) {
    errno = error;
    return -1;
  }
  return done;
}

CALLS_NULL(OR_NULL)
CALLS_CODE(OR_CODE)

/* The C library's own name service ends the process, or follows a null
 * pointer, where it lacks memory; what it allocates is not refused. */
static __thread int spared;

#define USERS(symbol)                                                          \
  static function* real_##symbol;                                              \
  EXPORT long shim_##symbol(WORDS) __asm__(#symbol);                           \
  long shim_##symbol(WORDS) {                                                  \
    int error = is_library(__builtin_return_address(0)) ? refuse(CALL_##symbol) \
                                                        : 0;                   \
    long answer;                                                               \
    if (error != 0)                                                            \
      return error;                                                            \
    spared++;                                                                  \
    answer = find(&real_##symbol, #symbol)(PASSED);                            \
    spared--;                                                                  \
    return answer;                                                             \
  }

USERS(getpwuid_r)
USERS(getgrgid_r)

/* ---- Those that make processes ---- */

static function* real_clone;
EXPORT long shim_clone(WORDS) __asm__("clone");
long shim_clone(WORDS) {
  int error = is_library(__builtin_return_address(0)) ? refuse(CALL_clone) : 0;
  if (error != 0) {
    errno = error;
    return -1;
  }
  return find(&real_clone, "clone")(PASSED);
}

static function* real_fork;
EXPORT int shim_fork(void) __asm__("fork");
int shim_fork(void) {
  int error = is_library(__builtin_return_address(0)) ? refuse(CALL_fork) : 0;
  if (error != 0) {
    errno = error;
    return -1;
  }
  return (int) find(&real_fork, "fork")(0, 0, 0, 0, 0, 0, 0);
}

static function* real_mmap;
EXPORT long shim_mmap(WORDS) __asm__("mmap64");
long shim_mmap(WORDS) {
  int error = is_library(__builtin_return_address(0)) ? refuse(CALL_mmap) : 0;
  if (error != 0) {
    errno = error;
    return -1;
  }
  return find(&real_mmap, "mmap64")(PASSED);
}

/* ---- By number ---- */

static function* real_syscall;
EXPORT long shim_syscall(WORDS) __asm__("syscall");
long shim_syscall(WORDS) {
  if (is_library(__builtin_return_address(0))) {
    enum call call = CALL_COUNT;
    int error = 0;
#define IS_NUMBER(its, name)                                                   \
    if (a == (its))                                                       \
      call = CALL_##name;
    CALLS_BY_NUMBER(IS_NUMBER)
    /* Who is woken is woken: it is waiting that is interrupted. */
    if (call == CALL_futex && (c & FUTEX_CMD_MASK) != FUTEX_WAIT &&
        (c & FUTEX_CMD_MASK) != FUTEX_WAIT_BITSET)
      call = CALL_COUNT;
    if (call != CALL_COUNT)
      error = refuse(call);
    if (error != 0)
      return answer_minus_one(error, call, b);
  }
  return find(&real_syscall, "syscall")(PASSED);
}

/* ---- Memory ---- */

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void __libc_free(void*);

/* Memory that the scenario itself takes is never refused. */
static int refuses_block(const void* caller) {
  return !is_program(caller) && spared == 0 && refuse(CALL_malloc) != 0;
}

/* The library's blocks, and who took them. What the C library takes for itself
 * it may well keep. */
enum { MOST_BLOCKS = 1 << 16 };
static struct { void* block; const void* caller; } blocks[MOST_BLOCKS];
static char was_block; /* stands where one has been */
static int results; /* lists of the C library's that were not freed */

static size_t place_of(const void* block) {
  return ((uintptr_t) block >> 4) * 2654435761u % MOST_BLOCKS;
}

static void* taken(void* block, const void* caller) {
  size_t place = place_of(block);
  size_t tries;
  if (block == NULL || !shim->armed)
    return block;
  for (tries = 0; tries < MOST_BLOCKS; tries++) {
    void* there = __atomic_load_n(&blocks[place].block, __ATOMIC_RELAXED);
    if ((there == NULL || there == &was_block) &&
        __atomic_compare_exchange_n(&blocks[place].block, &there, block, 0,
                                    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED)) {
      blocks[place].caller = caller;
      break;
    }
    place = (place + 1) % MOST_BLOCKS;
  }
  return block;
}

static void given_back(void* block) {
  size_t place = place_of(block);
  size_t tries;
  if (block == NULL || !shim->armed)
    return;
  for (tries = 0; tries < MOST_BLOCKS; tries++) {
    void* there = __atomic_load_n(&blocks[place].block, __ATOMIC_RELAXED);
    if (there == block)
      __atomic_store_n(&blocks[place].block, &was_block, __ATOMIC_SEQ_CST);
    if (there == block || there == NULL)
      return;
    place = (place + 1) % MOST_BLOCKS;
  }
}

int shim_count_blocks(const void** caller) {
  int count = results;
  int i;
  *caller = NULL;
  for (i = 0; i < MOST_BLOCKS; i++)
    if (blocks[i].block != NULL && blocks[i].block != &was_block) {
      *caller = (const void*) ((uintptr_t) blocks[i].caller - library_base);
      count++;
    }
  return count;
}

static void* no_memory(void) {
  errno = ENOMEM;
  return NULL;
}

/* For the library `caller` is the place that asks, for others null. */
static void* take(size_t size, const void* caller) {
  void* block = __libc_malloc(size);
  return caller == NULL ? block : taken(block, caller);
}

static void* take_zeroed(size_t count, size_t size, const void* caller) {
  void* block = __libc_calloc(count, size);
  return caller == NULL ? block : taken(block, caller);
}

static void* take_more(void* old, size_t size, const void* caller) {
  void* block;
  /* Before another thread may get it. */
  given_back(old);
  block = __libc_realloc(old, size);
  if (caller == NULL)
    return block;
  taken(block == NULL && size > 0 ? old : block, caller);
  return block;
}

static const void* if_library(const void* caller) {
  return is_library(caller) ? caller : NULL;
}

EXPORT void* malloc(size_t size) {
  const void* caller = __builtin_return_address(0);
  return refuses_block(caller) ? no_memory() : take(size, if_library(caller));
}

EXPORT void* calloc(size_t count, size_t size) {
  const void* caller = __builtin_return_address(0);
  return refuses_block(caller) ? no_memory()
                               : take_zeroed(count, size, if_library(caller));
}

EXPORT void* realloc(void* block, size_t size) {
  const void* caller = __builtin_return_address(0);
  return refuses_block(caller) ? no_memory()
                               : take_more(block, size, if_library(caller));
}

EXPORT void free(void* block) {
  given_back(block);
  __libc_free(block);
}

static void* alloc_malloc(size_t size) {
  return refuse(CALL_alloc) != 0 ? no_memory()
                                 : take(size, __builtin_return_address(0));
}

static void* alloc_calloc(size_t count, size_t size) {
  return refuse(CALL_alloc) != 0
             ? no_memory()
             : take_zeroed(count, size, __builtin_return_address(0));
}

static void* alloc_realloc(void* block, size_t size) {
  return refuse(CALL_alloc) != 0
             ? no_memory()
             : take_more(block, size, __builtin_return_address(0));
}

/* Lists that have to be given back to the C library. */
#define LIST(make, call, drop)                                                 \
  static function* real_##make;                                                \
  static function* real_##drop;                                                \
  EXPORT long shim_##make(WORDS) __asm__(#make);                               \
  EXPORT void shim_##drop(WORDS) __asm__(#drop);                               \
  long shim_##make(WORDS) {                                                    \
    long answer;                                                               \
    if (is_library(__builtin_return_address(0))) {                             \
      int error = refuse(CALL_##make);                                         \
      if (error != 0)                                                          \
        return call(error, CALL_##make, a);                                    \
    }                                                                          \
    answer = find(&real_##make, #make)(PASSED);                                \
    if ((int) answer == 0)                                                     \
      __atomic_fetch_add(&results, 1, __ATOMIC_RELAXED);                       \
    return answer;                                                             \
  }                                                                            \
  void shim_##drop(WORDS) {                                                    \
    if (a != 0)                                                                \
      __atomic_fetch_sub(&results, 1, __ATOMIC_RELAXED);                       \
    find(&real_##drop, #drop)(PASSED);                                         \
  }

LIST(getaddrinfo, answer_code, freeaddrinfo)
LIST(getifaddrs, answer_minus_one, freeifaddrs)

extern int uv_replace_allocator(void* (*)(size_t), void* (*)(void*, size_t),
                                void* (*)(size_t, size_t), void (*)(void*));

int shim_replace_allocator(void) {
  return uv_replace_allocator(alloc_malloc, alloc_realloc, alloc_calloc, free);
}

void shim_begin(void) {
#define FIND(symbol, name) find(&real_##symbol, #symbol);
  CALLS_MINUS_ONE(FIND)
  CALLS_NULL(FIND)
  CALLS_CODE(FIND)
  find(&real_epoll_ctl, "epoll_ctl");
  find(&real_close, "close");
  find(&real_clone, "clone");
  find(&real_fork, "fork");
  find(&real_getaddrinfo, "getaddrinfo");
  find(&real_freeaddrinfo, "freeaddrinfo");
  find(&real_getifaddrs, "getifaddrs");
  find(&real_freeifaddrs, "freeifaddrs");
  find(&real_read, "read");
  find(&real_pipe, "pipe");
  find(&real_pipe2, "pipe2");
  find(&real_write, "write");
  find(&real_eventfd, "eventfd");
  find(&real_inotify_init1, "inotify_init1");
  find(&real_getpwuid_r, "getpwuid_r");
  find(&real_getgrgid_r, "getgrgid_r");
  find(&real_mmap, "mmap64");
  find(&real_syscall, "syscall");
  dl_iterate_phdr(look_at, NULL);
}
