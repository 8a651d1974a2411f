/* The C library's allocator, counted: whoever allocates in this process comes by here. */
#ifndef ALLOCATIONS_H_
#define ALLOCATIONS_H_

/* Bytes of all blocks that were not freed, as large as the C library has made them. */
long allocations_live(void);

#endif
