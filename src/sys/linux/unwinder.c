/* What the standard library asks of the compiler's unwinder, for the shared library and for the static one that
 * cmake/static-library.sh makes.
 *
 * A panic ends the process, so nothing of the library is ever raised, caught or cleaned up after. With these, the
 * shared library needs no libgcc_s.so.1, which takes a program time to load, and the static one no copy of it. They
 * are hidden: a program's own exceptions are its own unwinder's, and what that one asks of the library's frames is
 * answered with "nothing to do here". */
#include <stdint.h>

#pragma GCC visibility push(hidden)

enum { END_OF_STACK = 5 };

/* A panic's message is printed, without the calls that led to it. */
int _Unwind_Backtrace(void* trace, void* argument) {
  (void) trace;
  (void) argument;
  return END_OF_STACK;
}

void* _Unwind_FindEnclosingFunction(void* address) {
  (void) address;
  return 0;
}

uintptr_t _Unwind_GetCFA(void* context) {
  (void) context;
  return 0;
}

/* Some processors' standard libraries ask for the stack pointer in this way. */
uintptr_t _Unwind_GetGR(void* context, int place) {
  (void) context;
  (void) place;
  return 0;
}

/* The standard library asks these for a frame that the program's unwinder passes through. A function without such
 * data has nothing to clean up, and whoever unwinds goes on with its caller. */
void* _Unwind_GetLanguageSpecificData(void* context) {
  (void) context;
  return 0;
}

uintptr_t _Unwind_GetIP(void* context) {
  (void) context;
  return 0;
}

uintptr_t _Unwind_GetIPInfo(void* context, int* before_instruction) {
  (void) context;
  *before_instruction = 1;
  return 0;
}

uintptr_t _Unwind_GetRegionStart(void* context) {
  (void) context;
  return 0;
}

uintptr_t _Unwind_GetTextRelBase(void* context) {
  (void) context;
  return 0;
}

uintptr_t _Unwind_GetDataRelBase(void* context) {
  (void) context;
  return 0;
}

/* Only a frame that has something to clean up gets here. */
void _Unwind_SetGR(void* context, int place, uintptr_t value) {
  (void) context;
  (void) place;
  (void) value;
  __builtin_trap();
}

void _Unwind_SetIP(void* context, uintptr_t value) {
  (void) context;
  (void) value;
  __builtin_trap();
}

int _Unwind_RaiseException(void* exception) {
  (void) exception;
  __builtin_trap();
}

void _Unwind_Resume(void* exception) {
  (void) exception;
  __builtin_trap();
}

void _Unwind_DeleteException(void* exception) {
  (void) exception;
  __builtin_trap();
}
