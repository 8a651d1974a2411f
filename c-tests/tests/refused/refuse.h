/* Refusing system calls to this process and its children, as sandboxes, old
 * kernels and emulators do. */
#ifndef UV_TESTS_REFUSED_REFUSE_H
#define UV_TESTS_REFUSED_REFUSE_H

#include "test.h"

/* From now on the call with this number fails with `error`, if one of `bits` is
 * set in its first argument; 0 for always. Skips the test where there is no way
 * to have that. */
void refuse(long number, unsigned bits, int error);

#endif
