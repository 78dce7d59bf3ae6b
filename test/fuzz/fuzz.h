/*
 * fuzz.h - between the harness and the stand-ins for a backend.
 */
#ifndef DATAMON_FUZZ_H
#define DATAMON_FUZZ_H

#include <setjmp.h>

/* What appendBinaryStringInfo takes: char up to 15, void from 16 on.  test/fuzz/run finds out. */
#ifndef FUZZ_BINARY
#define FUZZ_BINARY char
#endif

extern jmp_buf fuzz_error;
extern void fuzz_free_all(void);

#endif							/* DATAMON_FUZZ_H */
