/*
 * vectorise.h - what makes the compiler vectorise a loop: on x86-64 with glibc
 * a function is compiled twice and the processor's better one is taken at load
 * time.
 */
#ifndef DATAMON_VECTORISE_H
#define DATAMON_VECTORISE_H

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define DM_VECTOR __attribute__((target_clones("avx2", "default"), optimize("O3")))
#elif defined(__GNUC__) && !defined(__clang__)
#define DM_VECTOR __attribute__((optimize("O3")))
#else
#define DM_VECTOR
#endif

/* The same for what shifts by numbers that are not constant: newer processors take one step for it, not three. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#define DM_SHIFTS __attribute__((target_clones("bmi2", "default")))
#else
#define DM_SHIFTS
#endif

#endif							/* DATAMON_VECTORISE_H */
